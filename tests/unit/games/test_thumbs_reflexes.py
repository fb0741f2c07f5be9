"""All Thumbs' rounds of eye and hand: what is asked, what counts, and what it is worth."""

from game.games.thumbs.tuning import AHEAD, BASE, DOTS_TICKS, FASTEST, SPEED
from tests.unit.games.party import ARM, INTRO, LETTERS, OPEN, Partying, wrong

# --- Flash -------------------------------------------------------------------------------------------


def test_flash_announces_its_light_in_time_and_not_before() -> None:
    for seed in range(20):
        party = Partying("flash", seed=seed)
        party.until(ARM)
        assert party.s.until == 0, "the end of the waiting would tell when the light comes"
        while not party.s.lit:
            party.step()
        assert party.s.phase == ARM
        assert AHEAD - 1 <= party.s.lit - party.m.tick <= AHEAD
        party.until(OPEN)
        assert party.m.tick == party.s.lit


def test_flash_gives_more_the_faster_and_some_to_the_fastest() -> None:
    party = Partying("flash").opened()
    party.step(2)
    party.press_all({0: ("A", 250), 1: ("C", 300), 2: ("D", 600)})
    party.revealed()
    assert party.s.who == 0
    assert party.player(0).gained == BASE + SPEED - SPEED * 250 // 1000 + FASTEST
    assert party.player(1).gained == BASE + SPEED - SPEED * 300 // 1000
    assert party.player(0).ms == 250
    assert party.player(3).gained == 0


def test_flash_rewards_all_who_were_equally_fast() -> None:
    party = Partying("flash").opened()
    party.press_all({0: ("A", 250), 1: ("A", 258), 2: ("A", 259)})
    party.revealed()
    gains = [party.player(seat).gained for seat in range(3)]
    assert [gain - BASE > SPEED * 3 // 4 for gain in gains] == [True, True, False]


def test_flash_locks_out_who_presses_before_the_light() -> None:
    party = Partying("flash")
    party.until(ARM)
    party.press(2, "B")
    party.until(OPEN)
    party.press(2, "B", 300)
    party.revealed()
    assert party.player(2).out
    assert party.player(2).gained == 0
    assert party.emitted("early") == [(2,)]


def test_flash_takes_what_no_human_can_do_for_a_false_start() -> None:
    party = Partying("flash").opened()
    party.press(1, "A", 119)
    party.press(2, "A", 120)
    assert party.player(1).out
    assert not party.player(2).out


def test_a_button_held_since_before_does_not_count() -> None:
    party = Partying("flash")
    party.due.append((0, 1, 1, 0))
    party.until(ARM)
    party.until(OPEN)
    party.step(5)
    assert not party.player(1).locked


# --- Odd One -----------------------------------------------------------------------------------------


def test_odd_one_has_exactly_one_odd_tile_of_one_feature() -> None:
    for seed in range(60):
        party = Partying("odd", seed=seed)
        for _ in range(seed % 6):
            party.opened()
        party.opened()
        cells = party.s.cells
        assert len(cells) == 12
        odd = []
        for feature in range(3):
            row = [cells[tile * 3 + feature] for tile in range(4)]
            alone = [tile for tile in range(4) if row.count(row[tile]) == 1]
            assert len(alone) in (0, 1), f"{row} has more than one odd tile"
            odd += alone
            if alone:
                assert len({row[tile] for tile in range(4) if tile not in alone}) == 1
        assert odd == [party.s.key]


def test_odd_one_pays_by_speed() -> None:
    party = Partying("odd").opened()
    key = party.s.key
    party.press(0, LETTERS[key], 1200)
    party.press(1, wrong(key), 1000)
    party.revealed()
    assert party.player(0).gained == BASE + SPEED - SPEED * 1200 // (party.s.limit * 100)
    assert party.player(1).gained == 0
    assert party.s.answer == key


def test_the_first_answer_counts() -> None:
    party = Partying("odd").opened()
    key = party.s.key
    party.press(0, wrong(key), 500)
    party.press(0, LETTERS[key], 900)
    assert party.revealed().player(0).gained == 0


# --- Tally -------------------------------------------------------------------------------------------


def test_tally_shows_its_dots_for_a_moment_and_asks_for_their_number() -> None:
    for seed in range(20):
        party = Partying("tally", seed=seed).opened()
        dots = len(party.s.cells)
        assert len(set(party.s.cells)) == dots
        texts = [party.s.a, party.s.b, party.s.c, party.s.d]
        assert texts[party.s.key] == str(dots)
        assert len(set(texts)) == 4
        assert min(map(int, texts)) > 0
        party.step(DOTS_TICKS - 1)
        assert party.s.cells
        party.step()
        assert party.s.cells == []


# --- Echo --------------------------------------------------------------------------------------------


def tune(party: Partying) -> list[int]:
    party.until(ARM)
    found = list(party.s.cells)
    party.until(OPEN)
    return found


def test_echo_shows_a_sequence_that_grows_and_hides_it_before_the_light() -> None:
    party = Partying("echo")
    first = tune(party)
    assert party.s.cells == []
    assert [button for (button,) in party.emitted("note")] == first
    party.until(INTRO)
    assert len(tune(party)) == len(first) + 1


def test_echo_pays_who_repeats_it_and_drops_who_errs() -> None:
    party = Partying("echo")
    melody = tune(party)
    for k, button in enumerate(melody):
        party.press(0, LETTERS[button], 800 * (k + 1))
    party.press(1, wrong(melody[0]), 500)
    assert party.player(0).locked
    assert party.player(0).done == len(melody)
    assert party.player(1).out
    party.press(2, LETTERS[melody[0]], 500)
    party.revealed()
    assert party.player(0).gained > BASE
    assert party.player(1).gained == party.player(2).gained == 0

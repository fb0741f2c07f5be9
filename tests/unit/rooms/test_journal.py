"""The journal: what was written down leads to the very same match, from the start or from a checkpoint."""

import random
from collections.abc import Callable, Mapping

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from game.catalogue import load_games
from game.games.fuse import Fuse
from game.rooms.journal import Entry, Head, Journal, Row, begin, parse_rows, restore, without_seqs
from game.rooms.lifecycle import fit_seats
from game.rooms.match_runner import MatchRunner
from game.rooms.people import Seat
from game.rules import COMMAND, JOIN, PRESS, Game
from game.rules.snapshot import BadSnapshot, dump, state_hash
from tests.depth import depth
from tests.unit.rooms.toys import Dash
from tests.unit.rooms.world import installed_games

GAMES: Mapping[str, Game] = {**load_games(installed_games(), []), "dash": Dash()}

small = st.integers(-(1 << 29), (1 << 29) - 1)
entries = st.tuples(st.integers(0, 4), st.integers(0, 127), small, small)


@st.composite
def rows(draw: st.DrawFn) -> list[Row]:
    """Rows in the order of their ticks."""
    found = []
    tick = 0
    for pause, chosen in draw(
        st.lists(st.tuples(st.integers(0, 500), st.lists(entries, max_size=5)), max_size=20)
    ):
        tick += pause
        seqs = tuple(draw(st.integers(0, 1 << 28)) if entry[0] == PRESS else 0 for entry in chosen)
        found.append(Row(tick, tuple(chosen), seqs))
    return found


heads = st.builds(
    Head,
    st.text(max_size=12).filter(lambda name: not any("\ud800" <= char <= "\udfff" for char in name)),
    st.lists(small, max_size=9).map(tuple),
    st.lists(st.integers(0, 98), max_size=9).map(tuple),
    st.lists(st.integers(0, 8), max_size=9).map(tuple),
    st.integers(0, (1 << 28) - 1),
)


@given(heads, rows())
def test_a_journal_is_read_back_as_it_was_written(head: Head, written: list[Row]) -> None:
    journal = Journal(head)
    for row in written:
        journal.append(row.tick, list(row.entries), list(row.seqs))
    read = Journal.parse(journal.pack())
    assert read.head == head
    assert read.rows == written
    assert read.pack() == journal.pack()
    assert read.size() == len(journal.pack())


@given(heads, rows(), st.data())
def test_a_piece_of_a_journal_holds_the_rows_since(
    head: Head, written: list[Row], data: st.DataObject
) -> None:
    journal = Journal(head)
    cut = data.draw(st.integers(0, len(written)))
    for row in written[:cut]:
        journal.append(row.tick, list(row.entries), list(row.seqs))
    end = journal.end()
    for row in written[cut:]:
        journal.append(row.tick, list(row.entries), list(row.seqs))
    assert parse_rows(journal.piece(end)) == written[cut:]


@given(st.binary(max_size=60))
def test_bytes_that_are_no_journal_are_refused_as_such(data: bytes) -> None:
    for read in (Journal.parse, parse_rows):
        try:
            read(data)
        except BadSnapshot as error:
            assert str(error)  # noqa: PT017 - being a journal is fine, too


@given(heads, rows(), st.data())
def test_a_journal_cut_short_is_refused_or_is_its_beginning(
    head: Head, written: list[Row], data: st.DataObject
) -> None:
    journal = Journal(head)
    for row in written:
        journal.append(row.tick, list(row.entries), list(row.seqs))
    whole = journal.pack()
    cut = data.draw(st.integers(0, len(whole) - 1))
    try:
        read = Journal.parse(whole[:cut])
    except BadSnapshot:
        return
    assert read.head == head
    assert read.rows == written[: len(read.rows)]


class Played:
    """A match with bots and pressing people who come and go, as the server plays it, with hashes."""

    def __init__(self, game: Game, seed: int, ticks: int) -> None:
        chance = random.Random(seed)
        fewest, most = game.seats
        seats = sorted(chance.sample(range(most), chance.randint(fewest, min(most, 5))))
        teams = [chance.randint(0, 2) for _ in range(most)]
        chosen = game.options.defaults()
        if game.presets:
            chosen = game.options.merge(chosen, dict(chance.choice(game.presets)[1]))
        self.game = game
        self.draw: Callable[[], int] = lambda: chance.getrandbits(28)
        self.runner = MatchRunner(
            game, Head(game.name, tuple(chosen), tuple(seats), tuple(teams), self.draw()), self.draw
        )
        self.bots = {seat for seat in seats if chance.random() < 0.5}
        for seat in self.bots:
            self.runner.add_bot(seat, chance.randint(1, 5), chance.randrange(len(game.bot_styles)))
        self.hashes = [state_hash(self.runner.match)]
        self.checkpoints = {0: self.runner.checkpoint()}
        self.applied = {0: self.runner.applied_seqs()}
        self.chance = chance
        self.seqs = [0] * most
        for _ in range(ticks):
            self.act()
            self.runner.tick()
            self.hashes.append(state_hash(self.runner.match))
            if chance.random() < 0.1:
                tick = self.runner.match.tick
                self.checkpoints[tick] = self.runner.checkpoint()
                self.applied[tick] = self.runner.applied_seqs()
            if self.runner.match.over:
                break

    def act(self) -> None:
        """Somebody does something, now and then."""
        chance, runner, game = self.chance, self.runner, self.game
        seat = chance.randrange(game.seats[1])
        what = chance.random()
        if what < 0.3 and seat in runner.match.seats and seat not in self.bots:
            self.seqs[seat] += 1
            tick = runner.match.tick + chance.randint(-5, 20)
            if not runner.press(seat, self.seqs[seat], tick, chance.randrange(1 << len(game.buttons)), 0):
                self.seqs[seat] -= 1
        elif what < 0.31 and seat not in runner.match.seats:
            runner.join(seat, chance.randint(0, 2))
            self.seqs[seat] = 0
        elif what < 0.32 and len(runner.match.seats) > game.seats[0] and seat in runner.match.seats:
            runner.leave(seat)
            self.bots.discard(seat)
        elif what < 0.34 and seat in runner.match.seats:
            runner.release_buttons(seat)
            self.seqs[seat] = runner.applied_seqs()[seat]
        elif what < 0.35 and game.commands:
            runner.command(seat, chance.randrange(len(game.commands)), chance.randint(-9, 9))


@pytest.mark.parametrize("name", GAMES)
@settings(max_examples=depth(4, 12))
@given(seed=st.integers(0, 1 << 32))
@example(seed=132)  # a seat of Open Field is left and taken again
def test_the_journal_and_any_checkpoint_lead_to_the_very_match(name: str, seed: int) -> None:
    game = GAMES[name]
    played = Played(game, seed, 300)
    runner = played.runner
    end = runner.match.tick
    journal = Journal.parse(runner.journal.pack())
    chance = random.Random(seed)

    m = restore(game, journal, until=end)
    assert state_hash(m) == played.hashes[end]
    assert dump(m) == runner.checkpoint()
    for tick in chance.sample(sorted(played.checkpoints), min(4, len(played.checkpoints))):
        assert state_hash(restore(game, journal, played.checkpoints[tick], end)) == played.hashes[end]
        until = chance.randint(tick, end)
        m = restore(game, journal, played.checkpoints[tick], until)
        assert m.tick == until
        assert state_hash(m) == played.hashes[until]


@pytest.mark.parametrize("name", GAMES)
@settings(max_examples=depth(4, 8))
@given(seed=st.integers(0, 1 << 32))
def test_a_match_resumed_elsewhere_goes_on_as_the_one_that_was_not(name: str, seed: int) -> None:
    game = GAMES[name]
    played = Played(game, seed, 150)
    runner = played.runner
    tick = max(played.checkpoints)
    rows = [row for row in runner.journal.rows if row.tick >= tick]
    journal = Journal(runner.journal.head)
    for row in rows:
        journal.append(row.tick, list(row.entries), list(row.seqs))
    other = MatchRunner.resumed(
        game, journal, played.checkpoints[tick], played.draw, runner.match.tick, played.applied[tick]
    )
    assert state_hash(other.match) == state_hash(runner.match)
    assert other.applied_seqs() == runner.applied_seqs()

    # Both go on with the same entries: they stay equal, and what the other tells can be followed.
    for _ in range(60):
        if other.match.over:
            break
        other.tick()
        runner.match.step([entry for row in other.journal.since(runner.match.tick) for entry in row.entries])
        assert state_hash(other.match) == state_hash(runner.match)


def test_who_takes_a_seat_over_counts_from_one_after_a_resume() -> None:
    game = Dash()
    head = Head("dash", tuple(game.options.defaults()), (0, 1), (0, 0, 0, 0), 5)
    runner = MatchRunner(game, head, lambda: 7)
    for seq in range(1, 6):
        runner.press(1, seq, 0, seq & 1, 0)
        runner.tick()
    runner.leave(1)
    runner.tick()
    runner.join(1, 0)
    runner.tick()
    assert runner.press(1, 1, 0, 1, 0)
    runner.tick()
    other = MatchRunner.resumed(game, runner.journal, None, lambda: 7)
    assert other.applied_seqs()[1] == 1
    assert other.press(1, 2, 0, 0, 0)


def test_a_journal_holds_what_changed_and_who_pressed() -> None:
    game = Dash()
    head = Head("dash", tuple(game.options.defaults()), (0, 1), (0, 0, 0, 0), 5)
    runner = MatchRunner(game, head, lambda: 7)
    for _ in range(3):
        runner.tick()
    runner.press(0, 1, 0, 3, 0)
    runner.command(0, 1, -4)
    runner.join(2, 1)
    for _ in range(100):
        runner.tick()
    found: list[tuple[int, Entry, int]] = [
        (row.tick, entry, seq)
        for row in runner.journal.rows
        for entry, seq in zip(row.entries, row.seqs, strict=True)
    ]
    assert (3, (PRESS, 0, 3, 0), 1) in found
    assert (3, (COMMAND, 0, 1, -4), 0) in found
    assert (3, (JOIN, 2, 1, 0), 0) in found
    chances = [tick for tick, entry, _ in found if entry[0] == 1]
    assert chances == [0, 30, 60, 90], "a word of chance each second"
    assert len(found) == 3 + len(chances), "a tick in which nothing changes costs nothing"


def test_chance_makes_the_future_unknown() -> None:
    """Two matches from the same state part ways as soon as their words of chance differ."""
    game = Dash()
    head = Head("dash", tuple(game.options.defaults()), (0, 1), (0, 0, 0, 0), 5)
    words = iter(range(100))
    one = MatchRunner(game, head, lambda: next(words))
    other = MatchRunner(game, head, lambda: 77)
    assert state_hash(one.match) == state_hash(other.match) == state_hash(begin(game, head))
    for _ in range(3):
        one.tick()
        other.tick()
    assert state_hash(one.match) != state_hash(other.match)


@given(heads, rows())
def test_a_kept_journal_differs_in_nothing_but_the_clients_numbers(head: Head, written: list[Row]) -> None:
    journal = Journal(head)
    for row in written:
        journal.append(row.tick, list(row.entries), list(row.seqs))
    kept = Journal.parse(without_seqs(journal.pack()))
    assert kept.head == head
    assert kept.rows == [Row(row.tick, row.entries, (0,) * len(row.entries)) for row in written]


@given(st.binary(max_size=40), st.integers(0, 40))
def test_what_is_no_journal_is_refused_when_it_is_to_be_kept(tail: bytes, cut: int) -> None:
    journal = Journal(Head("dash", (1,), (0, 1), (0, 0), 5))
    journal.append(3, [(PRESS, 0, 1, 0)], [1])
    try:
        kept = without_seqs(journal.pack()[:cut] + tail)
    except BadSnapshot:
        return
    assert len(kept) <= cut + len(tail)


def test_a_person_on_a_seat_that_a_bot_had_counts_as_a_person_when_a_match_goes_on() -> None:
    game = Fuse()
    head = Head("fuse", tuple(game.options.defaults()), (0, 1), (0,) * 8, 5)
    runner = MatchRunner(game, head, lambda: 7)
    runner.add_bot(1, 3, 0)
    runner.tick()
    assert [man.bot for man in runner.match.state.men] == [0, 1]
    other = MatchRunner.resumed(game, runner.journal, None, lambda: 7)
    fit_seats(other, {0: Seat("human", "Ann", 0, 0), 1: Seat("human", "Bob", 1, 1)})
    other.tick()
    assert [man.bot for man in other.match.state.men] == [0, 0]

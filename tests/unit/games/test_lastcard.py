"""Last Card: which card fits, what cards do, drawing, calls, turns, rounds, and what bots are worth."""

from collections import Counter

import pytest

from game.games.lastcard import LastCard
from game.games.lastcard.deck import (
    ANY,
    FOUR,
    MOST_CARDS,
    OFF,
    PAUSE,
    RANKS,
    SAME,
    SWAP,
    TURN,
    TWO,
    WISH,
    deck,
    draws,
    fits,
    most_of,
    suit_of,
    worth,
)
from game.games.lastcard.rules import BREAK_TICKS, CALL, CALL_TICKS, DRAW, HZ, IDLE_TICKS, PASS, REASON_TICKS
from game.games.lastcard.table import (
    MUST_ANSWER,
    NO_FIT,
    NOT_YOURS,
    ONLY_DRAWN,
    OVER,
    PLAY,
    ROUND_END,
    WISHING,
    Player,
    Table,
)
from game.rules import JOIN, LEAVE, Match
from tests.unit.games.harness import bot_match

Entry = tuple[int, int, int, int]
GAME = LastCard()
E, T, M, D = 0, RANKS, 2 * RANKS, 3 * RANKS
"""The suits: add the rank, 0 is the card with a 1 on it."""


class Game:
    """A match with hands that the test chose."""

    def __init__(self, *hands: list[int], top: int = E + 4, **options: object) -> None:
        chosen = GAME.options.merge(GAME.options.defaults(), options)
        self.m: Match[Table] = Match(GAME, chosen, list(range(len(hands))), [], 7)
        self.m.begin()
        self.s = self.m.state
        for one, hand in zip(self.s.players, hands, strict=True):
            one.hand = list(hand)
        self.s.top, self.s.suit = top, max(0, suit_of(top))
        held = [card for hand in hands for card in hand] + [top]
        self.s.drawable = deck(0)
        for card in held:
            if card in self.s.drawable:
                self.s.drawable.remove(card)
        GAME.refresh(self.m)

    def player(self, seat: int) -> Player:
        return next(one for one in self.s.players if one.id == seat)

    def do(self, seat: int, name: str, index: int) -> list[str]:
        """What happens in the step in which a seat chooses."""
        return self.step([*GAME.controls.entries(seat, GAME.controls.change(name, index))])

    def step(self, entries: list[Entry] | None = None, count: int = 1) -> list[str]:
        happened: list[str] = []
        for _ in range(count):
            self.m.step(entries or [])
            entries = []
            happened += [GAME.events[kind].name for kind, *_ in self.m.happened]
        return happened

    def check(self) -> None:
        """No card is lost and none is made."""
        cards = [card for one in self.s.players for card in one.hand]
        assert len(cards + self.s.drawable + self.s.laid) + 1 == len(deck(0))


def test_the_deck_is_whole_and_every_card_is_worth_something() -> None:
    assert len(deck(0)) == 104
    assert len(deck(1)) == 106 <= MOST_CARDS
    assert [worth(card) for card in (E, E + 8, E + PAUSE, T + TWO, WISH, FOUR, SWAP)] == [
        1,
        9,
        15,
        15,
        30,
        30,
        30,
    ]
    assert [draws(card) for card in (E + TWO, FOUR, WISH, E)] == [2, 4, 0, 0]
    assert most_of([T, T + 1, M, FOUR]) == 1


@pytest.mark.parametrize(
    ("card", "top", "suit", "pending", "stack", "wanted"),
    [
        (E + 1, E + 4, 0, 0, SAME, True),
        (T + 4, E + 4, 0, 0, SAME, True),
        (T + 1, E + 4, 0, 0, SAME, False),
        (WISH, E + 4, 0, 0, SAME, True),
        (T + 1, WISH, 1, 0, SAME, True),
        (E + 1, WISH, 1, 0, SAME, False),
        (T + TWO, E + TWO, 0, 2, SAME, True),
        (T + TWO, E + TWO, 0, 2, OFF, False),
        (FOUR, E + TWO, 0, 2, SAME, False),
        (FOUR, E + TWO, 0, 2, ANY, True),
        (E + 1, E + TWO, 0, 2, ANY, False),
        (T + TWO, FOUR, 1, 4, SAME, False),
    ],
)
def test_which_card_fits(card: int, top: int, suit: int, pending: int, stack: int, wanted: bool) -> None:
    assert fits(card, top, suit, pending, stack) is wanted


def test_a_card_that_fits_is_laid_and_the_next_player_has_the_turn() -> None:
    game = Game([E + 1, T + 1], [T, T + 2, M], [M, M + 1])
    assert game.player(0).can == [0]
    assert game.do(0, "card", 0) == ["lay"]
    assert (game.s.top, game.s.turn, game.player(0).count) == (E + 1, 1, 1)
    assert game.player(1).can == []
    game.check()


@pytest.mark.parametrize(
    ("seat", "place", "pending", "drew", "reason"),
    [(1, 0, 0, 0, NOT_YOURS), (0, 1, 0, 0, NO_FIT), (0, 0, 2, 0, MUST_ANSWER), (0, 0, 0, 1, ONLY_DRAWN)],
)
def test_the_reason_is_told_to_the_player_alone_and_forgotten(
    seat: int, place: int, pending: int, drew: int, reason: int
) -> None:
    game = Game([E + 1, T + 1, T + 2], [T, T + 2])
    game.s.pending = pending
    game.player(0).drew = drew
    GAME.refresh(game.m)
    before = list(game.player(seat).hand)
    game.do(seat, "card", place)
    assert game.player(seat).reason == reason
    assert game.player(seat).hand == before
    game.step(count=REASON_TICKS)
    assert game.player(seat).reason == 0


def test_pause_turn_and_the_other_way_round() -> None:
    game = Game([E + PAUSE, E + TURN, E], [E, T], [E + 1, E + 2])
    game.do(0, "card", 0)
    assert game.s.turn == 2
    game.do(2, "card", 0)
    assert game.s.turn == 0
    assert "turnabout" in game.do(0, "card", 0)
    assert (game.s.turn, game.s.backwards) == (2, 1)


def test_with_two_the_turn_card_gives_the_turn_back() -> None:
    game = Game([E + TURN, E, T], [E, T])
    game.do(0, "card", 0)
    assert game.s.turn == 0


def test_draw_cards_heap_up_and_are_drawn_by_who_cannot_answer() -> None:
    game = Game([E + TWO, E, T], [T + TWO, T, T + 1], [M, M + 1])
    game.do(0, "card", 0)
    assert game.player(1).can == [0]
    game.do(1, "card", 0)
    assert (game.s.pending, game.s.turn, game.player(2).can) == (4, 2, [])
    assert game.do(2, "act", DRAW) == ["draw", "pass"]
    assert (game.player(2).count, game.s.pending, game.s.turn) == (6, 0, 0)
    game.check()


def test_a_wish_waits_for_a_suit() -> None:
    game = Game([WISH, E, T], [M, T])
    game.do(0, "card", 0)
    assert (game.s.phase, game.s.turn) == (WISHING, 0)
    game.do(1, "suit", 3)
    assert game.s.phase == WISHING
    assert game.do(0, "suit", 2) == ["wish"]
    assert (game.s.suit, game.s.turn, game.s.phase, game.player(1).can) == (2, 1, PLAY, [0])


def test_who_draws_may_lay_that_card_or_pass() -> None:
    game = Game([T + 1, T + 2], [T, M])
    game.s.drawable = [*game.s.drawable[:-1], E + 7]
    GAME.refresh(game.m)
    assert game.do(0, "act", DRAW) == ["draw"]
    assert (game.player(0).can, game.player(0).drew, game.s.turn) == ([2], 1, 0)
    assert game.do(0, "act", PASS) == ["pass"]
    assert game.s.turn == 1


def test_the_pile_is_shuffled_when_the_stock_is_empty_and_nobody_can_go_on_for_ever() -> None:
    game = Game([T + 1, T + 2], [T, M])
    game.s.laid, game.s.drawable = [M + 3, M + 5], []
    GAME.refresh(game.m)
    game.do(0, "act", DRAW)
    assert (game.player(0).count, game.s.stock) == (3, 1)
    game.s.drawable = []
    for _ in range(8):
        if game.m.over:
            break
        game.do(game.s.turn, "act", DRAW)
    assert game.m.over


def test_the_last_card_is_called_in_time_or_costs_two() -> None:
    game = Game([E + 1, T + 1], [T, T + 2, M])
    game.do(0, "card", 0)
    assert game.player(0).due
    assert game.do(0, "act", CALL) == ["call"]
    assert game.step(count=CALL_TICKS + 1) == []
    game = Game([E + 1, T + 1], [T, T + 2, M])
    game.do(0, "card", 0)
    assert game.step(count=CALL_TICKS) == ["forgot", "draw"]
    assert game.player(0).count == 3
    game = Game([E + 1, T + 1], [T, T + 2, M])
    assert game.do(0, "act", CALL) == ["call"]
    game.do(0, "card", 0)
    assert not game.player(0).due
    game = Game([E + 1, T + 1], [T, T + 2, M], call=False)
    game.do(0, "card", 0)
    assert not game.player(0).due


def test_a_call_with_many_cards_is_none() -> None:
    game = Game([E + 1, T + 1, M], [T, T + 2, M])
    assert game.do(0, "act", CALL) == []


def test_the_clock_draws_for_who_sleeps_and_then_hurries() -> None:
    game = Game([T + 1, T + 2], [T, M], [M, M])
    game.s.drawable = [*game.s.drawable, M, M, M, T, T]
    for _ in range(2):
        while game.s.turn == 0:
            happened = game.step()
        assert {"slow", "draw", "pass"} <= set(happened)
        while game.s.turn != 0:
            game.do(game.s.turn, "act", DRAW)
    assert game.s.until - game.m.tick <= IDLE_TICKS
    assert Game([E], [E], seconds=0).s.until == 0


def test_an_identical_card_jumps_in_where_the_house_allows_it() -> None:
    game = Game([T, T], [M, T], [E + 4, D, D], jump=True)
    assert game.player(2).can == [0]
    assert game.do(2, "card", 0) == ["jump", "lay"]
    assert game.s.turn == 0
    game = Game([T, T], [M, T], [E + 4, D, D])
    assert game.do(2, "card", 0) == []
    assert game.player(2).reason == NOT_YOURS


def test_a_swap_takes_the_smallest_hand() -> None:
    game = Game([SWAP, T, T, T], [M, T], [D])
    game.do(0, "card", 0)
    assert [one.hand for one in game.s.players] == [[D], [M, T], [T, T, T]]
    assert game.player(0).called


def test_a_round_ends_the_match_and_ranks_by_what_is_left() -> None:
    game = Game([E + 1], [WISH], [E, T])
    assert "matchEnd" in game.do(0, "card", 0)
    assert [(one.seat, one.place, one.points) for one in game.m.places] == [(0, 1, 32), (2, 2, 0), (1, 3, 0)]
    assert game.s.phase == OVER


def test_rounds_go_on_to_a_score_and_the_winner_begins() -> None:
    game = Game([T, T], [E + 1], target=50)
    game.do(0, "act", DRAW)
    while game.s.turn != 1:
        game.do(0, "act", PASS)
    game.do(1, "card", 0)
    assert game.s.phase == ROUND_END
    assert "deal" in game.step(count=BREAK_TICKS)
    assert (game.s.round, game.s.turn, game.player(1).count) == (2, 1, 7)
    assert GAME.turn(game.m) == [1]


def test_who_leaves_gives_the_cards_back_and_the_last_one_wins() -> None:
    game = Game([E + 1, T + 1], [T, T + 2, M], [M, D])
    game.step([(LEAVE, 0, 0, 0)])
    assert (game.s.turn, len(game.s.players), game.s.seated) == (1, 2, 2)
    game.check()
    game.step([(JOIN, 0, 0, 0)])
    assert game.player(0).count == 7
    game.check()
    game.step([(LEAVE, 0, 0, 0), (LEAVE, 1, 0, 0)])
    assert game.m.over
    assert game.m.places[0].seat == 2


def test_hours_that_are_over_end_a_turn() -> None:
    game = Game([T, T], [M, T], hours=1, seconds=0)
    GAME.time_up(game.m, 1)
    assert game.s.turn == 0
    GAME.time_up(game.m, 0)
    assert game.s.turn == 1


@pytest.mark.parametrize("preset", [preset for _, preset in GAME.presets])
def test_no_card_is_lost_and_bots_end_every_kind_of_match(preset: dict[str, object]) -> None:
    journal = bot_match(GAME, range(4), 5, ticks=40_000, options=preset, levels=(2, 4), hashed=False)
    m = journal.begin()
    entries = journal.at()
    while m.tick < journal.ticks:
        m.step(entries.get(m.tick, []))
        if m.tick % 50 == 0:
            held = sum(len(one.hand) for one in m.state.players)
            whole = held + len(m.state.drawable) + len(m.state.laid) + 1
            assert whole == len(deck(m.options.swap))
            assert m.state.stock == len(m.state.drawable)
    assert m.over


def test_better_bots_win_more() -> None:
    won: Counter[int] = Counter()
    for seed in range(60):
        levels = (1, 5, 1, 5) if seed % 2 else (5, 1, 5, 1)
        journal = bot_match(GAME, range(4), seed, ticks=20_000, levels=levels, hashed=False)
        ((_, seat),) = journal.emitted("matchEnd")
        won[levels[seat]] += 1
    assert won[5] * 2 > 3 * won[1], won


def test_a_match_is_short_and_a_turn_is_quick() -> None:
    lasted = [
        bot_match(GAME, range(4), seed, ticks=20_000, levels=(3,), hashed=False).ticks / HZ
        for seed in range(8)
    ]
    assert 20 < sum(lasted) / len(lasted) < 150

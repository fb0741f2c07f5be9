"""Turns: every present seat has its turn in order, clocks run, and a move is taken back if all agree."""

from hypothesis import example, given
from hypothesis import strategies as st

from game.rules import Count, Entities, Entity, Grid, Ints, Text, Turns


class Card(Entity):
    face = Count(99)


class Table(Entity):
    width = Count(9, default=2)
    board = Grid("width")
    marks = Ints(4, 4)
    word = Text(9)
    cards = Entities(Card, max=9)
    turns = Entities(Turns, 1)


def turns(seats: int = 4, **clock: int) -> Turns:
    made = Turns(0)
    made.begin(range(seats), 100, **clock)
    return made


def table() -> Table:
    made = Table(board=bytearray(4), word="two", cards=[Card(1, face=3), Card(5, face=9)])
    made.turns = [turns()]
    return made


def test_turns_go_round_and_back() -> None:
    t = turns(3)
    assert (t.seat, t.number) == (0, 1)
    assert [t.go_on(100) for _ in range(4)] == [1, 2, 0, 1]
    t.reverse()
    assert [t.go_on(100) for _ in range(3)] == [0, 2, 1]
    assert t.number == 8
    assert t.go_on(100, 2) == 2
    assert t.go_on(100, 0) == 2


def test_the_first_place_is_chosen() -> None:
    assert turns(4, first=2).seat == 2
    assert turns(0).seat == -1


moves = st.lists(
    st.tuples(st.sampled_from(["on", "skip", "reverse", "leave", "back", "drop"]), st.integers(0, 5)),
    max_size=40,
)


@given(st.integers(1, 6), moves)
@example(1, [("drop", 0), ("back", 0)])
def test_whatever_happens_only_a_present_seat_has_the_turn(seats: int, steps: list[tuple[str, int]]) -> None:
    t = turns(seats, ticks=10, bank=50)
    tick = 100
    for step, seat in steps:
        tick += 3
        before = t.seat
        if step == "on":
            t.go_on(tick)
        elif step == "skip":
            t.go_on(tick, 2)
        elif step == "reverse":
            t.reverse()
        elif step == "leave":
            t.leave(seat, tick)
        elif step == "back":
            t.come_back(seat, tick)
        else:
            t.drop(seat, tick)
        present = t.present()
        assert t.seat in present if present else t.seat == -1
        assert (t.until > tick) == (t.seat >= 0) or t.until >= tick
        assert len(t.banks) == max(1, len(t.order)), "a seat that comes to an empty table has a clock"
        assert all(0 <= bank <= 50 for bank in t.banks)
        assert t.away == sorted(set(t.away))
        if step == "leave" and before != seat:
            assert t.seat == before


@given(st.integers(2, 6), st.sets(st.integers(0, 5)))
def test_in_one_round_each_present_seat_has_one_turn(seats: int, gone: set[int]) -> None:
    t = turns(seats)
    for seat in sorted(gone):
        t.leave(seat, 100)
    present = [seat for seat in range(seats) if seat not in gone]
    had = [t.go_on(100) for _ in present]
    assert sorted(had) == present


def test_a_clock_by_turn_begins_again_with_each_turn() -> None:
    t = turns(2, ticks=30)
    assert (t.until, t.left(110), t.is_up(129), t.is_up(130)) == (130, 20, False, True)
    t.go_on(120)
    assert t.until == 150
    assert not turns(2).is_up(10_000)


def test_a_bank_pays_for_what_a_turn_takes_too_long() -> None:
    t = turns(2, ticks=10, bank=50)
    assert t.until == 160
    t.go_on(125)
    assert (t.banks, t.until) == ([35, 50], 185)
    t.go_on(130)
    assert (t.banks, t.until) == ([35, 50], 130 + 45)
    chess = turns(2, bank=60)
    assert chess.until == 160
    chess.go_on(140)
    chess.go_on(150)
    assert (chess.banks, chess.until) == ([20, 50], 170)


def test_a_seat_comes_back_to_its_place_and_a_new_one_to_the_end() -> None:
    t = turns(3)
    t.leave(1, 100)
    assert t.go_on(100) == 2
    t.come_back(1, 100)
    t.come_back(7, 100)
    assert t.order == [0, 1, 2, 7]
    assert [t.go_on(100) for _ in range(4)] == [7, 0, 1, 2]


def test_with_nobody_there_the_turn_waits_for_the_next_who_comes() -> None:
    t = turns(2, ticks=9)
    t.leave(0, 100)
    t.leave(1, 100)
    assert (t.seat, t.until) == (-1, 0)
    t.come_back(1, 500)
    assert (t.seat, t.until) == (1, 509)


def test_a_move_is_taken_back_when_all_present_agree() -> None:
    s = table()
    t = s.turns[0]
    t.leave(3, 100)
    t.remember(s)
    s.cards = [Card(2, face=1)]
    s.board[3] = 7
    s.marks = [1, 2, 3, 4]
    s.word = "four"
    t.go_on(200)
    assert not t.ask(1)
    assert t.asked == 1
    assert not t.ask(3)
    assert not t.ask(2)
    assert t.ask(0)
    assert t.take_back(s, 300)
    assert [(card.id, card.face) for card in s.cards] == [(1, 3), (5, 9)]
    assert (list(s.board), s.marks, s.word) == ([0] * 4, [0] * 4, "two")
    assert s.turns == [t]
    assert (t.seat, t.number, t.asked, t.agreed) == (0, 1, -1, [])
    assert not t.take_back(s, 300)
    assert not t.ask(0)


def test_a_refusal_or_the_next_move_ends_the_question() -> None:
    s = table()
    t = s.turns[0]
    t.remember(s)
    t.go_on(100)
    t.ask(1)
    t.refuse()
    assert (t.asked, t.agreed) == (-1, [])
    t.ask(1)
    t.remember(s)
    assert t.asked == -1

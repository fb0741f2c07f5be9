"""Inputs of a seat: each once, in order, at its tick or as soon as it can be."""

from hypothesis import given
from hypothesis import strategies as st

from game.protocol.frames import MOST_TICKS_AHEAD
from game.rooms.inputs import MAX_WAITING, InputQueue


def test_an_input_is_applied_at_its_tick() -> None:
    queue = InputQueue()
    assert queue.push(100, 1, 105, 1, 7)
    assert all(queue.take(tick) is None for tick in range(100, 105))
    taken = queue.take(105)
    assert taken is not None
    assert (taken.seq, taken.buttons, taken.value, taken.margin) == (1, 1, 7, 5)
    assert queue.take(106) is None


def test_a_late_input_is_applied_at_once_and_its_margin_says_so() -> None:
    queue = InputQueue()
    queue.push(100, 1, 93, 1, 0)
    taken = queue.take(100)
    assert taken is not None
    assert taken.margin == -7


def test_an_input_from_the_far_future_is_cut() -> None:
    queue = InputQueue()
    queue.push(100, 1, 100_000, 1, 0)
    assert queue.take(100 + MOST_TICKS_AHEAD - 1) is None
    taken = queue.take(100 + MOST_TICKS_AHEAD)
    assert taken is not None
    assert taken.margin == MOST_TICKS_AHEAD


def test_repeats_are_dropped_and_gaps_wait_for_what_is_missing() -> None:
    queue = InputQueue()
    assert queue.push(0, 1, 0, 1, 0)
    assert not queue.push(0, 1, 0, 2, 0)
    assert not queue.push(0, 3, 0, 3, 0), "2 is missing"
    assert queue.push(0, 2, 0, 2, 0)
    assert queue.push(0, 3, 0, 3, 0)
    assert not queue.push(0, 0, 0, 3, 0)
    assert [one.buttons for tick in range(5) if (one := queue.take(tick))] == [1, 2, 3]


def test_what_was_forgotten_may_come_again() -> None:
    queue = InputQueue(4)
    assert not queue.push(0, 4, 0, 1, 0)
    assert queue.push(0, 5, 9, 1, 0)
    queue.clear()
    assert queue.take(20) is None
    assert queue.push(20, 5, 9, 1, 0)
    taken = queue.take(20)
    assert taken is not None
    assert taken.seq == queue.applied_seq == 5


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(1, 8), st.integers(-30, 30), st.integers(0, 3)), max_size=80
    )
)
def test_the_match_sees_each_input_once_in_order_and_never_early(
    messages: list[tuple[int, int, int, int]],
) -> None:
    """A client that repeats what is not acknowledged, on a line that lets messages through now and then."""
    queue = InputQueue()
    sent: list[tuple[int, int]] = []  # tick, buttons of input k + 1
    applied: list[tuple[int, int, int]] = []
    now = 0
    for pause, count, ahead, buttons in messages:
        for _ in range(pause):
            taken = queue.take(now)
            if taken is not None:
                applied.append((taken.seq, taken.buttons, now))
            now += 1
        sent.append((max(0, now + ahead), buttons))
        first = queue.applied_seq + 1
        for seq in range(first, min(first + count, len(sent) + 1)):
            queue.push(now, seq, *sent[seq - 1], 0)
    for _ in range(200):
        taken = queue.take(now)
        if taken is not None:
            applied.append((taken.seq, taken.buttons, now))
        now += 1
    assert [seq for seq, _, _ in applied] == list(range(1, len(applied) + 1))
    assert all(sent[seq - 1][1] == buttons for seq, buttons, _ in applied)
    ticks = [tick for _, _, tick in applied]
    assert ticks == sorted(set(ticks)), "one a tick at most"


def test_only_so_many_wait() -> None:
    queue = InputQueue()
    pushed = [queue.push(0, seq, 15, 1, 0) for seq in range(1, 100)]
    assert pushed.count(True) == MAX_WAITING

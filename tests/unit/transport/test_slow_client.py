"""The slow-client policy on a clock of the test's own."""

from hypothesis import given
from hypothesis import strategies as st

from game.transport.slow_client import Backlog, Flow, SlowClient

POLICY = SlowClient(max_queued_bytes=100, max_unsent_s=1.0, close_after_s=5.0, max_total_bytes=500)


def make(policy: SlowClient = POLICY) -> tuple[Backlog, list[Flow]]:
    told: list[Flow] = []
    return Backlog(policy, told.append), told


def test_a_client_that_keeps_up_gets_everything() -> None:
    backlog, told = make()
    for n in range(100):
        assert backlog.admits(60, True, n)
        assert backlog.add(60, n)
        backlog.take(60, n)
    assert told == []
    assert backlog.queued == 0


def test_too_much_unsent_makes_it_stale_once_and_drops_what_may_be_dropped() -> None:
    backlog, told = make()
    assert backlog.add(60, 0.0)
    assert backlog.admits(40, True, 0.1)
    assert backlog.add(40, 0.1)
    assert not backlog.admits(1, True, 0.2)
    assert not backlog.admits(1, True, 0.3)
    assert backlog.admits(1, False, 0.3)
    assert told == [Flow.STALE]


def test_a_second_without_progress_makes_it_stale() -> None:
    backlog, told = make()
    backlog.add(10, 0.0)
    backlog.take(1, 0.5)
    assert backlog.admits(1, True, 1.4)
    assert not backlog.overdue(1.4)
    assert told == []
    assert not backlog.overdue(1.5)  # looking at the clock is enough
    assert told == [Flow.STALE]
    assert not backlog.admits(1, True, 1.5)


def test_waiting_before_anything_was_queued_does_not_count() -> None:
    backlog, told = make()
    backlog.add(10, 100.0)
    assert backlog.admits(10, True, 100.5)
    assert told == []


def test_once_drained_it_waits_for_its_keyframe() -> None:
    backlog, told = make()
    backlog.add(200, 0.0)
    backlog.add(10, 0.0)
    backlog.take(209, 2.0)
    assert told == [Flow.STALE]
    backlog.take(1, 2.1)
    assert told == [Flow.STALE, Flow.DRAINED]
    assert not backlog.admits(1, True, 2.2)
    backlog.resume()
    assert backlog.admits(1, True, 2.3)


def test_resuming_before_it_has_drained_changes_nothing() -> None:
    backlog, _ = make()
    backlog.add(200, 0.0)
    backlog.resume()
    assert not backlog.admits(1, True, 0.1)


def test_five_seconds_stale_is_overdue_even_with_some_progress() -> None:
    backlog, _ = make()
    backlog.add(400, 10.0)
    backlog.take(100, 14.0)
    assert not backlog.overdue(14.9)
    assert backlog.overdue(15.0)


def test_a_client_that_drained_in_time_starts_afresh() -> None:
    backlog, told = make()
    for start in (0.0, 10.0, 20.0):
        backlog.add(200, start)
        backlog.take(200, start + 4)
        assert not backlog.overdue(start + 9)
        backlog.resume()
    assert told == [Flow.STALE, Flow.DRAINED] * 3


def test_stale_is_told_once_until_it_is_resumed() -> None:
    backlog, told = make()
    backlog.add(200, 0.0)
    backlog.take(200, 1.0)
    backlog.add(200, 1.0)  # the keyframe itself does not get through
    backlog.take(200, 2.0)
    assert told == [Flow.STALE, Flow.DRAINED, Flow.DRAINED]


def test_one_message_may_be_longer_than_the_total_but_not_two() -> None:
    backlog, _ = make()
    assert backlog.add(10_000, 0.0)
    assert not backlog.add(1, 0.0)


def test_the_callback_may_send_and_resume() -> None:
    backlog, _ = make()

    def keyframe(flow: Flow) -> None:
        if flow is Flow.DRAINED:
            assert backlog.add(50, 1.0)
            backlog.resume()

    backlog._notify = keyframe
    backlog.add(200, 0.0)
    backlog.take(200, 1.0)
    assert backlog.flow is Flow.FLOWING
    assert backlog.queued == 50


steps = st.lists(
    st.tuples(
        st.sampled_from(["send", "must", "take", "resume", "look"]), st.integers(1, 150), st.floats(0, 2)
    ),
    max_size=60,
)


@given(steps)
def test_whatever_happens_the_backlog_is_bounded_and_the_callbacks_alternate(
    steps: list[tuple[str, int, float]],
) -> None:
    backlog, told = make()
    now, expected, closed = 0.0, 0, False
    for step, size, wait in steps:
        now += wait
        if step in ("send", "must") and not closed and backlog.admits(size, step == "send", now):
            if backlog.add(size, now):
                expected += size
            else:
                closed = True
        elif step == "take":
            taken = min(size, expected)
            expected -= taken
            backlog.take(taken, now)
        elif step == "resume":
            backlog.resume()
        elif backlog.overdue(now):
            closed = True
        assert backlog.queued == expected <= max(POLICY.max_total_bytes, 150)
        if backlog.flow is Flow.DRAINED and step != "must":
            assert told[-1] is Flow.DRAINED
    first_of_each = [flow for n, flow in enumerate(told) if n == 0 or told[n - 1] is not flow]
    assert first_of_each == [Flow.STALE, Flow.DRAINED] * (len(first_of_each) // 2) + (
        [Flow.STALE] if len(first_of_each) % 2 else []
    )

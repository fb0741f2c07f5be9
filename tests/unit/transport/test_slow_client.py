"""The slow-client policy on a clock of the test's own."""

from hypothesis import given
from hypothesis import strategies as st

from game.transport.slow_client import Flow, SlowClient, SlowClientLimits

LIMITS = SlowClientLimits(max_queued_bytes=100, max_unsent_s=1.0, close_after_s=5.0, max_total_bytes=500)


def make(limits: SlowClientLimits = LIMITS) -> tuple[SlowClient, list[Flow]]:
    notified: list[Flow] = []
    return SlowClient(limits, notified.append), notified


def test_a_client_that_keeps_up_gets_everything() -> None:
    client, notified = make()
    for n in range(100):
        assert client.admits(60, True, n)
        assert client.add(60, n)
        client.take(60, n)
    assert notified == []
    assert client.queued == 0


def test_too_much_unsent_makes_it_stale_once_and_drops_what_may_be_dropped() -> None:
    client, notified = make()
    assert client.add(60, 0.0)
    assert client.admits(40, True, 0.1)
    assert client.add(40, 0.1)
    assert not client.admits(1, True, 0.2)
    assert not client.admits(1, True, 0.3)
    assert client.admits(1, False, 0.3)
    assert notified == [Flow.STALE]


def test_a_second_without_progress_makes_it_stale() -> None:
    client, notified = make()
    client.add(10, 0.0)
    client.take(1, 0.5)
    assert client.admits(1, True, 1.4)
    assert not client.overdue(1.4)
    assert notified == []
    assert not client.overdue(1.5)  # looking at the clock is enough
    assert notified == [Flow.STALE]
    assert not client.admits(1, True, 1.5)


def test_waiting_before_anything_was_queued_does_not_count() -> None:
    client, notified = make()
    client.add(10, 100.0)
    assert client.admits(10, True, 100.5)
    assert notified == []


def test_once_drained_it_waits_for_its_keyframe() -> None:
    client, notified = make()
    client.add(200, 0.0)
    client.add(10, 0.0)
    client.take(209, 2.0)
    assert notified == [Flow.STALE]
    client.take(1, 2.1)
    assert notified == [Flow.STALE, Flow.DRAINED]
    assert not client.admits(1, True, 2.2)
    client.resume()
    assert client.admits(1, True, 2.3)


def test_resuming_before_it_has_drained_changes_nothing() -> None:
    client, _ = make()
    client.add(200, 0.0)
    client.resume()
    assert not client.admits(1, True, 0.1)


def test_five_seconds_stale_is_overdue_even_with_some_progress() -> None:
    client, _ = make()
    client.add(400, 10.0)
    client.take(100, 14.0)
    assert not client.overdue(14.9)
    assert client.overdue(15.0)


def test_a_client_that_drained_in_time_starts_afresh() -> None:
    client, notified = make()
    for start in (0.0, 10.0, 20.0):
        client.add(200, start)
        client.take(200, start + 4)
        assert not client.overdue(start + 9)
        client.resume()
    assert notified == [Flow.STALE, Flow.DRAINED] * 3


def test_stale_is_told_once_until_it_is_resumed() -> None:
    client, notified = make()
    client.add(200, 0.0)
    client.take(200, 1.0)
    client.add(200, 1.0)  # the keyframe itself does not get through
    client.take(200, 2.0)
    assert notified == [Flow.STALE, Flow.DRAINED, Flow.DRAINED]


def test_one_message_may_be_longer_than_the_total_but_not_two() -> None:
    client, _ = make()
    assert client.add(10_000, 0.0)
    assert not client.add(1, 0.0)


def test_the_callback_may_send_and_resume() -> None:
    client, _ = make()

    def keyframe(flow: Flow) -> None:
        if flow is Flow.DRAINED:
            assert client.add(50, 1.0)
            client.resume()

    client._notify = keyframe
    client.add(200, 0.0)
    client.take(200, 1.0)
    assert client.flow is Flow.FLOWING
    assert client.queued == 50


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
    client, notified = make()
    now, expected, closed = 0.0, 0, False
    for step, size, wait in steps:
        now += wait
        if step in ("send", "must") and not closed and client.admits(size, step == "send", now):
            if client.add(size, now):
                expected += size
            else:
                closed = True
        elif step == "take":
            taken = min(size, expected)
            expected -= taken
            client.take(taken, now)
        elif step == "resume":
            client.resume()
        elif client.overdue(now):
            closed = True
        assert client.queued == expected <= max(LIMITS.max_total_bytes, 150)
        if client.flow is Flow.DRAINED and step != "must":
            assert notified[-1] is Flow.DRAINED
    first_of_each = [flow for n, flow in enumerate(notified) if n == 0 or notified[n - 1] is not flow]
    assert first_of_each == [Flow.STALE, Flow.DRAINED] * (len(first_of_each) // 2) + (
        [Flow.STALE] if len(first_of_each) % 2 else []
    )

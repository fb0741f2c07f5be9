"""The world's clock: the same for all workers, for as long as they live."""

from hypothesis import given
from hypothesis import strategies as st

from game.cluster.clock import SLEW, STEP_US, WorldClock

DRIFT = 200
"""Parts in a million by which a machine's clock may be wrong."""


class Machine:
    """A machine's clock, which runs a little too fast or too slow."""

    def __init__(self) -> None:
        self.true_us = 0
        self.drift = 0

    def us(self) -> int:
        return 7_000_000 + self.true_us + self.true_us * self.drift // 1_000_000


def follow(machine: Machine, clock: WorldClock, seconds: int, every_s: int) -> int:
    """Let time pass with a measurement now and then; the worst error, once the first is corrected."""
    worst = 0
    for second in range(seconds):
        machine.true_us += 1_000_000
        if second % every_s == 0:
            clock.measured(machine.true_us - machine.us(), 100)
        if second > 2 * every_s:
            worst = max(worst, abs(clock.us() - machine.true_us))
    return worst


@given(st.integers(-DRIFT, DRIFT))
def test_a_clock_that_is_measured_again_stays_right_for_a_day(drift: int) -> None:
    machine = Machine()
    machine.drift = drift
    clock = WorldClock(machine.us)
    assert follow(machine, clock, 24 * 3600 // 10, 30) < 10_000


@given(st.lists(st.tuples(st.integers(0, 3_000_000), st.integers(-STEP_US, 3 * STEP_US)), max_size=20))
def test_the_clock_never_goes_back_whatever_is_measured(steps: list[tuple[int, int]]) -> None:
    machine = Machine()
    clock = WorldClock(machine.us)
    clock.measured(0, 0)
    last = clock.us()
    for pass_us, offset_us in steps:
        clock.measured(offset_us, 0)
        for _ in range(4):
            machine.true_us += pass_us // 4
            assert clock.us() >= last
            last = clock.us()


def test_a_small_error_is_put_right_slowly() -> None:
    machine = Machine()
    clock = WorldClock(machine.us)
    clock.measured(0, 0)
    assert clock.measured(50_000, 1000) == 50_000
    before = clock.us()
    machine.true_us += 1_000_000
    assert clock.us() - before == 1_000_000 + 1_000_000 // SLEW
    machine.true_us += 10_000_000
    assert clock.us() - machine.us() == 50_000


def test_a_machine_that_slept_is_set_forward_at_once() -> None:
    machine = Machine()
    clock = WorldClock(machine.us)
    clock.measured(0, 0)
    clock.measured(600_000_000, 1000)
    assert clock.us() - machine.us() == 600_000_000


def test_what_the_measurement_cannot_tell_is_left_alone() -> None:
    machine = Machine()
    clock = WorldClock(machine.us)
    clock.measured(0, 0)
    clock.measured(900, 1000)
    machine.true_us += 60_000_000
    assert clock.us() == machine.us()

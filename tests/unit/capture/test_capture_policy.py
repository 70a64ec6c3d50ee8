import pytest

from desktop.capture.policy import RetryPolicy
from desktop.domain.cameras import CameraState, StateReason

STEADY = RetryPolicy(jitter=0.0)


def test_the_delay_doubles_from_half_a_second_to_thirty() -> None:
    delays = [STEADY.delay(StateReason.UNREACHABLE, failures) for failures in range(1, 10)]
    assert delays == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    assert STEADY.delay(StateReason.UNREACHABLE, 10**6) == 30


def test_a_refusal_is_tried_once_a_minute() -> None:
    assert [STEADY.delay(StateReason.NOT_A_VIDEO, failures) for failures in (1, 2, 9)] == [60, 60, 60]


def test_a_wrong_password_is_tried_ever_more_rarely() -> None:
    delays = [STEADY.delay(StateReason.BAD_PASSWORD, failures) for failures in range(1, 7)]
    assert delays == [60, 120, 240, 480, 900, 900]


def test_jitter_spreads_the_delays_below_the_full_one() -> None:
    policy = RetryPolicy()
    delays = [policy.delay(StateReason.UNREACHABLE, 3) for _ in range(200)]
    assert all(1.0 <= delay <= 2.0 for delay in delays)
    assert len({round(delay, 6) for delay in delays}) > 100


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        (StateReason.BAD_PASSWORD, CameraState.REFUSED),
        (StateReason.NOT_A_VIDEO, CameraState.REFUSED),
        (StateReason.EMPTY_FILE, CameraState.REFUSED),
        (StateReason.NO_PICTURES, CameraState.REFUSED),
        (StateReason.NOT_FOUND, CameraState.LOST),
        (StateReason.UNREACHABLE, CameraState.LOST),
        (StateReason.NO_FRAMES, CameraState.LOST),
        (StateReason.STREAM_ENDED, CameraState.LOST),
        (StateReason.BUSY, CameraState.LOST),
    ],
)
def test_only_what_a_person_must_mend_counts_as_refused(reason: StateReason, state: CameraState) -> None:
    assert RetryPolicy().state_after(reason) is state

"""Which readings of a counter are worth a write, and which are worth a word."""

import pytest

from vpnbot.domain.subscriptions.traffic import Warned, crossed, worth_recording

MB, GB = 1_000_000, 1_000_000_000


@pytest.mark.parametrize(
    ("before", "now", "limit", "worth"),
    [
        (0, 0, None, False),
        (0, 1, None, True),
        (5 * MB, 5 * MB, GB, False),
        (5 * MB, 104 * MB, None, False),
        (5 * MB, 105 * MB, None, True),
        (5 * MB, 24 * MB, GB, False),
        (5 * MB, 25 * MB, GB, True),
        (999 * MB, 1000 * MB, GB, True),
        (5 * GB, 1 * MB, None, True),
    ],
    ids=[
        "nothing",
        "the first byte: somebody got through",
        "as before",
        "a little",
        "a hundred megabytes",
        "less than two per cent of what there is",
        "two per cent",
        "the last of it",
        "a counter that began anew",
    ],
)
def test_a_write_has_to_be_worth_it(before: int, now: int, limit: int | None, worth: bool) -> None:
    assert worth_recording(before, now, limit) is worth


@pytest.mark.parametrize(
    ("before", "now", "limit", "warned"),
    [
        (0, 79, 100, None),
        (0, 80, 100, Warned.NEARLY),
        (79, 99, 100, Warned.NEARLY),
        (80, 99, 100, None),
        (80, 100, 100, Warned.USED_UP),
        (0, 500, 100, Warned.USED_UP),
        (100, 500, 100, None),
        (0, 500, None, None),
        (0, 500, 0, None),
    ],
)
def test_each_threshold_is_crossed_once_and_the_higher_one_counts(
    before: int, now: int, limit: int | None, warned: Warned | None
) -> None:
    assert crossed(before, now, limit) is warned

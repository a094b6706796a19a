"""Which readings of a traffic counter are stored, and for which of them the person is warned."""

import pytest

from vpnbot.domain.subscriptions.traffic import Warned, crossed, worth_recording

MB, GB = 1_000_000, 1_000_000_000


@pytest.mark.parametrize(
    ("before", "now", "limit", "stored"),
    [
        (0, 0, None, False),
        (0, 1, None, True),
        (5 * MB, 5 * MB, GB, False),
        (5 * MB, 104 * MB, None, False),
        (5 * MB, 105 * MB, None, True),
        (5 * MB, 24 * MB, GB, False),
        (5 * MB, 25 * MB, GB, True),
        (999 * MB, 1000 * MB, GB, True),
        (5 * MB, 105 * MB, 100 * GB, False),
        (40 * GB, 40 * GB + 999 * MB, 100 * GB, False),
        (40 * GB, 41 * GB, 100 * GB, True),
        (40 * GB, 41 * GB, 900 * GB, True),
        (80 * GB - 1, 80 * GB, 100 * GB, True),
        (100 * GB - 1, 100 * GB, 100 * GB, True),
        (101 * GB, 101 * GB + 500 * MB, 100 * GB, False),
        (5 * GB, 5 * GB + 499 * MB, None, False),
        (5 * GB, 5 * GB + 500 * MB, None, True),
        (500 * GB, 501 * GB, None, True),
        (5 * GB, 1 * MB, None, True),
        (0, -1, None, False),
        (-1, 1, None, True),
        (5 * GB, -5 * GB, GB, False),
    ],
    ids=[
        "no traffic",
        "the first byte shows that a connection works",
        "unchanged",
        "a small increase",
        "a hundred megabytes",
        "less than two per cent of the limit",
        "two per cent of the limit",
        "the limit is reached",
        "a hundred megabytes of a hundred gigabytes",
        "less than a gigabyte",
        "a gigabyte of a hundred",
        "a gigabyte, though it is less than two per cent of the limit",
        "80 per cent of the limit",
        "all of the limit, by the last byte",
        "a little more, beyond the limit",
        "less than a tenth more, without a limit",
        "a tenth more, without a limit",
        "a gigabyte, without a limit",
        "the counter was reset",
        "a negative first value",
        "the first byte after a negative value that an earlier version stored",
        "a negative value",
    ],
)
def test_a_reading_is_stored_only_if_it_changed_enough(
    before: int, now: int, limit: int | None, stored: bool
) -> None:
    assert worth_recording(before, now, limit) is stored


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
def test_a_person_is_warned_once_at_each_threshold_and_only_of_the_highest_one(
    before: int, now: int, limit: int | None, warned: Warned | None
) -> None:
    assert crossed(before, now, limit) is warned

"""A key on one server: its wanted state, and the state that the panel has confirmed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Key
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.scheduling import Due, inline_claim

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ENDPOINT = Endpoint("nl.example", 443, "k" * 43, "www.example.com", "ab12")
NEW = Access("nl", Key(1, "5eed"), Wanted.ENABLED, devices=2, due=inline_claim(NOW))
READY = NEW.applied(1, ENDPOINT)


def test_a_new_key_is_out_of_sync_until_the_panel_confirms_it() -> None:
    assert not NEW.in_sync
    assert not NEW.works
    assert READY.in_sync
    assert READY.works
    assert READY.due is None
    assert READY.endpoint == ENDPOINT


@pytest.mark.parametrize("wanted", [Wanted.DISABLED, Wanted.ABSENT])
def test_another_wanted_state_is_a_new_revision_with_an_inline_claim(wanted: Wanted) -> None:
    changed = READY.changed(wanted, LATER)
    assert (changed.wanted, changed.wanted_revision, changed.due) == (wanted, 2, inline_claim(LATER))
    assert not changed.in_sync
    assert not changed.works
    assert changed.endpoint == ENDPOINT


def test_the_same_wanted_state_again_changes_nothing() -> None:
    assert READY.changed(Wanted.ENABLED, LATER) is READY


@pytest.mark.parametrize("wanted", Wanted)
def test_a_key_that_is_to_be_removed_is_never_wanted_again(wanted: Wanted) -> None:
    leaving = READY.changed(Wanted.ABSENT, NOW)
    assert leaving.changed(wanted, LATER) is leaving


def test_after_a_confirmation_of_an_old_revision_the_newer_one_is_still_due() -> None:
    disabled = READY.changed(Wanted.DISABLED, LATER)
    confirmed = disabled.applied(1, None)
    assert not confirmed.in_sync
    assert confirmed.due == inline_claim(LATER)
    assert confirmed.endpoint == ENDPOINT


def test_an_error_is_stored_until_the_next_success_or_change() -> None:
    failed = NEW.failed("no answer", Due(LATER, 1))
    assert (failed.last_error, failed.due) == ("no answer", Due(LATER, 1))
    assert failed.applied(1, ENDPOINT).last_error is None
    assert failed.changed(Wanted.DISABLED, LATER).last_error is None


@pytest.mark.parametrize(
    ("last", "counter_bytes", "added_bytes"),
    [
        (0, 7, 7),
        (7, 7, 0),
        (7, 9, 2),
        (0, -1, 0),
        (100, -100, 0),
        (100, 99, 0),
        (100, 50, 0),
        (100, 49, 49),
        (-7, 5, 5),
    ],
)
def test_a_counter_never_lowers_the_traffic(last: int, counter_bytes: int, added_bytes: int) -> None:
    before = replace(READY, counter_bytes=last, used_bytes=1000)
    after = before.with_counter(counter_bytes)
    assert after.used_bytes == 1000 + added_bytes
    assert after.counter_bytes == (counter_bytes if counter_bytes >= 0 else last)


@given(st.lists(st.integers(-(2**40), 2**60)))
def test_whatever_a_panel_counts_the_traffic_only_grows(counters: list[int]) -> None:
    access = READY
    for counter_bytes in counters:
        counted = access.with_counter(counter_bytes)
        assert counted.used_bytes >= access.used_bytes >= 0
        access = counted

"""A key on one server: desired state, and how far the panel has got."""

from datetime import UTC, datetime, timedelta

import pytest

from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Key
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.scheduling import Due, inline_claim

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ENDPOINT = Endpoint("nl.example", 443, "k" * 43, "www.example.com", "ab12")
NEW = Access("nl", Key(1, "5eed"), Wanted.ENABLED, devices=2, due=inline_claim(NOW))
READY = NEW.applied(1, ENDPOINT)


def test_a_new_key_lags_until_the_panel_confirms_it() -> None:
    assert not NEW.in_sync
    assert not NEW.works
    assert READY.in_sync
    assert READY.works
    assert READY.due is None
    assert READY.endpoint == ENDPOINT


@pytest.mark.parametrize("wanted", [Wanted.DISABLED, Wanted.ABSENT])
def test_wanting_something_else_is_a_new_revision_due_at_once(wanted: Wanted) -> None:
    changed = READY.changed(wanted, LATER)
    assert (changed.wanted, changed.wanted_revision, changed.due) == (wanted, 2, inline_claim(LATER))
    assert not changed.in_sync
    assert not changed.works
    assert changed.endpoint == ENDPOINT


def test_wanting_the_same_again_changes_nothing() -> None:
    assert READY.changed(Wanted.ENABLED, LATER) is READY


@pytest.mark.parametrize("wanted", Wanted)
def test_a_key_that_is_to_go_never_comes_back(wanted: Wanted) -> None:
    going = READY.changed(Wanted.ABSENT, NOW)
    assert going.changed(wanted, LATER) is going


def test_an_old_confirmation_leaves_the_newer_wish_due() -> None:
    disabled = READY.changed(Wanted.DISABLED, LATER)
    confirmed = disabled.applied(1, None)
    assert not confirmed.in_sync
    assert confirmed.due == inline_claim(LATER)
    assert confirmed.endpoint == ENDPOINT


def test_a_failure_is_remembered_until_the_next_success_or_wish() -> None:
    failed = NEW.failed("no answer", Due(LATER, 1))
    assert (failed.last_error, failed.due) == ("no answer", Due(LATER, 1))
    assert failed.applied(1, ENDPOINT).last_error is None
    assert failed.changed(Wanted.DISABLED, LATER).last_error is None

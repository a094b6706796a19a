"""When an app that loads its link is recorded."""

from datetime import UTC, datetime, timedelta

from vpnbot.domain.keys.link_fetch import LinkFetch

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_repeated_fetch_by_the_same_app_is_recorded_after_an_hour_at_the_earliest() -> None:
    first = LinkFetch(NOW, NOW, "happ", "5eed.1")
    assert first.covers("happ", "5eed.1", NOW + timedelta(minutes=59))
    assert not first.covers("happ", "5eed.1", NOW + timedelta(minutes=60))
    assert not first.covers("v2rayng", "5eed.1", NOW)
    assert not first.covers("happ", "5eed.2", NOW)
    later = NOW + timedelta(days=1)
    assert first.again("v2rayng", "5eed.2", later) == LinkFetch(NOW, later, "v2rayng", "5eed.2")

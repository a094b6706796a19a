"""The notification that a server works again."""

from datetime import timedelta

import pytest

from tests.fakes.clock import START
from tests.fakes.panel import FaultMode
from tests.fakes.shop import Shop, update
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.servers.server import Health
from vpnbot.domain.support import Finding
from vpnbot.errors import AlreadyDecided
from vpnbot.usecases.servers.watch_server import watch_server
from vpnbot.usecases.support.diagnose import run_diagnosis

BROKEN_SERVER = Health(panel_answers=True, server_runs=False)


class TestWatchingAServer:
    """A person asks to be notified when a server works again, and is notified once."""

    def test_one_notification_is_sent_when_the_server_works_again(self, shop: Shop) -> None:
        shop.on_trial()
        shop.connects()
        shop.panel.reported_health = BROKEN_SERVER
        watch_server(shop.open(), shop.context, update())
        watch_server(shop.open(), shop.context, update())
        shop.settles(minutes=60)
        assert shop.sender.said == []
        assert shop.index.dead_lettered() == []
        shop.panel.reported_health = Health(panel_answers=True, server_runs=True)
        shop.settles(minutes=30)
        assert shop.sender.kinds() == [NotificationKind.SERVER_BACK]
        assert shop.look().watches == ()

    @pytest.mark.parametrize("recovered", [{"de", "fi", "nl"}, {"fi"}], ids=["all at once", "one first"])
    def test_a_person_who_watches_several_servers_is_notified_once(self, shop: Shop, recovered: set[str]) -> None:
        shop.servers.ids = ["de", "fi", "nl"]
        shop.on_trial()
        shop.connects()
        shop.panel.away = set(shop.servers.ids)
        assert run_diagnosis(shop.open(), shop.fleet, shop.context).finding is Finding.SERVER_DOWN
        watch_server(shop.open(), shop.context, update())
        shop.settles(minutes=10)
        shop.panel.away -= recovered
        shop.settles()
        shop.panel.away.clear()
        shop.settles()
        assert shop.sender.kinds() == [NotificationKind.SERVER_BACK]
        assert shop.look().watches == ()

    def test_a_watch_ends_after_three_days_without_a_notification(self, shop: Shop) -> None:
        shop.on_trial()
        shop.panel.reported_health = BROKEN_SERVER
        watch_server(shop.open(), shop.context, update())
        shop.until(START + timedelta(days=3, hours=2), step=timedelta(minutes=5))
        assert NotificationKind.SERVER_BACK not in shop.sender.kinds()
        assert shop.look().watches == ()

    def test_a_person_who_waits_for_a_first_key_gets_no_watch(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        shop.on_trial()
        watch_server(shop.open(), shop.context, update())
        assert shop.look().watches == ()

    def test_a_redelivered_tap_after_the_notification_starts_no_second_watch(self, shop: Shop) -> None:
        shop.on_trial()
        cause = update()
        watch_server(shop.open(), shop.context, cause)
        shop.settles(minutes=10)
        assert shop.sender.kinds() == [NotificationKind.SERVER_BACK]
        watch_server(shop.open(), shop.context, cause)
        assert shop.look().watches == ()

    def test_a_worker_whose_decision_was_made_by_another_sends_no_notification(self, shop: Shop) -> None:
        shop.on_trial()
        watch_server(shop.open(), shop.context, update())
        shop.clock.advance(timedelta(minutes=6))
        shop.faults.at("commit.before", AlreadyDecided("event:server_back"))
        shop.minute()
        assert shop.sender.said == []
        shop.settles(minutes=10)
        assert shop.sender.kinds() == [NotificationKind.SERVER_BACK]

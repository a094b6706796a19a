"""A panel that refuses: its server takes nobody new, and what waits for it is done when it works again."""

from datetime import timedelta

import pytest

from tests.fakes.panel import FaultMode
from tests.fakes.shop import Shop, update
from tests.functional.usecases.reconciled_servers import on_panels, reconcile_now, with_servers
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.servers.panel_errors import PanelTrouble
from vpnbot.domain.servers.server import Server
from vpnbot.domain.subscriptions.subscription import Status
from vpnbot.domain.support import Finding
from vpnbot.usecases.servers.change_server import change_token
from vpnbot.usecases.servers.inspect_panel import check_server
from vpnbot.usecases.support.diagnose import run_diagnosis

MINUTE = timedelta(minutes=1)
REFUSALS = [PanelTrouble.WRONG_TOKEN, PanelTrouble.NO_SCOPE, PanelTrouble.WRONG_PATH, PanelTrouble.NO_INBOUND]
EVERY_CLIENT = PanelTrouble.REFUSED
ADMIN = 900


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """A shop with three servers, whose panels are behind circuit breakers; a trial has a key on two of them."""
    empty_shop.guarded = True
    return with_servers(empty_shop, "nl", "de", "fi")


@pytest.fixture
def small_shop(empty_shop: Shop) -> Shop:
    """A shop with one server, whose panel is behind a circuit breaker."""
    empty_shop.guarded = True
    return with_servers(empty_shop, "nl")


@pytest.mark.parametrize("trouble", [*REFUSALS, EVERY_CLIENT])
def test_hardly_anybody_new_is_placed_on_a_server_whose_panel_refuses(shop: Shop, trouble: PanelTrouble) -> None:
    shop.panel.refusing["nl"] = trouble
    for user_id in range(1, 13):
        shop.on_trial(user_id)
        shop.clock.advance(MINUTE)
        shop.minute()
    placed = [
        user_id for user_id in range(1, 13) if any(key.server_id == "nl" for key in shop.look(user_id).accesses)
    ]
    assert len(placed) <= (1 if trouble in REFUSALS else 3)
    assert all(any(key.works for key in shop.look(user_id).living_accesses) for user_id in range(1, 13))


@pytest.mark.parametrize("hours", [1, 30])
def test_an_end_during_a_refusal_disables_the_client_when_the_panel_works_again(shop: Shop, hours: int) -> None:
    shop.on_trial()
    server_id = on_panels(shop)[0]
    shop.days(2.9)
    shop.panel.refusing[server_id] = PanelTrouble.WRONG_TOKEN
    shop.until(shop.clock.now + timedelta(hours=hours + 3), step=MINUTE)
    assert shop.look().subscription.status is Status.EXPIRED
    assert [client.enabled for client in shop.panel.clients_on(server_id).values()] == [True]
    shop.panel.refusing.clear()
    shop.settles(minutes=8)
    assert list(shop.panel.enabled()) == []
    assert shop.index.dead_lettered() == []


def test_everybody_who_waited_for_a_panel_has_a_key_minutes_after_it_works_again(small_shop: Shop) -> None:
    small_shop.panel.refusing["nl"] = PanelTrouble.WRONG_TOKEN
    people = range(1, 11)
    for user_id in people:
        small_shop.on_trial(user_id)
    small_shop.days(1.5)
    small_shop.panel.refusing.clear()
    small_shop.settles(minutes=16)
    assert all(small_shop.look(user_id).living_accesses[0].works for user_id in people)


def test_the_run_says_since_when_and_why_a_panel_cannot_be_read_and_how_many_keys_wait(small_shop: Shop) -> None:
    for user_id in (1, 2):
        small_shop.on_trial(user_id)
    small_shop.panel.fault_mode = FaultMode.DOWN
    for user_id in (3, 4, 5):
        small_shop.on_trial(user_id)
    began = small_shop.clock.now
    small_shop.until(began + timedelta(hours=2), step=MINUTE)
    failed = small_shop.servers.reconciliation_run("nl")
    assert failed is not None
    assert failed.failure is not None
    assert failed.failure.trouble is PanelTrouble.TIMED_OUT
    assert failed.failure.waiting == 3
    assert timedelta() <= failed.failure.since - began <= timedelta(minutes=31)
    assert failed.due is not None
    assert failed.due.at - small_shop.clock.now <= timedelta(minutes=5)
    small_shop.panel.fault_mode = FaultMode.FINE
    small_shop.settles(minutes=8)
    well = small_shop.servers.reconciliation_run("nl")
    assert well is not None
    assert well.failure is None


def test_a_server_whose_panel_refuses_is_called_unchecked_and_not_down(small_shop: Shop) -> None:
    small_shop.on_trial()
    small_shop.connects()
    small_shop.panel.refusing["nl"] = PanelTrouble.WRONG_TOKEN
    findings = [run_diagnosis(small_shop.open(), small_shop.fleet, small_shop.context).finding for _ in range(3)]
    assert findings == [Finding.UNCHECKED] * 3


class TestOperatorsHear:
    """Operators hear once that a panel fails, and once that it works again."""

    @pytest.fixture
    def watched_shop(self, small_shop: Shop) -> Shop:
        """The small shop with an administrator who has opened the bot."""
        small_shop.admin_ids = frozenset({ADMIN})
        small_shop.arrives(ADMIN)
        return small_shop

    @pytest.mark.parametrize("trouble", [PanelTrouble.WRONG_TOKEN, None])
    def test_once_when_it_fails_and_once_when_it_is_over(
        self, watched_shop: Shop, trouble: PanelTrouble | None
    ) -> None:
        watched_shop.on_trial()
        self._break(watched_shop, trouble)
        watched_shop.on_trial(7)
        watched_shop.settles(minutes=12)
        assert watched_shop.sender.kinds() == [NotificationKind.SERVER_FAILING]
        watched_shop.until(watched_shop.clock.now + timedelta(hours=20), step=timedelta(minutes=5))
        self._break(watched_shop, None)
        watched_shop.panel.away.clear()
        watched_shop.settles(minutes=20)
        operators = [sent for sent in watched_shop.sender.said if sent.person_id == watched_shop.person_id(ADMIN)]
        assert [sent.kind for sent in operators] == [NotificationKind.SERVER_FAILING, NotificationKind.SERVER_WORKS]

    def test_that_the_vpn_core_stopped_and_that_it_runs_again(self, watched_shop: Shop) -> None:
        watched_shop.on_trial()
        watched_shop.settles(minutes=3)
        watched_shop.panel.stopped.add("nl")
        watched_shop.settles(minutes=50)
        operators = [sent for sent in watched_shop.sender.said if sent.person_id == watched_shop.person_id(ADMIN)]
        assert [(sent.kind, sent.arguments["trouble"]) for sent in operators] == [
            (NotificationKind.SERVER_FAILING, PanelTrouble.CORE_STOPPED)
        ]
        watched_shop.until(watched_shop.clock.now + timedelta(hours=5), step=timedelta(minutes=5))
        watched_shop.panel.stopped.clear()
        watched_shop.settles(minutes=10)
        operators = [sent for sent in watched_shop.sender.said if sent.person_id == watched_shop.person_id(ADMIN)]
        assert [sent.kind for sent in operators] == [NotificationKind.SERVER_FAILING, NotificationKind.SERVER_WORKS]

    def test_not_of_a_short_failure(self, watched_shop: Shop) -> None:
        watched_shop.panel.away.add("nl")
        watched_shop.on_trial()
        watched_shop.settles(minutes=2)
        watched_shop.panel.away.clear()
        watched_shop.settles(minutes=30)
        assert watched_shop.sender.kinds() == [NotificationKind.KEY_READY]

    def test_two_outages_are_two_reports(self, watched_shop: Shop) -> None:
        for _ in range(2):
            watched_shop.panel.away.add("nl")
            watched_shop.settles(minutes=50)
            watched_shop.panel.away.clear()
            watched_shop.settles(minutes=40)
        assert watched_shop.sender.kinds() == 2 * [NotificationKind.SERVER_FAILING, NotificationKind.SERVER_WORKS]

    def _break(self, shop: Shop, trouble: PanelTrouble | None) -> None:
        shop.panel.refusing.clear()
        if trouble is None:
            shop.panel.away.add("nl")
        else:
            shop.panel.refusing["nl"] = trouble


class TestAtOnce:
    """An operator's act that mends the panel makes what waits for it due at once."""

    @pytest.fixture
    def waiting(self, small_shop: Shop) -> Server:
        """A server whose panel refused a key for hours, and accepts it again."""
        small_shop.panel.refusing["nl"] = PanelTrouble.WRONG_TOKEN
        small_shop.on_trial()
        small_shop.until(small_shop.clock.now + timedelta(hours=5), step=MINUTE)
        small_shop.panel.refusing.clear()
        return small_shop.servers.get("nl")

    def test_a_new_token(self, small_shop: Shop, waiting: Server) -> None:
        change_token(small_shop.fleet, small_shop.context, waiting.id, "t" * 48, update(), "operator")
        self._assert_made_at_once(small_shop)

    def test_a_good_check(self, small_shop: Shop, waiting: Server) -> None:
        small_shop.fleet.panels.without_breaker(waiting).health()
        check_server(small_shop.fleet, small_shop.context, waiting)
        self._assert_made_at_once(small_shop)

    def _assert_made_at_once(self, small_shop: Shop) -> None:
        small_shop.minute()
        small_shop.clock.advance(MINUTE)
        small_shop.minute()
        assert small_shop.look().living_accesses[0].works


class TestOneClient:
    """One client that the panel refuses is retried alone, and named."""

    def test_a_server_stays_open_for_others_and_the_run_names_the_client(self, small_shop: Shop) -> None:
        name = small_shop.on_trial(1).living_accesses[0].name
        small_shop.panel.refused_clients.add(name)
        del small_shop.panel.held["nl", name]
        reconcile_now(small_shop)
        for user_id in range(2, 12):
            assert small_shop.on_trial(user_id).living_accesses[0].works
            small_shop.clock.advance(MINUTE)
            small_shop.minute()
            (listing,) = small_shop.servers.listings()
            assert listing.failing is None
        run = reconcile_now(small_shop)
        assert run.refused == (name,)
        assert run.lagging == 1
        small_shop.panel.refused_clients.clear()
        small_shop.settles(minutes=35)
        assert small_shop.look(1).living_accesses[0].in_sync
        assert reconcile_now(small_shop).refused == ()

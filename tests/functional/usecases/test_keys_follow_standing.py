"""Keys follow from the person's standing: after any sequence of acts they are what one pure function says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.panel import FaultMode
from tests.fakes.shop import shop_in_memory, update
from tests.functional.usecases.purchases import GB, LIMITED, MONTH, buys, refunds
from tests.functional.usecases.reconciled_servers import change, reconcile_now, with_servers
from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.people.standing import Standing, standing
from vpnbot.domain.people.wanted_keys import wanted_state
from vpnbot.domain.servers.server import ServerState
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.errors import Rejected
from vpnbot.usecases.keys.rotate_key import rotate_key
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.subscriptions.suspend_subscription import resume, suspend

TELEGRAM_ONLY = Endpoint("limited.example", 9443, "k" * 43, "www.example.com", "ab12", limited=True)
SMALL = replace(LIMITED, id="small", traffic_limit_bytes=5 * GB)
THREE = replace(MONTH, id="three", keys=3)
PLANS = (MONTH, SMALL, THREE)
ACTS = st.one_of(
    st.tuples(st.just("wait"), st.sampled_from([0.01, 0.3, 1, 3, 31])),
    st.tuples(st.just("buy"), st.sampled_from(range(len(PLANS)))),
    st.tuples(st.just("use"), st.sampled_from([1, 4, 9])),
    st.tuples(st.just("panel"), st.sampled_from([FaultMode.FINE, FaultMode.DOWN])),
    st.tuples(st.just("server"), st.sampled_from([ServerState.DRAINING, ServerState.DRAINING, ServerState.OPEN])),
    st.tuples(st.sampled_from(["suspend", "suspend", "resume", "trial", "rotate", "refund", "delete"]), st.just(0)),
)


class Life:
    """One person, and everything that can happen to them and their keys."""

    def __init__(self) -> None:
        self.shop = with_servers(shop_in_memory(), "nl", "de", "fi", capacity=16)
        for server_id in ("nl", "de"):
            change(self.shop, server_id, limited_inbound_id=2, limited_endpoint=TELEGRAM_ONLY)
        self.shop.trial = replace(TRIAL, keys=2)
        self.shop.arrives()

    def does(self, act: str, argument: float | str) -> None:
        """Let one thing happen."""
        shop, cause = self.shop, update()
        match act:
            case "wait":
                shop.days(float(argument), step=timedelta(hours=2))
            case "buy":
                shop.arrives()
                buys(shop, PLANS[int(argument)], payment=cause)
            case "use":
                for client in shop.panel.enabled():
                    client.used_bytes += int(float(argument) * GB)
                for server_id in shop.servers.ids:
                    reconcile_now(shop, server_id, settle=False)
            case "panel":
                shop.panel.fault_mode = FaultMode(str(argument))
            case "server" | "suspend" | "resume":
                self._operator_does(act, str(argument), cause)
            case _:
                self._asks_for(act, cause)

    def _operator_does(self, act: str, state: str, cause: str) -> None:
        """Let the operator drain or reopen the first server, or suspend or resume the person."""
        shop = self.shop
        match act:
            case "server" if shop.servers.get("nl").state != state:
                change(shop, "nl", state=ServerState(state))
            case "suspend":
                suspend(shop.open(), shop.fleet, shop.context, cause, "operator")
            case "resume":
                resume(shop.open(), shop.fleet, shop.context, cause, "operator")

    def _asks_for(self, act: str, cause: str) -> None:
        """Let the person ask for something that may be rejected."""
        shop, key = self.shop, self.shop.look().subscription.key
        try:
            match act:
                case "trial":
                    shop.tries(cause)
                case "rotate":
                    rotate_key(shop.open(), shop.fleet, shop.context, cause, key.tag if key else "")
                case "refund":
                    refunds(shop, refund=cause)
                case "delete":
                    delete_data(shop.open(), shop.fleet, shop.context, cause)
        except Rejected:
            pass

    def wanted(self) -> set[Wanted]:
        """Return the wanted states of all keys of the current link."""
        person = self.shop.look()
        return {access.wanted for access in person.accesses if access.key == person.subscription.key}

    def should_be(self) -> Wanted:
        """Return what the keys should be."""
        return wanted_state(self.shop.look(), self.shop.clock())

    def open_on_panels(self) -> set[tuple[str, int]]:
        """Return server and inbound of each client that can connect."""
        return {(server, client.inbound_id) for (server, _), client in self.shop.panel.held.items() if client.enabled}

    def should_be_open(self) -> set[tuple[str, int]]:
        """Return server and inbound of each client that should be able to connect, from the standing alone."""
        person = self.shop.look()
        now = standing(person, self.shop.clock())
        inbound = {Standing.USED_UP: 2, Standing.EXPIRED: 2}.get(now, 1 if now.opens_everything else None)
        servers = {access.server_id for access in person.living_accesses} - ({"fi"} if inbound == 2 else set())
        return {(server, inbound) for server in servers} if inbound else set()


@settings(max_examples=60, deadline=None)
@given(st.lists(ACTS, min_size=3, max_size=14))
def test_after_any_acts_the_keys_are_what_the_standing_says(acts: list[tuple[str, float | str]]) -> None:
    life = Life()
    for act, argument in [("trial", 0), *acts]:
        life.does(act, argument)
        assert life.wanted() <= {life.should_be(), Wanted.ABSENT}, f"after {act}"
    life.does("panel", FaultMode.FINE)
    life.shop.days(0.3)
    assert life.open_on_panels() == life.should_be_open()
    assert life.shop.index.dead_lettered() == []


def expired(life: Life) -> None:
    """Start a trial and let it end."""
    life.does("trial", 0)
    life.does("wait", 4)


def used_up(life: Life) -> None:
    """Buy a plan with a limit and use it up."""
    life.does("buy", 1)
    life.does("wait", 0.01)
    life.does("use", 9)
    life.does("wait", 0.01)


@pytest.fixture
def life() -> Life:
    """A person who has just opened the bot."""
    return Life()


class TestSuspension:
    """A suspension turns off everything, and its end restores what the person has then."""

    @pytest.mark.parametrize("before", [expired, used_up])
    def test_the_keys_for_telegram_are_off_during_a_pause_and_the_person_knows_it(
        self, life: Life, before: Callable[[Life], None]
    ) -> None:
        before(life)
        assert {inbound for _, inbound in life.open_on_panels()} == {2}
        life.shop.sender.said.clear()
        life.does("suspend", 0)
        life.does("wait", 0.01)
        assert life.open_on_panels() == set()
        assert life.wanted() == {Wanted.DISABLED}
        assert life.shop.sender.kinds() == [NotificationKind.SUSPENDED]
        life.does("resume", 0)
        life.does("wait", 0.01)
        assert {inbound for _, inbound in life.open_on_panels()} == {2}
        assert life.wanted() == {Wanted.LIMITED}
        assert life.shop.sender.kinds() == [NotificationKind.SUSPENDED, NotificationKind.RESUMED]

    def test_a_person_who_is_suspended_twice_is_told_once(self, life: Life) -> None:
        life.does("trial", 0)
        life.does("suspend", 0)
        life.does("suspend", 0)
        life.does("wait", 0.01)
        assert life.shop.sender.kinds() == [NotificationKind.SUSPENDED]

    def test_a_person_who_is_not_suspended_hears_nothing_of_a_resume(self, life: Life) -> None:
        life.does("trial", 0)
        life.does("resume", 0)
        life.does("wait", 0.01)
        assert NotificationKind.RESUMED not in life.shop.sender.kinds()

    def test_a_person_suspended_again_does_not_hear_that_access_is_on(self, life: Life) -> None:
        life.does("trial", 0)
        life.does("suspend", 0)
        life.does("resume", 0)
        life.does("suspend", 0)
        life.does("wait", 0.01)
        assert NotificationKind.RESUMED not in life.shop.sender.kinds()

    def test_no_question_for_an_opinion_is_sent_during_a_pause(self, life: Life) -> None:
        life.does("trial", 0)
        life.does("wait", 3)
        life.does("suspend", 0)
        life.does("wait", 3)
        assert NotificationKind.AFTERCARE not in life.shop.sender.kinds()


def test_a_renewal_makes_keys_work_again_that_a_pause_had_turned_off(life: Life) -> None:
    expired(life)
    life.does("suspend", 0)
    life.does("buy", 2)
    assert life.wanted() == {Wanted.DISABLED}
    life.does("resume", 0)
    life.does("wait", 0.1)
    assert life.open_on_panels() == {("nl", 1), ("de", 1), ("fi", 1)}

"""The contract of the panel port, for each kind: the demo panel, the fake 3x-ui panel and, if given, a real one."""

from dataclasses import dataclass, replace

from tests.integration.panels.conftest import ACCESS, CREDENTIALS, NAME, OTHER_CREDENTIALS, PERSON, RING
from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.servers.server import PanelClient, Server
from vpnbot.usecases.ports import Panel


@dataclass
class PanelUnderTest:
    """A panel of one kind, and its server."""

    panel: Panel
    server: Server

    def sample_clients(self) -> list[PanelClient]:
        """Return the clients with the name of the sample key."""
        return [client for client in self.panel.clients() if client.name == NAME]


class PanelContract:
    """Subclassed for each kind of panel; the subclass has the fixture `tested`."""

    def test_applying_a_key_twice_creates_one_client(self, tested: PanelUnderTest) -> None:
        first = tested.panel.apply(CREDENTIALS, ACCESS)
        assert tested.panel.apply(CREDENTIALS, ACCESS) == first
        assert first is not None
        assert len(first.public_key) == 43
        (client,) = tested.sample_clients()
        assert (client.enabled, client.devices, client.traffic_limit_bytes) == (True, 2, 50_000_000_000)

    def test_a_client_has_the_mark_of_its_person(self, tested: PanelUnderTest) -> None:
        tested.panel.apply(CREDENTIALS, ACCESS)
        (client,) = tested.sample_clients()
        assert RING.maker(client.name, client.mark) == PERSON

    def test_changed_limits_reach_the_panel(self, tested: PanelUnderTest) -> None:
        tested.panel.apply(CREDENTIALS, ACCESS)
        tested.panel.apply(CREDENTIALS, replace(ACCESS, devices=5, traffic_limit_bytes=None))
        (client,) = tested.sample_clients()
        assert (client.devices, client.traffic_limit_bytes) == (5, 0)

    def test_a_key_that_is_disabled_and_enabled_keeps_its_endpoint(self, tested: PanelUnderTest) -> None:
        first = tested.panel.apply(CREDENTIALS, ACCESS)
        for wanted, enabled in ((Wanted.DISABLED, False), (Wanted.LIMITED, False), (Wanted.ENABLED, True)):
            tested.panel.apply(CREDENTIALS, replace(ACCESS, wanted=wanted))
            (client,) = tested.sample_clients()
            assert client.enabled is enabled, wanted
        assert tested.panel.apply(CREDENTIALS, ACCESS) == first

    def test_a_new_key_can_be_created_disabled(self, tested: PanelUnderTest) -> None:
        tested.panel.apply(CREDENTIALS, replace(ACCESS, wanted=Wanted.DISABLED))
        (client,) = tested.sample_clients()
        assert not client.enabled

    def test_a_limited_key_has_no_endpoint_without_a_limited_inbound(self, tested: PanelUnderTest) -> None:
        assert tested.panel.apply(CREDENTIALS, replace(ACCESS, wanted=Wanted.LIMITED)) is None

    def test_removing_a_missing_client_succeeds(self, tested: PanelUnderTest) -> None:
        tested.panel.apply(CREDENTIALS, ACCESS)
        for _ in range(2):
            tested.panel.remove(NAME)
            assert tested.sample_clients() == []

    def test_two_keys_are_two_clients(self, tested: PanelUnderTest) -> None:
        tested.panel.apply(CREDENTIALS, ACCESS)
        tested.panel.apply(OTHER_CREDENTIALS, replace(ACCESS, name=OTHER_CREDENTIALS.email))
        tested.panel.remove(OTHER_CREDENTIALS.email)
        assert len(tested.sample_clients()) == 1

    def test_usage_is_none_without_a_client(self, tested: PanelUnderTest) -> None:
        assert tested.panel.usage(NAME) is None
        tested.panel.apply(CREDENTIALS, ACCESS)
        usage = tested.panel.usage(NAME)
        assert usage is not None
        assert usage.used_bytes == 0

    def test_the_inbounds_are_listed_and_that_of_the_server_can_be_used(self, tested: PanelUnderTest) -> None:
        usable = [inbound.id for inbound in tested.panel.inbounds() if inbound.obstacle is None]
        assert tested.server.inbound_id in usable
        assert tested.panel.endpoint(tested.server.inbound_id).host

    def test_a_working_panel_says_that_the_core_runs(self, tested: PanelUnderTest) -> None:
        assert tested.panel.core_runs()

    def test_a_working_panel_is_healthy(self, tested: PanelUnderTest) -> None:
        assert tested.panel.health().healthy

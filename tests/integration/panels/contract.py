"""What every kind of panel promises: the demo's, the fake 3x-ui, and a real one where there is one to ask."""

from dataclasses import dataclass, replace

from tests.integration.panels.conftest import ACCESS, CREDENTIALS, KEY, NAME, PERSON, RING
from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.servers.server import PanelClient, Server
from vpnbot.usecases.ports import Panel


@dataclass
class Kind:
    """A panel of one kind, and its server."""

    panel: Panel
    server: Server

    def ours(self) -> list[PanelClient]:
        """Return our clients, from all pages."""
        found: list[PanelClient] = []
        page = 1
        while True:
            listed = self.panel.clients(page)
            found += [client for client in listed.clients if client.name == NAME]
            if listed.last:
                return found
            page += 1


class PanelContract:
    """Collected once for each kind; `kind` is a fixture of the module that does."""

    def test_a_key_is_made_once_however_often_it_is_asked_for(self, kind: Kind) -> None:
        first = kind.panel.apply(CREDENTIALS, ACCESS)
        assert kind.panel.apply(CREDENTIALS, ACCESS) == first
        assert first is not None
        assert len(first.public_key) == 43
        (client,) = kind.ours()
        assert (client.enabled, client.devices, client.traffic_limit_bytes) == (True, 2, 50_000_000_000)

    def test_a_client_carries_the_proof_that_we_made_it(self, kind: Kind) -> None:
        kind.panel.apply(CREDENTIALS, ACCESS)
        (client,) = kind.ours()
        assert RING.maker(client.name, client.mark) == PERSON

    def test_changed_limits_reach_the_panel(self, kind: Kind) -> None:
        kind.panel.apply(CREDENTIALS, ACCESS)
        kind.panel.apply(CREDENTIALS, replace(ACCESS, devices=5, traffic_limit_bytes=None))
        (client,) = kind.ours()
        assert (client.devices, client.traffic_limit_bytes) == (5, 0)

    def test_a_key_is_switched_off_and_on_and_stays_the_same_key(self, kind: Kind) -> None:
        first = kind.panel.apply(CREDENTIALS, ACCESS)
        for wanted, enabled in ((Wanted.DISABLED, False), (Wanted.LIMITED, False), (Wanted.ENABLED, True)):
            kind.panel.apply(CREDENTIALS, replace(ACCESS, wanted=wanted))
            (client,) = kind.ours()
            assert client.enabled is enabled, wanted
        assert kind.panel.apply(CREDENTIALS, ACCESS) == first

    def test_a_key_that_was_never_made_can_be_made_switched_off(self, kind: Kind) -> None:
        kind.panel.apply(CREDENTIALS, replace(ACCESS, wanted=Wanted.DISABLED))
        (client,) = kind.ours()
        assert not client.enabled

    def test_a_time_that_is_over_shows_no_way_in_where_there_is_none_for_it(self, kind: Kind) -> None:
        assert kind.panel.apply(CREDENTIALS, replace(ACCESS, wanted=Wanted.LIMITED)) is None

    def test_removing_is_done_even_if_nothing_is_there(self, kind: Kind) -> None:
        kind.panel.apply(CREDENTIALS, ACCESS)
        for _ in range(2):
            kind.panel.remove(NAME)
            assert kind.ours() == []

    def test_two_keys_are_two_clients(self, kind: Kind) -> None:
        other = RING.credentials(PERSON, KEY.rotated(1))
        kind.panel.apply(CREDENTIALS, ACCESS)
        kind.panel.apply(other, replace(ACCESS, name=other.email))
        kind.panel.remove(other.email)
        assert len(kind.ours()) == 1

    def test_usage_is_known_of_clients_alone(self, kind: Kind) -> None:
        assert kind.panel.usage(NAME) is None
        kind.panel.apply(CREDENTIALS, ACCESS)
        usage = kind.panel.usage(NAME)
        assert usage is not None
        assert usage.used_bytes == 0

    def test_its_ways_in_are_listed_and_one_can_be_used(self, kind: Kind) -> None:
        usable = [inbound.id for inbound in kind.panel.inbounds() if inbound.obstacle is None]
        assert kind.server.inbound_id in usable
        assert kind.panel.endpoint(kind.server.inbound_id).host

    def test_it_says_how_it_is(self, kind: Kind) -> None:
        assert kind.panel.health().healthy

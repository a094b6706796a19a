"""The servers: is there one with room, does each panel answer, does each have what it should?"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ops.deployment import Target
from ops.findings import Finding, ill, odd, well
from ops.panel_words import trouble_words
from ops.people import container_of
from vpnbot.bootstrap import Container
from vpnbot.domain.servers.reconciliation import INTERVAL
from vpnbot.domain.servers.server import Listing, PanelKind, ServerState

_ROUNDS_MAY_LAG = INTERVAL + timedelta(hours=2)
"""A round is put off for an hour at most while its panel does not answer."""


def server_findings(target: Target, now: datetime) -> Iterator[Finding]:
    """Look at every server, its panel included."""
    container, ops = container_of(target), f"python -m ops {target.options} server"
    listings = [
        one for one in container.fleet.catalogue.listings(fresh=True) if one.server.kind is not PanelKind.DEMO
    ]
    if not listings:
        if container.fleet.catalogue.listings():
            yield well("no servers yet: the demo panel makes keys that carry no traffic")
        else:
            yield ill("there are no servers: nobody can get a key", f"{ops} add --help")
        return
    for listing in listings:
        yield _panel_finding(container, listing, ops)
        yield from _round_findings(container, listing, now)
    if not any(one.server.state is ServerState.OPEN and one.has_capacity for one in listings):
        yield ill("no server has room: who takes the trial now has to wait", f"{ops} add, or change --capacity")


def _panel_finding(container: Container, listing: Listing, ops: str) -> Finding:
    server = listing.server
    health = container.fleet.panels.of(server).health()
    if health.problem is not None:
        return ill(f"server {server.id}: {trouble_words(health.problem, health.detail)}", f"{ops} show {server.id}")
    if not health.accepts_every_app:
        return odd(
            f"server {server.id} is well, and lets only apps on Xray-core in",
            "set minClientVer in the inbound's Reality settings, if people use Hiddify or Clash",
        )
    return well(f"server {server.id} is well: {listing.taken} of {server.capacity} keys")


def _round_findings(container: Container, listing: Listing, now: datetime) -> Iterator[Finding]:
    last = container.fleet.catalogue.round(listing.server.id)
    if last is None or last.due is None or now - last.due.at > _ROUNDS_MAY_LAG:
        yield odd(f"server {listing.server.id} has not been looked at for hours", "the log of DueWorker says why")
    elif last.unmoved:
        yield odd(
            f"{last.unmoved} keys on {listing.server.id} have nowhere to go", "add a server, or raise a capacity"
        )

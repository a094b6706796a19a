"""Checks of the servers: free capacity, each panel's health, each server's last reconciliation run."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ops.deployment import Target
from ops.findings import Finding, failure, ok, warning
from ops.panel_words import error_words, trouble_words
from ops.people import container_of
from vpnbot.bootstrap import Container
from vpnbot.domain.servers.panel_errors import PanelRejected, PanelUnavailable
from vpnbot.domain.servers.reconciliation import INTERVAL
from vpnbot.domain.servers.server import Listing, PanelKind, ServerState
from vpnbot.usecases.servers.inspect_panel import with_probed_endpoints

_RUNS_MAY_LAG = INTERVAL + timedelta(hours=2)
"""A run that fails is tried again after at most ten minutes: later than this, more is wrong than its panel."""


def server_findings(target: Target, now: datetime) -> Iterator[Finding]:
    """Check every server and probe its panel."""
    container, ops = container_of(target), f"python -m ops {target.options} server"
    listings = [
        one for one in container.fleet.catalogue.listings(fresh=True) if one.server.kind is not PanelKind.DEMO
    ]
    if not listings:
        if container.fleet.catalogue.listings():
            yield ok("no servers yet: keys are made on the demo panel and carry no traffic")
        else:
            yield failure("there are no servers: no customer can get a key", f"{ops} add --help")
        return
    for listing in listings:
        yield _panel_finding(container, listing, ops)
        yield from _run_findings(container, listing, now)
    if not any(one.server.state is ServerState.OPEN and one.has_capacity for one in listings):
        yield failure("every server is full: new customers wait for a key", f"{ops} add, or change --capacity")


def _panel_finding(container: Container, listing: Listing, ops: str) -> Finding:
    server = listing.server
    health = container.fleet.panels.without_breaker(server).health()
    if health.problem is not None:
        return failure(
            f"server {server.id}: {trouble_words(health.problem, health.detail)}", f"{ops} show {server.id}"
        )
    try:
        seen = with_probed_endpoints(container.fleet, server)  # what is wrong with an inbound is only found like this
    except (PanelUnavailable, PanelRejected) as error:
        return failure(f"server {server.id}: {error_words(error)}", f"{ops} change {server.id}")
    if seen.endpoint is not None and not seen.endpoint.accepts_every_app:
        return warning(
            f"server {server.id} is healthy, but accepts only apps built on Xray-core",
            "for Hiddify and Clash set minClientVer to 1.0.0 (Inbounds → Edit → Reality)",
        )
    if not health.limits_devices:
        return warning(
            f"server {server.id} is healthy, but a key works on any number of devices: fail2ban does not run there",
            "install it on the server of the panel: x-ui, IP Limit Management",
        )
    return ok(f"server {server.id} is healthy: {listing.taken} of {server.capacity} keys")


def _run_findings(container: Container, listing: Listing, now: datetime) -> Iterator[Finding]:
    last = container.fleet.catalogue.reconciliation_run(listing.server.id)
    if last is None or last.due is None or now - last.due.at > _RUNS_MAY_LAG:
        yield warning(f"server {listing.server.id} has not been reconciled for hours", "read the log of DueWorker")
    elif last.unmoved:
        yield warning(
            f"{last.unmoved} keys on {listing.server.id} cannot be moved: no other server has capacity",
            "add a server, or raise a capacity",
        )

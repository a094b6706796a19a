"""Servers in sentences: what the operator is told of a server, its panel and its keys."""

from collections.abc import Iterator
from datetime import datetime

from ops.panel_words import trouble_words
from vpnbot.bootstrap import Container
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.servers.circuit_breaker import Breaker
from vpnbot.domain.servers.reconciliation import ReconciliationRun
from vpnbot.domain.servers.server import Inbound, Listing, PanelKind, Server, ServerState
from vpnbot.usecases.servers.rebuild_server import Comparison

_SHOWN_KEY_CHARACTERS = 12


def table(container: Container) -> Iterator[str]:
    """Yield a line for every server."""
    for listing in container.fleet.catalogue.listings(fresh=True):
        if listing.server.kind is PanelKind.DEMO:
            continue
        last = container.fleet.catalogue.round(listing.server.id)
        yield f"{_mark(listing)} {listing.server.id:<24} {line(listing, last)}"


def line(listing: Listing, last: ReconciliationRun | None) -> str:
    """Return how one server is, short."""
    server = listing.server
    parts = [
        server.title or server.country,
        f"{listing.taken}/{server.capacity} keys",
        str(server.state),
        *(
            []
            if listing.breaker is None
            else [f"no answer since {_time(listing.breaker.since)}: {_trouble(listing.breaker)}"]
        ),
        *([] if last is None or last.ended_at is None else [_found(last)]),
    ]
    return " · ".join(parts)


def details(server: Server) -> Iterator[str]:
    """Yield what is known of a server."""
    yield f"panel: {server.address}{' (pinned certificate)' if server.certificate_sha256 else ''}"
    yield from endpoint_lines(f"inbound {server.inbound_id}", server.endpoint)
    if server.limited_inbound_id is not None:
        yield from endpoint_lines(
            f"inbound {server.limited_inbound_id}, after the end only Telegram", server.limited_endpoint
        )


def endpoint_lines(name: str, endpoint: Endpoint | None) -> Iterator[str]:
    """Yield how an inbound presents itself."""
    if endpoint is None:
        yield f"{name}: not read yet"
        return
    transport = ", ".join(filter(None, (endpoint.network, endpoint.flow)))
    yield f"{name}: {endpoint.host}:{endpoint.port}, {transport}"
    short_id, key = endpoint.short_id or "(empty)", f"{endpoint.public_key[:_SHOWN_KEY_CHARACTERS]}…"
    yield f"  Reality: {endpoint.server_name}, short id {short_id}, key {key}"
    if not endpoint.accepts_every_app:
        yield "  only apps on Xray-core get in: set minClientVer in the inbound's Reality settings to let others in"


def inbound_line(inbound: Inbound) -> str:
    """Return one of a panel's inbounds, with why it cannot be used, if so."""
    obstacle = f": cannot be used ({inbound.obstacle})" if inbound.obstacle else ""
    return f"{inbound.id:>4}  {inbound.remark or '-'}, {inbound.protocol}, port {inbound.port}{obstacle}"


def comparison_lines(found: Comparison) -> Iterator[str]:
    """Yield what a panel has and lacks."""
    yield f"{found.belong} keys belong on it: {found.there} are there as they should be"
    yield f"{found.missing} are missing, {found.different} are otherwise, {found.waiting} are being made anyway"
    yield f"{found.foreign} clients on it are none of these keys; they are not touched"


def _mark(listing: Listing) -> str:
    if listing.breaker is not None:
        return "✘"
    return "✔" if listing.server.state is ServerState.OPEN and listing.has_capacity else "!"


def _trouble(breaker: Breaker) -> str:
    return trouble_words(breaker.trouble, breaker.detail)


def _found(last: ReconciliationRun) -> str:
    drift = last.missing + last.different + last.orphans
    found = f"{drift} set right" if drift else "all as it should be"
    unmoved = f", {last.unmoved} keys have nowhere to go" if last.unmoved else ""
    return f"looked at {_time(last.ended_at)}: {last.keys} keys, {found}{unmoved}"


def _time(moment: datetime | None) -> str:
    return "never" if moment is None else f"{moment:%Y-%m-%d %H:%M} UTC"

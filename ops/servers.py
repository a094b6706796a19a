"""Text output about servers, their panels and their keys."""

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
    """Yield one line for each server, without the demo server."""
    for listing in container.fleet.catalogue.listings(fresh=True):
        if listing.server.kind is PanelKind.DEMO:
            continue
        last = container.fleet.catalogue.reconciliation_run(listing.server.id)
        yield f"{_mark(listing)} {listing.server.id:<24} {line(listing, last)}"


def line(listing: Listing, last: ReconciliationRun | None) -> str:
    """Return the state of one server in one line."""
    server = listing.server
    parts = [
        server.title or server.country,
        f"{listing.taken}/{server.capacity} keys",
        str(server.state),
        *(
            []
            if listing.failing is None
            else [f"{_failing(listing.failing)} since {_time(listing.failing.since)}: {_trouble(listing.failing)}"]
        ),
        *([] if last is None or last.failure is None else [f"{last.failure.waiting} keys wait for its panel"]),
        *([] if last is None or not last.refused else [f"refused clients: {', '.join(last.refused)}"]),
        *([] if last is None or last.ended_at is None else [_result(last)]),
    ]
    return " · ".join(parts)


def details(server: Server) -> Iterator[str]:
    """Yield the stored settings of a server."""
    yield f"panel: {server.address}{' (pinned certificate)' if server.certificate_sha256 else ''}"
    yield from endpoint_lines(f"inbound {server.inbound_id}", server.endpoint)
    if server.limited_inbound_id is not None:
        yield from endpoint_lines(
            f"inbound {server.limited_inbound_id}, only Telegram, for ended plans", server.limited_endpoint
        )


def endpoint_lines(name: str, endpoint: Endpoint | None) -> Iterator[str]:
    """Yield the address and the Reality parameters of an inbound."""
    if endpoint is None:
        yield f"{name}: not read yet"
        return
    transport = ", ".join(filter(None, (endpoint.network, endpoint.flow)))
    yield f"{name}: {endpoint.host}:{endpoint.port}, {transport}"
    short_id, key = endpoint.short_id or "(empty)", f"{endpoint.public_key[:_SHOWN_KEY_CHARACTERS]}…"
    yield f"  Reality: {endpoint.server_name}, short id {short_id}, key {key}"
    if not endpoint.accepts_every_app:
        yield "  only for apps built on Xray-core; for others set minClientVer to 1.0.0 (Inbounds → Edit → Reality)"


def inbound_line(inbound: Inbound) -> str:
    """Return one line about an inbound, with the reason if it cannot be used."""
    obstacle = f": cannot be used ({inbound.obstacle})" if inbound.obstacle else ""
    return f"{inbound.id:>4}  {inbound.remark or '-'}, {inbound.protocol}, port {inbound.port}{obstacle}"


def comparison_lines(found: Comparison) -> Iterator[str]:
    """Yield how the clients on a panel differ from the stored keys."""
    yield f"{found.belong} keys belong on this server: {found.there} are in sync"
    yield f"{found.missing} are missing, {found.different} differ, {found.waiting} are already due"
    yield f"{found.foreign} other clients on the panel are left unchanged"


def _mark(listing: Listing) -> str:
    if listing.failing is not None:
        return "✘"
    return "✔" if listing.server.state is ServerState.OPEN and listing.has_capacity else "!"


def _failing(breaker: Breaker) -> str:
    return "refuses calls" if breaker.refuses else "no answer"


def _trouble(breaker: Breaker) -> str:
    return trouble_words(breaker.trouble, breaker.detail)


def _result(last: ReconciliationRun) -> str:
    drift = last.missing + last.different + last.orphans
    found = f"{drift} corrected" if drift else "all in sync"
    unmoved = f", {last.unmoved} keys cannot be moved" if last.unmoved else ""
    return f"reconciled {_time(last.ended_at)}: {last.keys} keys, {found}{unmoved}"


def _time(moment: datetime | None) -> str:
    return "never" if moment is None else f"{moment:%Y-%m-%d %H:%M} UTC"

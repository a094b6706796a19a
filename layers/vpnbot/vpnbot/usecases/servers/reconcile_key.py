"""Correct one key in a reconciliation run: drift on the panel, an outdated endpoint in the link, its traffic.

A key that lags behind, because an attempt failed, is made due at once when the panel answers.
"""

from contextlib import suppress

from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.servers.drift import ExpectedClient, digest
from vpnbot.domain.servers.panel_errors import is_refusal
from vpnbot.domain.servers.server import PanelClient, Server
from vpnbot.domain.subscriptions.traffic import worth_recording
from vpnbot.errors import ClaimLost, Conflict
from vpnbot.usecases.keys.record_traffic import record_traffic
from vpnbot.usecases.ports import Context, Fleet, Metric, People, Session


def reconcile_key(
    people: People,
    context: Context,
    server: Server,
    key: ExpectedClient,
    client: PanelClient | None,
    *,
    drifted: bool,
) -> None:
    """Record the traffic of a key, make it due if it has drifted, or update the endpoint in its link.

    The owner is loaded only if there is something to do. The index of keys may lag, so everything is checked again in
    the person's partition. Due work applies a drifted key to the panel again.
    """
    used = client is not None and worth_recording(
        key.counter_bytes, client.used_bytes, key.traffic_limit_bytes or None
    )
    endpoint = _current_endpoint(server, key.wanted)
    outdated = key.in_sync and (key.key is None or (endpoint is not None and key.presented != digest(endpoint)))
    if not (used or drifted or outdated):
        return
    session = people.open(key.person_id)
    try:
        if used and client is not None and not _read_since(session, server, key, client):
            record_traffic(session, context, server.id, key.key_tag, client.used_bytes)
        if drifted:
            _mark_drifted(session, context, server, key)
        elif outdated:
            _update_endpoint(session, context, server, key, endpoint)
    except (ClaimLost, Conflict):
        return  # a concurrent change of this person; the next reconciliation run tries again


def make_due(people: People, context: Context, server_id: str, key: ExpectedClient) -> bool:
    """Make a key due at once that waits for its panel; return whether the panel has refused it.

    A dead-lettered key stays: it has met a bug, and an operator tries it again.
    """
    session = people.open(key.person_id)
    access = session.person.access(server_id, key.key_tag)
    if access is None or access.in_sync:
        return False
    if (due := access.with_attempt_due(context.clock())) is not access:
        with suppress(ClaimLost):  # a worker has just tried it
            session.observe(access, due)
    return is_refusal(access.last_error)


def _current_endpoint(server: Server, wanted: Wanted) -> Endpoint | None:
    """Return the endpoint that a link should show for a key in this state; None if it shows none."""
    if wanted is Wanted.LIMITED and server.limited_inbound_id is not None:
        return server.limited_endpoint
    return server.endpoint if wanted is Wanted.ENABLED else None


def _mark_drifted(session: Session, context: Context, server: Server, key: ExpectedClient) -> None:
    access = _access_in_sync(session, server, key)
    if access is not None:
        session.observe(access, access.marked_out_of_sync(context.clock()))


def _read_since(session: Session, server: Server, key: ExpectedClient, client: PanelClient) -> bool:
    """Tell whether a newer value of the counter is stored; the older one must not be taken for a restart at 0."""
    access = session.person.access(server.id, key.key_tag)
    return access is not None and key.counter_bytes <= client.used_bytes < access.counter_bytes


def _update_endpoint(
    session: Session, context: Context, server: Server, key: ExpectedClient, endpoint: Endpoint | None
) -> None:
    """Store the current endpoint for the link; if the flow changed, the client on the panel must change too.

    The index entry is written again as well: one of an earlier release lacks facts that the comparison needs.
    """
    access = _access_in_sync(session, server, key)
    if access is None or access.wanted is not key.wanted:
        return
    if endpoint is not None and access.endpoint is not None and endpoint.flow != access.endpoint.flow:
        session.observe(access, access.marked_out_of_sync(context.clock()))
    else:
        session.observe(access, access if endpoint is None else access.applied(access.applied_revision, endpoint))


def _access_in_sync(session: Session, server: Server, key: ExpectedClient) -> Access | None:
    access = session.person.access(server.id, key.key_tag)
    return access if access and access.in_sync and access.wanted is not Wanted.ABSENT else None


def remove_orphan(people: People, fleet: Fleet, context: Context, server: Server, client: PanelClient) -> bool:
    """Remove a client if its mark proves that vpnbot created it and no key needs it; return whether it was removed.

    A client without a valid mark is never removed, whatever its name is.

    Raises:
        PanelUnavailable, PanelRejected, Misconfigured: the client could not be removed.
        StorageUnavailable: the storage did not answer; try again later.
    """
    person_id = fleet.ring().maker(client.name, client.mark)
    if person_id is None:
        return False
    person = people.open(person_id).person
    if not person.keys_readable:
        return False  # it may be the client of a key that this version cannot read
    if any((access.server_id, access.name) == (server.id, client.name) for access in person.accesses):
        return False  # the index of keys lags and does not list it yet
    fleet.panels.of(server).remove(client.name)
    context.metrics.count(Metric.ORPHANS_REMOVED)
    return True

"""Set right what a round finds wrong with one key: lost, changed, shown wrongly, its traffic not noted yet."""

from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.servers.drift import ExpectedClient, digest
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
    """Load the key's owner only if there is something to do; the due worker makes the key again.

    What the list of keys says may be a moment old, so everything is looked at again in the person's own partition.
    """
    used = client is not None and worth_recording(
        key.counter_bytes, client.used_bytes, key.traffic_limit_bytes or None
    )
    shown = _shown(server, key.wanted)
    outdated = key.in_sync and shown is not None and key.presented != digest(shown)
    if not (used or drifted or outdated):
        return
    session = people.open(key.person_id)
    try:
        if used and client is not None and not _seen_since(session, server, key, client):
            record_traffic(session, context, server.id, key.key_tag, client.used_bytes)
        if drifted:
            _make_anew(session, context, server, key)
        elif outdated:
            _show_anew(session, context, server, key, shown)
    except (ClaimLost, Conflict):
        return  # something else happens to this person just now; the next round looks again


def _shown(server: Server, wanted: Wanted) -> Endpoint | None:
    """Return what a link says of the server; None when it says nothing that could be outdated."""
    if wanted is Wanted.LIMITED and server.limited_inbound_id is not None:
        return server.limited_endpoint
    return server.endpoint if wanted is Wanted.ENABLED else None


def _make_anew(session: Session, context: Context, server: Server, key: ExpectedClient) -> None:
    access = _settled(session, server, key)
    if access is not None:
        session.observe(access, access.marked_out_of_sync(context.clock()))


def _seen_since(session: Session, server: Server, key: ExpectedClient, client: PanelClient) -> bool:
    """Tell whether the counter was read after the panel's page: less than was read is no new beginning then."""
    access = session.person.access(server.id, key.key_tag)
    return access is not None and key.counter_bytes <= client.used_bytes < access.counter_bytes


def _show_anew(
    session: Session, context: Context, server: Server, key: ExpectedClient, shown: Endpoint | None
) -> None:
    """Let the link show the server as it presents itself now; another flow concerns the panel's client as well."""
    access = _settled(session, server, key)
    if access is None or access.wanted is not key.wanted:
        return
    if shown is not None and access.endpoint is not None and shown.flow != access.endpoint.flow:
        session.observe(access, access.marked_out_of_sync(context.clock()))
    else:
        session.observe(access, access.applied(access.applied_revision, shown))


def _settled(session: Session, server: Server, key: ExpectedClient) -> Access | None:
    access = session.person.access(server.id, key.key_tag)
    return access if access and access.in_sync and access.wanted is not Wanted.ABSENT else None


def remove_orphan(people: People, fleet: Fleet, context: Context, server: Server, client: PanelClient) -> bool:
    """Remove a client that we have made, as its mark proves, and that belongs to no key; return whether it was.

    A client without that proof is left alone, whatever its name is.
    """
    person_id = fleet.ring().maker(client.name, client.mark)
    if person_id is None:
        return False
    person = people.open(person_id).person
    if not person.keys_readable:
        return False  # it may be the client of a key that this version cannot read
    if any((access.server_id, access.name) == (server.id, client.name) for access in person.accesses):
        return False  # the list of keys does not know it yet
    fleet.panels.of(server).remove(client.name)
    context.metrics.count(Metric.ORPHANS_REMOVED)
    return True

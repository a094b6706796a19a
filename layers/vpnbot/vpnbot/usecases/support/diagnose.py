"""Find out why a person's VPN does not work; their servers, and their keys on them, are checked as well."""

from contextlib import suppress
from functools import partial

from vpnbot.domain.keys.access import Access
from vpnbot.domain.people.limits import LimitedAct
from vpnbot.domain.people.person import Person
from vpnbot.domain.servers.drift import ExpectedClient, as_wanted
from vpnbot.domain.servers.panel_errors import PANEL_FAILURES, PanelUnavailable
from vpnbot.domain.servers.server import Usage
from vpnbot.domain.support import Diagnosis, Finding, KeyCheck, KeyState, diagnose
from vpnbot.errors import ClaimLost, Misconfigured
from vpnbot.usecases.keys.record_traffic import record_usages
from vpnbot.usecases.people.count_act import count_act
from vpnbot.usecases.ports import Context, Fleet, Session


def run_diagnosis(session: Session, fleet: Fleet, context: Context) -> Diagnosis:
    """Return what is wrong. The servers are checked only if the result can depend on them, all at the same time.

    The traffic of the keys is read from the panels and recorded first. A key whose client is not as it should be is
    due at once: due work corrects it within a minute.

    Raises:
        TooOften: the servers were checked for this person as often as allowed.
        Conflict: concurrent changes; try again later.
    """
    now = context.clock()
    person = session.person.as_of(now)
    without_servers = diagnose(person, {}, now)
    if not without_servers.access_fine or without_servers.finding is Finding.KEY_REFUSED:
        return without_servers
    count_act(session, context, LimitedAct.CHECK)
    person = session.person.as_of(now)
    accesses = person.offered_accesses
    read = fleet.concurrently([partial(_checked, person, fleet, access) for access in accesses])
    record_usages(session, context, [(access, usage) for access, (_, usage) in zip(accesses, read, strict=True)])
    checks = {access.server_id: check for access, (check, _) in zip(accesses, read, strict=True)}
    _correct(session, context, [access for access in accesses if checks[access.server_id].state is KeyState.BROKEN])
    return diagnose(session.person.as_of(now), checks, now)


def _checked(person: Person, fleet: Fleet, access: Access) -> tuple[KeyCheck, Usage | None]:
    """Check a server and a key on it; return the key's traffic as well, None if it is not known."""
    try:
        server = fleet.catalogue.get(access.server_id)
        panel = fleet.panels.of(server)
        health = panel.health()
    except Misconfigured:
        return KeyCheck(KeyState.DOWN), None  # the server is not in the catalogue any more
    except PanelUnavailable:
        return KeyCheck(KeyState.UNCHECKED), None
    if not (health.panel_answers and health.server_runs):
        return KeyCheck(KeyState.DOWN, health), None
    name, ring = fleet.ring().client_name(person.id, access.key), fleet.ring()
    try:
        client, usage = panel.client(name), panel.usage(name)
    except PANEL_FAILURES:
        return KeyCheck(KeyState.UNCHECKED, health), None
    expected = ExpectedClient.of(person.id, access)
    fine = access.in_sync and client is not None and as_wanted(expected, client, server, ring)
    return KeyCheck(KeyState.FINE if fine else KeyState.BROKEN, health), usage


def _correct(session: Session, context: Context, broken: list[Access]) -> None:
    """Make keys due whose clients are not as they should be, unless they have changed meanwhile."""
    for access in broken:
        current = session.person.access(access.server_id, access.key.tag)
        if current is not None and current.in_sync and current.wanted is access.wanted:
            with suppress(ClaimLost):
                session.observe(current, current.marked_out_of_sync(context.clock()))

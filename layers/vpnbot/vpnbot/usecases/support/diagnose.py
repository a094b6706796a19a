"""Find out why a person's VPN does not work; their servers are checked as well."""

from functools import partial

from vpnbot.domain.keys.access import Access
from vpnbot.domain.servers.panel_errors import PanelUnavailable
from vpnbot.domain.servers.server import Health
from vpnbot.domain.support import Diagnosis, Finding, diagnose
from vpnbot.errors import Misconfigured
from vpnbot.usecases.keys.record_traffic import refresh_traffic
from vpnbot.usecases.ports import Context, Fleet, Session


def run_diagnosis(session: Session, fleet: Fleet, context: Context) -> Diagnosis:
    """Return what is wrong. The servers are checked only if the result can depend on them, all at the same time.

    The traffic of the keys is read from the panels and recorded first.

    Raises:
        Conflict: concurrent changes; try again later.
    """
    now = context.clock()
    person = session.person.as_of(now)
    without_servers = diagnose(person, {}, now)
    if not without_servers.access_fine or without_servers.finding is Finding.KEY_REFUSED:
        return without_servers
    accesses = person.offered_accesses
    checked = fleet.concurrently([partial(_health, fleet, access) for access in accesses])
    healths = {access.server_id: health for access, health in zip(accesses, checked, strict=True)}
    refresh_traffic(
        session, fleet, context, [access for access in accesses if healths[access.server_id].panel_answers]
    )
    return diagnose(session.person.as_of(now), healths, now)


def _health(fleet: Fleet, access: Access) -> Health:
    try:
        return fleet.panels.of(fleet.catalogue.get(access.server_id)).health()
    except (Misconfigured, PanelUnavailable):
        return Health(panel_answers=False, server_runs=False)

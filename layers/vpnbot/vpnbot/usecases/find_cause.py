"""Find out why a person's VPN does not work, asking the server as well."""

from vpnbot.domain.diagnosis import Diagnosis, Finding, diagnose
from vpnbot.domain.server import Health
from vpnbot.errors import Misconfigured
from vpnbot.usecases.ports import Session, Shop


def find_cause(session: Session, shop: Shop) -> Diagnosis:
    """Return what is wrong and whose it is to mend. A server is only asked when it can matter."""
    now = shop.clock()
    person = session.person.at(now)
    without_server = diagnose(person, None, now)
    if not without_server.access_fine or without_server.finding is Finding.KEY_REFUSED:
        return without_server
    return diagnose(person, _health(session, shop), now)


def _health(session: Session, shop: Shop) -> Health | None:
    accesses = session.person.living_accesses
    if not accesses:
        return None
    try:
        return shop.panel.health(shop.servers.get(accesses[0].server_id))
    except Misconfigured:
        return Health(panel_answers=False, server_runs=False)

"""Find out why a person's VPN does not work, asking the server as well."""

from contextlib import suppress
from dataclasses import replace

from vpnbot.domain.diagnosis import Diagnosis, Finding, diagnose
from vpnbot.domain.server import Health
from vpnbot.errors import ClaimLost, Misconfigured, PanelRefused, PanelUnavailable
from vpnbot.usecases.ports import Session, Shop


def find_cause(session: Session, shop: Shop) -> Diagnosis:
    """Return what is wrong and whose it is to mend. A server is only asked when it can matter."""
    now = shop.clock()
    person = session.person.at(now)
    without_server = diagnose(person, None, now)
    if not without_server.access_fine or without_server.finding is Finding.KEY_REFUSED:
        return without_server
    health = _health(session, shop)
    if health is not None and health.panel_answers:
        _observe_traffic(session, shop)
    return diagnose(session.person.at(now), health, now)


def _observe_traffic(session: Session, shop: Shop) -> None:
    """Note how far each key has been used; what cannot be learned now stays as it was."""
    for access in session.person.living_accesses:
        with suppress(PanelUnavailable, PanelRefused, Misconfigured, ClaimLost):
            server = shop.servers.get(access.server_id)
            usage = shop.panel.usage(server, shop.ring().credentials(session.person.id, access.key))
            if usage is not None and usage.used_bytes != access.used_bytes:
                session.observe(access, replace(access, used_bytes=usage.used_bytes))


def _health(session: Session, shop: Shop) -> Health | None:
    accesses = session.person.living_accesses
    if not accesses:
        return None
    try:
        return shop.panel.health(shop.servers.get(accesses[0].server_id))
    except Misconfigured:
        return Health(panel_answers=False, server_runs=False)

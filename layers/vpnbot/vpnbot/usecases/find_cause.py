"""Find out why a person's VPN does not work, asking their servers as well."""

from contextlib import suppress
from functools import partial

from vpnbot.domain.access import Access
from vpnbot.domain.diagnosis import Diagnosis, Finding, diagnose
from vpnbot.domain.server import Health, Usage
from vpnbot.errors import ClaimLost, Misconfigured, PanelRefused, PanelUnavailable
from vpnbot.usecases.note_usage import note_usage
from vpnbot.usecases.ports import Session, Shop


def find_cause(session: Session, shop: Shop) -> Diagnosis:
    """Return what is wrong and whose it is to mend. Servers are only asked when it can matter, all at once.

    Raises:
        Conflict: too much happens at once; come back.
    """
    now = shop.clock()
    person = session.person.at(now)
    without_servers = diagnose(person, {}, now)
    if not without_servers.access_fine or without_servers.finding is Finding.KEY_REFUSED:
        return without_servers
    accesses = person.offered_accesses
    answers = shop.together([partial(_health, shop, access) for access in accesses])
    healths = {access.server_id: health for access, health in zip(accesses, answers, strict=True)}
    _observe_traffic(session, shop, [access for access in accesses if healths[access.server_id].panel_answers])
    return diagnose(session.person.at(now), healths, now)


def _health(shop: Shop, access: Access) -> Health:
    try:
        return shop.panel.health(shop.servers.get(access.server_id))
    except Misconfigured:
        return Health(panel_answers=False, server_runs=False)


def _observe_traffic(session: Session, shop: Shop, accesses: list[Access]) -> None:
    """Note how far each key has been used; what cannot be learned now stays as it was."""
    usages = shop.together([partial(_usage, session, shop, access) for access in accesses])
    for access, usage in zip(accesses, usages, strict=True):
        if usage is not None and usage.used_bytes != access.counter_bytes:
            with suppress(ClaimLost):
                note_usage(session, shop, access.server_id, access.key.tag, usage.used_bytes)


def _usage(session: Session, shop: Shop, access: Access) -> Usage | None:
    try:
        server = shop.servers.get(access.server_id)
        return shop.panel.usage(server, shop.ring().credentials(session.person.id, access.key))
    except (PanelUnavailable, PanelRefused, Misconfigured):
        return None

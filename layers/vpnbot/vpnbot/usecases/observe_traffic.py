"""Ask a person's panels how much traffic their keys have carried, all at once, and write it down."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from vpnbot.domain.access import Access
from vpnbot.domain.server import Usage
from vpnbot.errors import ClaimLost, Misconfigured, PanelRefused, PanelUnavailable
from vpnbot.usecases.note_usage import note_usage
from vpnbot.usecases.ports import Session, Shop


def observe_traffic(session: Session, shop: Shop, accesses: Sequence[Access]) -> None:
    """Note how far each key has been used; what cannot be learned now stays as it was.

    Raises:
        Conflict: too much happens to this person at once.
    """
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

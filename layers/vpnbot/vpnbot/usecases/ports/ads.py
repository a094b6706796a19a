"""The port for links in advertisements."""

from typing import Protocol

from vpnbot.domain.ads.link import AdLink
from vpnbot.usecases.ports.decided_items import DecidedItems


class AdLinks(DecidedItems[AdLink], Protocol):
    """The stored links; `latest` leaves out the deleted ones. Each call may raise StorageUnavailable."""

"""A server that an operator is about to add: what is known of it so far, and what has to be asked next."""

from dataclasses import dataclass, replace
from enum import StrEnum

from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.servers.panel_errors import CERTIFICATE_TROUBLES, TOKEN_TROUBLES, PanelTrouble
from vpnbot.domain.servers.server import Inbound, PanelKind, Server


class Step(StrEnum):
    """What is asked. CERTIFICATE: is this one yours? PANEL: something is wrong with it, and to be mended first."""

    ADDRESS = "address"
    TOKEN = "token"  # noqa: S105 - a step, not a token
    CERTIFICATE = "certificate"
    PANEL = "panel"
    INBOUND = "inbound"
    COUNTRY = "country"
    CAPACITY = "capacity"
    CONFIRM = "confirm"


_ABOUT_INBOUND = frozenset({PanelTrouble.NO_INBOUND, PanelTrouble.INBOUND_UNUSABLE, PanelTrouble.INBOUND_OFF})


@dataclass(frozen=True, slots=True)
class ServerDraft:
    """Grows answer by answer. `id` is the name under which the panel's token waits in the operator's safe.

    `trouble` is what the last look at the panel has met, `detail` a fact to it, such as a certificate's fingerprint.
    """

    id: str
    address: str = ""
    has_token: bool = False
    certificate_sha256: str | None = None
    trouble: PanelTrouble | None = None
    detail: str = ""
    inbounds: tuple[Inbound, ...] = ()
    inbound_id: int = 0
    country: str = ""
    capacity: int = 0
    endpoint: Endpoint | None = None
    panel_version: str | None = None
    core_version: str | None = None

    @property
    def step(self) -> Step:
        """What has to be asked next."""
        if not self.address:
            return Step.ADDRESS
        if not self.has_token or self.trouble in TOKEN_TROUBLES:
            return Step.TOKEN
        if self.trouble in CERTIFICATE_TROUBLES and self.detail:
            return Step.CERTIFICATE
        if self.trouble is not None and self.trouble not in _ABOUT_INBOUND:
            return Step.PANEL
        if not self.inbound_id:
            return Step.INBOUND
        if not self.country:
            return Step.COUNTRY
        return Step.CONFIRM if self.capacity else Step.CAPACITY

    @property
    def usable_inbounds(self) -> tuple[Inbound, ...]:
        """The ways in that may be chosen."""
        return tuple(inbound for inbound in self.inbounds if inbound.obstacle is None)

    @property
    def server(self) -> Server:
        """The server as far as it is known."""
        return Server(
            self.id,
            title="",
            country=self.country,
            kind=PanelKind.THREE_X_UI,
            address=self.address,
            inbound_id=self.inbound_id,
            certificate_sha256=self.certificate_sha256,
            capacity=self.capacity,
            endpoint=self.endpoint,
            token_name=self.id,
        )

    def moved(self, address: str) -> "ServerDraft":
        """Return a draft of the panel at another address, or ("") one that asks for it; its token is another, too."""
        return ServerDraft(self.id, address, country=self.country, capacity=self.capacity)

    def troubled(self, trouble: PanelTrouble, detail: str = "") -> "ServerDraft":
        """Return this draft after a look that has met trouble; an inbound that was chosen must be chosen again."""
        return replace(self, trouble=trouble, detail=detail, inbound_id=0, endpoint=None)

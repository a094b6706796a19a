"""A draft of a server that an operator adds: what is known so far, and what to ask next."""

from dataclasses import dataclass, replace
from enum import StrEnum

from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.servers.panel_errors import CERTIFICATE_TROUBLES, INBOUND_TROUBLES, TOKEN_TROUBLES, PanelTrouble
from vpnbot.domain.servers.server import Inbound, PanelKind, Server


class Step(StrEnum):
    """What to ask next. CERTIFICATE: whether the shown certificate is the panel's own.

    PANEL: nothing is asked; the panel has a trouble that the operator has to correct first.
    """

    ADDRESS = "address"
    TOKEN = "token"  # noqa: S105 - a step, not a token
    CERTIFICATE = "certificate"
    PANEL = "panel"
    INBOUND = "inbound"
    COUNTRY = "country"
    CAPACITY = "capacity"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class ServerDraft:
    """What is known of a new server. `id` is the name of the panel's token in the token store.

    `trouble` is the result of the last probe of the panel, if it failed; `detail` is a fact about it, such as a
    certificate's fingerprint. `limits_devices`: see `Health`.
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
    limits_devices: bool = True

    @property
    def step(self) -> Step:
        """What to ask next."""
        if not self.address:
            return Step.ADDRESS
        if self.has_token and self.trouble in TOKEN_TROUBLES:
            return Step.TOKEN
        if self.trouble in CERTIFICATE_TROUBLES and self.detail:
            return Step.CERTIFICATE
        if self.trouble is not None and self.trouble not in INBOUND_TROUBLES:
            return Step.PANEL
        if not self.has_token:
            return Step.TOKEN
        if not self.inbound_id:
            return Step.INBOUND
        if not self.country:
            return Step.COUNTRY
        return Step.CONFIRM if self.capacity else Step.CAPACITY

    @property
    def usable_inbounds(self) -> tuple[Inbound, ...]:
        """The inbounds that can be chosen."""
        return tuple(inbound for inbound in self.inbounds if inbound.obstacle is None)

    @property
    def server(self) -> Server:
        """The server, with what is known so far."""
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
        """Return a draft with another panel address (empty: to be asked for), without a token."""
        return ServerDraft(self.id, address, country=self.country, capacity=self.capacity)

    def troubled(self, trouble: PanelTrouble, detail: str = "") -> "ServerDraft":
        """Return this draft after a failed probe; the inbound must be chosen again."""
        return replace(self, trouble=trouble, detail=detail, inbound_id=0, endpoint=None)

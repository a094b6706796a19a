"""A VPN server as we sell it, how full it is, and how well it is."""

from dataclasses import dataclass, replace
from enum import StrEnum

from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.servers.circuit_breaker import Breaker
from vpnbot.domain.servers.panel_errors import PanelTrouble

CAPACITY_SHARDS = 8
"""A server's capacity is counted in so many rooms, so that people who come at the same moment rarely meet."""


class PanelKind(StrEnum):
    """Which adapter makes keys."""

    DEMO = "demo"
    THREE_X_UI = "three_x_ui"


class ServerState(StrEnum):
    """What a server does for us. GONE: its panel will never answer again, so no work waits for it."""

    OPEN = "open"
    DRAINING = "draining"
    DECOMMISSIONED = "gone"


@dataclass(frozen=True, slots=True)
class Server:
    """A place where keys can be made.

    `title` is the operator's own name for it; empty, it goes by its `country` (ISO 3166-1, two letters).
    `address` is the panel's URL with its base path. `certificate_sha256` pins a certificate that nobody has signed
    for. `endpoint` is what was read of the inbound when it was last looked at. Whoever's time is over is let into the
    inbound `limited_inbound_id`, where only Telegram can be reached; None: their keys are switched off. Out of
    `former_inbound_ids`, which served before, our clients are taken. `version` counts changes, from the second in
    which the server was added: another one of the same name never has the same. `token_name` is what the panel's
    token is called in the operator's safe; empty, it goes by the server's name.
    """

    id: str
    title: str
    country: str
    kind: PanelKind = PanelKind.THREE_X_UI
    address: str = ""
    inbound_id: int = 0
    limited_inbound_id: int | None = None
    certificate_sha256: str | None = None
    capacity: int = 0
    state: ServerState = ServerState.OPEN
    endpoint: Endpoint | None = None
    limited_endpoint: Endpoint | None = None
    former_inbound_ids: tuple[int, ...] = ()
    token_name: str = ""
    version: int = 1

    @property
    def token_id(self) -> str:
        """What the panel's token is called in the operator's safe; a new one has a new name."""
        return self.token_name or self.id

    @property
    def carries_traffic(self) -> bool:
        """Whether keys made here connect to anything."""
        return self.kind is not PanelKind.DEMO

    def after(self, before: "Server") -> "Server":
        """Return this server with the inbounds that no longer serve kept in mind, as long as it is the same panel."""
        if self.address != before.address:
            return replace(self, former_inbound_ids=())
        serving = {self.inbound_id, self.limited_inbound_id}
        former = {*before.former_inbound_ids, before.inbound_id, before.limited_inbound_id} - serving
        return replace(self, former_inbound_ids=tuple(sorted(number for number in former if number)))

    def presented(self, endpoint: Endpoint) -> Endpoint:
        """Return an endpoint with what a link says of the server around it."""
        return replace(endpoint, title=self.title, country=self.country, carries_traffic=self.carries_traffic)

    def shard_limits(self) -> tuple[int, ...]:
        """Return how many keys each room takes: the capacity, dealt out evenly."""
        whole, rest = divmod(self.capacity, CAPACITY_SHARDS)
        return tuple(whole + (number < rest) for number in range(CAPACITY_SHARDS))


@dataclass(frozen=True, slots=True)
class CapacityShard:
    """A part of a server's capacity. `taken` changes only together with the access that takes or leaves it."""

    number: int
    taken: int
    limit: int

    @property
    def free(self) -> int:
        """How many more keys it takes."""
        return max(self.limit - self.taken, 0)


@dataclass(frozen=True, slots=True)
class Listing:
    """A server in the catalogue, with how full it is. Without rooms it takes everybody, as the demo's does.

    `breaker` is there while its panel does not answer.
    """

    server: Server
    shards: tuple[CapacityShard, ...] = ()
    breaker: Breaker | None = None

    @property
    def taken(self) -> int:
        """How many keys it has."""
        return sum(shard.taken for shard in self.shards)

    @property
    def has_capacity(self) -> bool:
        """Whether one more key fits."""
        return not self.shards or any(shard.free for shard in self.shards)

    @property
    def load(self) -> float:
        """How full it is, from 0 to 1."""
        return self.taken / max(sum(shard.limit for shard in self.shards), 1)


@dataclass(frozen=True, slots=True)
class Health:
    """What a panel says about its server now.

    `accepts_every_app` is false where the server accepts only apps built on Xray-core. `trouble` names what is wrong,
    if that is known; `detail` is a fact that belongs to it, such as a certificate's fingerprint.
    """

    panel_answers: bool
    server_runs: bool
    accepts_every_app: bool = True
    panel_version: str | None = None
    core_version: str | None = None
    trouble: PanelTrouble | None = None
    detail: str = ""

    @property
    def problem(self) -> PanelTrouble | None:
        """What is wrong; None while keys can be made and used."""
        if self.trouble is not None or (self.panel_answers and self.server_runs):
            return self.trouble
        return PanelTrouble.CORE_STOPPED if self.panel_answers else PanelTrouble.TIMED_OUT

    @property
    def well(self) -> bool:
        """Whether keys can be made and used."""
        return self.problem is None


@dataclass(frozen=True, slots=True)
class Usage:
    """Traffic of one key on one server, in bytes, since its panel began to count."""

    used_bytes: int


@dataclass(frozen=True, slots=True)
class Inbound:
    """A way into a server that its panel lists. `obstacle` says why we cannot use it; None: we can."""

    id: int
    remark: str
    protocol: str
    port: int
    obstacle: str | None = None


@dataclass(frozen=True, slots=True)
class PanelClient:
    """A client as a panel has it, also one that we did not make. `mark` is what stands in its comment."""

    name: str
    enabled: bool
    devices: int
    traffic_limit_bytes: int
    inbound_ids: frozenset[int]
    used_bytes: int
    mark: str


@dataclass(frozen=True, slots=True)
class ClientPage:
    """A slice of a panel's clients in the order of their names; `last` tells that none follow."""

    clients: tuple[PanelClient, ...]
    last: bool

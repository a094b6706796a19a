"""A VPN server, its capacity, its health, and what its panel lists."""

from dataclasses import dataclass, replace
from enum import StrEnum

from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.servers.circuit_breaker import Breaker
from vpnbot.domain.servers.panel_errors import PanelTrouble

CAPACITY_SHARDS = 8
"""A server's capacity is divided among this many counters, so that concurrent commits rarely conflict."""


class PanelKind(StrEnum):
    """The kinds of panels; each has an adapter in `panels/`."""

    DEMO = "demo"
    THREE_X_UI = "three_x_ui"


class ServerState(StrEnum):
    """OPEN: new keys are placed on it. DRAINING: its keys are moved to other servers.

    DECOMMISSIONED: its panel is lost for good; keys are moved off without calling it.
    """

    OPEN = "open"
    DRAINING = "draining"
    DECOMMISSIONED = "gone"


@dataclass(frozen=True, slots=True)
class Server:
    """A VPN server with its panel.

    `title` is the operator's name for it; if empty, the `country` (ISO 3166-1, two letters) is shown. `address` is
    the panel's URL with its base path. `certificate_sha256` is the fingerprint of the only accepted certificate;
    None: the certificate is verified as usual.

    `inbound_id` is the inbound for working keys. `limited_inbound_id` is the inbound for expired keys, where only
    Telegram can be reached; None: expired keys are disabled. `endpoint` and `limited_endpoint` were read from the
    panel last. `former_inbound_ids` are inbounds that were used before; our clients are removed from them.

    `capacity` is a number of keys. `version` counts changes. It starts at the Unix time in seconds at which the
    server was added, so that a later server of the same id never has the same version. `token_name` is the name of
    the panel's token in the token store; if empty, it is the server's id. `added_by` is the actor who added the
    server, as in the ledger; empty: not known.
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
    added_by: str = ""
    version: int = 1

    @property
    def token_id(self) -> str:
        """The name of the panel's token in the token store; a new token has a new name."""
        return self.token_name or self.id

    @property
    def carries_traffic(self) -> bool:
        """Whether keys on this server carry traffic; those of the demo panel do not."""
        return self.kind is not PanelKind.DEMO

    @property
    def offers_telegram_only(self) -> bool:
        """Whether the server has an inbound where only Telegram can be reached, for keys whose time is over."""
        return self.limited_inbound_id is not None

    def after(self, before: "Server") -> "Server":
        """Return this server with the inbounds that `before` used in `former_inbound_ids`; none for another panel."""
        if self.address != before.address:
            return replace(self, former_inbound_ids=())
        used = {self.inbound_id, self.limited_inbound_id}
        former = {*before.former_inbound_ids, before.inbound_id, before.limited_inbound_id} - used
        return replace(self, former_inbound_ids=tuple(sorted(number for number in former if number)))

    def presented(self, endpoint: Endpoint) -> Endpoint:
        """Return an endpoint with this server's title, country and `carries_traffic`."""
        return replace(endpoint, title=self.title, country=self.country, carries_traffic=self.carries_traffic)

    def shard_limits(self) -> tuple[int, ...]:
        """Return the limit of each capacity shard: the capacity, divided evenly."""
        whole, rest = divmod(self.capacity, CAPACITY_SHARDS)
        return tuple(whole + (number < rest) for number in range(CAPACITY_SHARDS))


@dataclass(frozen=True, slots=True)
class CapacityShard:
    """A part of a server's capacity: `taken` keys of at most `limit`. Each commit of an access updates `taken`."""

    number: int
    taken: int
    limit: int

    @property
    def free(self) -> int:
        """How many more keys the shard can count."""
        return max(self.limit - self.taken, 0)


@dataclass(frozen=True, slots=True)
class Listing:
    """A server in the catalogue, with its capacity shards and its circuit breaker.

    A server without shards, such as that of the demo, has no limit. `breaker` is None after a success.
    """

    server: Server
    shards: tuple[CapacityShard, ...] = ()
    breaker: Breaker | None = None

    @property
    def failing(self) -> Breaker | None:
        """The open circuit breaker; None while calls to the panel succeed."""
        return self.breaker if self.breaker is not None and self.breaker.open else None

    @property
    def refuses(self) -> bool:
        """Whether its panel refuses all calls, so that no new key is placed on it.

        A panel that does not answer may do so in a moment, and then makes the key; one that refuses waits for an
        operator.
        """
        return self.failing is not None and self.failing.refuses

    @property
    def taken(self) -> int:
        """The number of keys that the shards count."""
        return sum(shard.taken for shard in self.shards)

    @property
    def free(self) -> int:
        """How many more keys fit; 0 if the capacity was lowered below `taken`, whatever a single shard could take."""
        return max(min(sum(shard.free for shard in self.shards), self._limit - self.taken), 0)

    @property
    def has_capacity(self) -> bool:
        """Whether one more key fits."""
        return not self.shards or self.free > 0

    @property
    def load(self) -> float:
        """The counted keys divided by the capacity: 0 is empty, 1 is full; more than 1 if the limit was exceeded."""
        return self.taken / max(self._limit, 1)

    @property
    def _limit(self) -> int:
        return sum(shard.limit for shard in self.shards)


@dataclass(frozen=True, slots=True)
class Health:
    """The health of a server and its panel.

    `server_runs`: its VPN core runs. `accepts_every_app` is false where the server accepts only apps with Xray-core,
    `limits_devices` where a key works on any number of devices at once, whatever its limit is.
    `trouble` is what is wrong, if that is known; `detail` is a fact about it, such as a certificate's fingerprint.
    """

    panel_answers: bool
    server_runs: bool
    accepts_every_app: bool = True
    limits_devices: bool = True
    panel_version: str | None = None
    core_version: str | None = None
    trouble: PanelTrouble | None = None
    detail: str = ""

    @property
    def problem(self) -> PanelTrouble | None:
        """What is wrong; None while keys can be created and used."""
        if self.trouble is not None or (self.panel_answers and self.server_runs):
            return self.trouble
        return PanelTrouble.CORE_STOPPED if self.panel_answers else PanelTrouble.TIMED_OUT

    @property
    def healthy(self) -> bool:
        """Whether keys can be created and used."""
        return self.problem is None


@dataclass(frozen=True, slots=True)
class Usage:
    """The traffic of one client, in bytes, since its panel's counter started; the counter may restart at 0."""

    used_bytes: int


@dataclass(frozen=True, slots=True)
class Inbound:
    """An inbound as its panel lists it. `obstacle` is the code of why it cannot be used; None: it is usable."""

    id: int
    remark: str
    protocol: str
    port: int
    obstacle: str | None = None


@dataclass(frozen=True, slots=True)
class PanelClient:
    """A client as a panel has it, foreign clients included. `mark` is the client's comment.

    `client_id` is the VLESS user id as text. `sub_id` opens the panel's own subscription. `expires` says that the
    panel will disable the client at some time. `client_id`, `sub_id` and `flow` are None where the panel does not
    tell them.
    """

    name: str
    enabled: bool
    devices: int
    traffic_limit_bytes: int
    inbound_ids: frozenset[int]
    used_bytes: int
    mark: str
    client_id: str | None = None
    sub_id: str | None = None
    flow: str | None = None
    expires: bool = False

"""A VPN server as we sell it, and how well it is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Server:
    """A place where keys can be made. `carries_traffic` is false for the demo panel."""

    id: str
    title: str
    country: str
    carries_traffic: bool = True


@dataclass(frozen=True, slots=True)
class Health:
    """What a panel says about its server just now.

    `accepts_every_app` is false where the inbound's `minClientVer` is blank: Xray 26.7.11 and later then turns away
    apps that are not built on Xray-core.
    """

    panel_answers: bool
    server_runs: bool
    accepts_every_app: bool = True
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Traffic of one key on one server, in bytes, since it was made."""

    used_bytes: int

"""Create the clients of all keys of a server on its panel again, after the panel was lost and reinstalled."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import batched

from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.servers.drift import DriftKind, ExpectedClient, drifts
from vpnbot.domain.servers.server import Server
from vpnbot.errors import ClaimLost, VpnbotError
from vpnbot.usecases.keys.provision_keys import provision_key
from vpnbot.usecases.ports import Context, Fleet, People, Session
from vpnbot.usecases.servers.key_windows import windows

_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Comparison:
    """The numbers of keys of a server: on the panel as wanted, and to be created or changed.

    `there` keys are as wanted. `to_make` are all others: `missing` or `different` on the panel, or `waiting` for due
    work anyway. `foreign` counts clients that vpnbot did not create; they are never changed.
    """

    there: int = 0
    to_make: tuple[ExpectedClient, ...] = ()
    missing: int = 0
    different: int = 0
    waiting: int = 0
    foreign: int = 0

    @property
    def belong(self) -> int:
        """The number of keys that should be on the panel."""
        return self.there + len(self.to_make)


@dataclass(frozen=True, slots=True)
class RebuildResult:
    """One key after an attempt. With an `error` the client could not be created or changed; due work tries again."""

    name: str
    error: VpnbotError | None = None


def compare_server(fleet: Fleet, server: Server) -> Comparison:
    """Compare the keys of a server with the clients on its panel; nothing is changed.

    Raises:
        PanelUnavailable, PanelRejected, Misconfigured: the panel's clients could not be listed.
        StorageUnavailable: the storage did not answer; try again later.
    """
    there, to_make, kinds, waiting, known = 0, list[ExpectedClient](), list[DriftKind](), 0, 0
    clients, ring = fleet.panels.of(server).clients(), fleet.ring()
    for window in windows(fleet, server.id, clients):
        found = {drift.name: drift for drift in drifts(window.keys, window.clients or (), server, ring)}
        for key in window.keys:
            if key.wanted is Wanted.ABSENT:
                continue
            if key.name in found:
                kinds.append(found[key.name].kind)
                to_make.append(key)
            elif not key.in_sync:
                waiting += 1
                to_make.append(key)
            else:
                there += 1
        ours = {key.name for key in window.keys}
        known += sum(client.name in ours for client in window.clients or ())
    missing, different = kinds.count(DriftKind.MISSING), kinds.count(DriftKind.DIFFERENT)
    return Comparison(there, tuple(to_make), missing, different, waiting, foreign=len(clients) - known)


def rebuild_keys(
    people: People, fleet: Fleet, context: Context, server: Server, keys: Sequence[ExpectedClient]
) -> Iterator[RebuildResult]:
    """Create or change the clients of these keys, eight at a time; yield the result of each.

    The caller may stop at any time, and call again with the same keys.
    """
    for some in batched(keys, _AT_ONCE, strict=False):
        yield from fleet.concurrently([partial(_result_of, people, fleet, context, server, key) for key in some])


def _result_of(people: People, fleet: Fleet, context: Context, server: Server, key: ExpectedClient) -> RebuildResult:
    try:
        _provision(people.open(key.person_id), fleet, context, server, key)
    except ClaimLost:
        return RebuildResult(key.name)  # another worker has the claim
    except VpnbotError as error:
        return RebuildResult(key.name, error)
    return RebuildResult(key.name)


def _provision(session: Session, fleet: Fleet, context: Context, server: Server, key: ExpectedClient) -> None:
    access = session.person.access(server.id, key.key_tag)
    if access is None or access.wanted is Wanted.ABSENT:
        return
    if access.in_sync:
        session.observe(access, access.marked_out_of_sync(context.clock()))
    pending = session.person.access(server.id, key.key_tag)
    if pending is not None:
        provision_key(session, fleet, context, pending, notify=True)

"""Where a person's keys go: the locations that the plan names, the least loaded server with room first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from zlib import crc32

from vpnbot.domain.servers.server import Listing, Server, ServerState
from vpnbot.domain.subscriptions.plan import Plan


@dataclass(frozen=True, slots=True)
class Place:
    """A room on a server; None where a server has no rooms to count."""

    server: Server
    shard: int | None


def place(plan: Plan, listings: Sequence[Listing], has: Collection[str], seed: str) -> tuple[Place, ...]:
    """Return places for the keys that a plan promises and that are missing yet, as far as there is room.

    `has` names the servers that hold one of the person's keys already: nobody has two on one server. `seed` spreads
    people over the rooms of a server; it is theirs, so that asking twice answers the same.
    """
    countries = {listing.server.country for listing in listings if listing.server.id in has}
    missing = max(plan.keys - len(has), 0)
    chosen: list[Listing] = []
    fitting = [listing for listing in listings if listing.has_capacity and fits(listing.server, plan, has)]
    while len(chosen) < missing and fitting:
        best = min(fitting, key=lambda listing: _rank(listing, plan, countries))
        fitting.remove(best)
        chosen.append(best)
        countries = {*countries, best.server.country}
    return tuple(Place(listing.server, _shard(listing, seed)) for listing in chosen)


def fits(server: Server, plan: Plan, has: Collection[str]) -> bool:
    """Tell whether a server would do for one more key, if it had room."""
    wanted = not plan.locations or server.country in plan.locations
    return wanted and server.state is ServerState.OPEN and server.id not in has


def _rank(listing: Listing, plan: Plan, countries: Collection[str]) -> tuple[bool, bool, int, float, str]:
    """Panels that answer before others, new countries before known ones, the plan's order, the least loaded."""
    country = listing.server.country
    order = plan.locations.index(country) if plan.locations else 0
    return listing.breaker is not None, country in countries, order, listing.load, listing.server.id


def _shard(listing: Listing, seed: str) -> int | None:
    free = [shard.number for shard in listing.shards if shard.free]
    return free[crc32(f"{seed}:{listing.server.id}".encode()) % len(free)] if free else None

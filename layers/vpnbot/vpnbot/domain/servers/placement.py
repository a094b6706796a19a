"""On which servers a person's keys are placed: the countries of the plan, the least loaded server first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from zlib import crc32

from vpnbot.domain.servers.server import Listing, Server, ServerState
from vpnbot.domain.subscriptions.plan import Plan


@dataclass(frozen=True, slots=True)
class Place:
    """A capacity shard of a server; None for a server without counted capacity."""

    server: Server
    shard: int | None


def place(plan: Plan, listings: Sequence[Listing], has: Collection[str], seed: str) -> tuple[Place, ...]:
    """Return places for the keys that a plan promises and that are still missing, as far as there is capacity.

    `has` names the servers that hold one of the person's keys already: a person has at most one key per server.
    `seed` is the person's: it spreads people over the shards of a server, and gives the same answer when repeated.
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
    return tuple(Place(listing.server, choose_shard(listing, seed)) for listing in chosen)


def fits(server: Server, plan: Plan, has: Collection[str]) -> bool:
    """Tell whether a server is suitable for one more key, whether or not it has capacity."""
    wanted = not plan.locations or server.country in plan.locations
    return wanted and server.state is ServerState.OPEN and server.id not in has


def choose_shard(listing: Listing, seed: str) -> int | None:
    """Return the shard in which a key is counted: one that is free, else any; None where nothing is counted."""
    free = [shard.number for shard in listing.shards if shard.free] or [shard.number for shard in listing.shards]
    return free[crc32(f"{seed}:{listing.server.id}".encode()) % len(free)] if free else None


def _rank(listing: Listing, plan: Plan, countries: Collection[str]) -> tuple[bool, bool, int, float, str]:
    """Order: panels that answer, countries without a key, the order of the plan, the least loaded server."""
    country = listing.server.country
    order = plan.locations.index(country) if plan.locations else 0
    return listing.breaker is not None, country in countries, order, listing.load, listing.server.id

"""Placement: which servers get a person's keys. The countries of the plan come first, then the load."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from zlib import crc32

from vpnbot.domain.servers.server import Listing, Server, ServerState
from vpnbot.domain.subscriptions.plan import Plan


@dataclass(frozen=True, slots=True)
class Place:
    """A server and the number of its capacity shard; `shard` None for a server without counted capacity."""

    server: Server
    shard: int | None


def place(
    plan: Plan, listings: Sequence[Listing], has: Collection[str], seed: str, *, telegram_only: bool = False
) -> tuple[Place, ...]:
    """Return places for the missing keys of a plan; fewer, or none, if there is not enough capacity.

    `has` are the ids of the servers on which the person has a key: a person has at most one key per server. `seed` is
    that of the person's key: it distributes people over the shards of a server, and a repeated call has the same
    result. With `telegram_only` the keys are for Telegram only: they take no capacity.
    """
    countries = {listing.server.country for listing in listings if listing.server.id in has}
    missing = max(plan.keys - len(has), 0)
    chosen: list[Listing] = []
    fitting = [
        listing
        for listing in listings
        if (telegram_only or listing.has_capacity)
        and not listing.refuses
        and fits(listing.server, plan, has, telegram_only=telegram_only)
    ]
    while len(chosen) < missing and fitting:
        best = min(fitting, key=lambda listing: _rank(listing, plan, countries))
        fitting.remove(best)
        chosen.append(best)
        countries = {*countries, best.server.country}
    return tuple(Place(listing.server, None if telegram_only else choose_shard(listing, seed)) for listing in chosen)


def fits(server: Server, plan: Plan, has: Collection[str], *, telegram_only: bool = False) -> bool:
    """Tell whether a plan allows one more key on this server, whether or not the server has capacity.

    With `telegram_only` the server must have an inbound for such keys.
    """
    allowed = not plan.locations or server.country in plan.locations
    suitable = allowed and (not telegram_only or server.offers_telegram_only)
    return suitable and server.state is ServerState.OPEN and server.id not in has


def choose_shard(listing: Listing, seed: str) -> int | None:
    """Return the shard that counts a key: one with free capacity, else any; None for a server without shards."""
    free = [shard.number for shard in listing.shards if shard.free] or [shard.number for shard in listing.shards]
    return free[crc32(f"{seed}:{listing.server.id}".encode()) % len(free)] if free else None


def _rank(listing: Listing, plan: Plan, countries: Collection[str]) -> tuple[bool, bool, int, float, str]:
    """Return the sort key: panels that answer, countries without a key, the order of the plan, the load, the id."""
    country = listing.server.country
    order = plan.locations.index(country) if plan.locations else 0
    return listing.failing is not None, country in countries, order, listing.load, listing.server.id

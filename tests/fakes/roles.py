"""Members of the staff, for tests that begin with one."""

from dataclasses import replace

from tests.fakes.shop import Shop, update
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.roles import Role
from vpnbot.usecases.decide import decide


def becomes(shop: Shop, user_id: int, role: Role | None) -> None:
    """Give a role to a person, or take it away."""
    decide(
        shop.open(user_id),
        Entry(update(), "role changed", shop.clock(), "operator"),
        lambda person: replace(person, user=replace(person.user, role=role)),
        shop.context.metrics,
    )

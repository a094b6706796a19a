"""Roles: what each may do, and the list of the staff."""

import pytest

from tests.fakes.clock import START
from vpnbot.domain.bot_profile import profile_work
from vpnbot.domain.effects import Delete, Put
from vpnbot.domain.people.roles import STAFF, Right, Role, may, staff_moves


@pytest.mark.parametrize(
    ("role", "allowed", "forbidden"),
    [
        (None, [], list(Right)),
        (
            Role.SUPPORT,
            [Right.ANSWER, Right.GIVE_DAYS, Right.NEW_LINK, Right.TODAY],
            [Right.ACT, Right.STATISTICS, Right.BROADCAST, Right.MONEY, Right.SERVERS, Right.SETTINGS, Right.STAFF],
        ),
        (
            Role.ADMIN,
            [Right.ANSWER, Right.ACT, Right.STATISTICS, Right.BROADCAST, Right.TEXTS, Right.COMPENSATE],
            [Right.MONEY, Right.COMPENSATE_ANY, Right.SERVERS, Right.SETTINGS, Right.STAFF],
        ),
        (Role.OWNER, list(Right), []),
    ],
)
def test_each_role_has_its_rights(role: Role | None, allowed: list[Right], forbidden: list[Right]) -> None:
    assert all(may(role, right) for right in allowed)
    assert not any(may(role, right) for right in forbidden)


def test_the_list_of_the_staff_follows_the_role() -> None:
    row, menu = Put(STAFF, "a person", {"role": "admin"}), profile_work(START)
    assert list(staff_moves("a person", None, Role.ADMIN, START)) == [row, menu]
    assert list(staff_moves("a person", Role.SUPPORT, Role.ADMIN, START)) == [row, menu]
    assert list(staff_moves("a person", Role.ADMIN, None, START)) == [Delete(STAFF, "a person"), menu]
    assert not list(staff_moves("a person", Role.ADMIN, Role.ADMIN, START))
    assert not list(staff_moves("a person", None, None, START))

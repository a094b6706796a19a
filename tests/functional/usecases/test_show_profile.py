"""What Telegram shows about the bot follows the name of the shop, the roles and the group, also after failures."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.faults import Crash
from tests.fakes.roles import becomes
from tests.fakes.shop import USER_ID, Shop, update
from vpnbot.domain.bot_profile import PROFILE, profile_work
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.roles import Role
from vpnbot.domain.scheduling import LONGEST_RUN
from vpnbot.errors import CallRejected, TelegramSilent, TelegramUnavailable
from vpnbot.usecases.plans.keep_settings import change_settings
from vpnbot.usecases.scheduling.dispatch_due import dispatch_due

OTHER = 77
GROUP = -100_500
MENU, OTHERS_MENU, GROUPS_MENU = f"menu {USER_ID}", f"menu {OTHER}", f"menu {GROUP}"
BLOCKED = CallRejected("setMyCommands", 400, "Bad Request: chat not found")


def later(shop: Shop, minutes: float = 2) -> None:
    """Do the work that is due after this time, minute by minute."""
    for _ in range(int(minutes)):
        shop.clock.advance(timedelta(minutes=1))
        shop.minute()


def dispatched(shop: Shop) -> None:
    """Claim what is due, without doing it."""
    dispatch_due(shop.index, shop.queue, shop.clock, shop.meter, shop.pace)


def named(shop: Shop, name: str) -> None:
    """Let an owner give the shop a name."""
    entry = Entry(update(), "settings changed", shop.clock(), "operator")
    assert change_settings(shop.sales, shop.context, lambda known: replace(known, name=name), entry).saved


@pytest.fixture
def staffed(shop: Shop) -> Shop:
    """A shop with one administrator, whose menu is shown."""
    shop.arrives()
    becomes(shop, USER_ID, Role.ADMIN)
    later(shop)
    assert shop.profile.shown[MENU] == "admin"
    return shop


def test_a_role_gives_a_menu_changes_it_and_takes_it_away(staffed: Shop) -> None:
    becomes(staffed, USER_ID, Role.SUPPORT)
    later(staffed)
    assert staffed.profile.shown[MENU] == "support"
    becomes(staffed, USER_ID, None)
    later(staffed)
    assert MENU not in staffed.profile.shown
    assert USER_ID not in staffed.staff.menus.listed()


def test_owners_of_the_deployment_and_the_group_have_menus_until_the_deployment_names_others(staffed: Shop) -> None:
    staffed.admin_ids = frozenset({OTHER})
    later_names(staffed)
    shown = staffed.profile.shown
    assert (shown[OTHERS_MENU], shown[GROUPS_MENU], shown[MENU]) == ("owner", "group", "admin")
    staffed.admin_ids, staffed.support_chat_id = frozenset(), None
    later_names(staffed, "Another")
    assert {OTHERS_MENU, GROUPS_MENU}.isdisjoint(shown)
    assert MENU in shown


def later_names(shop: Shop, name: str = "Acme") -> None:
    """Change the name, which makes the work due, and do it."""
    named(shop, name)
    later(shop)


def test_the_own_chat_of_an_administrator_that_gets_the_questions_has_no_menu_of_a_group(staffed: Shop) -> None:
    staffed.admin_ids, staffed.support_chat_id = frozenset({OTHER}), OTHER
    later_names(staffed)
    assert staffed.profile.shown[OTHERS_MENU] == "owner"


def test_the_name_of_the_shop_follows_its_change(shop: Shop) -> None:
    later_names(shop)
    assert shop.profile.shown["name"] == "Acme"
    shop.profile.calls.clear()
    later(shop, 10)
    assert shop.profile.calls == [], "nothing is due"


def test_a_change_of_another_setting_calls_nothing(shop: Shop) -> None:
    entry = Entry(update(), "settings changed", shop.clock(), "operator")
    change_settings(shop.sales, shop.context, lambda known: replace(known, refund_days=7), entry)
    later(shop)
    assert shop.profile.calls == []


def test_only_what_differs_is_set(staffed: Shop) -> None:
    staffed.profile.calls.clear()
    named(staffed, "Acme")
    later(staffed)
    assert staffed.profile.setters == ["set name", "set text"]


def test_a_chat_that_refuses_its_menu_keeps_nothing_else_from_being_set(staffed: Shop) -> None:
    staffed.profile.refused = {f"get {OTHERS_MENU}": BLOCKED}
    staffed.admin_ids = frozenset({OTHER})
    later_names(staffed)
    assert staffed.profile.shown["name"] == "Acme"
    assert ("PROFILE", "CallRejected") in staffed.meter.deferred_work
    staffed.profile.calls.clear()
    later(staffed, 30)
    assert staffed.profile.calls == [], "it is not tried again and again"


def test_a_throttled_part_is_set_when_it_may_be_and_the_others_at_once(staffed: Shop) -> None:
    wait = timedelta(hours=3)
    staffed.profile.refused = {"set name": TelegramUnavailable("setMyName: Too Many Requests", after=wait)}
    becomes(staffed, USER_ID, Role.OWNER)
    named(staffed, "Acme")
    later(staffed)
    assert staffed.profile.shown[MENU] == "owner"
    assert staffed.profile.shown["text"] == "Acme: VPN"
    staffed.profile.refused.clear()
    later(staffed, 170)
    assert staffed.profile.shown.get("name") != "Acme", "Telegram asked for three hours"
    later(staffed, 15)
    assert staffed.profile.shown["name"] == "Acme"


def test_while_telegram_does_not_answer_the_role_counts_and_the_menu_follows_later(staffed: Shop) -> None:
    staffed.profile.refused = {f"remove {USER_ID}": TelegramSilent("no answer")}
    becomes(staffed, USER_ID, None)
    later(staffed, 5)
    assert staffed.open().person.user.role is None
    assert MENU in staffed.profile.shown
    staffed.profile.refused.clear()
    later(staffed, 15)
    assert MENU not in staffed.profile.shown


def test_a_change_while_a_worker_sets_the_profile_is_followed_after_it(staffed: Shop) -> None:
    """A worker has the claim when the role is taken away: what it sets late is corrected after its longest run."""
    work = profile_work(staffed.clock())
    session = staffed.open()
    session.commit(session.person, Entry(update(), "noted", staffed.clock(), "operator"), effects=(work,))
    staffed.clock.advance(LONGEST_RUN)
    dispatched(staffed)
    (claim,) = list(staffed.queue.take())
    becomes(staffed, USER_ID, None)
    staffed.profile.shown[MENU] = "admin"  # by the worker that read the role before
    staffed.work(claim)  # its claim is lost
    assert MENU in staffed.profile.shown
    assert next(due.due_at for due in [staffed.index.next_due()] if due) >= staffed.clock() + LONGEST_RUN
    later(staffed)
    assert MENU not in staffed.profile.shown


def test_after_a_crash_at_any_call_the_next_worker_sets_the_rest(shop: Shop) -> None:
    shop.arrives()
    becomes(shop, USER_ID, Role.ADMIN)
    later(shop)
    point = 0
    while True:
        point += 1
        becomes(shop, USER_ID, Role.OWNER if point % 2 else Role.ADMIN)
        named(shop, f"Acme {point}")
        shop.admin_ids = frozenset({OTHER + point})
        shop.clock.advance(timedelta(minutes=1))
        calls = len(shop.profile.calls)
        dispatched(shop)
        crashed = _crashes(shop, point)
        later(shop, 12)
        shown = shop.profile.shown
        assert shown["name"] == f"Acme {point}"
        assert shown[MENU] == ("owner" if point % 2 else "admin")
        assert {name for name in shown if name.startswith("menu")} == {MENU, f"menu {OTHER + point}", GROUPS_MENU}
        assert sorted(shop.staff.menus.listed()) == sorted([USER_ID, OTHER + point, GROUP])
        if not crashed:
            break
        assert len(shop.profile.calls) > calls
    assert point > 8, "the work has so many calls"


def _crashes(shop: Shop, point: int) -> bool:
    """Let the worker crash at its call with this number; return whether it had so many."""
    reached, made = shop.profile.called, 0

    def called(call: str) -> None:
        nonlocal made
        made += 1
        if made == point:
            raise Crash
        reached(call)

    shop.profile.called = called  # type: ignore[method-assign]  # a fault of this test
    try:
        for claim in list(shop.queue.take()):
            shop.work(claim)
    except Crash:
        return True
    finally:
        shop.profile.called = reached  # type: ignore[method-assign]  # as it was
    return False


def test_the_work_is_in_a_partition_of_its_own(shop: Shop) -> None:
    assert profile_work(shop.clock()).partition == PROFILE

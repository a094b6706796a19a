"""What waits for the staff, as they see it in the chat."""

from dataclasses import replace

import pytest

from tests.functional.conversation.acting import becomes
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.new_shop import new_shop
from vpnbot.domain.money import Money
from vpnbot.domain.needs import Need, NeedKind, wanted
from vpnbot.domain.orders.reports import PaymentReport, ReportedState
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.roles import Role
from vpnbot.usecases.decide import Decision, decide
from vpnbot.usecases.payments.keep_unmatched import keep_unmatched


@pytest.fixture
def harness() -> ChatHarness:
    """A shop with one administrator of the deployment."""
    return new_shop()


def asks_back(harness: ChatHarness, user: ChatUser, order_id: str) -> None:
    """Let a person ask for a refund of an order."""
    shop = harness.shop
    user.sends("/start")
    decide(
        shop.open(user.user_id),
        Entry(f"test:{order_id}", "refund wanted", shop.clock()),
        lambda person: Decision(
            person, effects=(wanted(NeedKind.REFUND, person.id, order_id, shop.clock(), "pay-1"),)
        ),
        shop.meter,
    )


ORDER = "01KAZW0000" + "0" * 16


def test_without_anything_to_do_the_home_screen_says_so(admin: ChatUser) -> None:
    admin.sends("/admin")
    admin.sees("Nothing waits for you")


def test_a_wish_for_a_refund_waits_until_it_is_answered(
    harness: ChatHarness, admin: ChatUser, user: ChatUser
) -> None:
    asks_back(harness, user, ORDER)
    harness.passes(minutes=125)
    admin.sends("/admin")
    admin.sees("Refund requests: 1")
    admin.taps("Needs you: 1")
    admin.sees("One thing waits for you")
    assert "2\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}5\N{NO-BREAK SPACE}min" in admin.screen.labels[0][0]
    admin.taps("answered")
    admin.sees("Nothing waits for you")
    assert not harness.shop.staff.needs.waiting()
    harness.again()
    admin.sees("Nothing waits for you")
    (row,) = [row for row in harness.shop.people.history(user.person.id) if row["what"] == "refund request answered"]
    assert row["actor"] == f"admin:{admin.person.id}"


def test_a_payment_without_an_order_leads_to_its_decision(harness: ChatHarness, admin: ChatUser) -> None:
    report = PaymentReport("card", "shop-1", "pay-9", ReportedState.SUCCEEDED, Money(29_900, "RUB"), payer=42)
    keep_unmatched(report, harness.shop.payments, harness.shop.context)
    admin.sends("/admin")
    admin.sees("Payments without an order: 1")
    admin.taps("Needs you")
    admin.taps("❓")
    admin.sees("299 ₽")


def test_support_does_not_see_what_waits_about_money(harness: ChatHarness, user: ChatUser) -> None:
    asks_back(harness, user, ORDER)
    becomes(harness, user, Role.SUPPORT)
    user.sends("/admin")
    user.sees("Nothing waits for you")
    harness.deliver(user.tap("adm:wait"))
    user.sees("Nothing waits for you")
    assert harness.shop.staff.needs.waiting()


def test_who_has_paid_and_has_a_key_again_is_taken_off_the_list(harness: ChatHarness, admin: ChatUser) -> None:
    shop = harness.shop
    person = shop.on_trial(42)
    need = Need(NeedKind.NO_KEY, person.id, "", shop.clock())
    decide(
        shop.open(42),
        Entry("test:no key", "no key", shop.clock()),
        lambda found: Decision(replace(found), effects=(wanted(NeedKind.NO_KEY, found.id, "", shop.clock()),)),
        shop.meter,
    )
    assert list(shop.staff.needs.waiting()) == [need]
    admin.sends("/admin")
    assert list(shop.staff.needs.waiting()) == [need], "a key that is made has ten minutes"
    harness.passes(minutes=11)
    admin.sends("/admin")
    admin.sees("Nothing waits for you")
    assert not shop.staff.needs.waiting()

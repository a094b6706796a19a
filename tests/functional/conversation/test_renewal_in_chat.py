"""A person turns automatic renewal on and off in the chat, and removes a saved card."""

import json
from datetime import timedelta

import pytest

from tests.fakes.provider import FakeProvider
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.selling import notified, one_plan, open_shop
from tests.functional.conversation.situations import SITUATIONS
from vpnbot.domain.notifications import NotificationKind as Kind
from vpnbot.domain.orders.reports import ReportedMethod, ReportedState
from vpnbot.domain.plans.sold_plan import SoldDuration
from vpnbot.domain.subscriptions.renewal import RenewalState
from vpnbot.usecases.people.export_data import export_data

VISA = ReportedMethod("method-1", "Visa •• 4477")
BY_CARD = "buy:standard:30d:yookassa:1"


@pytest.fixture
def user(harness: ChatHarness) -> ChatUser:
    """A person whose trial has ended."""
    person = harness.user("en")
    SITUATIONS["expired"](person)
    return person


@pytest.fixture
def card(user: ChatUser) -> FakeProvider:
    """A shop with one plan, and the provider of payments by card."""
    return open_shop(user.harness, one_plan())


def buys_with_renewal(user: ChatUser, card: FakeProvider) -> None:
    """Choose a month, switch renewal on, pay by card."""
    user.harness.deliver(user.tap(BY_CARD, user.screen.id))
    user.taps("🔁 Auto-renew: off")
    user.sees("Then 299 ₽ every month")
    user.taps("💳 Pay")
    payment_id = card.last()
    card.pays(payment_id, method=VISA)
    notified(user, card, payment_id)


def state(user: ChatUser) -> RenewalState | None:
    """Return the state of the renewal."""
    renewal = user.person.subscription.renewal
    return None if renewal is None else renewal.state


def ends_in(user: ChatUser, **before: float) -> None:
    """Let time pass until so long before the end."""
    end = user.person.subscription.ends_at
    assert end is not None
    left = end - timedelta(**before) - user.harness.shop.clock.now
    user.harness.passes(minutes=left.total_seconds() / 60)


def charged(card: FakeProvider) -> int:
    """Return how many payments were made by card and succeeded."""
    return sum(report.state is ReportedState.SUCCEEDED for report in card.payments.values())


def test_renewal_is_off_unless_the_person_switches_it_on(user: ChatUser, card: FakeProvider) -> None:
    user.harness.deliver(user.tap(BY_CARD, user.screen.id))
    user.taps("🔁 Auto-renew: off")
    user.taps("🔁 Auto-renew: on")
    user.taps("💳 Pay")
    payment_id = card.last()
    card.pays(payment_id)
    notified(user, card, payment_id)
    assert state(user) is None
    assert user.person.methods == ()


def test_a_month_with_renewal_is_shown_announced_charged_and_told(user: ChatUser, card: FakeProvider) -> None:
    buys_with_renewal(user, card)
    assert state(user) is RenewalState.ON
    user.sends("/start")
    user.sees("🔁 Renews ", "299 ₽")
    user.sends("/payments")
    user.taps("🔁 Auto-renew")
    user.sees("299 ₽ on", "(Visa •• 4477)")
    user.sees_buttons("Turn off auto-renew / 🗑 Remove Visa\u00a0••\u00a04477 / 🏠 Home")
    ends_in(user, hours=71)
    user.sees("we'll charge 299 ₽ for Standard, 1 month (Visa •• 4477)")
    ends_in(user, hours=20)
    user.sees("✅ Renewed for 299 ₽.")
    assert charged(card) == 2


def test_one_tap_on_the_notice_turns_it_off(user: ChatUser, card: FakeProvider) -> None:
    buys_with_renewal(user, card)
    ends_in(user, hours=60)
    user.taps("Turn off")
    user.sees("🔁 Off. Nothing more will be charged.")
    ends_in(user, hours=-1)
    assert charged(card) == 1


def test_renewal_is_turned_on_again_with_the_saved_card_after_a_consent(user: ChatUser, card: FakeProvider) -> None:
    buys_with_renewal(user, card)
    user.sends("/payments")
    user.taps("🔁 Auto-renew")
    user.taps("Turn off")
    user.harness.deliver(user.tap("renewal:show", user.screen.id))
    user.sees("🔁 Auto-renew is off.")
    user.taps("Turn on")
    user.sees("🔁 299 ₽ every month (Visa •• 4477), first on", "We tell you 48 hours before")
    user.taps("Terms")
    user.sees("Use the VPN lawfully")
    user.taps("⬅️ Back")
    user.sees("🔁 299 ₽ every month (Visa •• 4477), first on")
    user.taps("Agree")
    user.sees("299 ₽ on")
    assert state(user) is RenewalState.ON
    ends_in(user, hours=20)
    assert charged(card) == 2


def test_another_price_than_the_person_has_seen_is_not_agreed_to(user: ChatUser, card: FakeProvider) -> None:
    buys_with_renewal(user, card)
    user.harness.deliver(user.tap("renewal:off", user.screen.id))
    user.harness.deliver(user.tap("renewal:agree:19900RUB", user.screen.id))
    user.sees("🔁 299 ₽ every month")
    assert state(user) is RenewalState.OFF


def test_a_removed_card_is_forgotten_and_never_charged(user: ChatUser, card: FakeProvider) -> None:
    buys_with_renewal(user, card)
    user.sends("/payments")
    user.taps("🔁 Auto-renew")
    user.taps("🗑 Remove Visa")
    user.sees("Remove Visa •• 4477?")
    user.taps("🗑 Remove")
    user.sees("🗑 Removed.")
    assert user.person.methods == ()
    ends_in(user, hours=-1)
    assert charged(card) == 1


def test_less_than_a_day_before_the_end_renewal_needs_a_purchase(user: ChatUser, card: FakeProvider) -> None:
    buys_with_renewal(user, card)
    user.harness.deliver(user.tap("renewal:off", user.screen.id))
    ends_in(user, hours=23)
    user.harness.deliver(user.tap("renewal:agree:29900RUB", user.screen.id))
    user.sees("🔁 Auto-renew is off.", "choose it when you pay for a plan")
    user.sees_buttons("⭐ Plans / 🗑 Remove Visa\u00a0••\u00a04477 / 🏠 Home")
    assert state(user) is RenewalState.OFF


@pytest.mark.parametrize("reason", ["insufficient_funds", "card_expired"])
def test_a_decline_is_said_in_words(user: ChatUser, card: FakeProvider, reason: str) -> None:
    buys_with_renewal(user, card)
    card.decline_charges = [reason]
    ends_in(user, hours=23)
    words = {"insufficient_funds": "We try again on", "card_expired": "expired"}
    user.sees("❌ Visa •• 4477:", words[reason])


def test_a_plan_that_renews_already_offers_no_switch(user: ChatUser, card: FakeProvider) -> None:
    buys_with_renewal(user, card)
    user.harness.deliver(user.tap(BY_CARD, user.screen.id))
    assert not any("Auto-renew" in label for row in user.screen.labels for label in row)
    user.harness.deliver(user.tap("renewal:off", user.screen.id))
    user.harness.deliver(user.tap(BY_CARD, user.screen.id))
    assert any("Auto-renew: off" in label for row in user.screen.labels for label in row)


def test_short_times_and_other_ways_offer_no_renewal(user: ChatUser) -> None:
    days = SoldDuration("2d", timedelta(days=2), {"RUB": 2_000, "XTR": 20})
    month = SoldDuration("30d", timedelta(days=30), {"RUB": 29_900, "XTR": 199})
    open_shop(user.harness, one_plan(days, month))
    user.harness.deliver(user.tap("buy:standard:2d:yookassa:1", user.screen.id))
    assert not any("Auto-renew" in label for row in user.screen.labels for label in row)
    user.harness.deliver(user.tap("buy:standard:30d:stars:1", user.screen.id))
    assert any("Auto-renew" in label for row in user.screen.labels for label in row)


@pytest.mark.parametrize("verb", ["show", "off", "consent", "agree:1RUB", "ask_remove", "remove"])
def test_every_button_answers_a_person_without_renewal(user: ChatUser, card: FakeProvider, verb: str) -> None:
    assert user.harness.deliver(user.tap(f"renewal:{verb}", user.screen.id)).status == 200
    assert state(user) is None
    assert card.payments == {}


def test_an_update_about_a_subscription_in_stars_turns_renewal_off(user: ChatUser, card: FakeProvider) -> None:
    user.harness.deliver(user.tap("buy:standard:30d:stars:1r", user.screen.id))
    user.taps("Pay 199")
    (order,) = user.person.orders
    until = user.harness.shop.clock.now + timedelta(days=30)
    payload = f"{order.person}.{order.id}"
    user.sends_a(
        "successful_payment",
        {
            "currency": "XTR",
            "total_amount": 199,
            "invoice_payload": payload,
            "telegram_payment_charge_id": "charge-1",
            "provider_payment_charge_id": "charge-1",
            "subscription_expiration_date": int(until.timestamp()),
            "is_recurring": True,
            "is_first_recurring": True,
        },
    )
    assert state(user) is RenewalState.ON
    change = {"user": user.user(), "invoice_payload": payload, "state": "canceled"}
    user.harness.deliver({"update_id": user.harness.update_id(), "subscription": change})
    assert state(user) is RenewalState.OFF_ELSEWHERE
    user.sees("🔁 Auto-renew is off in Telegram.")
    assert Kind.RENEWAL_OFF_IN_TELEGRAM not in [message.kind for message in user.person.outbox]


def test_the_export_has_the_renewal_and_the_method_but_not_its_id(user: ChatUser, card: FakeProvider) -> None:
    buys_with_renewal(user, card)
    shop = user.harness.shop
    exported = export_data(shop.open(user.user_id), shop.people, shop.context).decode()
    document = json.loads(exported)
    assert (document["renewal"]["state"], document["renewal"]["price"]) == ("on", "299.00 RUB")
    assert [method["title"] for method in document["saved_payment_methods"]] == ["Visa •• 4477"]
    assert VISA.id not in exported

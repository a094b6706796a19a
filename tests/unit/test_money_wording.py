"""Sentences about money say what is true for this person, in words that fit what is bought."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.unit.money_screens import (
    CHILD_ID,
    LANGUAGES,
    MESSAGES,
    NOW,
    OVER,
    SCREENS,
    STANDARD,
    Sample,
    offer,
    order,
    price,
    running,
    view,
)
from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Key
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import OrderStatus
from vpnbot.domain.orders.payment import PaymentState
from vpnbot.domain.people.standing import Standing
from vpnbot.domain.subscriptions.renewal import Renewal
from vpnbot.localization.formatting import format_day, format_time
from vpnbot.telegram.customer import orders_screens as orders
from vpnbot.telegram.customer import refunds_screens as refunds
from vpnbot.telegram.customer import renewal_screens as renewal
from vpnbot.telegram.customer.connect_screens import granted
from vpnbot.telegram.customer.home_screens import home
from vpnbot.telegram.messages.screen import Screen
from vpnbot.telegram.messages.view import View

MONTH = timedelta(days=30)


def words(screen: Screen, language: str = "en") -> str:
    """Return the text of a screen, as a person reads it."""
    return Sample("", language, screen).text.replace("\u00a0", " ")


def labels(screen: Screen, language: str = "en") -> list[str]:
    """Return the labels of a screen's buttons."""
    return [label.replace("\u00a0", " ") for _, label, _ in Sample("", language, screen).labels()]


def on_the_last_day(*, renews: bool) -> View:
    """Return a view of a person whose time ends in twenty hours."""
    key = Key(1, "5eed")
    left = timedelta(hours=20)
    subscription = replace(running(left=left), starts_at=NOW - MONTH)
    if renews:
        agreed = Renewal(offer("stars", MONTH), "stars", "", "", NOW - MONTH, "01")
        renewed = replace(agreed, first_payment_id="1", renews_until=NOW + timedelta(hours=14))
        subscription = subscription.with_renewal(renewed)
    endpoint = Endpoint("nl.example", 443, "k" * 43, "www.example.com", "ab12")
    access = Access("nl", key, Wanted.ENABLED, devices=5).applied(1, endpoint)
    seen = view(subscription=subscription)
    return replace(seen, person=replace(seen.person, accesses=(access,)))


def test_on_the_last_day_a_renewing_person_is_not_told_that_nothing_is_charged() -> None:
    ends, renews = on_the_last_day(renews=False), on_the_last_day(renews=True)
    assert ends.standing is renews.standing is Standing.LAST_DAY
    assert words(home(ends)).startswith("🟡 VPN switches off in 20 h.\nNothing will be charged.")
    assert words(home(renews)).startswith("🟡 20 h left.\n\n🔁 Renews ")
    assert "charged" not in words(home(renews))


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates_and_methods_have_no_place_for_a_line_break_within(language: str) -> None:
    assert " " not in format_day(MESSAGES, language, NOW)
    assert format_time(MESSAGES, language, NOW).count(" ") == 1
    shown = Sample("", language, renewal.remove_method("Visa •• 4477"))
    assert "Visa\u00a0••\u00a04477" in shown.text
    assert "Visa\u00a0••\u00a04477" in next(label for _, label, _ in _removable(language).labels() if "4477" in label)


def _removable(language: str) -> Sample:
    return Sample("", language, renewal.off(view(language), None, removable="Visa •• 4477"))


@pytest.mark.parametrize(("language", "label"), [("en", "Turn off auto-renew"), ("ru", "Выключить автопродление")])
@pytest.mark.parametrize(
    "name",
    [
        "S17 yookassa",
        "renewal_ahead yookassa general_decline",
        "renewal_retry yookassa card_expired",
        "renewal_failed yookassa card_expired",
        "renewal_skipped yookassa general_decline",
    ],
)
def test_the_button_says_that_it_turns_off_the_renewal_and_not_the_vpn(name: str, language: str, label: str) -> None:
    assert label in labels(SCREENS[name](view(language)), language)


def test_after_a_charge_that_failed_for_good_there_is_a_button_to_pay() -> None:
    charge = renewal.Charge(STANDARD, MONTH, price("yookassa"), "yookassa", "Visa •• 4477")
    assert labels(renewal.on(charge, None, failing=True)) == ["Pay now", "Turn off auto-renew", "🏠 Home"]
    assert labels(renewal.on(charge, NOW)) == ["Turn off auto-renew", "🏠 Home"]


def test_a_charge_of_stars_is_announced_without_a_method() -> None:
    charge = renewal.Charge(STANDARD, MONTH, price("stars"), "stars")
    assert words(renewal.ahead(view(), charge, NOW)).endswith("Telegram will take 1,990 ⭐ for Standard, 1 month.")
    card = replace(charge, price=price("yookassa"), provider="yookassa", method="Visa •• 4477")
    assert words(renewal.ahead(view(), card, NOW)).endswith("for Standard, 1 month (Visa •• 4477).")


def test_a_refund_of_the_whole_price_names_it_once() -> None:
    whole, part, left = Money(29_900, "RUB"), Money(10_000, "RUB"), timedelta(days=10)
    asked = [words(refunds.ask(view(), CHILD_ID, amount, whole, left, None)) for amount in (whole, part)]
    assert asked[0].startswith("Return 299 ₽ for the unused 10 d?")
    assert asked[1].startswith("Return 100 ₽ of 299 ₽ for the unused 10 d?")


def test_money_of_the_right_amount_is_not_compared_with_the_price() -> None:
    held = replace(order().payments[0], state=PaymentState.HELD)
    same = order(status=OrderStatus.HELD, payments=(held,))
    less = order(status=OrderStatus.HELD, payments=(replace(held, money=Money(100_000, "RUB")),))
    assert words(orders.order_screen(view(), same)).startswith("We received 1,299 ₽. Nothing is lost")
    assert words(orders.order_screen(view(), less)).startswith("We received 1,000 ₽ for an order of 1,299 ₽.")


def test_who_has_no_time_left_is_led_to_the_plans_not_to_a_connection() -> None:
    shown = replace(view(subscription=OVER), asks_selling=lambda: True)
    assert labels(orders.paid(shown, price("yookassa"), CHILD_ID)) == ["⭐ Plans", "🧾 Receipt", "🏠 Home"]


@pytest.mark.parametrize(
    ("language", "one", "five"),
    [("en", "up to 1 device,", "up to 5 devices,"), ("ru", "до 1 устройства,", "до 5 устройств,")],
)
def test_devices_are_counted_in_the_right_form(language: str, one: str, five: str) -> None:
    for plan, expected in ((replace(STANDARD, devices=1), one), (STANDARD, five)):
        shown = Screen((granted(view(language, running(plan)), "notice-key_ready"),))
        assert expected in words(shown, language)

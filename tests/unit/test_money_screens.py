"""The screens about money: short in every language, with buttons that fit, and words for every reason."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.money_screens import (
    CHILD_ID,
    FAMILY,
    LANGUAGES,
    LONGEST,
    LONGEST_LABEL,
    LONGEST_SCREEN_WORDS,
    MAKING,
    MESSAGES,
    NOW,
    OUTCOMES,
    OVER,
    PEOPLE,
    PROVIDERS,
    SCREENS,
    STANDARD,
    Sample,
    confirmation,
    offer,
    order,
    price,
    running,
    samples,
    view,
)
from vpnbot.domain.money import STARS, Money
from vpnbot.domain.notifications import MONEY_KINDS, NotificationKind
from vpnbot.domain.orders.order import OrderStatus
from vpnbot.domain.payments.declines import REMEDIES
from vpnbot.domain.payments.money_notifications import (
    ARGUMENTS,
    Arguments,
    about_order,
    encoded,
    money_notification,
    payment_mark,
)
from vpnbot.domain.subscriptions.renewal import Renewal
from vpnbot.domain.subscriptions.subscription import Subscription
from vpnbot.telegram.customer import orders_screens as orders
from vpnbot.telegram.customer import payments_history_screens as history
from vpnbot.telegram.customer import plans_screens as plans
from vpnbot.telegram.customer import refunds_screens as refunds
from vpnbot.telegram.customer.notifications_screens import notification_screen
from vpnbot.telegram.customer.payment_words import decline_words, every, means_of, period, plan_title
from vpnbot.telegram.messages.renderer import Renderer
from vpnbot.telegram.messages.screen import Screen


@pytest.mark.parametrize("name", SCREENS)
class TestEveryScreen:
    """Promises of each screen, for each person."""

    def test_it_has_at_most_thirty_words(self, name: str) -> None:
        for sample in samples(name):
            assert len(sample.text.split()) <= LONGEST_SCREEN_WORDS, (sample.name, sample.text)

    def test_its_buttons_fit_on_a_phone_and_their_data_into_telegrams_limit(self, name: str) -> None:
        for sample in samples(name):
            for in_row, label, button in sample.labels():
                assert len(label) <= LONGEST_LABEL[in_row], (sample.name, label)
                assert button.action is None or len(button.action.encode()) <= 64, button.action

    def test_it_leads_on(self, name: str) -> None:
        for sample in samples(name):
            assert any(button.action for _, _, button in sample.labels()), sample.name

    def test_it_speaks_of_a_bank_or_a_card_only_where_there_is_one(self, name: str) -> None:
        if not any(provider in name for provider in ("stars", "crypto_pay")):
            return
        if any(reason in name for reason in OF_CARDS_ALONE):
            return
        for sample in samples(name):
            words = sample.text.lower()
            assert not any(word in words for word in ("bank", "card", "банк", "карт")) or "S28" in name, sample.text


OF_CARDS_ALONE = {
    "issuer_unavailable",
    "payment_method_limit_exceeded",
    "call_issuer",
    "3d_secure_failed",
    "card_expired",
    "invalid_card_number",
    "payment_method_restricted",
    "country_forbidden",
}
"""Reasons that only payments by card have."""


def rendered(made: Screen, language: str = "en") -> str:
    """Return the text of a screen."""
    return Sample("", language, made).text.replace("\u00a0", " ")


def labels(made: Screen, language: str = "en") -> list[str]:
    """Return the labels of a screen's buttons."""
    return [label.replace("\u00a0", " ") for _, label, _ in Sample("", language, made).labels()]


def plain(language: str, time: timedelta) -> list[str]:
    """Return a time that is sold, and how often it is charged, in words."""
    renderer = Renderer(MESSAGES, language)
    return [renderer.plain(words(time)).replace("\u00a0", " ") for words in (period, every)]


class TestWords:
    """Sentences that depend on what is bought, how, and by whom."""

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("reason", [*REMEDIES, "a reason of the future"])
    @pytest.mark.parametrize("provider", [*PROVIDERS, "a provider of the future"])
    def test_every_reason_of_a_decline_has_words(self, reason: str, provider: str, language: str) -> None:
        assert Renderer(MESSAGES, language).words(decline_words(reason, provider)).endswith(".")

    @pytest.mark.parametrize(
        ("days", "en", "en_every", "ru", "ru_every"),
        [
            (1, "1 day", "every day", "1 день", "каждый день"),
            (7, "7 days", "every 7 days", "7 дней", "раз в 7 дней"),
            (21, "21 days", "every 21 days", "21 день", "раз в 21 день"),
            (30, "1 month", "every month", "1 месяц", "каждый месяц"),
            (90, "3 months", "every 3 months", "3 месяца", "раз в 3 месяца"),
            (180, "6 months", "every 6 months", "6 месяцев", "раз в 6 месяцев"),
            (365, "1 year", "every year", "1 год", "каждый год"),
            (730, "2 years", "every 2 years", "2 года", "раз в 2 года"),
        ],
    )
    def test_times_that_are_sold_are_counted_in_the_largest_unit(
        self, days: int, en: str, en_every: str, ru: str, ru_every: str
    ) -> None:
        time = timedelta(days=days)
        assert plain("en", time) == [en, en_every]
        assert plain("ru", time) == [ru, ru_every]

    def test_hours_are_sold_too(self) -> None:
        assert plain("en", timedelta(hours=1))[0] == "1 hour"
        assert plain("ru", timedelta(hours=5))[0] == "5 часов"

    def test_a_plan_without_a_title_in_a_language_has_another_one(self) -> None:
        assert plan_title(STANDARD, "ru") == "Стандарт"
        assert plan_title(STANDARD, "de") == "Standard"
        assert plan_title(replace(STANDARD, titles={"ru": "Стандарт"}), "en") == "Стандарт"
        assert plan_title(replace(STANDARD, titles={}), "en") == "standard"

    def test_the_first_screen_says_what_becomes_of_the_time_that_is_left(self) -> None:
        own = [plans.PlanChoice(STANDARD, price("yookassa"), several=True, action="x")]
        both = [*own, plans.PlanChoice(FAMILY, price("yookassa"), several=True, action="y")]
        assert rendered(plans.plans(view(subscription=Subscription()), both)) == "⭐ Which plan?"
        assert rendered(plans.plans(view(subscription=OVER), both)) == "⭐ Which plan?"
        assert "stay yours." in rendered(plans.plans(view(), own))
        assert "converted by price" in rendered(plans.plans(view(), both))

    def test_a_confirmation_names_the_plan_whose_time_is_converted(self) -> None:
        screen = confirmation(OUTCOMES["change of the trial"], "stars", renews=False)(view())
        assert "Your 2 d of Free trial become 16 h." in rendered(screen)

    def test_a_change_of_plan_says_that_the_renewal_of_the_other_plan_ends(self) -> None:
        renewing = running().with_renewal(
            Renewal(offer("yookassa", timedelta(days=30)), "yookassa", "1", "Visa", NOW, "01")
        )
        change = confirmation(OUTCOMES["change"], "yookassa", renews=False)
        assert "The previous auto-renew turns off." in rendered(change(view(subscription=renewing)))
        assert "auto-renew" not in rendered(change(view()))

    def test_the_limits_are_named_only_when_they_become_smaller(self) -> None:
        fewer = confirmation(OUTCOMES["change"], "stars", renews=False)(view())
        same = confirmation(OUTCOMES["added"], "stars", renews=False)(view())
        assert "Then up to 5 devices." in rendered(fewer)
        assert "devices" not in rendered(same)

    def test_consent_to_renewal_is_on_the_confirmation_and_off_by_default(self) -> None:
        without = confirmation(OUTCOMES["added"], "yookassa", renews=False)(view())
        agreed = confirmation(OUTCOMES["added"], "yookassa", renews=True)(view())
        assert "🔁 Auto-renew: off" in labels(without)
        assert "🔁 Auto-renew: on" in labels(agreed)
        assert "Then 1,299 ₽ every month." in rendered(agreed)
        assert "Then" not in rendered(without)

    def test_an_end_most_of_a_year_ahead_has_its_year(self) -> None:
        paid = money_notification(NotificationKind.PAID, "c", NOW, about_order(order()))
        assert "until 28 Dec 2028." in rendered(notification_screen(paid, view(subscription=PEOPLE["two years"])))
        assert "until 12 Jan, 13:30 UTC." in rendered(notification_screen(paid, view()))

    @pytest.mark.parametrize("kind", [NotificationKind.PAID])
    def test_a_payment_is_confirmed_as_the_person_stands_when_it_is_sent(self, kind: NotificationKind) -> None:
        sent = money_notification(kind, "c", NOW, about_order(order()))
        assert "Standard until" in rendered(notification_screen(sent, view()))
        assert "Making your key" in rendered(notification_screen(sent, view(subscription=MAKING)))
        assert "is over by now" in rendered(notification_screen(sent, view(subscription=OVER)))
        assert "your time waits" in rendered(notification_screen(sent, view(subscription=PEOPLE["paused"])))

    def test_money_is_sent_back_in_the_words_of_its_provider(self) -> None:
        shown = {name: rendered(refunds.refunded(view(), price(name), name)) for name in PROVIDERS}
        assert "banks take up to three days" in shown["yookassa"]
        assert shown["stars"].startswith("↩️ 1,990 ⭐ sent back to your Stars. VPN until")
        assert shown["crypto_pay"].startswith("↩️ $13.49 sent back. VPN until")

    def test_what_is_over_is_said_after_a_refund(self) -> None:
        assert rendered(refunds.refunded(view(subscription=OVER), price("stars"), "stars")).endswith("VPN is off.")
        assert "VPN" not in rendered(refunds.refunded(view(subscription=MAKING), price("stars"), "stars"))

    def test_unknown_providers_have_general_words(self) -> None:
        assert means_of("a provider of the future") == "other"
        assert (
            rendered(orders.provider_back("x", price("stars"), CHILD_ID))
            == "✅ Payment service works again: you can pay now."
        )


class TestStoredArguments:
    """Arguments of notifications are stored as texts, and read again without a loss."""

    @given(st.integers(1, 10**12), st.sampled_from(["RUB", STARS, "USD"]))
    def test_money(self, amount: int, currency: str) -> None:
        money = Money(amount, currency)
        assert Arguments({"price": encoded(money)}).money("price") == money

    @given(st.datetimes(timezones=st.just(UTC)))
    def test_times(self, moment: datetime) -> None:
        assert Arguments({"date": encoded(moment)}).time("date") == moment

    @given(st.integers(0, 10**8))
    def test_durations(self, seconds: int) -> None:
        time = timedelta(seconds=seconds)
        assert Arguments({"duration": encoded(time)}).duration("duration") == time

    def test_what_is_optional_may_be_missing_or_empty(self) -> None:
        assert Arguments({}).money_or_none("price") is None
        assert Arguments({"method": ""}).value_or("method", "x") == "x"
        assert Arguments({"method": "y"}).value_or("method", "x") == "y"

    @pytest.mark.parametrize("kind", sorted(kind for kind in MONEY_KINDS if ARGUMENTS[kind]))
    def test_a_notification_without_what_its_screen_needs_is_not_made(self, kind: NotificationKind) -> None:
        with pytest.raises(ValueError, match="lacks"):
            money_notification(kind, "c", NOW)

    def test_every_kind_about_money_has_its_arguments(self) -> None:
        assert ARGUMENTS.keys() == MONEY_KINDS

    @pytest.mark.parametrize("kind", sorted(MONEY_KINDS))
    def test_the_needed_arguments_are_enough_for_the_screen(self, kind: NotificationKind) -> None:
        every_one = {"order": "1", "payment": "2", "provider": "stars", "reason": "card_expired"}
        money = dict.fromkeys(("price", "paid", "amount"), encoded(price("stars")))
        times = {"date": encoded(NOW), "duration": encoded(timedelta(days=30))}
        known = every_one | money | times | {"gift": "1", "title": "Pro"}
        sent = money_notification(kind, "c", NOW, {name: known[name] for name in ARGUMENTS[kind]})
        assert rendered(notification_screen(sent, view()))


class TestButtons:
    """Where the buttons lead."""

    def test_a_waiting_order_has_its_link(self) -> None:
        waiting = orders.waiting(view(), order("stars", OrderStatus.AWAITING))
        assert waiting.rows[0][0].url == "https://pay.example/1"
        assert labels(waiting)[0] == "Pay 1,990 ⭐"
        assert orders.pay_button(order(status=OrderStatus.PAID)) is None

    def test_a_refund_is_offered_only_if_something_can_be_returned(self) -> None:
        assert "↩️ Refund" in labels(history.payment(view(), order(), refundable=True))
        assert "↩️ Refund" not in labels(history.payment(view(), order()))

    def test_a_receipt_is_offered_where_there_is_one(self) -> None:
        assert orders.has_receipt(order("stars"))
        assert orders.has_receipt(order(contact="a@b.example"))
        assert not orders.has_receipt(order("crypto_pay"))
        assert not orders.has_receipt(order("stars", OrderStatus.ENDED))

    def test_without_a_receipt_the_confirmation_has_no_button_for_it(self) -> None:
        for provider, shown in (("stars", True), ("crypto_pay", False)):
            paid = money_notification(NotificationKind.PAID, "c", NOW, about_order(order(provider)))
            assert ("🧾 Receipt" in labels(notification_screen(paid, view()))) is shown

    def test_a_second_payment_is_named_by_a_mark_that_does_not_depend_on_its_place(self) -> None:
        twice = money_notification(NotificationKind.PAID_TWICE, "c", NOW, about_order(order()), payment="charge-2")
        actions = [button.action for row in notification_screen(twice, view()).rows for button in row]
        assert f"refund:second:{CHILD_ID}:{payment_mark('charge-2')}" in actions

    def test_another_try_shows_the_same_offer_at_todays_price(self) -> None:
        sent = money_notification(NotificationKind.DECLINED, "c", NOW, about_order(order()), reason="card_expired")
        actions = [button.action for row in notification_screen(sent, view()).rows for button in row]
        assert f"buy:{LONGEST}:{LONGEST}:yookassa:999999" in actions

    def test_a_part_that_was_sent_back_and_one_under_way_are_told_apart(self) -> None:
        returned = order(payments=(replace(order().payments[0], refunded_minor=10_000),))
        assert "↩️ 100 ₽ was sent back." in rendered(history.payment(view(), returned))
        both = rendered(history.payment(view(), returned, sending=Money(10_000, "RUB")))
        assert "✅ Paid." in both
        assert "↩️ 100 ₽ is on its way back." in both

    def test_pages_lead_to_older_and_newer_payments(self) -> None:
        page = history.payments(view(), (order(),), first=False, older=True, renewal=False)
        assert labels(page)[-3:] == ["⏫ Newest", "➡️ Older", "🏠 Home"]
        assert f"payments:{CHILD_ID}" in [button.action for row in page.rows for button in row]

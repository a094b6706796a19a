"""An administrator changes plans, prices and settings of the shop in the chat."""

from dataclasses import replace

import pytest

from tests.fakes.plans import ShopSettingsInMemory
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.new_shop import new_shop, plans_of
from tests.functional.conversation.shown_words import LONGEST_SCREEN_WORDS, words_of
from tests.functional.conversation.test_staff_home import HOME_OF_AN_OWNER
from tests.functional.conversation.walk import Walk
from tests.functional.usecases.test_tell_plans_open import asks
from tests.unit.plans import PRO
from vpnbot.domain.plans.findings import Finding, Problem, Severity
from vpnbot.domain.plans.first_plans import first_plans
from vpnbot.domain.plans.sold_plan import SoldPlan
from vpnbot.localization.first_plans import worded_first_plans
from vpnbot.telegram.admin.plans_screens import Wording
from vpnbot.telegram.admin.plans_screens import plan as plan_screen
from vpnbot.telegram.messages.renderer import Renderer
from vpnbot.telegram.messages.screen import phrase

OTHER = 8
_OF_TIME = (Problem.NO_MONTH, Problem.NO_BASE_PRICE)


@pytest.fixture
def harness() -> ChatHarness:
    """A new shop."""
    return new_shop()


def plan(harness: ChatHarness, plan_id: str = "standard") -> SoldPlan:
    """Return a plan as stored or proposed."""
    found = harness.shop.sales.plans.load().plan(plan_id)
    assert found is not None
    return found


def at_plan(admin: ChatUser, title: str = "Standard") -> None:
    """Open the screen of a plan."""
    admin.sends("/shop")
    admin.taps(title)


class TestPlans:
    """Plans are shown, hidden, changed and added."""

    def test_an_administrator_comes_from_home_to_the_plans_and_back(self, admin: ChatUser) -> None:
        admin.sends("/start")
        admin.taps("👑 Shop")
        admin.taps("🛒 Plans")
        admin.sees("Nothing is sold yet")
        admin.sees_buttons("🙈 Standard / 🙈 Family / ➕ New plan | ⚙️ Settings / 👑 Shop")
        admin.taps("Family")
        admin.sees("Devices: 5", "servers: 3", "Unlimited traffic", "1 month: 499 ₽ · 329 ⭐ · $5.79")
        admin.taps("Back")
        admin.taps("👑 Shop")
        admin.sees_buttons(HOME_OF_AN_OWNER)

    def test_no_row_has_more_buttons_than_a_phone_has_room_for(self, admin: ChatUser) -> None:
        at_plan(admin)
        assert max(map(len, admin.screen.labels)) == 2
        admin.taps("Back")
        admin.taps("⚙️ Settings")
        assert ["• 🧾 Receipts: off"] in admin.screen.labels
        assert max(map(len, admin.screen.labels)) == 2
        assert ["🧾 Receipts: email"] in admin.screen.labels

    def test_a_plan_without_countries_says_that_it_allows_any(self, admin: ChatUser) -> None:
        at_plan(admin)
        admin.sees("🌍 any country")

    def test_a_plan_is_sold_with_one_tap_and_those_who_asked_are_told(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        asks(harness.shop, 42)
        at_plan(admin)
        admin.taps("Sell")
        admin.sees("The shop is open", "✅ Standard")
        assert not plan(harness).hidden
        harness.passes(minutes=5)
        waiting = harness.user("en", 42)
        waiting.sees("Plans are open, from 199 ⭐")
        waiting.sees_buttons("⭐ Plans / 🏠 Home")
        admin.taps("Hide")
        admin.sees("Saved", "🙈 Standard")
        assert not harness.shop.sales.selling

    def test_customers_and_others_see_nothing(self, harness: ChatHarness, user: ChatUser) -> None:
        user.sends("/start")
        assert "Plans" not in repr(user.screen.labels)
        for data in ("shop:plans", "shop:value:standard:hidden::0", "shop:set:provider:demo", "shop:plan:standard"):
            harness.deliver(user.tap(data, user.screen.id))
            assert "Standard" not in user.screen.words
        user.sends("/shop")
        assert "Standard" not in repr([message.words for message in user.chat])
        assert plan(harness).hidden
        assert plans_of(harness).causes == set()

    @pytest.mark.parametrize(
        ("label", "answer", "field", "value"),
        [
            ("Title EN", "  Basic   one ", "titles", {"en": "Basic one", "ru": "Стандарт"}),
            ("Title RU", "Простой", "titles", {"en": "Standard", "ru": "Простой"}),
            ("Devices", "7", "devices", 7),
            ("Keys", "4", "keys", 4),
            ("Traffic", "250", "traffic_bytes", 250 * 10**9),
            ("Traffic", "0", "traffic_bytes", None),
            ("Countries", "nl, 🇩🇪 fi", "countries", ("NL", "DE", "FI")),
            ("Place", "3", "position", 3),
        ],
    )
    def test_a_typed_value_is_saved(
        self, harness: ChatHarness, admin: ChatUser, label: str, answer: str, field: str, value: object
    ) -> None:
        at_plan(admin)
        admin.taps(label)
        admin.sends(answer)
        admin.sees("Saved")
        assert getattr(plan(harness), field) == value

    def test_the_line_is_saved_for_each_language(self, harness: ChatHarness, admin: ChatUser) -> None:
        at_plan(admin)
        admin.taps("Line RU")
        admin.sees("Now: VPN на двух")
        admin.sends("Для двоих.")
        assert plan(harness).line("ru") == "Для двоих."

    @pytest.mark.parametrize(
        ("label", "button", "field", "value"),
        [
            ("Devices", "10", "devices", 10),
            ("Traffic", "500 GB", "traffic_bytes", 500 * 10**9),
            ("Traffic", "No limit", "traffic_bytes", None),
            ("Countries", "Any country", "countries", ()),
        ],
    )
    def test_a_value_chosen_by_a_button_is_saved(
        self, harness: ChatHarness, admin: ChatUser, label: str, button: str, field: str, value: object
    ) -> None:
        at_plan(admin)
        admin.taps(label)
        admin.taps(button)
        admin.sees("Saved")
        assert getattr(plan(harness), field) == value

    @pytest.mark.parametrize(
        ("label", "answer", "words"),
        [
            ("Title EN", "T" * 33, "1 to 32 characters"),
            ("Devices", "many", "whole number"),
            ("Devices", "0", "Devices: 1 to 100"),
            ("Keys", "11", "Keys: 1 to 10"),
            ("Countries", "NL XX", "No country has this code"),
            ("Countries", "Netherlands", "two letters"),
            ("New duration", "a month", "number of days"),
            ("New duration", "999", "1 hour to 730 days"),
        ],
    )
    def test_an_invalid_value_is_not_saved_and_asked_for_again(
        self, harness: ChatHarness, admin: ChatUser, label: str, answer: str, words: str
    ) -> None:
        before = plan(harness)
        at_plan(admin)
        admin.taps(label)
        admin.sends(answer)
        admin.sees(words)
        assert plan(harness) == before
        assert admin.screen.labels[-1] == ["⬅️ Back"]

    def test_prices_of_a_duration_are_changed(self, harness: ChatHarness, admin: ChatUser) -> None:
        at_plan(admin)
        admin.taps("⏳ 1 month")
        admin.taps("Change the prices")
        admin.sees("Now: 299.00 RUB, 199 XTR, 3.49 USD")
        admin.sends("349 RUB\n2 29 ⭐, $3.99")
        admin.sees("Saved")
        duration = plan(harness).duration("30d")
        assert duration is not None
        assert duration.prices == {"RUB": 349_00, "XTR": 229, "USD": 399}

    def test_a_price_that_falls_by_more_than_half_is_asked_twice(self, harness: ChatHarness, admin: ChatUser) -> None:
        at_plan(admin)
        admin.taps("⏳ 1 month")
        admin.taps("Change the prices")
        admin.sends("29 RUB, 199 XTR")
        admin.sees("falls by more than half")
        assert plan(harness).version == 0
        admin.taps("Yes, save it")
        admin.sees("Saved")
        duration = plan(harness).duration("30d")
        assert duration is not None
        assert duration.prices == {"RUB": 29_00, "XTR": 199}

    def test_after_a_stale_confirmation_nothing_is_saved(self, harness: ChatHarness, admin: ChatUser) -> None:
        at_plan(admin)
        admin.taps("⏳ 1 month")
        admin.taps("Change the prices")
        admin.sends("29 RUB, 199 XTR")
        confirmation = admin.tap("shop:confirm:standard:prices:30d", admin.screen.id)
        admin.taps("Back")
        harness.deliver(confirmation)
        admin.sees("Here is the current screen")
        assert plan(harness).version == 0

    def test_a_duration_is_added_and_removed(self, harness: ChatHarness, admin: ChatUser) -> None:
        at_plan(admin)
        admin.taps("New duration")
        admin.taps("7")
        admin.sees("Saved", "7 days: –", "7d needs a price in RUB")
        admin.taps("Sell")
        admin.sees("❌ 7d needs a price in RUB")
        assert plan(harness).hidden
        admin.taps("⏳ 7 days")
        admin.taps("Remove this duration")
        admin.sees("Saved")
        assert [each.id for each in plan(harness).durations] == ["30d", "90d", "365d"]

    def test_a_new_plan_is_made_step_by_step_and_sold(self, harness: ChatHarness, admin: ChatUser) -> None:
        admin.sends("/shop")
        admin.taps("New plan")
        admin.sends("Not an id")
        admin.sees("An id has")
        admin.sends("standard")
        admin.sees("a plan with this id already")
        admin.sends("mini")
        admin.sees("Added, hidden", "It needs a title", "It needs a duration")
        admin.taps("Sell")
        admin.sees("❌ It needs a title.")
        for label, answer in (
            ("Title EN", "Mini"),
            ("Title RU", "Мини"),
            ("Line EN", "For one phone."),
            ("Line RU", "Для одного телефона."),
            ("New duration", "30"),
        ):
            admin.taps(label)
            admin.sends(answer)
            admin.sees("Saved")
        admin.taps("⏳ 1 month")
        admin.taps("Change the prices")
        admin.sends("150 RUB, 99 XTR")
        admin.taps("Sell")
        admin.sees("The shop is open")
        assert [each.id for each in harness.shop.sales.plans.load().visible()] == ["mini"]
        assert plan(harness, "mini").position == 30

    def test_the_trial_belongs_to_one_plan(self, harness: ChatHarness, admin: ChatUser) -> None:
        at_plan(admin, "Family")
        admin.taps("Trial's plan")
        admin.sees("❌ standard is the trial's plan already")
        at_plan(admin)
        admin.taps("Not the trial's")
        at_plan(admin, "Family")
        admin.taps("Trial's plan")
        admin.sees("Saved", "The free trial is of this plan")
        assert [each.trial for each in harness.shop.sales.plans.load().plans] == [False, True]

    @pytest.mark.parametrize("language", ["en", "ru"])
    def test_a_plan_with_findings_is_shown_in_thirty_words(self, harness: ChatHarness, language: str) -> None:
        shown = replace(plan(harness, "standard"), trial=True)
        findings = [Finding(problem, Severity.WARNING, currency="RUB", duration="12h") for problem in _OF_TIME]
        wording = Wording(language, ["en", "ru"], str)
        screen = plan_screen(shown, findings, wording).headed(phrase("change-done"))
        assert words_of(screen, Renderer(harness.messages, language)) <= LONGEST_SCREEN_WORDS

    def test_the_preview_shows_what_customers_see_in_both_languages(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        at_plan(admin)
        admin.taps("As customers see it")
        admin.sees(
            "Which plan?",
            "[ Standard · 2 devices · from 199 ⭐ ]",
            "[ 1 month · 199 ⭐ ]",
            "VPN on two devices",
            "Какой тариф?",
            "[ Стандарт · 2 устройства · от 199 ⭐ ]",
            "VPN на двух устройствах",
        )
        settings = harness.shop.sales.settings
        assert isinstance(settings, ShopSettingsInMemory)
        settings.stored = replace(settings.stored, providers=())
        at_plan(admin)
        admin.taps("As customers see it")
        admin.sees("Nothing yet")

    def test_a_plan_that_is_gone_leads_to_the_list(self, harness: ChatHarness, admin: ChatUser) -> None:
        at_plan(admin)
        admin.taps("Devices")
        plans_of(harness).first = ()
        admin.sends("5")
        admin.sees("There is no such plan")
        for data in ("shop:plan:standard", "shop:preview:standard", "shop:duration:standard:30d", "shop:nonsense"):
            harness.deliver(admin.tap(data, admin.screen.id))
            admin.sees("🛒")


class TestTwoAdministrators:
    """Of two administrators who save at the same moment, one hears that it has changed meanwhile."""

    def test_one_of_two_saves_is_made(self, harness: ChatHarness, admin: ChatUser) -> None:
        plans_of(harness).first = ()
        plans_of(harness).stored = {"pro": replace(PRO, version=1)}
        at_plan(admin, "Pro")
        admin.taps("Devices")
        plans, saved = plans_of(harness), plans_of(harness).save

        def save_second(*arguments: object) -> None:
            plans.stored["pro"] = replace(plans.stored["pro"], devices=9, version=2)
            plans.save = saved  # type: ignore[method-assign]  # the next save is undisturbed
            saved(*arguments)  # type: ignore[arg-type]  # as given

        plans.save = save_second  # type: ignore[method-assign,assignment]  # another administrator is faster
        admin.sends("5")
        admin.sees("a colleague was faster")
        assert plan(harness, "pro").devices == 9

    def test_a_redelivered_update_shows_the_same_outcome_and_saves_once(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        at_plan(admin)
        admin.taps("Devices")
        admin.sends("5")
        harness.again()
        admin.sees("Saved", "Devices: 5")
        assert plan(harness).version == 1
        admin.taps("Keys")
        harness.again()
        admin.sees("On how many servers")


def _at_the_shop(user: ChatUser) -> None:
    user.sends("/shop")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_each_tap_is_answered_and_each_screen_has_a_button(language: str) -> None:
    harness = ChatHarness(admin_ids=frozenset({42}))
    plans_of(harness).first = worded_first_plans(sold=False)
    walk = Walk(_at_the_shop, language, harness)
    assert len(walk.next_screens) > 50
    for seen in walk.screens:
        assert seen.leads_on, f"no button: {seen.words}"


def test_every_button_of_a_plan_with_the_longest_ids_fits_into_callback_data(
    harness: ChatHarness, admin: ChatUser
) -> None:
    duration = replace(PRO.durations[0], id="d" * 20)
    plans_of(harness).first = (replace(PRO, id="p" * 20, durations=(duration,)),)
    at_plan(admin, "Pro")
    for label in ("Devices", "Traffic", "Countries", "New duration", "1 month", "Change the prices"):
        admin.taps(label)
        assert all(len(button.callback_data or "") <= 64 for row in admin.screen.buttons for button in row)
        if label not in {"1 month", "Change the prices"}:
            admin.taps("Back")
    admin.sends("1 RUB, 1 XTR")
    admin.sees("falls by more than half")
    assert all(len(button.callback_data or "") <= 64 for row in admin.screen.buttons for button in row)


def test_the_first_plans_have_words_in_each_language() -> None:
    ids = first_plans(lambda message: {"en": message}, sold=True)
    for worded, plain in zip(worded_first_plans(sold=True), ids, strict=True):
        assert set(worded.titles) == set(worded.lines) == {"en", "ru"}
        assert replace(worded, titles=plain.titles, lines=plain.lines) == plain

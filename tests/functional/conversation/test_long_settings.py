"""The screens of the settings stay short, whatever is set, and whatever stands above them after a change."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations, product

import pytest

from tests.functional.conversation.shown_words import LONGEST_SCREEN_WORDS, words_of
from vpnbot.domain.payments.setting_field import CHOSEN, SettingField
from vpnbot.domain.payments.setting_input import with_setting
from vpnbot.domain.payments.settings_checks import check_settings
from vpnbot.domain.payments.shop_settings import AccountVerdict, Front, ShopSettings
from vpnbot.domain.plans.catalogue import Catalogue
from vpnbot.domain.plans.findings import Finding, Problem, errors
from vpnbot.domain.plans.plan_checks import check_plan
from vpnbot.domain.plans.sold_plan import SoldPlan
from vpnbot.domain.sending_window import ANY_TIME
from vpnbot.domain.servers.operator_input import BadInput
from vpnbot.domain.shop import ShopMode
from vpnbot.localization.first_plans import worded_first_plans
from vpnbot.localization.messages import Messages
from vpnbot.telegram.admin import plans_screens, shop_front_screens, shop_settings_screens
from vpnbot.telegram.admin.finding_phrases import finding_lines
from vpnbot.telegram.messages.renderer import Renderer
from vpnbot.telegram.messages.screen import Phrase, Screen, phrase

MESSAGES = Messages()
NOTICES = (
    *(None, "change-done", "shop-undone", "shop-undo-changed", "shop-changed-meanwhile", "input-choice"),
    *("shop-opened", "shop-mode-saved"),
)
"""What is shown above the settings and plans after a change was taken or refused."""
LINK = "https://example.com/help"
SOME_PROVIDERS = [each for n in range(4) for each in combinations(("stars", "yookassa", "crypto_pay"), n)]
CATALOGUES = (Catalogue(worded_first_plans(sold=True)), Catalogue(worded_first_plans(sold=False)), Catalogue())
ACCOUNTS = [
    AccountVerdict("stars", "shop_bot", datetime(2026, 3, 1, tzinfo=UTC)),
    AccountVerdict("yookassa", "100500", datetime(2026, 3, 1, tzinfo=UTC), test=True),
    AccountVerdict("crypto_pay", "Shop", datetime(2026, 3, 1, tzinfo=UTC), test=True),
]
SET = ShopSettings(
    name="One more shop of all",
    support_url=LINK,
    terms_url=LINK,
    privacy_url=LINK,
    sending_hours=ANY_TIME,
    trial_gigabytes=0,
    verdicts=tuple(ACCOUNTS),
)


def checked(screen: Screen, language: str) -> None:
    words = words_of(screen, Renderer(MESSAGES, language))
    assert words <= LONGEST_SCREEN_WORDS, Renderer(MESSAGES, language).html(screen)


@pytest.mark.parametrize("language", MESSAGES.languages)
@pytest.mark.parametrize("zone", [None, 3])
@pytest.mark.parametrize("notice", NOTICES[:6])
def test_what_customers_see_stays_short(notice: str | None, zone: int | None, language: str) -> None:
    stored = replace(SET, zone_hours=zone)
    screen = shop_front_screens.front(Front().with_settings(stored), stored)
    if notice:
        screen = replace(screen, paragraphs=(phrase(notice), *screen.paragraphs[1:]))
    checked(screen, language)


@pytest.mark.parametrize("language", MESSAGES.languages)
@pytest.mark.parametrize("notice", NOTICES)
@pytest.mark.parametrize("mode", ShopMode)
def test_the_settings_about_money_stay_short(notice: str | None, mode: ShopMode, language: str) -> None:
    for providers, available in product(SOME_PROVIDERS, SOME_PROVIDERS):
        stored = replace(SET, mode=mode, providers=providers)
        for catalogue in CATALOGUES:
            findings = check_settings(stored, stored, catalogue)
            above = phrase(notice) if notice else None
            checked(shop_settings_screens.settings(stored, available, findings, notice=above), language)


@pytest.mark.parametrize("language", MESSAGES.languages)
@pytest.mark.parametrize("notice", NOTICES)
@pytest.mark.parametrize("sold", [True, False])
def test_a_plan_stays_short_whatever_is_wrong_with_it(notice: str | None, sold: bool, language: str) -> None:
    wording = plans_screens.Wording(language, MESSAGES.languages, str)
    above = phrase(notice) if notice else None
    found = [(), *((Finding(each, about="x", limit=9, currency="RUB", duration="30d"),) for each in Problem)]
    for shown, findings, trial in product(worded_first_plans(sold=sold), found, (True, False)):
        checked(plans_screens.plan(replace(shown, trial=trial), findings, wording, above), language)


@pytest.mark.parametrize("language", MESSAGES.languages)
def test_a_new_plan_stays_short(language: str) -> None:
    added = SoldPlan("new")
    findings = check_plan(Catalogue((added,)), added, MESSAGES.languages)
    wording = plans_screens.Wording(language, MESSAGES.languages, str)
    checked(plans_screens.plan(added, findings, wording, phrase("shop-added")), language)


@pytest.mark.parametrize("language", MESSAGES.languages)
@pytest.mark.parametrize("field", [each for each in SettingField if each not in CHOSEN])
def test_a_question_stays_short_below_what_was_wrong_with_the_answer(field: SettingField, language: str) -> None:
    screen = shop_settings_screens.question(field, "1", 1)
    seen = 0
    for text in ("", "0", "-1", "99999", "XX", "x" * 300, "🙂", "?", "http://x", "10-1", "me@mail.example"):
        try:
            after = with_setting(SET, field, text)
        except BadInput as error:
            above: tuple[Phrase, ...] = (phrase(f"input-{error}"),)
        else:
            above = finding_lines(errors(check_settings(SET, after, CATALOGUES[0])))
        seen += bool(above)
        checked(Screen((above, *screen.paragraphs) if above else screen.paragraphs), language)
    assert seen

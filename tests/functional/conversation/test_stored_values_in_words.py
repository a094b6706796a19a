"""Logs, histories and cards show what the screens show: names and values in words, in the reader's language."""

from dataclasses import replace

import pytest

from tests.functional.conversation.acting import at_card
from tests.functional.conversation.administrator import ADMIN, harness_with_servers
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.new_shop import new_shop
from vpnbot.domain.payments.setting_field import SettingField
from vpnbot.domain.payments.setting_input import restored
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.staff.acts import Act, OutageAct, ShopAct, SupportAct, written
from vpnbot.localization.language_names import language_called
from vpnbot.telegram.admin.ledger_lines import entry_lines
from vpnbot.telegram.admin.setting_phrases import NONE, setting_value
from vpnbot.telegram.admin.stored_names import Names
from vpnbot.telegram.admin.topic_card import card
from vpnbot.telegram.messages.renderer import Renderer
from vpnbot.telegram.messages.screen import Phrase
from vpnbot.usecases.plans.keep_settings import change_settings

SAVED = {
    SettingField.PROVIDER: "yookassa,stars",
    SettingField.RECEIPTS: "email_or_phone",
    SettingField.PAYMENT_MODE: "full_prepayment",
    SettingField.REFUND_DAYS: "0",
    SettingField.ANSWER_HOURS: "48",
    SettingField.NEWS: "all",
    SettingField.MODE: "closed_to_new",
    SettingField.TRIAL_DAYS: "7",
    SettingField.TRIAL_GIGABYTES: "0",
    SettingField.DEVICE_LIMIT: "off",
    SettingField.GIFTS: "off",
    SettingField.BROADCAST_RATE: "15",
    SettingField.ZONE: "+5:30",
    SettingField.HOURS: "0-24",
    SettingField.APPS: "android.v2rayng",
}
"""Values as they are stored."""
CHANGED = {
    "en": {
        SettingField.PROVIDER: "Telegram Stars → YooKassa, Telegram Stars",
        SettingField.RECEIPTS: "off → email or phone",
        SettingField.PAYMENT_MODE: "full payment → full prepayment",
        SettingField.REFUND_DAYS: "14 d → none",
        SettingField.ANSWER_HOURS: "24 h → 48 h",
        SettingField.NEWS: "nothing → money and trials",
        SettingField.TRIAL_DAYS: "as deployed → 7 d",
        SettingField.TRIAL_GIGABYTES: "as deployed → unlimited traffic",
        SettingField.DEVICE_LIMIT: "on → off",
        SettingField.GIFTS: "on → off",
        SettingField.BROADCAST_RATE: "20 a second → 15 a second",
        SettingField.ZONE: "by language → UTC+5:30",
        SettingField.HOURS: "as deployed → at any time",
        SettingField.APPS: "Android: Happ, v2RayTun, v2rayNG → Android: v2rayNG",
    },
    "ru": {
        SettingField.PROVIDER: "Звёзды Telegram → ЮKassa, Звёзды Telegram",
        SettingField.RECEIPTS: "выключены → почта или телефон",
        SettingField.REFUND_DAYS: "14 дн. → нет",
        SettingField.TRIAL_GIGABYTES: "как при установке → трафик без лимита",
        SettingField.DEVICE_LIMIT: "да → нет",
        SettingField.HOURS: "как при установке → в любое время",
        SettingField.ZONE: "по языку → UTC+5:30",
    },
}
HISTORY = {"en": "🕓 History", "ru": "🕓 История"}
ACTS = {"en": "📒 Acts", "ru": "📒 Действия"}


def saves(harness: ChatHarness, field: SettingField) -> None:
    """Save one setting as it is in `SAVED`, as the administrator."""
    shop, by = harness.shop, harness.user("en", ADMIN).person.id
    entry = Entry(f"set:{field}", "shop settings", shop.clock(), f"admin:{by}")
    change_settings(
        shop.sales, shop.context, lambda each: restored(each, field, SAVED[field]), entry, demo_stage=True
    )


@pytest.mark.parametrize(
    ("language", "field", "words"), [(name, *each) for name, words in CHANGED.items() for each in words.items()]
)
def test_the_history_and_the_log_show_a_value_as_its_screen_does(
    language: str, field: SettingField, words: str
) -> None:
    harness = new_shop()
    admin = harness.user(language, ADMIN)
    admin.sends("/start")
    saves(harness, field)
    admin.sends("/shop")
    admin.taps("⚙️")
    admin.taps(HISTORY[language])
    assert words in admin.screen.words
    admin.sends("/admin")
    admin.taps(ACTS[language])
    assert f": {words.split(' → ')[1]})" in admin.screen.words


def test_each_stored_value_has_words(harness: ChatHarness) -> None:
    """A number with a unit, a name or a choice is never shown as it is stored."""
    for field, stored in SAVED.items():
        shown = setting_value(field, stored)
        assert shown != stored, field
    assert setting_value(SettingField.NAME, "") == NONE
    assert setting_value("of_a_later_release", "x_y") == "x_y"


@pytest.fixture
def harness() -> ChatHarness:
    """A bot with two servers."""
    return harness_with_servers("nl", "de")


def logged(harness: ChatHarness, act: Act) -> None:
    """Write an act into the log."""
    settings = harness.shop.sales.settings
    before = settings.load(fresh=True)
    after = replace(before, stars_rule_shown=not before.stars_rule_shown)
    settings.save(before, after, Entry(act.cause, "test", act.at, act.actor), None, written(act))


@pytest.mark.parametrize(
    ("language", "kind", "stored", "words"),
    [
        ("en", ShopAct.TEXT, "ru terms", "text (Russian, terms)"),
        ("ru", ShopAct.TEXT, "en terms", "(английский, "),
        ("en", OutageAct.WAS_DOWN, "nl 2026-11-25", "(🇳🇱 nl, 25 Nov 2026)"),
        ("en", SupportAct.GROUP, "Our group", "group for questions (Our group)"),
        ("en", ShopAct.SETTING, "trial_days 7, news all", "(trial days: 7 d, news to our chat: money and trials)"),
        ("en", ShopAct.SETTING, '{"name": "One, news all"}', "(name of the shop: One, news all)"),
        ("en", ShopAct.SETTING, '{"trial_days": "7", "x": ""}', "(trial days: 7 d, x)"),
        ("en", ShopAct.SETTING, "7", "(7)"),
        ("en", ShopAct.UNDO_SETTING, "trial_days –", "(trial days: as deployed)"),
        ("en", "of_a_later_release", "x", "of_a_later_release (x)"),
    ],
)
def test_an_act_on_no_person_says_what_it_was_about_and_has_no_arrow(
    harness: ChatHarness, language: str, kind: str, stored: str, words: str
) -> None:
    reader = harness.user(language, ADMIN)
    reader.sends("/start")
    logged(harness, Act("a:1", kind, f"admin:{reader.person.id}", "", harness.shop.clock(), stored))
    reader.sends("/admin")
    reader.taps(ACTS[language])
    assert words in reader.screen.words
    assert "→" not in reader.screen.words
    assert "—" not in reader.screen.words


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("days", "3", "days (3)"),
        ("plan", "trial", "plan (Free trial)"),
        ("role", "admin", "role (administrator)"),
        ("role", "", "role (none)"),
        ("move", "nl", "key moved (🇳🇱 nl)"),
        ("undo", "days", "undone (days)"),
        ("pause", "", "pause"),
    ],
)
def test_an_act_on_a_person_is_in_words_and_names_the_person(
    harness: ChatHarness, customer: ChatUser, admin: ChatUser, kind: str, value: str, words: str
) -> None:
    by, about = harness.user("en", ADMIN).person.id, customer.person.id
    logged(harness, Act("a:1", kind, f"admin:{by}", about, harness.shop.clock(), value))
    admin.sends("/admin")
    admin.taps("📒 Acts")
    assert f": {words} → " in admin.screen.words


@pytest.mark.parametrize(("language", "name"), [("en", "English"), ("ru", "английский")])
def test_the_card_in_a_topic_names_the_language_of_the_person(
    harness: ChatHarness, customer: ChatUser, language: str, name: str
) -> None:
    shown = Renderer(harness.messages, language).html(card(customer.person, harness.shop.clock()))
    assert f"🌐 {name}, " in shown


def test_a_language_without_a_word_for_it_has_its_own_name_or_its_code(harness: ChatHarness) -> None:
    assert language_called(harness.messages, "ru", "eo") == "eo"
    own = harness.messages.names["en"]
    assert language_called(harness.messages, "eo", "en") == own


def test_the_card_names_the_servers_of_keys(customer: ChatUser, admin: ChatUser) -> None:
    at_card(admin)
    admin.taps("🔑 Keys")
    assert "🇳🇱 nl: works" in admin.screen.words
    admin.taps("🚚 Move a key")
    assert ["🇳🇱 nl"] in admin.screen.labels


def test_the_ledger_of_a_person_names_plans_and_servers() -> None:
    entry = {"at": "2026-11-29T10:00:00Z", "what": "key leaves server nl", "changes": {"plan": ["", "basic"]}}
    lines = entry_lines(entry, Names(plan=lambda _: "Basic", server=lambda _: "🇳🇱 nl"))
    what = lines[0].arguments["what"]
    assert isinstance(what, Phrase)
    assert what.arguments["server"] == "🇳🇱 nl"
    assert lines[1].arguments["after"] == "Basic"

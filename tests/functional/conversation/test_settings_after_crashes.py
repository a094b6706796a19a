"""The process ends at any point while a setting or a text is saved; Telegram delivers the update again.

Nothing is lost, nothing happens twice, and the value, its history and the log of acts agree.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import pytest

from tests.fakes.faults import Crash
from tests.fakes.shop import shop_in_memory
from tests.functional.conversation.administrator import ADMIN
from tests.functional.conversation.harness import ChatHarness, ChatUser, Update
from tests.functional.conversation.test_shop_front_in_chat import changes, data_of
from vpnbot.domain.editable_texts import subject_of
from vpnbot.domain.payments.revisions import SETTINGS, Revision
from vpnbot.domain.payments.setting_field import SettingField, value_of
from vpnbot.domain.payments.shop_settings import ShopSettings
from vpnbot.domain.staff.acts import Act, month_of
from vpnbot.localization.messages import Messages
from vpnbot.telegram.admin.areas import Area

_TERMS = "en#terms"


@dataclass(frozen=True)
class Outcome:
    """What is stored after an act, and what its actor sees."""

    settings: ShopSettings
    rows: tuple[Revision, ...]
    acts: tuple[Act, ...]
    words: str


def new_harness() -> ChatHarness:
    """Return a bot with an administrator, whose messages know what is stored."""
    shop = shop_in_memory()
    return ChatHarness(shop=shop, messages=Messages(own=shop.sales.settings.load), admin_ids=frozenset({ADMIN}))


def outcome(harness: ChatHarness, admin: ChatUser) -> Outcome:
    """Return what is stored now."""
    with harness.shop.faults.quiet():
        store, staff = harness.shop.sales.settings, harness.shop.staff
        rows = (*store.revisions(SETTINGS, limit=99), *store.revisions(subject_of(_TERMS), limit=99))
        acts = staff.acts.page(month_of(harness.shop.clock()), before="", limit=99)
        return Outcome(store.load(), rows, tuple(acts), admin.screen.words)


def typed(admin: ChatUser) -> Update:
    """Answer the question for a setting."""
    changes(admin, "🎁 Trial days", "5")
    admin.taps("🎁 Trial days")
    return admin.message(text="7")


def no_value(admin: ChatUser) -> Update:
    """Tap the button for no value."""
    changes(admin, "🏷 Shop name", "Fox")
    admin.taps("🏷 Shop name")
    return admin.tap(data_of(admin, "shop:set"), admin.screen.id)


def rule(admin: ChatUser) -> Update:
    """Tap that Telegram's rule was read."""
    admin.sends("/shop")
    admin.taps("⚙️ Settings")
    admin.harness.deliver(admin.tap("shop:set:provider:yookassa", admin.screen.id))
    return admin.tap(data_of(admin, "shop:rule"), admin.screen.id)


def app(admin: ChatUser) -> Update:
    """Switch off an app."""
    admin.sends("/shop")
    for label in ("⚙️ Settings", "🏪 Name, trial, links", "📲 Apps", "Android"):
        admin.taps(label)
    return admin.tap(data_of(admin, "shop:set:apps"), admin.screen.id)


def undone(admin: ChatUser) -> Update:
    """Undo the change of a setting."""
    changes(admin, "🎁 Trial days", "5")
    return admin.tap(data_of(admin, "shop:undo"), admin.screen.id)


def _at_preview(admin: ChatUser) -> None:
    admin.sends("/admin")
    admin.harness.deliver(admin.tap(Area.TEXTS.on("ask", "en", "terms"), admin.screen.id))
    admin.sends("Be kind.")


def text_saved(admin: ChatUser) -> Update:
    """Save a text below its preview."""
    _at_preview(admin)
    return admin.tap(data_of(admin, "adm:text:save"), admin.screen.id)


def text_shipped(admin: ChatUser) -> Update:
    """Use the shipped text again."""
    _at_preview(admin)
    admin.taps("✅ Save")
    return admin.tap(data_of(admin, "adm:text:ship"), admin.screen.id)


def text_undone(admin: ChatUser) -> Update:
    """Undo the change of a text."""
    _at_preview(admin)
    admin.taps("✅ Save")
    admin.taps("🕓 History")
    return admin.tap(data_of(admin, "adm:text:undo"), admin.screen.id)


STEPS: Mapping[str, Callable[[ChatUser], Update]] = {
    each.__name__: each for each in (typed, no_value, rule, app, undone, text_saved, text_shipped, text_undone)
}


def agrees(after: Outcome) -> None:
    """Check that the newest row of each value, and the log of acts, say what is stored."""
    newest = {row.subject + row.field: row for row in reversed(after.rows)}
    for row in newest.values():
        text = row.subject == subject_of(_TERMS)
        stored = after.settings.texts.get(_TERMS, "") if text else value_of(after.settings, SettingField(row.field))
        assert row.after == stored
    assert len(after.acts) == len({row.version for row in after.rows}), "one act for each version that has rows"
    assert len({act.cause for act in after.acts}) == len(after.acts)


@pytest.mark.parametrize("name", STEPS)
def test_a_crash_at_any_point_loses_nothing_and_does_nothing_twice(name: str) -> None:
    whole = new_harness()
    admin = whole.user("en", ADMIN)
    update = STEPS[name](admin)
    before, passed = outcome(whole, admin), len(whole.shop.faults.passed)
    whole.deliver(update)
    expected, points = outcome(whole, admin), len(whole.shop.faults.passed) - passed
    assert expected.settings.version == before.settings.version + 1
    assert len(expected.acts) == len(before.acts) + 1
    assert points >= 2, "at least before and after the settings are saved"
    agrees(expected)
    for point in range(points):
        harness = new_harness()
        admin = harness.user("en", ADMIN)
        update = STEPS[name](admin)
        harness.shop.faults.crash_at_step(point)
        with pytest.raises(Crash):
            harness.deliver(update)
        agrees(outcome(harness, admin))
        for _ in range(2):
            harness.deliver(update)
            after = outcome(harness, admin)
            assert replace(after, words="") == replace(expected, words=""), point
            agrees(after)
        assert "at the same moment" not in after.words, "it is no conflict with oneself"
        assert "nothing was undone" not in after.words


def test_the_crash_points_are_where_something_is_written() -> None:
    """Otherwise the test above would crash where nothing is at stake."""
    harness = new_harness()
    admin = harness.user("en", ADMIN)
    update = typed(admin)
    begun = len(harness.shop.faults.passed)
    harness.deliver(update)
    passed = harness.shop.faults.passed[begun:]
    assert passed.index("settings.before") < passed.index("settings.after")
    assert len(passed) > 2, "the conversation is written too"

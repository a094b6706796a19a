"""The staff word the texts of customers in the chat: a preview first, then everybody sees it."""

from dataclasses import replace

import pytest

from tests.fakes.shop import shop_in_memory
from tests.functional.conversation.acting import member
from tests.functional.conversation.administrator import ADMIN
from tests.functional.conversation.harness import ChatHarness, ChatUser
from vpnbot.domain.editable_texts import EDITABLE
from vpnbot.domain.people.roles import Role
from vpnbot.domain.staff.acts import month_of
from vpnbot.localization.messages import Messages
from vpnbot.telegram.admin.areas import Area

MESSAGES = Messages()


@pytest.fixture
def harness() -> ChatHarness:
    """A bot with an administrator, whose messages have the texts that are stored."""
    shop = shop_in_memory()
    messages = Messages(own=shop.sales.settings.load)
    return ChatHarness(shop=shop, messages=messages, admin_ids=frozenset({ADMIN}))


def worded(harness: ChatHarness) -> dict[str, str]:
    """Return the stored texts."""
    return dict(harness.shop.sales.settings.load().texts)


def at_card(editor: ChatUser, message: str = "terms", language: str = "en") -> None:
    """Show the card of a text."""
    editor.sends("/admin")
    editor.harness.deliver(editor.tap(Area.TEXTS.on("one", language, message), editor.screen.id))


def words_text(editor: ChatUser, text: str, message: str = "terms", language: str = "en") -> None:
    """Change a text, and save it."""
    at_card(editor, message, language)
    editor.taps("✏️ Change")
    editor.sends(text)
    editor.taps("✅ Save")


class TestChange:
    """A text is shown to its editor as customers will see it, and only then saved."""

    def test_a_customer_reads_the_saved_text(self, harness: ChatHarness, admin: ChatUser) -> None:
        at_card(admin)
        admin.sees("Use the VPN lawfully")
        admin.taps("✏️ Change")
        admin.sends("Be <b>kind</b>.")
        assert worded(harness) == {}, "only the preview was shown"
        assert "Be kind." in [message.words for message in admin.chat]
        admin.taps("✅ Save")
        admin.sees("Saved", "Be <b>kind</b>.")
        customer = harness.user("en", 77)
        customer.sends("/terms")
        customer.sees("Be kind.")
        other = harness.user("ru", 78)
        other.sends("/terms")
        assert "kind" not in other.screen.words

    def test_a_text_is_saved_and_undone_whatever_is_wrong_with_other_settings(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        settings = harness.shop.sales.settings
        before = settings.load()
        assert settings.observe(before, replace(before, providers=("demo",))), "as in stage demo"
        words_text(admin, "Be kind.")
        admin.sees("Saved", "Be kind.")
        assert worded(harness) == {"en#terms": "Be kind."}
        admin.taps("🕓 History")
        admin.taps("↩️ Undo")
        admin.sees("the earlier text is back", "Use the VPN lawfully")
        assert worded(harness) == {}

    def test_a_text_with_values_has_those_of_its_reader(self, harness: ChatHarness, admin: ChatUser) -> None:
        at_card(admin, "home-new")
        admin.sees("{ $days }", "number of days")
        words_text(admin, "Free: { $days } d on { $devices }.", "home-new")
        customer = harness.user("en", 77)
        customer.sends("/start")
        customer.sees("Free: 3 d on 2.")

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("{ $left }", "$left is not known"),
            ("{ $days", "braces do not match"),
            ("<b>open", "<b> is not closed"),
            ("x" * 1001, "too long"),
            ("{ terms }", "Only the listed names"),
        ],
    )
    def test_a_wrong_text_is_not_saved_and_the_reason_is_said(
        self, harness: ChatHarness, admin: ChatUser, text: str, reason: str
    ) -> None:
        at_card(admin, "home-new")
        admin.taps("✏️ Change")
        admin.sends(text)
        admin.sees("Not saved", reason)
        admin.taps("✏️ Again")
        admin.sees("Send the new text")
        assert worded(harness) == {}

    def test_what_telegram_refuses_cannot_be_saved(self, harness: ChatHarness, admin: ChatUser) -> None:
        at_card(admin)
        admin.taps("✏️ Change")
        admin.sends("a < b")
        admin.sees("Not saved", "Telegram cannot show it")
        assert not any("Save" in label for row in admin.screen.labels for label in row)
        assert worded(harness) == {}

    def test_a_long_text_is_warned_of(self, harness: ChatHarness, admin: ChatUser) -> None:
        at_card(admin)
        admin.taps("✏️ Change")
        admin.sends("word " * 31)
        admin.sees("31 words")
        admin.taps("✅ Save")
        assert len(worded(harness)) == 1

    def test_a_redelivered_save_is_made_once(self, harness: ChatHarness, admin: ChatUser) -> None:
        words_text(admin, "Be kind.")
        version = harness.shop.sales.settings.load().version
        harness.again()
        assert harness.shop.sales.settings.load().version == version
        admin.sees("Be kind.")

    def test_a_text_that_another_has_changed_since_is_not_overwritten(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        at_card(admin)
        admin.taps("✏️ Change")
        admin.sends("Mine.")
        words_text(member(harness, Role.ADMIN), "Theirs.")
        admin.taps("✅ Save")
        admin.sees("a colleague was faster", "Theirs.")
        assert worded(harness) == {"en#terms": "Theirs."}

    def test_the_button_of_an_older_preview_does_not_save_a_newer_draft(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        at_card(admin)
        admin.taps("✏️ Change")
        admin.sends("First.")
        save = next(b.callback_data or "" for row in admin.screen.buttons for b in row if "Save" in b.text)
        admin.sends("Second.")
        harness.deliver(admin.tap(save, admin.screen.id))
        admin.sees("Use the VPN lawfully")
        assert worded(harness) == {}


class TestBack:
    """The original text, or the one before a change, comes back."""

    def test_the_shipped_text_comes_back(self, harness: ChatHarness, admin: ChatUser) -> None:
        words_text(admin, "Be kind.")
        admin.taps("📦 Original text")
        admin.sees("Use the VPN lawfully")
        assert worded(harness) == {}

    def test_a_change_is_undone(self, harness: ChatHarness, admin: ChatUser) -> None:
        words_text(admin, "First.")
        words_text(admin, "Second.")
        admin.taps("🕓 History")
        words = admin.screen.words
        assert words.index("Second.") < words.index("First.")
        admin.taps("↩️ Undo")
        assert worded(harness) == {"en#terms": "First."}
        harness.again()
        assert worded(harness) == {"en#terms": "First."}
        acts = harness.shop.staff.acts.page(month_of(harness.shop.clock()), before="", limit=9)
        assert [(act.kind, act.value) for act in acts] == [
            ("undo_text", "en terms"),
            ("text", "en terms"),
            ("text", "en terms"),
        ]

    def test_the_history_has_pages_down_to_the_first_change(self, harness: ChatHarness, admin: ChatUser) -> None:
        for number in range(1, 15):
            words_text(admin, f"Text {number}.")
        admin.taps("🕓 History")
        seen = admin.screen.words
        assert [f"Text {number}." in seen for number in range(1, 15)] == [False] * 8 + [True] * 6
        admin.taps("➡️ Older")
        assert "↩️ Undo" not in [label for row in admin.screen.labels for label in row], "only the newest"
        seen += admin.screen.words
        admin.taps("➡️ Older")
        seen += admin.screen.words
        assert all(seen.count(f"Text {number}.") == 1 for number in range(1, 15))
        assert not any("Older" in label for row in admin.screen.labels for label in row)
        admin.taps("⏫ Newest")
        admin.sees("Text 14.")

    def test_an_undo_of_what_was_changed_again_touches_nothing(self, harness: ChatHarness, admin: ChatUser) -> None:
        words_text(admin, "First.")
        version = harness.shop.sales.settings.load().version
        words_text(admin, "Second.")
        harness.deliver(admin.tap(Area.TEXTS.on("undo", "en", "terms", version), admin.screen.id))
        admin.sees("nothing was undone")
        assert worded(harness) == {"en#terms": "Second."}


class TestList:
    """All texts of a language are listed in pages, and the changed ones are marked."""

    @pytest.mark.parametrize("language", MESSAGES.languages)
    def test_each_text_is_on_a_page_and_its_card_has_a_way_back(
        self, harness: ChatHarness, admin: ChatUser, language: str
    ) -> None:
        words_text(admin, "Be kind.", "terms", language)
        found: list[str] = []
        for page in range(3):
            harness.deliver(admin.tap(Area.TEXTS.on("list", language, page), admin.screen.id))
            found += [b.callback_data or "" for row in admin.screen.buttons for b in row]
            marked = [label for row in admin.screen.labels for label in row if label.startswith("✅")]
            assert len(marked) == (EDITABLE.index("terms") // 9 == page)
        for message in EDITABLE:
            assert Area.TEXTS.on("one", language, message) in found
            harness.deliver(admin.tap(Area.TEXTS.on("one", language, message), admin.screen.id))
            assert any("⬅️" in label for row in admin.screen.labels for label in row)
            harness.deliver(admin.tap(Area.TEXTS.on("ask", language, message), admin.screen.id))
            harness.deliver(admin.tap(Area.TEXTS.on("log", language, message), admin.screen.id))
        admin.sees("not changed yet")

    @pytest.mark.parametrize(
        "data", ["adm:text", "adm:text:one:xx:terms", "adm:text:undo:en:terms:x", "adm:text:save"]
    )
    def test_an_unknown_button_shows_the_list(self, harness: ChatHarness, admin: ChatUser, data: str) -> None:
        admin.sends("/admin")
        harness.deliver(admin.tap(data, admin.screen.id))
        admin.sees("Texts in English")


def test_support_changes_no_text(harness: ChatHarness) -> None:
    support = member(harness, Role.SUPPORT)
    before = support.screen.words
    for action in ("ask", "ship", "list"):
        harness.deliver(support.tap(Area.TEXTS.on(action, "en", "terms", 0), support.screen.id))
    support.sends("Mine.")
    assert worded(harness) == {}
    assert "Texts" not in support.screen.words
    assert before

"""The check of texts that the staff word, and the messages that use them."""

import re

import pytest

from vpnbot.domain.editable_texts import EDITABLE, SAMPLES, sample_arguments
from vpnbot.domain.payments.shop_settings import ShopSettings
from vpnbot.domain.shop import text_key
from vpnbot.localization.messages import Messages, rendered
from vpnbot.localization.text_checks import BadText, check_text, variables_of

MESSAGES = Messages()
ALL = [(language, message) for language in MESSAGES.languages for message in EDITABLE]
PLURAL = "{ $days ->\n    [one] day\n   *[other] days\n}"


class TestShippedTexts:
    """Each message of the list can be shown as it is typed, and saved as it is."""

    @pytest.mark.parametrize(("language", "message"), ALL)
    def test_the_shipped_text_passes_its_own_check(self, language: str, message: str) -> None:
        shipped = MESSAGES.shipped(language, message)
        checked = check_text(MESSAGES, language, message, shipped)
        assert checked.source == shipped
        for arguments in sample_arguments(variables_of(shipped)):
            assert rendered(language, shipped, arguments) == MESSAGES.text(language, message, arguments)

    @pytest.mark.parametrize("message", EDITABLE)
    def test_its_variables_have_samples_and_are_the_same_in_each_language(self, message: str) -> None:
        found = {variables_of(MESSAGES.shipped(language, message)) for language in MESSAGES.languages}
        assert len(found) == 1
        assert found.pop() <= SAMPLES.keys()

    @pytest.mark.parametrize("language", MESSAGES.languages)
    def test_each_variable_and_each_text_is_named_for_the_staff(self, language: str) -> None:
        for name in (*(f"text-variable-{each}" for each in SAMPLES), *(f"text-name-{each}" for each in EDITABLE)):
            assert MESSAGES.text(language, name, {})

    def test_an_unknown_message_has_no_shipped_text(self) -> None:
        with pytest.raises(KeyError):
            MESSAGES.shipped("en", "home-nowhere")


class TestCheck:
    """What cannot be shown to every reader is refused with its place."""

    @pytest.mark.parametrize(
        ("typed", "code", "place"),
        [
            ("  ", "empty", ""),
            ('{ "" }', "empty", ""),
            ("x" * 1001, "long", ""),
            ("{ $days } and { $left }", "variable", "$left"),
            ("{ $days", "syntax", ""),
            ("{ $days -> }", "syntax", ""),
            ("a }", "syntax", ""),
            ("{ NUMBER($days) }", "reference", "FunctionReference"),
            ("{ -brand }", "reference", "TermReference"),
            ("{ terms }", "reference", "MessageReference"),
            ("{ terms.title }", "reference", "MessageReference"),
            ("<b>{ $days }", "tag", "<b>"),
            ("<b><i>{ $days }</b></i>", "tag", "</b>"),
            ("</b>", "tag", "</b>"),
            ("<script>alert(1)</script>", "tag", "<script>"),
            ("<br/>", "tag", "<br/>"),
            ('<b class="x">y</b>', "tag", "<b>"),
            ('<a href="javascript:alert(1)">x</a>', "tag", "<a>"),
            ("{ $days ->\n    [one] <b>\n   *[other] <b>days</b>\n}", "tag", "<b>"),
        ],
    )
    def test_it_names_what_is_wrong(self, typed: str, code: str, place: str) -> None:
        with pytest.raises(BadText) as raised:
            check_text(MESSAGES, "en", "home-new", typed)
        assert str(raised.value) == code
        assert place in raised.value.place

    @pytest.mark.parametrize(
        "typed",
        [
            "Hello",
            "Fewer variables: { $days }",
            f"<b>{{ $days }}</b> {PLURAL}\n\nA line after an empty one.",
            '<a href="https://vpn.example">Read</a> &amp; <tg-spoiler>x</tg-spoiler>'.replace("tg-spoiler", "i"),
            "title = not an entry",
            "# not a comment",
            "-term = not a term",
        ],
    )
    def test_what_can_be_shown_passes(self, typed: str) -> None:
        assert check_text(MESSAGES, "en", "home-new", typed).source == typed

    def test_more_than_thirty_words_are_only_warned_of(self) -> None:
        assert check_text(MESSAGES, "en", "terms", "word " * 31).wordy
        assert not check_text(MESSAGES, "en", "terms", "word " * 30).wordy


class TestUse:
    """A worded text is used in its language, and never breaks a screen."""

    def test_it_replaces_the_message_of_its_language_at_once(self) -> None:
        worded: dict[str, str] = {}
        messages = Messages(own=lambda: ShopSettings(texts=worded))
        assert messages.text("en", "terms") == MESSAGES.text("en", "terms")
        worded[text_key("en", "terms")] = "Be kind."
        assert messages.text("en", "terms") == "Be kind."
        assert messages.text("ru", "terms") == MESSAGES.text("ru", "terms")
        worded[text_key("en", "terms")] = "Be kinder."
        assert messages.text("en", "terms") == "Be kinder."
        worded.clear()
        assert messages.text("en", "terms") == MESSAGES.text("en", "terms")

    def test_its_numbers_take_the_form_of_the_language(self) -> None:
        source = "{ $days ->\n    [one] день\n    [few] дня\n   *[many] дней\n}"
        messages = Messages(own=lambda: ShopSettings(texts={text_key("ru", "home-new"): source}))
        forms = [messages.text("ru", "home-new", {"days": days, "devices": 2}) for days in (1, 2, 5, 21)]
        assert forms == ["день", "дня", "дней", "день"]

    @pytest.mark.parametrize("source", ["{ $days", "{ $gone }", "= ="])
    def test_a_broken_one_falls_back_to_the_shipped_text_and_is_reported(self, source: str) -> None:
        broken: list[str] = []
        messages = Messages(
            own=lambda: ShopSettings(texts={text_key("en", "home-new"): source}), broken=broken.append
        )
        arguments = {"days": 3, "devices": 2}
        shown = messages.text("en", "home-new", arguments)
        if broken:
            assert shown == MESSAGES.text("en", "home-new", arguments)
            assert broken == ["home-new"]
        else:
            assert re.fullmatch("= =", shown), "a text that only looks odd is shown"

"""The fake Bot API parses texts and buttons, and rejects them with the descriptions of the real one."""

import json

import pytest

from tests.integration.telegram_harness import Harness, person_with_chat, run_scenario


@pytest.mark.parametrize(
    ("arguments", "description"),
    [
        ({"text": "x", "chat_id": 1}, "Bad Request: chat not found"),
        ({"text": "x", "chat_id": None}, "Bad Request: chat_id is empty"),
        ({"text": ""}, "Bad Request: message text is empty"),
        ({"text": " \n"}, "Bad Request: text must be non-empty"),
        ({"text": "x" * 4097}, "Bad Request: message is too long"),
        (
            {"text": "<b>x", "parse_mode": "HTML"},
            "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        (
            {"text": "ё<x>x</x>", "parse_mode": "HTML"},
            'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 2',
        ),
        (
            {"text": "<b><i>x</b></i>", "parse_mode": "HTML"},
            'Bad Request: can\'t parse entities: Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
        ),
        (
            {"text": "2 </b> 1", "parse_mode": "HTML"},
            "Bad Request: can't parse entities: Unexpected end tag at byte offset 2",
        ),
        (
            {"text": "1 < 2", "parse_mode": "HTML"},
            "Bad Request: can't parse entities: Unclosed start tag at byte offset 2",
        ),
    ],
)
def test_a_text_that_telegram_rejects_is_rejected(arguments: dict[str, object], description: str) -> None:
    async def scenario(harness: Harness) -> None:
        anna = await person_with_chat(harness)
        response = await harness.call("sendMessage", **{"chat_id": anna.user_id, **arguments})
        assert (response.status, response.description) == (400, description)

    run_scenario(scenario)


@pytest.mark.parametrize(
    ("button", "status", "description"),
    [
        ({"text": "x", "callback_data": "я" * 33}, 400, "Bad Request: BUTTON_DATA_INVALID"),
        (
            {"text": "x", "callback_data": ""},
            400,
            "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"callback_data": "x"},
            400,
            "Bad Request: can't parse inline keyboard button: Can't find field \"text\"",
        ),
        (
            {"text": "x", "url": "happ://add/x"},
            400,
            "Bad Request: inline keyboard button URL 'happ://add/x' is invalid: Unsupported URL protocol",
        ),
        (
            {"text": "x", "url": "http://localhost:8080/s/x"},
            400,
            "Bad Request: inline keyboard button URL 'http://localhost:8080/s/x' is invalid: Wrong HTTP URL",
        ),
        ({"text": "x", "copy_text": {"text": "k" * 257}}, 400, "Bad Request: BUTTON_COPY_TEXT_INVALID"),
        ({"text": "x", "callback_data": "я" * 32}, 200, "None"),
        ({"text": "x", "url": "http://127.0.0.1:8080/s/x"}, 200, "None"),
        ({"text": "x", "url": "tg://resolve?domain=x"}, 200, "None"),
        ({"text": "x", "copy_text": {"text": "k" * 256}}, 200, "None"),
    ],
)
def test_a_button_is_accepted_or_rejected_as_telegram_does(
    button: dict[str, object], status: int, description: str
) -> None:
    async def scenario(harness: Harness) -> None:
        anna = await person_with_chat(harness)
        markup = {"inline_keyboard": [[button]]}
        response = await harness.call("sendMessage", chat_id=anna.user_id, text="x", reply_markup=json.dumps(markup))
        assert (response.status, response.description) == (status, description)

    run_scenario(scenario)


def test_the_limit_of_4096_characters_excludes_html_tags() -> None:
    async def scenario(harness: Harness) -> None:
        anna = await person_with_chat(harness)
        text = "<b>" + "x" * 4096 + "</b>"
        response = await harness.call("sendMessage", chat_id=anna.user_id, text=text, parse_mode="HTML")
        assert response.result["entities"] == [{"type": "bold", "offset": 0, "length": 4096}]

    run_scenario(scenario)


def test_nested_html_becomes_entities_in_utf16_units() -> None:
    async def scenario(harness: Harness) -> None:
        anna = await person_with_chat(harness)
        text = (
            "🎉 <b>bold <i>both</i></b> <tg-spoiler>s</tg-spoiler> <code>a&lt;b</code> "
            '<a href="https://example.org/?a=1&amp;b=2">link</a>'
            '\n<pre><code class="language-python">x</code></pre><blockquote>q</blockquote>'
        )
        result = (await harness.call("sendMessage", chat_id=anna.user_id, text=text, parse_mode="HTML")).result
        assert result["text"] == "🎉 bold both s a<b link\nxq"
        assert result["entities"] == [
            {"type": "bold", "offset": 3, "length": 9},
            {"type": "italic", "offset": 8, "length": 4},
            {"type": "spoiler", "offset": 13, "length": 1},
            {"type": "code", "offset": 15, "length": 3},
            {"type": "text_link", "offset": 19, "length": 4, "url": "https://example.org/?a=1&b=2"},
            {"type": "pre", "offset": 24, "length": 1, "language": "python"},
            {"type": "blockquote", "offset": 25, "length": 1},
        ]

    run_scenario(scenario)

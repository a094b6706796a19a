"""Whatever Telegram sends: an update is read, or it is an unknown update; no other error blocks its queue."""

import ast
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from aiogram import Bot
from hypothesis import given
from hypothesis import strategies as st

from vpnbot.telegram.bot_api.incoming_update import ALLOWED_UPDATES, Incoming, UnknownUpdate, json_values
from vpnbot.telegram.updates.readable_update import readable_tap, readable_update

TELEGRAM = Path(__file__).parents[2] / "layers/vpnbot/vpnbot/telegram"
BOT = Bot("4242:sample-token-without-access")
NAMES = st.sampled_from(
    (
        *("id", "from", "user", "chat", "type", "date", "text", "message", "message_id", "status", "sender_chat"),
        *(
            "new_chat_member",
            "is_bot",
            "first_name",
            "forward_origin",
            "reply_to_message",
            "poll",
            "data",
            "entities",
        ),
    )
)
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.just("private"), st.just(42))
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=5)),
    max_leaves=20,
)
UPDATES = st.fixed_dictionaries({"update_id": st.integers()}) | st.dictionaries(
    st.sampled_from((*ALLOWED_UPDATES, "update_id")), VALUES, max_size=3
)
SENDER = {"id": 42, "is_bot": False, "first_name": "A"}
CHAT = {"id": 42, "type": "private"}


@given(UPDATES | VALUES)
def test_any_json_is_an_update_or_an_unknown_update(values: Any) -> None:
    with suppress(UnknownUpdate):
        Incoming.parse(values)


@given(st.sampled_from(["message", "callback_query"]), st.dictionaries(NAMES, VALUES, max_size=6))
def test_every_message_and_tap_with_a_sender_can_be_read(kind: str, content: dict[str, Any]) -> None:
    message = {"message_id": 1, "date": 1, "chat": CHAT, "from": SENDER}
    tap = {"id": "1", "chat_instance": "1", "from": SENDER, "message": {**message, **content}, "data": "home"}
    base = message if kind == "message" else tap
    with suppress(UnknownUpdate):
        incoming = Incoming.parse({"update_id": 1, kind: {**base, **content}})
        if kind == "message":
            update, _ = readable_update(incoming, BOT)
            assert update.update_id == 1
        else:
            found, _ = readable_tap(incoming, BOT)
            assert found.from_user.id == incoming.user_id
            assert found.data == incoming.callback_data


@given(st.text(st.characters(exclude_categories=())))
def test_every_text_of_an_update_can_be_encoded(text: str) -> None:
    read = json_values(json.dumps({"text": text}).encode())
    assert isinstance(read, dict)
    read["text"].encode()
    if text.isascii():
        assert read["text"] == text


def test_a_complete_pair_of_surrogates_stays_one_character() -> None:
    assert json_values(b'{"text": "\\ud83d\\ude00 \xf0\x9f\x98\x80"}') == {"text": "😀 😀"}


def test_handlers_read_nothing_of_a_tapped_message_that_is_not_validated() -> None:
    fields = {"message_id", "date", "chat", "from_user", "business_connection_id"}
    paths = [path for folder in ("customer", "admin", "updates") for path in (TELEGRAM / folder).rglob("*.py")]
    read = {
        (path.name, node.attr)
        for path in paths
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and is_tapped_message(node.value)
    }
    assert {name for name, _ in read} >= {"plans.py", "find.py", "support_replies.py"}, "nothing was found"
    assert [use for use in sorted(read) if use[1] not in fields] == []


def is_tapped_message(node: ast.AST) -> bool:
    """Tell whether this is `query.message`, also of a filter."""
    named = isinstance(node, ast.Attribute) and node.attr == "message" and isinstance(node.value, ast.Name)
    return named and node.value.id in {"query", "tap", "F"}  # type: ignore[attr-defined]  # see the line above

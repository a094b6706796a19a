"""What a member of the staff sends in order to find a person is recognised without reading anything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpnbot.domain.staff.query import Query, QueryKind, asked, asked_in

ORDER = "01JDXXXXXX0123456789ABCDEF"


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        (" 42 ", QueryKind.ID, "42"),
        ("9" * 25, QueryKind.UNKNOWN, ""),
        ("0", QueryKind.UNKNOWN, ""),
        ("@Ann_Lee", QueryKind.USERNAME, "ann_lee"),
        ("t.me/Ann", QueryKind.USERNAME, "ann"),
        ("https://telegram.me/@Ann?start=1", QueryKind.USERNAME, "ann"),
        ("tg://user?id=42", QueryKind.ID, "42"),
        ("#id_" + "ab" * 16, QueryKind.PERSON, "ab" * 16),
        ("v_abcdefgh234567ab", QueryKind.CLIENT, "v_abcdefgh234567ab"),
        (ORDER, QueryKind.ORDER, ORDER),
        (f"{ORDER}_2", QueryKind.ORDER, f"{ORDER}_2"),
        ("№ABC123", QueryKind.ORDER, "ABC123"),
        ("№123456", QueryKind.ORDER, "123456"),
        ("abc123-2", QueryKind.ORDER, "ABC123-2"),
        ("VLESS://x@y", QueryKind.KEY, ""),
        ("Hello there", QueryKind.UNKNOWN, ""),
        ("", QueryKind.UNKNOWN, ""),
    ],
)
def test_a_text_is_recognised(text: str, kind: QueryKind, value: str) -> None:
    assert asked(text) == Query(kind, value)


def test_a_forwarded_message_counts_more_than_its_text() -> None:
    message = {"text": "43", "forward_origin": {"type": "user", "sender_user": {"id": 42}}}
    assert asked_in(message) == Query(QueryKind.ID, "42")


@pytest.mark.parametrize(
    "message",
    [
        {"photo": []},
        {"users_shared": {"users": "none"}},
        {"users_shared": {"users": [{"user_id": True}]}},
        {"forward_origin": {"type": "user", "sender_user": {"id": "42"}}},
        {"contact": {"user_id": -1}},
        {"text": 42},
    ],
)
def test_content_that_names_nobody(message: dict[str, object]) -> None:
    assert asked_in(message) == Query(QueryKind.UNKNOWN)


@given(st.text(max_size=100))
def test_no_text_is_an_error(text: str) -> None:
    assert asked(text).kind in QueryKind

"""What a member of the staff has sent in order to find a person: the kind is recognised, nothing is read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, auto

from vpnbot.domain.keys.key_ring import may_be_ours, person_of_token
from vpnbot.domain.orders.order_id import is_order_id


class QueryKind(StrEnum):
    """By what a person is sought.

    ID: the Telegram id. PERSON: the id of the person here. USERNAME: the name with `@`. CLIENT: the name of a client
    on a panel. ORDER: the id of an order, or the number that people read. KEY: a key of a VPN app, which tells
    nothing. HIDDEN: a forwarded message whose sender hides their account. UNKNOWN: none of these.
    """

    ID = auto()
    PERSON = auto()
    USERNAME = auto()
    CLIENT = auto()
    ORDER = auto()
    KEY = auto()
    HIDDEN = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Query:
    """One question: its kind, and what is sought."""

    kind: QueryKind
    value: str = ""


_LARGEST_ID = 2**63
_USERNAME = re.compile(r"@([A-Za-z0-9_]{1,32})", re.ASCII)
_ADDRESS = re.compile(r"(?:https?://)?(?:www\.)?(?:t|telegram)\.me/@?([A-Za-z0-9_]{1,32})(?:[/?].*)?", re.ASCII)
_CHAT_LINK = re.compile(r"tg://(?:user\?id=|openmessage\?user_id=)(\d{1,19})", re.ASCII)
_LINK = re.compile(r"/s/([A-Za-z0-9_-]{43})(?![A-Za-z0-9_-])", re.ASCII)
_MARK = re.compile(r"(?:#id_)?([0-9a-f]{32})", re.ASCII)
_NUMBER = re.compile(r"[№#]?\s?([0-9A-HJKMNP-TV-Z]{6}(?:-\d{1,3})?)", re.ASCII)


def asked_in(message: Mapping[str, object]) -> Query:
    """Return what a message of the Bot API asks for: a forwarded message, a contact, chosen people, or its text."""
    origin = _map(message.get("forward_origin"))
    if origin:
        sender = _map(origin.get("sender_user")).get("id")
        return _by_id(sender) if sender is not None else Query(QueryKind.HIDDEN)
    contact = _map(message.get("contact"))
    if contact:
        return _by_id(contact["user_id"]) if "user_id" in contact else Query(QueryKind.HIDDEN)
    chosen = _map(message.get("users_shared")).get("users")
    if isinstance(chosen, list) and chosen:
        return _by_id(_map(chosen[0]).get("user_id"))
    text = message.get("text")
    return asked(text) if isinstance(text, str) else Query(QueryKind.UNKNOWN)


def asked(text: str) -> Query:
    """Return what a text asks for."""
    text = text.strip()
    if text.isascii() and text.isdecimal() and 0 < int(text[:20]) < _LARGEST_ID:
        return Query(QueryKind.ID, str(int(text)))
    if text.lower().startswith(("vless://", "vmess://", "trojan://", "ss://")):
        return Query(QueryKind.KEY)
    return _by_token(text) or _by_pattern(text) or Query(QueryKind.UNKNOWN)


def _by_token(text: str) -> Query | None:
    link = _LINK.search(text)
    person = person_of_token(link.group(1) if link else text)
    return None if person is None else Query(QueryKind.PERSON, person)


def _by_pattern(text: str) -> Query | None:
    if (chat := _CHAT_LINK.fullmatch(text)) is not None:
        return _by_id(int(chat.group(1)))
    if (username := _USERNAME.fullmatch(text) or _ADDRESS.fullmatch(text)) is not None:
        return Query(QueryKind.USERNAME, username.group(1).lower())
    if (mark := _MARK.fullmatch(text)) is not None:
        return Query(QueryKind.PERSON, mark.group(1))
    if may_be_ours(text):
        return Query(QueryKind.CLIENT, text)
    if is_order_id(text.upper()):
        return Query(QueryKind.ORDER, text.upper())
    if (number := _NUMBER.fullmatch(text.upper())) is not None:
        return Query(QueryKind.ORDER, number.group(1))
    return None


def _by_id(value: object) -> Query:
    known = isinstance(value, int) and not isinstance(value, bool) and 0 < value < _LARGEST_ID
    return Query(QueryKind.ID, str(value)) if known else Query(QueryKind.UNKNOWN)


def _map(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}

"""Inline keyboards: which buttons Telegram accepts, and its errors for the others.

Limits: Telegram Bot API, InlineKeyboardButton (callback_data 1-64 bytes) and CopyTextButton (1-256 characters).
URL rules: tdlib's LinkManager::check_link. Buttons below the input: tdlib's KeyboardButton::get_keyboard_button.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from local.telegram.errors import BotApiError, bad_request, not_emulated

STYLES = {"primary", "success", "danger"}
ACTIONS = ("url", "callback_data", "copy_text")
OTHER_ACTIONS = (
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "callback_game",
    "pay",
)
"""Actions that the fake rejects with 501; an invoice without a keyboard has one button to pay, as in Telegram."""

type ButtonKind = Literal["callback", "url", "copy", "pay"]


@dataclass(frozen=True, slots=True)
class Button:
    """One inline button: its label and what a tap does (send `value`, open it, or copy it)."""

    text: str
    kind: ButtonKind
    value: str
    style: str | None = None

    def as_json(self) -> dict[str, object]:
        """Return the Bot API's InlineKeyboardButton."""
        actions: dict[ButtonKind, dict[str, object]] = {
            "callback": {"callback_data": self.value},
            "url": {"url": self.value},
            "copy": {"copy_text": {"text": self.value}},
            "pay": {"pay": True},
        }
        return {"text": self.text, **actions[self.kind], **({"style": self.style} if self.style else {})}


type Keyboard = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class ReplyButton:
    """One button below the input: a tap writes its text, or asks for people (`request_users`) or the own contact.

    `request_users` has the fields of KeyboardButtonRequestUsers: request_id, max_quantity, request_name.
    """

    text: str
    request_users: Mapping[str, object] | None = None
    request_contact: bool = False


@dataclass(frozen=True, slots=True)
class ReplyKeyboard:
    """The keyboard below the input; `one_time`: it closes after a tap."""

    rows: tuple[tuple[ReplyButton, ...], ...]
    one_time: bool = False


type Markup = Keyboard | ReplyKeyboard | RemoveKeyboard


class RemoveKeyboard:
    """The order to remove the keyboard below the input."""


def keyboard_json(keyboard: Keyboard) -> dict[str, object]:
    """Return the Bot API's InlineKeyboardMarkup."""
    return {"inline_keyboard": [[button.as_json() for button in row] for row in keyboard]}


def parse_markup(markup: object, *, private: bool) -> Markup:
    """Check the `reply_markup` of a new message; an empty keyboard when there is none.

    `private`: it is for a private chat, the only kind in which buttons can ask for people or a contact.

    Raises:
        BotApiError: 400: Telegram rejects the keyboard; 501: a forced reply, or a kind of button not emulated.
    """
    if isinstance(markup, dict) and "keyboard" in markup:
        return _reply_keyboard(markup, private=private)
    if isinstance(markup, dict) and markup.get("remove_keyboard"):
        return RemoveKeyboard()
    if isinstance(markup, dict) and "force_reply" in markup:
        raise not_emulated("forced replies")
    return parse_keyboard(markup)


def parse_keyboard(markup: object) -> Keyboard:
    """Check a `reply_markup`; return its inline keyboard, empty when there is none.

    Raises:
        BotApiError: 400: Telegram rejects the keyboard; 501: a kind of button not emulated.
    """
    if markup is None:
        return ()
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" not in markup:
        if "keyboard" in markup:
            raise bad_request("inline keyboard expected")
        return ()
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list):
        raise bad_request('can\'t parse inline keyboard: Field "inline_keyboard" must be of type Array')
    parsed = []
    for row in rows:
        if not isinstance(row, list):
            raise bad_request("can't parse inline keyboard: Inline keyboard row must be of type Array")
        if row:
            parsed.append(tuple(_button(button) for button in row))
    return tuple(parsed)


def checked_url(url: str) -> str:
    """Return a link as Telegram stores it; raise ValueError with Telegram's reason when it rejects the link."""
    scheme = url.split("://", 1)[0].lower() if "://" in url else "http"
    if scheme not in {"http", "https", "tg", "ton"}:
        raise ValueError("Unsupported URL protocol")
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if not parts.hostname:
        raise ValueError("URL host is empty")
    if scheme in {"tg", "ton"}:
        return f"{scheme}://{parts.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else "")
    if "." not in parts.hostname and ":" not in parts.hostname:
        raise ValueError("Wrong HTTP URL")
    return parts._replace(scheme=scheme, netloc=parts.netloc.lower(), path=parts.path or "/").geturl()


def _reply_keyboard(markup: dict[str, object], *, private: bool) -> ReplyKeyboard:
    rows = markup["keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "keyboard" must be of type Array')
    parsed = tuple(tuple(_reply_button(button, private=private) for button in row) for row in rows if row)
    if not parsed:
        raise bad_request("keyboard must be non-empty")
    return ReplyKeyboard(parsed, bool(markup.get("one_time_keyboard")))


def _reply_button(value: object, *, private: bool) -> ReplyButton:
    if isinstance(value, str):
        return ReplyButton(value)
    if not isinstance(value, dict):
        raise bad_request("keyboardButton must be a String or an Object")
    if unknown := value.keys() - {"text", "request_users", "request_contact", "style", "icon_custom_emoji_id"}:
        raise not_emulated(f"keyboard buttons with {min(unknown)}")
    text, users = value.get("text"), value.get("request_users")
    if not isinstance(text, str):
        raise bad_request("can't parse keyboard button: Can't find field \"text\"")
    if not text.strip():
        raise bad_request("keyboard button text must be non-empty")
    if not private and value.get("request_contact"):
        raise bad_request("phone number can be requested in private chats only")
    if not private and users is not None:
        raise bad_request("users can be requested in private chats only")
    if users is not None and not (isinstance(users, dict) and isinstance(users.get("request_id"), int)):
        raise bad_request("can't parse keyboard button: Can't find field \"request_id\"")
    return ReplyButton(text, users, bool(value.get("request_contact")))


def _button(value: object) -> Button:
    if not isinstance(value, dict):
        raise _button_error("expected an Object")
    text = value.get("text")
    if text is None:
        raise _button_error('Can\'t find field "text"')
    if not isinstance(text, str):
        raise _button_error('Field "text" must be of type String')
    if not text.strip():
        raise bad_request("inline keyboard button text must be non-empty")
    style = value.get("style")
    if style is not None and style not in STYLES:
        raise _button_error("invalid button style specified")
    kind, action = _action(value)
    return Button(text, kind, action, str(style) if style else None)


def _action(value: dict[str, object]) -> tuple[ButtonKind, str]:
    for other in OTHER_ACTIONS:
        if value.get(other) is not None:
            raise not_emulated(f"buttons with {other}")
    if isinstance(url := value.get("url"), str) and url:
        return "url", _url(url)
    if isinstance(data := value.get("callback_data"), str) and data:
        if len(data.encode()) > 64:
            raise bad_request("BUTTON_DATA_INVALID")
        return "callback", data
    if (copy := value.get("copy_text")) is not None:
        text = copy.get("text") if isinstance(copy, dict) else None
        if not isinstance(text, str):
            raise _button_error('Field "copy_text" must be of type Object')
        if not 1 <= len(text) <= 256:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
        return "copy", text
    raise _button_error("Text buttons are unallowed in the inline keyboard")


def _url(url: str) -> str:
    try:
        return checked_url(url)
    except ValueError as reason:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: {reason}") from reason


def _button_error(reason: str) -> BotApiError:
    return bad_request(f"can't parse inline keyboard button: {reason}")

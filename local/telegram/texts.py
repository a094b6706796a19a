"""Texts and captions in calls: markup, limits, and Telegram's errors.

Limits: Telegram Bot API, sendMessage (text 1-4096) and sendPhoto (caption 0-1024).
"""

from collections.abc import Mapping

from local.telegram.arguments import Arguments
from local.telegram.entities import FormattedText, parse_html, trimmed, utf16_length, with_found
from local.telegram.errors import bad_request, not_emulated

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024


def formatted(arguments: Arguments, name: str, options: Mapping[str, object] | None = None) -> FormattedText:
    """Return a text argument without its markup; `options` holds parse_mode where it is not an argument itself."""
    chosen = options if options is not None else arguments.values
    raw = options.get(name) if options is not None else arguments.text(name)
    text = raw if isinstance(raw, str) else ""
    mode = str(chosen.get("parse_mode") or "").lower()
    if chosen.get("entities") or chosen.get("caption_entities"):
        raise not_emulated("entities given beside the text; use parse_mode HTML")
    if mode == "html":
        return with_found(trimmed(parse_html(text)))
    if mode:
        raise not_emulated(f"parse_mode {mode}")
    return with_found(trimmed(FormattedText(text)))


def text_of(arguments: Arguments) -> FormattedText:
    """Return the text of a message; raise Telegram's 400 when it is empty or too long."""
    content = formatted(arguments, "text")
    if not arguments.text("text"):
        raise bad_request("message text is empty")
    if not content.text:
        raise bad_request("text must be non-empty")
    if utf16_length(content.text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return content


def caption_of(arguments: Arguments, options: Mapping[str, object] | None = None) -> FormattedText:
    """Return the caption of a call, or of one InputMedia; raise Telegram's 400 when it is too long."""
    content = formatted(arguments, "caption", options)
    if utf16_length(content.text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    return content

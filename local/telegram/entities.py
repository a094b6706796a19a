"""Message entities: Telegram's HTML parse mode and the entities that Telegram finds without markup.

The rules and the error texts follow tdlib's `parse_html` (td/telegram/MessageEntity.cpp): offsets in entities count
UTF-16 code units, offsets in errors count bytes of UTF-8.
"""

import re
from dataclasses import dataclass, replace

from local.telegram.errors import bad_request

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
NAMED_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_CHARACTER = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-z]+));")
_ATTRIBUTE = re.compile(r"""\s*([^\s=>"']+)(?:\s*=\s*("[^"]*"|'[^']*'|[a-zA-Z0-9.\-]+))?""")
_FOUND_BY_TELEGRAM = re.compile(
    r"(?P<url>https?://[^\s<>«»\"]+[^\s<>«»\".,;:!?)])|(?P<bot_command>(?<![\w/])/[a-zA-Z]\w{0,31})"
)


@dataclass(frozen=True, slots=True)
class Entity:
    """One formatted part of a text; offset and length are in UTF-16 code units, as in the Bot API."""

    type: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None

    def as_json(self) -> dict[str, object]:
        """Return the Bot API's MessageEntity."""
        body: dict[str, object] = {"type": self.type, "offset": self.offset, "length": self.length}
        if self.url is not None:
            body["url"] = self.url
        if self.language is not None:
            body["language"] = self.language
        return body


@dataclass(frozen=True, slots=True)
class FormattedText:
    """A text without markup, and its entities."""

    text: str
    entities: tuple[Entity, ...] = ()


def utf16_length(text: str) -> int:
    """Return a text's length in UTF-16 code units, in which Telegram counts offsets."""
    return len(text.encode("utf-16-le")) // 2


def trimmed(formatted: FormattedText) -> FormattedText:
    """Return the text without white space at its ends, as Telegram stores it, with the entities shifted."""
    text = formatted.text.strip()
    shift = utf16_length(formatted.text) - utf16_length(formatted.text.lstrip())
    end = utf16_length(text)
    kept = []
    for entity in formatted.entities:
        start = max(0, entity.offset - shift)
        stop = min(end, entity.offset - shift + entity.length)
        if stop > start:
            kept.append(replace(entity, offset=start, length=stop - start))
    return FormattedText(text, tuple(kept))


def with_found(formatted: FormattedText) -> FormattedText:
    """Add the links and bot commands that Telegram finds outside of marked links and code."""
    opaque = [e for e in formatted.entities if e.type in {"text_link", "code", "pre"}]
    found = list(formatted.entities)
    for match in _FOUND_BY_TELEGRAM.finditer(formatted.text):
        offset = utf16_length(formatted.text[: match.start()])
        length = utf16_length(match.group())
        if not any(e.offset < offset + length and offset < e.offset + e.length for e in opaque):
            found.append(Entity(str(match.lastgroup), offset, length))
    return FormattedText(formatted.text, tuple(sorted(found, key=lambda e: (e.offset, -e.length))))


def parse_html(markup: str) -> FormattedText:
    """Parse Telegram's HTML; raise Telegram's 400 "can't parse entities: …" for invalid markup."""
    return _HtmlParser(markup).parse()


@dataclass(slots=True)
class _Open:
    """A start tag whose end tag has not been read yet."""

    name: str
    offset: int
    url: str | None
    language: str | None


class _HtmlParser:
    def __init__(self, markup: str) -> None:
        self._markup = markup
        self._at = 0
        self._parts: list[str] = []
        self._length = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []

    def parse(self) -> FormattedText:
        while self._at < len(self._markup):
            character = self._markup[self._at]
            if character == "<":
                self._tag()
            elif character == "&":
                self._character()
            else:
                self._append(character)
                self._at += 1
        if self._open:
            raise self._error(f'Can\'t find end tag corresponding to start tag "{self._open[-1].name}"')
        entities = sorted(self._entities, key=lambda e: (e.offset, -e.length))
        return FormattedText("".join(self._parts), tuple(entities))

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self._length += utf16_length(text)

    def _error(self, reason: str) -> Exception:
        return bad_request(f"can't parse entities: {reason}")

    def _byte_offset(self, at: int) -> int:
        return len(self._markup[:at].encode())

    def _character(self) -> None:
        match = _CHARACTER.match(self._markup, self._at)
        decoded = _decoded(match) if match else None
        if match is None or decoded is None:
            self._append("&")
            self._at += 1
            return
        self._append(decoded)
        self._at = match.end()

    def _tag(self) -> None:
        begin = self._at
        if self._markup.startswith("</", begin):
            self._end_tag(begin)
        else:
            self._start_tag(begin)

    def _start_tag(self, begin: int) -> None:
        offset = self._byte_offset(begin)
        named = re.compile(r"<([^\s>/]*)").match(self._markup, begin)
        name = named.group(1).lower() if named else ""
        end = _tag_end(self._markup, begin + 1 + len(name))
        if end is None:
            raise self._error(f"Unclosed start tag at byte offset {offset}")
        if name not in TAGS:
            raise self._error(f'Unsupported start tag "{name}" at byte offset {offset}')
        attributes = _attributes(self._markup[begin + 1 + len(name) : end])
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise self._error(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
        language = attributes.get("class", "").removeprefix("language-") if name == "code" else ""
        self._open.append(_Open(name, self._length, attributes.get("href"), language or None))
        self._at = end + 1

    def _end_tag(self, begin: int) -> None:
        offset = self._byte_offset(begin)
        if not self._open:
            raise self._error(f"Unexpected end tag at byte offset {offset}")
        end = self._markup.find(">", begin)
        if end < 0:
            raise self._error(f"Unclosed end tag at byte offset {offset}")
        name = self._markup[begin + 2 : end].strip().lower()
        opened = self._open.pop()
        if name not in {"", opened.name}:
            reason = f'Unmatched end tag at byte offset {offset}, expected "</{opened.name}>", found "</{name}>"'
            raise self._error(reason)
        self._close(opened)
        self._at = end + 1

    def _close(self, opened: _Open) -> None:
        length = self._length - opened.offset
        if length == 0:
            return
        kind = TAGS[opened.name]
        inside_pre = bool(self._open) and self._open[-1].name == "pre"
        if kind == "code" and inside_pre and self._open[-1].offset == opened.offset:
            self._open[-1].language = opened.language
            return
        if kind == "text_link" and not opened.url:
            return
        self._entities.append(Entity(kind, opened.offset, length, opened.url, opened.language))


def _decoded(match: re.Match[str]) -> str | None:
    hexadecimal, decimal, name = match.groups()
    if name is not None:
        return NAMED_CHARACTERS.get(name)
    code = int(hexadecimal, 16) if hexadecimal is not None else int(decimal)
    return chr(code) if 0 < code < 0x10FFFF else None


def _tag_end(markup: str, begin: int) -> int | None:
    """Find the ">" that ends a tag, outside of quoted attribute values."""
    quote = ""
    for at in range(begin, len(markup)):
        character = markup[at]
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character == ">":
            return at
    return None


def _attributes(text: str) -> dict[str, str]:
    found = {}
    for name, value in _ATTRIBUTE.findall(text):
        plain = _CHARACTER.sub(lambda m: _decoded(m) or m.group(), value.strip("\"'"))
        found[name.lower()] = plain
    return found

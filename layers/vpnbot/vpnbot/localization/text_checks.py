"""The check of a text that the staff have typed, before it replaces a message of the locale files."""

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from fluent.syntax import FluentParser, ast

from vpnbot.domain.broadcasts.content import TEXT_LIMIT, Content
from vpnbot.domain.editable_texts import LONGEST_TEXT, sample_arguments
from vpnbot.errors import Rejected
from vpnbot.localization.messages import Messages, as_resource, rendered

MOST_WORDS = 30
_TAGS = frozenset({"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "a", "blockquote"})
_LINKS = ("https://", "tg://")


class BadText(Rejected):
    """A text that cannot replace the message.

    The message is a code; the locale files have its sentence as `text-bad-<code>`. `place` is the part of the text
    that is wrong, empty: all of it.
    """

    def __init__(self, code: str, place: str = "") -> None:
        super().__init__(code)
        self.place = place


@dataclass(frozen=True, slots=True)
class CheckedText:
    """A text without errors. `shown` is its HTML with sample arguments; `words`: of its longest form."""

    source: str
    shown: str
    words: int

    @property
    def wordy(self) -> bool:
        """Whether it is longer than a screen should be."""
        return self.words > MOST_WORDS


def check_text(messages: Messages, language: str, message: str, typed: str) -> CheckedText:
    """Return the text, and how it looks.

    Raises:
        BadText: it is not one text with at most the variables of the shipped one, or Telegram cannot show it.
    """
    source = typed.strip().replace("\r\n", "\n")
    if not source:
        raise BadText("empty")
    if len(source) > LONGEST_TEXT:
        raise BadText("long")
    allowed = variables_of(messages.shipped(language, message))
    used = frozenset(_variables(_pattern(source)))
    if unknown := sorted(used - allowed):
        raise BadText("variable", f"${unknown[0]}")
    forms = [rendered(language, source, arguments) for arguments in sample_arguments(used)]
    for form in forms:
        _check_tags(form)
    plain = [Content(form).plain for form in forms]
    if any(len(text) > TEXT_LIMIT for text in plain):
        raise BadText("long")
    if not all(text.strip() for text in plain):
        raise BadText("empty")
    return CheckedText(source, forms[0], max(len(text.split()) for text in plain))


def variables_of(source: str) -> frozenset[str]:
    """Return the variables of a text.

    Raises:
        BadText: as `check_text`.
    """
    return frozenset(_variables(_pattern(source)))


def _pattern(source: str) -> ast.Pattern:
    entries = FluentParser().parse(as_resource(source)).body
    junk = next((entry for entry in entries if isinstance(entry, ast.Junk)), None)
    if junk is not None:
        at = junk.annotations[0].span.start if junk.annotations and junk.annotations[0].span else 0
        raise BadText("syntax", as_resource(source)[max(at - 10, 0) : at + 10].strip())
    entry = entries[0] if len(entries) == 1 else None
    if not isinstance(entry, ast.Message) or entry.value is None or entry.attributes:
        raise BadText("syntax")
    return entry.value


def _variables(node: ast.SyntaxNode) -> Iterator[str]:
    """Yield the variables in a part of a text."""
    match node:
        case ast.Pattern():
            for element in node.elements:
                if isinstance(element, ast.Placeable):
                    yield from _variables(element.expression)
        case ast.Placeable():
            yield from _variables(node.expression)
        case ast.SelectExpression():
            yield from _variables(node.selector)
            for variant in node.variants:
                yield from _variables(variant.value)
        case ast.VariableReference():
            yield node.id.name
        case ast.StringLiteral() | ast.NumberLiteral():
            return
        case _:
            raise BadText("reference", type(node).__name__)


class _Tags(HTMLParser):
    """Reads the tags of one form of a text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a tag that begins."""
        href = next((value or "" for name, value in attrs if name == "href"), "")
        allowed = [name for name, _ in attrs] == (["href"] if tag == "a" else [])
        if tag not in _TAGS or not allowed or (tag == "a" and not href.startswith(_LINKS)):
            raise BadText("tag", f"<{tag}>")
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Refuse a tag without content."""
        raise BadText("tag", f"<{tag}/>")

    def handle_endtag(self, tag: str) -> None:
        """Take a tag that ends; it must be the last one that began."""
        if not self.open or self.open.pop() != tag:
            raise BadText("tag", f"</{tag}>")


def _check_tags(form: str) -> None:
    tags = _Tags()
    tags.feed(form)
    tags.close()
    if tags.open:
        raise BadText("tag", f"<{tags.open[-1]}>")

"""HTML templates that escape every value that is not marked as HTML."""

from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from string import Template

_PAGES = Path(__file__).parent / "assets"


class Html(str):
    """Text that is HTML. Any other text is escaped when it is put into a page."""

    __slots__ = ()


def html(template: str, **values: str | int) -> Html:
    """Return a template with its `$names` filled in, and everything that is not `Html` escaped.

    Raises:
        KeyError: a name has no value.
    """
    return Html(Template(template).substitute({name: _escaped(value) for name, value in values.items()}))


def joined(parts: Iterable[Html]) -> Html:
    """Return the parts joined."""
    return Html("".join(parts))


@cache
def file(name: str) -> Html:
    """Return a file of `assets`, which is trusted HTML, CSS or JavaScript."""
    return Html((_PAGES / name).read_text(encoding="utf-8"))


@cache
def source_hash(name: str) -> str:
    """Return the source expression of a file for a Content-Security-Policy: `'sha256-…'`."""
    return f"'sha256-{b64encode(sha256(file(name).encode()).digest()).decode()}'"


def _escaped(value: str | int) -> str:
    return value if isinstance(value, Html) else escape(str(value))

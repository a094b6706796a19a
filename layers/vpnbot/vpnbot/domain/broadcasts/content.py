"""What a broadcast says: a text, with a picture, a video or a file if it has one, and buttons."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from html import unescape

TEXT_LIMIT, CAPTION_LIMIT = 4096, 1024
"""Telegram Bot API, sendMessage and sendPhoto: characters after the entities are parsed."""
MOST_BUTTONS = 3
_TAG = re.compile(r"<[^>]*>")
_PAGE = re.compile(r"https://[^\s/]+\.[^\s/]+(/\S*)?")


class Medium(StrEnum):
    """What is sent besides the text. Telegram keeps the file, and takes its id again."""

    NONE = "none"
    PHOTO = "photo"
    VIDEO = "video"
    ANIMATION = "animation"
    DOCUMENT = "document"


class LeadsTo(StrEnum):
    """Where a button of a broadcast leads; PAGE is a page in the web."""

    PLANS = "plans"
    CONNECT = "connect"
    HOME = "home"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class LinkButton:
    """One button. A PAGE has an address and a label; the labels of the others are in the locale files."""

    leads_to: LeadsTo
    url: str = ""
    label: str = ""


class ContentError(StrEnum):
    """Why a message cannot be the content of a broadcast; the chat has a sentence for each."""

    KIND = "kind"
    ALBUM = "album"
    EMPTY = "empty"
    TOO_LONG = "too_long"


class BadContent(ValueError):
    """A message that cannot be sent to many people; `error` says why."""

    def __init__(self, error: ContentError) -> None:
        super().__init__(error)
        self.error = error


@dataclass(frozen=True, slots=True)
class Content:
    """The message in one language: a text in Telegram's HTML, and the file of its medium.

    `replaced`: the file was corrected after the start, so that messages sent before have another one, or none.
    """

    html: str = ""
    medium: Medium = Medium.NONE
    file_id: str = ""
    replaced: bool = False

    @property
    def plain(self) -> str:
        """The text without its markup."""
        return unescape(_TAG.sub("", self.html))

    def corrected_by(self, other: "Content") -> "Content":
        """Return this content as corrected after the start: with another text, or with another file and its text.

        Telegram Bot API, editMessageMedia: a text becomes a message with a file, and a file one of any kind, but no
        method removes a file. So a text alone leaves the file as it is.

        Raises:
            BadContent: Telegram would not send it.
        """
        if other.medium is Medium.NONE:
            return replace(self, html=other.html).checked()
        return replace(other, replaced=True).checked()

    def checked(self) -> "Content":
        """Return this content.

        Raises:
            BadContent: Telegram would not send it.
        """
        text = self.plain
        if self.medium is Medium.NONE and not text.strip():
            raise BadContent(ContentError.EMPTY)
        if len(text) > (TEXT_LIMIT if self.medium is Medium.NONE else CAPTION_LIMIT):
            raise BadContent(ContentError.TOO_LONG)
        return self


def is_page(address: str) -> bool:
    """Tell whether a text is the address of a page that a button may open."""
    return _PAGE.fullmatch(address) is not None

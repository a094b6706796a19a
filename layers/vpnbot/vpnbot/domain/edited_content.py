"""What a message contains after an edit, as far as Telegram lets the bot put it into a copy of the message."""

from dataclasses import dataclass
from enum import StrEnum


class Media(StrEnum):
    """The kinds of files that can be put into a message that exists (Bot API, InputMedia)."""

    PHOTO = "photo"
    VIDEO = "video"
    ANIMATION = "animation"
    AUDIO = "audio"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Edited:
    """The content of an edited message.

    `html` is its text, or its caption (`caption`). With `media` it has the file `file_id`, an id that is valid for
    the bot. It is stored only until the copy has it.
    """

    html: str = ""
    caption: bool = False
    media: Media | None = None
    file_id: str = ""

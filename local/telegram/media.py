"""Files and media as the fake Telegram stores them, and the fields of a Bot API Message that contain them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from local.telegram.errors import bad_request

type MediaKind = Literal["photo", "document", "video", "animation", "audio", "voice", "video_note", "sticker"]

MEDIA_KINDS: tuple[MediaKind, ...] = (
    "photo",
    "document",
    "video",
    "animation",
    "audio",
    "voice",
    "video_note",
    "sticker",
)
WITHOUT_CAPTION: frozenset[MediaKind] = frozenset({"video_note", "sticker"})
FILE_TYPES: dict[MediaKind, str] = {
    "photo": "Photo",
    "document": "Document",
    "video": "Video",
    "animation": "Animation",
    "audio": "Audio",
    "voice": "VoiceNote",
    "video_note": "VideoNote",
    "sticker": "Sticker",
}
"""The names of file types in Telegram's errors (tdlib, FileType)."""

_USUAL: dict[MediaKind, dict[str, object]] = {
    "video": {"width": 640, "height": 360, "duration": 1},
    "animation": {"width": 320, "height": 240, "duration": 1},
    "audio": {"duration": 1},
    "voice": {"duration": 1},
    "video_note": {"length": 240, "duration": 1},
    "sticker": {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False},
}
_NAMED: frozenset[MediaKind] = frozenset({"document", "video", "animation", "audio"})
_TYPED: frozenset[MediaKind] = _NAMED | {"voice"}


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A stored file; width and height in pixels are 0 for a file that is not a picture."""

    file_id: str
    name: str
    content_type: str
    content: bytes
    width: int = 0
    height: int = 0
    kind: MediaKind | None = None

    def as_json(self) -> dict[str, object]:
        """Return the fields that File, Document and PhotoSize have in common."""
        return {
            "file_id": self.file_id,
            "file_unique_id": self.file_id[-16:],
            "file_size": len(self.content),
        }

    def check_usable_as(self, kind: MediaKind) -> None:
        """Raise Telegram's 400 when the id of this file is sent as another kind.

        Documents, videos, animations and audio files may stand for each other (tdlib, FileManager); a photo may not.
        """
        if self.kind is not None and self.kind != kind and "photo" in {self.kind, kind}:
            raise bad_request(f"can't use file of type {FILE_TYPES[self.kind]} as {FILE_TYPES[kind]}")


@dataclass(frozen=True, slots=True)
class Media:
    """The file of a message; `details` are fields of its kind, such as a duration in seconds or a sticker's emoji."""

    kind: MediaKind
    file: StoredFile
    details: Mapping[str, object] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """Return the fields of a Message that contain it."""
        if self.kind == "photo":
            size = {"width": self.file.width, "height": self.file.height}
            return {"photo": [self.file.as_json() | size]}
        described = self.file.as_json() | _USUAL.get(self.kind, {}) | dict(self.details)
        if self.kind in _NAMED:
            described["file_name"] = self.file.name
        if self.kind in _TYPED:
            described["mime_type"] = self.file.content_type
        # Telegram Bot API, Message: an animation sets the field `document` as well.
        more = {"document": described} if self.kind == "animation" else {}
        return {self.kind: described, **more}


def picture_size(content: bytes) -> tuple[int, int]:
    """Return width and height in pixels of a PNG or JPEG, (0, 0) of anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
    if content.startswith(b"\xff\xd8"):
        # A JPEG's size is in its start-of-frame segment: FF C0..C3, length, precision, height, width.
        frame = re.search(rb"\xff[\xc0-\xc3]..\x08(..)(..)", content, re.DOTALL)
        if frame:
            return int.from_bytes(frame.group(2)), int.from_bytes(frame.group(1))
    return 0, 0

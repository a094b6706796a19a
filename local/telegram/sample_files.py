"""Small files that people send where a test or the chat page gives none. Only the pictures can be looked at."""

import struct
import zlib
from itertools import count

from local.telegram.media import MediaKind

NAMES: dict[MediaKind, tuple[str, str]] = {
    "photo": ("photo.png", "image/png"),
    "document": ("document.txt", "text/plain"),
    "video": ("video.mp4", "video/mp4"),
    "animation": ("animation.mp4", "video/mp4"),
    "audio": ("song.mp3", "audio/mpeg"),
    "voice": ("voice.ogg", "audio/ogg"),
    "video_note": ("circle.mp4", "video/mp4"),
    "sticker": ("sticker.webp", "image/webp"),
}
"""The usual name and content type of each kind of file."""

_WIDTH, _HEIGHT = 320, 200
_numbers = count()


def sample(kind: MediaKind) -> bytes:
    """Return a new small file; two photos differ in colour."""
    number = next(_numbers)
    return picture(number) if kind == "photo" else f"a sample {kind} {number}".encode()


def picture(number: int = 0) -> bytes:
    """Return a PNG with a slope of colour that depends on the number."""
    hue = number * 67
    rows = b"".join(b"\x00" + b"".join(_pixel(x, y, hue) for x in range(_WIDTH)) for y in range(_HEIGHT))
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    body = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def _pixel(x: int, y: int, hue: int) -> bytes:
    return bytes((_wave(x // 2 + hue), _wave(y + 90 + hue * 2), 180))


def _wave(level: int) -> int:
    """Return a colour that rises and falls without a step."""
    return abs(level % 512 - 256) % 256


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

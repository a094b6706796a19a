"""Pictures for the README: smaller, and the same to the eye."""

import struct
import zlib

import pytest

from local.small_png import packed

WIDTH = HEIGHT = 5


def png(*, kinds: tuple[int, ...], colour: int = 2) -> bytes:
    """Return a picture of which each row is stored with one of PNG's filters."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, colour, 0, 0, 0)
    rows = b"".join(bytes([kind, *range(WIDTH * 3)]) for kind in kinds)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def pixels(picture: bytes) -> bytes:
    size = struct.unpack(">I", picture[33:37])[0]
    return zlib.decompress(picture[41 : 41 + size])


def test_every_filter_is_undone_and_no_level_is_off_by_more_than_one() -> None:
    size = 1 + WIDTH * 3
    found = pixels(packed(png(kinds=(0, 1, 2, 3, 4))))
    rows = [found[at + 1 : at + size] for at in range(0, len(found), size)]
    assert rows[0] == bytes(level - level % 2 for level in range(WIDTH * 3))
    # Sub: every level adds to the one three to its left. 0, 3, 9, 18, 30 in the first channel.
    assert list(rows[1][::3]) == [0, 2, 8, 18, 30]
    # Up: the row itself added to the one above, whose true levels are 0, 3, 9, 18, 30.
    assert list(rows[2][::3]) == [0, 6, 14, 26, 42]
    # Average of left and above, from 0, 6, 15, 27, 42 above.
    assert list(rows[3][::3]) == [0, 6, 16, 30, 48]
    assert len(rows) == HEIGHT


def test_another_sort_of_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="colour type 6"):
        packed(png(kinds=(0,) * HEIGHT, colour=6))

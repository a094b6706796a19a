"""PNG pictures for the documents are made smaller with changes that are not visible."""

import struct
import zlib

import pytest

from local.small_png import packed

WIDTH = HEIGHT = 5


def png(*, kinds: tuple[int, ...], colour: int = 2) -> bytes:
    """Return a picture whose rows are stored with the given PNG filter types, one for each row."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, colour, 0, 0, 0)
    rows = b"".join(bytes([kind, *range(WIDTH * 3)]) for kind in kinds)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def pixels(picture: bytes) -> bytes:
    """Return the decompressed rows of a picture, each with its filter byte first."""
    size = struct.unpack(">I", picture[33:37])[0]
    return zlib.decompress(picture[41 : 41 + size])


def test_every_filter_is_decoded_and_levels_change_by_one_at_most() -> None:
    size = 1 + WIDTH * 3
    found = pixels(packed(png(kinds=(0, 1, 2, 3, 4))))
    rows = [found[at + 1 : at + size] for at in range(0, len(found), size)]
    assert rows[0] == bytes(level - level % 2 for level in range(WIDTH * 3))
    # Sub: each level is added to the level three bytes to the left: 0, 3, 9, 18, 30 in the first channel.
    assert list(rows[1][::3]) == [0, 2, 8, 18, 30]
    # Up: each level is added to the level above; the exact levels above are 0, 3, 9, 18, 30.
    assert list(rows[2][::3]) == [0, 6, 14, 26, 42]
    # Average: each level is added to the mean of left and above; the exact levels above are 0, 6, 15, 27, 42.
    assert list(rows[3][::3]) == [0, 6, 16, 30, 48]
    assert len(rows) == HEIGHT


def test_a_picture_with_another_colour_type_is_rejected() -> None:
    with pytest.raises(ValueError, match="colour type 6"):
        packed(png(kinds=(0,) * HEIGHT, colour=6))

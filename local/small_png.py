"""Screenshots as small PNG files: colours are rounded by an invisible amount and compressed at zlib's highest level.

Source of the format: PNG (third edition), W3C recommendation, chapters 5, 9 and 11.
"""

import struct
import zlib
from collections.abc import Iterator

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_RGB = 2
_BYTES_PER_PIXEL = 3
_STEP = 2
_ROUNDED = bytes(255 if level >= 256 - _STEP else level - level % _STEP for level in range(256))


def packed(png: bytes) -> bytes:
    """Return the same picture in fewer bytes; it must be 8-bit RGB, not interlaced, as Chromium makes them.

    Raises:
        ValueError: the picture has another format, or rows are missing.
    """
    chunks = dict(_chunks(png))
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    if (depth, colour, interlaced) != (8, _RGB, 0):
        raise ValueError(f"depth {depth}, colour type {colour}, interlacing {interlaced} are not 8, {_RGB}, 0")
    rows = _rows(zlib.decompress(chunks[b"IDAT"]), width * _BYTES_PER_PIXEL)
    # The flat areas and the text of a page compress best without a filter.
    pixels = b"".join(b"\x00" + row.translate(_ROUNDED) for row in rows)
    body = _chunk(b"IHDR", chunks[b"IHDR"]) + _chunk(b"IDAT", zlib.compress(pixels, 9)) + _chunk(b"IEND", b"")
    if len(pixels) != height * (1 + width * _BYTES_PER_PIXEL):
        raise ValueError("rows are missing")
    return _SIGNATURE + body


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield each kind of chunk once, with the joined data of its chunks."""
    joined: dict[bytes, bytes] = {}
    at = len(_SIGNATURE)
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at : at + 8])
        joined[kind] = joined.get(kind, b"") + png[at + 8 : at + 8 + size]
        at += size + 12
    yield from joined.items()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _rows(filtered: bytes, size: int) -> Iterator[bytes]:
    above = bytes(size)
    for at in range(0, len(filtered), size + 1):
        above = _unfiltered(filtered[at], filtered[at + 1 : at + 1 + size], above)
        yield above


def _unfiltered(kind: int, row: bytes, above: bytes) -> bytes:
    out = bytearray(row)
    for i, byte in enumerate(row):
        left = out[i - _BYTES_PER_PIXEL] if i >= _BYTES_PER_PIXEL else 0
        corner = above[i - _BYTES_PER_PIXEL] if i >= _BYTES_PER_PIXEL else 0
        predicted = (0, left, above[i], (left + above[i]) // 2, _paeth(left, above[i], corner))[kind]
        out[i] = (byte + predicted) & 255
    return bytes(out)


def _paeth(left: int, above: int, corner: int) -> int:
    """Return the neighbour that is nearest to left + above - corner; of equal ones the first in this order."""
    estimate = left + above - corner
    return min((left, above, corner), key=lambda neighbour: abs(estimate - neighbour))

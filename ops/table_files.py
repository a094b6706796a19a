"""Files of table items: compressed lines of DynamoDB JSON, the form of the data files of DynamoDB's own export to S3.

Format: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
"""

import base64
import gzip
import json
import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from vpnbot.errors import Rejected

type StoredItem = dict[str, dict[str, Any]]
"""An item as DynamoDB's API has it: the name of an attribute, its type, its value."""
type ItemKey = tuple[str, str]


def key_of(item: StoredItem) -> ItemKey:
    """Return the partition key and the sort key of an item."""
    return item["pk"]["S"], item["sk"]["S"]


def only_for_owner(path: str, flags: int) -> int:
    """Open a file that only its owner may read: the `opener` of `open`."""
    return os.open(path, flags, 0o600)


def write_items(path: Path, items: Iterable[StoredItem]) -> int:
    """Write all items to a file that only its owner may read; return how many.

    The file has its name only when it is complete. An existing file is not replaced.

    Raises:
        Rejected: the file exists, or cannot be written.
    """
    if path.exists():
        raise Rejected(f"{path} exists; name another file")
    unfinished = path.with_name(f".{path.name}.unfinished")
    count = 0
    try:
        with (
            open(unfinished, "wb", opener=only_for_owner) as file,
            gzip.open(file, "wt", encoding="utf-8") as lines,
        ):
            for item in items:
                lines.write(json.dumps({"Item": item}, default=_base64, separators=(",", ":")) + "\n")
                count += 1
        unfinished.rename(path)
    except OSError as error:
        raise Rejected(f"{path} cannot be written: {error.strerror}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return count


def read_items(paths: Sequence[Path]) -> Iterator[StoredItem]:
    """Yield the items of all files.

    Raises:
        Rejected: a file cannot be read, is not complete, or a line of it holds no item of a table of vpnbot.
    """
    for path in paths:
        try:
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                for number, line in enumerate(lines, 1):
                    yield _item(line, f"line {number} of {path}")
        except FileNotFoundError as error:
            raise Rejected(f"{path} does not exist") from error
        except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
            raise Rejected(f"{path} is no complete backup: {error}") from error


def _item(line: str, where: str) -> StoredItem:
    try:
        item: StoredItem = json.loads(line)["Item"]
        key_of(item)
        return {name: _typed(value) for name, value in item.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Rejected(f"{where} holds no item") from error


def _base64(value: object) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"an item holds a {type(value).__name__}")


def _typed(value: dict[str, Any]) -> dict[str, Any]:
    """Return an attribute value with its binary parts decoded."""
    ((kind, content),) = value.items()
    if kind == "B":
        return {kind: base64.b64decode(content, validate=True)}
    if kind == "BS":
        return {kind: [base64.b64decode(part, validate=True) for part in content]}
    if kind == "L":
        return {kind: [_typed(part) for part in content]}
    if kind == "M":
        return {kind: {name: _typed(part) for name, part in content.items()}}
    return value

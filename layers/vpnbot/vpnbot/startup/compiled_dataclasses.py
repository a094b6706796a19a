"""Code of dataclasses that was compiled when the layer was built.

`dataclasses` writes the methods of a class as a text and compiles it at every start of a process: a fifth of INIT.
The build compiles the same texts before (`layers/vpnbot/compile_dataclasses.py`). A text that is not exactly among
them is compiled as usual, so that a file of another build, of another Python or none makes the start slower only.
"""

import dataclasses
import marshal
from collections.abc import Mapping
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("compiled_dataclasses.bin")
"""`MAGIC_NUMBER`, the size of the index in four bytes, the index, and for each module its codes by their texts."""
_SIZE_BYTES = 4


class CompiledCode:
    """Executes a text by its compiled code where there is some. It keeps the codes of one module at a time."""

    def __init__(self, file: Path, begin: int, index: Mapping[str, tuple[int, int]]) -> None:
        self._file = file
        self._begin = begin
        self._index = index
        self._module = ""
        self._codes: Mapping[str, Any] = {}

    def execute(self, text: str, of_module: dict[str, Any], names: dict[str, Any]) -> None:
        """Do what `exec` does with the text of a class of a module."""
        exec(self._code(of_module.get("__name__", ""), text) or text, of_module, names)  # noqa: S102 - the text is the library's

    def _code(self, module: str, text: str) -> Any:
        if module not in self._index:
            return None
        if module != self._module:
            offset, size = self._index[module]
            with self._file.open("rb") as file:
                file.seek(self._begin + offset)
                self._module, self._codes = module, marshal.loads(file.read(size))  # noqa: S302 - a file of the layer
        return self._codes.get(text)


def use_compiled_code(file: Path = FILE) -> bool:
    """Let `dataclasses` take compiled code from a file; return False, and change nothing, if it does not fit."""
    opened = _opened(file)
    if opened is None:
        return False
    dataclasses.exec = CompiledCode(file, *opened).execute  # type: ignore[attr-defined]  # found before the builtin
    return True


def _opened(file: Path) -> tuple[int, Mapping[str, tuple[int, int]]] | None:
    """Return where the codes of a file begin, and its index; None if it does not fit."""
    head = len(MAGIC_NUMBER) + _SIZE_BYTES
    try:
        with file.open("rb") as opened:
            begin = opened.read(head)
            if not begin.startswith(MAGIC_NUMBER):
                return None
            size = int.from_bytes(begin[len(MAGIC_NUMBER) :])
            index = marshal.loads(opened.read(size))  # noqa: S302 - as above
    except (OSError, EOFError, ValueError, TypeError):  # no file, or not a whole one
        return None
    return head + size, index


def read(file: Path) -> dict[str, dict[str, Any]]:
    """Return the codes of each module by their texts; none if there is no file that fits."""
    opened = _opened(file)
    if opened is None:
        return {}
    begin, index = opened
    content = file.read_bytes()[begin:]
    return {module: marshal.loads(content[offset : offset + size]) for module, (offset, size) in index.items()}  # noqa: S302 - as above


def write(file: Path, codes: Mapping[str, Mapping[str, Any]]) -> None:
    """Write the codes of each module by their texts."""
    blobs = {module: marshal.dumps(dict(of_module)) for module, of_module in codes.items()}
    index: dict[str, tuple[int, int]] = {}
    offset = 0
    for module, blob in blobs.items():
        index[module] = (offset, len(blob))
        offset += len(blob)
    written = marshal.dumps(index)
    file.write_bytes(MAGIC_NUMBER + len(written).to_bytes(_SIZE_BYTES) + written + b"".join(blobs.values()))

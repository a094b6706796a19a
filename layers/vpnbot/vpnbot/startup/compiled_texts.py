"""Code of texts that libraries compile at every start, compiled when the layer was built.

A `.pyc` has the code of a module, not of the texts that the module compiles when it is executed: names of types in
annotations (`typing`), methods of classes (`attr`), conversions (`cattrs`) and regular expressions. They were a
tenth of INIT. The build records these texts (`layers/vpnbot/compile_texts.py`) and compiles them. A text that is not
exactly among them is compiled as usual, so that a file of another build or Python makes the start slower only.
"""

import __future__

import marshal
import re
import sys
import typing
from collections.abc import Callable, Mapping, Sequence
from importlib.abc import InspectLoader, Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

_compiler: Any = re._compiler  # type: ignore[attr-defined]  # what `re` itself calls
_sre: Any = _compiler._sre
FILE = Path(__file__).with_name("compiled_texts.bin")
"""`stamp()`, then the codes of `Texts`."""
WITH_TEXTS = ("attr._make", "cattrs.gen")
"""Modules that compile texts, and are not imported yet when this module is."""
FUTURE = sum({getattr(__future__, name).compiler_flag for name in __future__.all_feature_names})
"""The flags that a text inherits from the module that compiles it."""
ODD = re.LOCALE | re.DEBUG
"""Flags with which a regular expression depends on more than its text, or is printed."""

type TextKey = tuple[str, str, str, int]
"""Text, name of its file, mode (`exec` or `eval`) and flags of a call of `compile`."""
type RegexKey = tuple[str | bytes, int]


def stamp() -> bytes:
    """Return what must be equal for code to be valid: the versions of bytecode and of regular expressions."""
    return MAGIC_NUMBER + f" {_sre.MAGIC} {_sre.CODESIZE} {sys.byteorder}\n".encode()


class Texts:
    """Compiles texts. The code of each known text is kept as bytes until it is needed."""

    def __init__(self, codes: Mapping[TextKey, bytes], regexes: Mapping[RegexKey, bytes]) -> None:
        self._codes = codes
        self._regexes = regexes
        self._compile_regex = _compiler.compile

    def compile(
        self, source: Any, filename: Any, mode: str, flags: int = 0, dont_inherit: bool = False, optimize: int = -1
    ) -> Any:
        """Do what the builtin does, called by the same module."""
        if not dont_inherit:
            flags |= sys._getframe(1).f_code.co_flags & FUTURE
        if isinstance(source, str) and optimize == -1:
            known = self._codes.get((source, filename, mode, flags))
            if known is not None:
                return marshal.loads(known)  # noqa: S302 - a file of the layer
        return compile(source, filename, mode, flags, dont_inherit=True, optimize=optimize)

    def compile_regex(self, pattern: Any, flags: int = 0) -> Any:
        """Do what `re._compiler.compile` does."""
        known = self._regexes.get((pattern, flags)) if isinstance(pattern, str | bytes) else None
        if known is None:
            return self._compile_regex(pattern, flags)
        return _sre.compile(pattern, *marshal.loads(known))  # noqa: S302 - as above


class TextsFinder(MetaPathFinder):
    """Finds the modules of `WITH_TEXTS`, and lets them call another `compile`."""

    def __init__(self, replaced: Callable[..., Any]) -> None:
        self._replaced = replaced

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the ordinary spec with a loader of ours; None for any other module."""
        if fullname not in WITH_TEXTS:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, InspectLoader):
            spec.loader = _LoaderWithCompile(spec.loader, self._replaced)
        return spec


class _LoaderWithCompile(Loader):
    """Executes a module that has a `compile` of its own, which Python finds before the builtin."""

    def __init__(self, ordinary: InspectLoader, replaced: Callable[..., Any]) -> None:
        self._ordinary = ordinary
        self._replaced = replaced

    def get_source(self, fullname: str) -> str | None:
        """Return the text of the module, for tracebacks and `inspect`."""
        return self._ordinary.get_source(fullname)

    def exec_module(self, module: ModuleType) -> None:
        """Execute the module."""
        module.__dict__["compile"] = self._replaced
        self._ordinary.exec_module(module)


def use_compiled_texts(file: Path = FILE) -> bool:
    """Let libraries take compiled code from a file; return False, and change nothing, if it does not fit."""
    codes = read(file)
    if codes is None:
        return False
    texts = Texts(*codes)
    typing.compile = texts.compile  # type: ignore[attr-defined]  # found before the builtin
    _compiler.compile = texts.compile_regex
    sys.meta_path.insert(0, TextsFinder(texts.compile))
    return True


def read(file: Path) -> tuple[Mapping[TextKey, bytes], Mapping[RegexKey, bytes]] | None:
    """Return the codes of a file; None if there is none, or if it does not fit."""
    try:
        content = file.read_bytes()
        if not content.startswith(stamp()):
            return None
        codes, regexes = marshal.loads(content[len(stamp()) :])  # noqa: S302 - as above
    except (OSError, EOFError, ValueError, TypeError):  # no file, or not a whole one
        return None
    return codes, regexes


def write(file: Path, codes: Mapping[TextKey, CodeType], regexes: Mapping[RegexKey, tuple[Any, ...]]) -> None:
    """Write the codes of texts, and for each regular expression what `_sre.compile` gets after it."""
    write_as_bytes(
        file,
        {key: marshal.dumps(code) for key, code in codes.items()},
        {key: marshal.dumps(found) for key, found in regexes.items()},
    )


def write_as_bytes(file: Path, codes: Mapping[TextKey, bytes], regexes: Mapping[RegexKey, bytes]) -> None:
    """Write the codes as `read` returns them."""
    file.write_bytes(stamp() + marshal.dumps((dict(codes), dict(regexes))))

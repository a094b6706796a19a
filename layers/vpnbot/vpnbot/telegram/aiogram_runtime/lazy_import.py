"""Importing aiogram without importing everything aiogram has.

`import aiogram` (3.31) loads 570 modules with one pydantic model each and then builds a validator for 403 of
them: five to seven seconds and 165 MB before the first line of our own runs, while a bot like ours meets a few
dozen. Lambda gives a new environment ten seconds. This finder makes four packages and the Bot import their names on
first use instead; what those names are is read from aiogram's own files. `deferred_models` builds the models on first
use too.

If this module meets something it was not written for (another version of aiogram, a file of another shape, an
exception), aiogram is imported in the ordinary way: slower, never different.
"""

import builtins
import importlib
import logging
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, Protocol

SUPPORTED_VERSION = "3.31.0"
"""The one version whose files were read; requirements.txt pins it."""

LAZY_PACKAGES = ("aiogram.types", "aiogram.methods", "aiogram.enums")
BOT_MODULE = "aiogram.client.bot"

_IMPORT = re.compile(r"^from \.([\w.]+) import (\([^)]*\)|[^\n]+)$", re.MULTILINE)
_ALL = re.compile(r"^__all__ = \(\n(.*?)^\)", re.MULTILINE | re.DOTALL)
_log = logging.getLogger(__name__)


class Surprise(Exception):
    """aiogram is not what this module was written for."""


@dataclass(frozen=True, slots=True)
class Export:
    """One name of `aiogram/__init__.py`: a module, a thing in a module, or what that thing returns when called."""

    module: str
    name: str = ""
    called: bool = False

    def value(self) -> Any:
        """Import and return it."""
        if not self.name:
            return importlib.import_module(self.module)
        found = _import(self.module, self.name)
        return found() if self.called else found


_EXPORTED_BY_AIOGRAM = {
    "BaseMiddleware": Export("aiogram.dispatcher.middlewares.base", "BaseMiddleware"),
    "Bot": Export(BOT_MODULE, "Bot"),
    "Dispatcher": Export("aiogram.dispatcher.dispatcher", "Dispatcher"),
    "F": Export("aiogram.utils.magic_filter", "MagicFilter", called=True),
    "Router": Export("aiogram.dispatcher.router", "Router"),
    "enums": Export("aiogram.enums"),
    "flags": Export("aiogram.dispatcher.flags", "FlagGenerator", called=True),
    "html": Export("aiogram.utils.text_decorations", "html_decoration"),
    "md": Export("aiogram.utils.text_decorations", "markdown_decoration"),
    "methods": Export("aiogram.methods"),
    "session": Export("aiogram.client.session"),
    "types": Export("aiogram.types"),
}


class SourceLoader(Protocol):
    """What is used of importlib's ordinary loader of a source file."""

    def get_source(self, fullname: str) -> str | None:
        """Return the text of the module."""

    def get_code(self, fullname: str) -> CodeType | None:
        """Return the module compiled, from its bytecode file where there is one."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the module."""


def exported_names(source: str) -> dict[str, str]:
    """Map each name in a package's `__all__` to the submodule that its `__init__.py` takes it from."""
    origins = {
        name.split(" as ")[-1].strip(): module
        for module, names in _IMPORT.findall(source)
        for name in names.strip("()\n").split(",")
        if name.strip()
    }
    listed = _ALL.search(source)
    if listed is None:
        raise Surprise("no __all__")
    exported: list[str] = re.findall(r'"(\w+)"', listed[1])
    missing = [name for name in exported if name not in origins]
    if missing or not exported:
        raise Surprise(f"names of unknown origin: {missing}")
    return {name: origins[name] for name in exported}


class LazyPackageLoader(Loader):
    """Runs a package's `__init__.py` without its imports: each name is imported when it is first used."""

    def __init__(self, ordinary: SourceLoader) -> None:
        self._ordinary = ordinary

    def exec_module(self, module: ModuleType) -> None:
        """Give the module a `__getattr__` for the names that its source exports."""
        source = self._ordinary.get_source(module.__name__)
        make_lazy(module, exported_names(source or ""))

    def get_source(self, fullname: str) -> str | None:
        """Return the text of the package, for tracebacks and `inspect`."""
        return self._ordinary.get_source(fullname)


def make_lazy(module: ModuleType, origins: Mapping[str, str]) -> None:
    """Let `module.NAME` import `origins[NAME]`, a submodule, and take NAME from it."""
    package = module.__name__
    submodules = frozenset(origins.values())

    def resolve(name: str) -> Any:
        if name in origins:
            value = getattr(importlib.import_module(f"{package}.{origins[name]}"), name)
        elif name in submodules:
            value = importlib.import_module(f"{package}.{name}")
        else:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        setattr(module, name, value)
        return value

    # A package answers for names it does not have through `__getattr__` (PEP 562).
    module.__dict__.update(
        __getattr__=resolve, __all__=tuple(origins), __dir__=lambda: sorted({*module.__dict__, *origins})
    )


class TopLoader(Loader):
    """Runs `aiogram/__init__.py` lazily, then `prepare`; on any surprise runs it the ordinary way."""

    def __init__(self, ordinary: SourceLoader, finder: "LazyAiogramFinder", prepare: Callable[[], None]) -> None:
        self._ordinary = ordinary
        self._finder = finder
        self._prepare = prepare

    def exec_module(self, module: ModuleType) -> None:
        """Make the package lazy, or fall back to what aiogram does by itself."""
        pristine = dict(module.__dict__)
        try:
            self._check_version(module)
            self._exec_lazily(module)
            self._prepare()
        except Exception as error:  # noqa: BLE001 - whatever it was, the ordinary import is the answer
            _log.warning("aiogram is imported eagerly, which is slow: %r", error)
            self._finder.enabled = False
            for name in [name for name in sys.modules if name.startswith("aiogram.")]:
                del sys.modules[name]
            module.__dict__.clear()
            module.__dict__.update(pristine)
            self._ordinary.exec_module(module)

    def get_source(self, fullname: str) -> str | None:
        """Return the text of the package, for tracebacks and `inspect`."""
        return self._ordinary.get_source(fullname)

    def _check_version(self, module: ModuleType) -> None:
        # Read from the file: the package's own metadata need not be in the layer, and costs 20 ms to look up.
        text = (Path(module.__path__[0]) / "__meta__.py").read_text(encoding="utf-8")
        found = re.search(r'^__version__ = "([^"]+)"', text, re.MULTILINE)
        version = found[1] if found else "unknown"
        if version != SUPPORTED_VERSION:
            raise Surprise(f"aiogram is {version}, this was written for {SUPPORTED_VERSION}")

    def _exec_lazily(self, module: ModuleType) -> None:
        meta = importlib.import_module("aiogram.__meta__")
        module.__dict__.update(__version__=meta.__version__, __api_version__=meta.__api_version__)
        listed = _ALL.search(self._ordinary.get_source("aiogram") or "")
        exported = set(re.findall(r'"(\w+)"', listed[1])) if listed else set()
        if exported != {*_EXPORTED_BY_AIOGRAM, "__version__", "__api_version__"}:
            raise Surprise("aiogram exports other names than expected")

        def resolve(name: str) -> Any:
            # A plain import of aiogram leaves its subpackages (client, utils, …) behind as attributes.
            if name in _EXPORTED_BY_AIOGRAM:
                value = _EXPORTED_BY_AIOGRAM[name].value()
            elif _is_submodule(module, name):
                value = importlib.import_module(f"aiogram.{name}")
            else:
                raise AttributeError(f"module 'aiogram' has no attribute {name!r}")
            # Two threads may both have made it: everybody must get the same one.
            return module.__dict__.setdefault(name, value)

        module.__dict__.update(
            __getattr__=resolve, __all__=tuple(exported), __dir__=lambda: sorted({*module.__dict__, *exported})
        )


class BotLoader(Loader):
    """Runs `aiogram/client/bot.py` without the 187 methods and 90 types it imports for its own 180 shortcuts.

    Each of those names becomes a stand-in that imports the real class when it is called. aiogram's own session is
    a stand-in too: it would import aiohttp (0.3 s) for a session we never open.
    """

    def __init__(self, ordinary: SourceLoader) -> None:
        self._ordinary = ordinary

    def exec_module(self, module: ModuleType) -> None:
        """Run the module's code with an `__import__` of its own; on a surprise run it the ordinary way."""
        pristine = dict(module.__dict__)
        try:
            code = self._ordinary.get_code(module.__name__)
            module.__dict__["__builtins__"] = {**vars(builtins), "__import__": _import_for_bot}
            exec(code or "", module.__dict__)  # noqa: S102 - this is how importlib itself runs a module
        except Exception as error:  # noqa: BLE001 - whatever it was, the ordinary import is the answer
            _log.warning("aiogram's Bot is imported eagerly, which is slow: %r", error)
            module.__dict__.clear()
            module.__dict__.update(pristine)
            self._ordinary.exec_module(module)

    def get_source(self, fullname: str) -> str | None:
        """Return the text of the module, for tracebacks and `inspect`."""
        return self._ordinary.get_source(fullname)


class StandIn:
    """A name of another module, imported when it is first called or looked into."""

    def __init__(self, module: str, name: str) -> None:
        self._module = module
        self._name = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Make an instance of the real class."""
        return _import(self._module, self._name)(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        """Look into the real class."""
        return getattr(_import(self._module, self._name), name)

    def __repr__(self) -> str:
        return f"<{self._module}.{self._name}, not imported yet>"


class StandIns(ModuleType):
    """Answers `from module import NAME` with a stand-in for each name."""

    def __getattr__(self, name: str) -> StandIn:
        """Promise that the module has the name; the first use finds out."""
        if name.startswith("__"):
            raise AttributeError(name)
        return StandIn(self.__name__, name)


class LazyAiogramFinder(MetaPathFinder):
    """Finds the five parts of aiogram that are worth importing lazily; everything else is not its matter."""

    def __init__(self, prepare: Callable[[], None]) -> None:
        """`prepare` runs inside the first import of aiogram, when its packages are lazy and no model exists yet."""
        self.enabled = True
        self._prepare = prepare

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the ordinary spec with a lazy loader, or nothing, so that the next finder is asked."""
        if not self.enabled or not (fullname == "aiogram" or fullname in (*LAZY_PACKAGES, BOT_MODULE)):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or not isinstance(spec.loader, importlib.abc.InspectLoader):
            return None
        if fullname == "aiogram":
            spec.loader = TopLoader(spec.loader, self, self._prepare)
        elif fullname == BOT_MODULE:
            spec.loader = BotLoader(spec.loader)
        else:
            spec.loader = LazyPackageLoader(spec.loader)
        return spec


def _import(module: str, name: str) -> Any:
    return getattr(importlib.import_module(module), name)


def _is_submodule(package: ModuleType, name: str) -> bool:
    return not name.startswith("_") and PathFinder.find_spec(f"aiogram.{name}", package.__path__) is not None


def _import_for_bot(
    name: str,
    globals: Mapping[str, object] | None = None,  # noqa: A002 - the signature of __import__
    locals: Mapping[str, object] | None = None,  # noqa: A002 - the signature of __import__
    fromlist: Sequence[str] | None = (),
    level: int = 0,
) -> ModuleType:
    full_name = {(2, "methods"): "aiogram.methods", (2, "types"): "aiogram.types"}.get((level, name))
    if (level, name) == (1, "session.aiohttp"):
        full_name = "aiogram.client.session.aiohttp"
    if full_name is not None:
        return StandIns(full_name)
    return builtins.__import__(name, globals, locals, fromlist or (), level)

"""Import of aiogram without importing all of its modules.

`import aiogram` (3.31) loads 570 modules and then builds a pydantic validator for 403 models. That takes five to
seven seconds and 165 MB before the bot's own code runs, and this bot uses a few dozen models. Lambda gives a new
environment ten seconds. This finder makes four packages import their names on first use instead; the names are read
from aiogram's own files. Two modules get stand-ins for what they import (`stand_ins`), and `deferred_models` builds
the models on first use too.

In any unexpected case (another version of aiogram, a file of another form, an exception) aiogram is imported in the
ordinary way, which is slower and has the same result.
"""

import importlib
import logging
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

from vpnbot.telegram.aiogram_runtime.stand_ins import BOT_MODULE, STAND_IN_LOADERS, LazyLoader, SourceLoader

SUPPORTED_VERSION = "3.31.0"
"""The version for which this module was written; requirements.txt pins it."""

LAZY_PACKAGES = ("aiogram.types", "aiogram.methods", "aiogram.enums", "aiogram.handlers")

_IMPORT = re.compile(r"^from \.([\w.]+) import (\([^)]*\)|[^\n]+)$", re.MULTILINE)
_ALL = re.compile(r"^__all__ = \(\n(.*?)^\)", re.MULTILINE | re.DOTALL)
_log = logging.getLogger(__name__)


class UnexpectedAiogram(Exception):
    """aiogram is not as this module expects it."""


@dataclass(frozen=True, slots=True)
class Export:
    """A name of `aiogram/__init__.py`: a module, an object in a module, or (`called`) the result of calling it."""

    module: str
    name: str = ""
    called: bool = False

    def value(self) -> Any:
        """Import and return the value of the name."""
        if not self.name:
            return importlib.import_module(self.module)
        imported = getattr(importlib.import_module(self.module), self.name)
        return imported() if self.called else imported


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


def exported_names(source: str) -> dict[str, str]:
    """Return for each name in a package's `__all__` the submodule from which `__init__.py` imports it.

    Raises:
        UnexpectedAiogram: there is no `__all__`, or the submodule of a name is unknown.
    """
    origins = {
        name.split(" as ")[-1].strip(): module
        for module, names in _IMPORT.findall(source)
        for name in names.strip("()\n").split(",")
        if name.strip()
    }
    listed = _ALL.search(source)
    if listed is None:
        raise UnexpectedAiogram("no __all__")
    exported: list[str] = re.findall(r'"(\w+)"', listed[1])
    missing = [name for name in exported if name not in origins]
    if missing or not exported:
        raise UnexpectedAiogram(f"names of unknown origin: {missing}")
    return {name: origins[name] for name in exported}


class LazyPackageLoader(LazyLoader):
    """Executes a package without the imports of its `__init__.py`: each name is imported on first use."""

    def exec_module(self, module: ModuleType) -> None:
        """Give the module a `__getattr__` for the names that its source exports."""
        source = self._ordinary.get_source(module.__name__)
        make_lazy(module, exported_names(source or ""))


def make_lazy(module: ModuleType, origins: Mapping[str, str]) -> None:
    """Make `module.NAME` import the submodule `origins[NAME]`, and return NAME from it."""
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

    # Python calls `__getattr__` of a module for names that it does not have (PEP 562).
    module.__dict__.update(
        __getattr__=resolve, __all__=tuple(origins), __dir__=lambda: sorted({*module.__dict__, *origins})
    )


class TopLoader(LazyLoader):
    """Executes `aiogram/__init__.py` lazily, then calls `prepare`; after any error, imports the package as usual."""

    def __init__(self, ordinary: SourceLoader, finder: "LazyAiogramFinder", prepare: Callable[[], None]) -> None:
        super().__init__(ordinary)
        self._finder = finder
        self._prepare = prepare

    def exec_module(self, module: ModuleType) -> None:
        """Make the package lazy, or import it as usual."""
        original = dict(module.__dict__)
        try:
            self._check_version(module)
            self._exec_lazily(module)
            for package in LAZY_PACKAGES:  # cheap; an unexpected one is noticed here, where it does no harm
                importlib.import_module(package)
            self._prepare()
        except Exception as error:  # noqa: BLE001 - after any error, aiogram is imported as usual
            _log.warning("aiogram is imported eagerly, which is slow: %r", error)
            self._finder.enabled = False
            for name in [name for name in sys.modules if name.startswith("aiogram.")]:
                del sys.modules[name]
            module.__dict__.clear()
            module.__dict__.update(original)
            self._ordinary.exec_module(module)

    def _check_version(self, module: ModuleType) -> None:
        # Read from the file: the metadata of the package may not be in the layer, and to look it up takes 20 ms.
        text = (Path(module.__path__[0]) / "__meta__.py").read_text(encoding="utf-8")
        found = re.search(r'^__version__ = "([^"]+)"', text, re.MULTILINE)
        version = found[1] if found else "unknown"
        if version != SUPPORTED_VERSION:
            raise UnexpectedAiogram(f"aiogram is {version}, this module supports {SUPPORTED_VERSION}")

    def _exec_lazily(self, module: ModuleType) -> None:
        meta = importlib.import_module("aiogram.__meta__")
        module.__dict__.update(__version__=meta.__version__, __api_version__=meta.__api_version__)
        listed = _ALL.search(self._ordinary.get_source("aiogram") or "")
        exported = set(re.findall(r'"(\w+)"', listed[1])) if listed else set()
        if exported != {*_EXPORTED_BY_AIOGRAM, "__version__", "__api_version__"}:
            raise UnexpectedAiogram("aiogram exports other names than expected")

        def resolve(name: str) -> Any:
            # After an ordinary import of aiogram, its subpackages (client, utils, …) are attributes too.
            if name in _EXPORTED_BY_AIOGRAM:
                value = _EXPORTED_BY_AIOGRAM[name].value()
            elif _is_submodule(module, name):
                value = importlib.import_module(f"aiogram.{name}")
            else:
                raise AttributeError(f"module 'aiogram' has no attribute {name!r}")
            # Two threads may both have created the value: both must return the same one.
            return module.__dict__.setdefault(name, value)

        module.__dict__.update(
            __getattr__=resolve, __all__=tuple(exported), __dir__=lambda: sorted({*module.__dict__, *exported})
        )


class LazyAiogramFinder(MetaPathFinder):
    """Finds the modules of aiogram that are imported lazily, and no others."""

    def __init__(self, prepare: Callable[[], None]) -> None:
        """`prepare` is called in the first import of aiogram, when its packages are lazy and no model exists yet."""
        self.enabled = True
        self._prepare = prepare

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the ordinary spec with a lazy loader; None for any other module, so that the next finder is used."""
        if not self.enabled or not (fullname == "aiogram" or fullname in (*LAZY_PACKAGES, *STAND_IN_LOADERS)):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or not isinstance(spec.loader, importlib.abc.InspectLoader):
            return None
        if fullname == "aiogram":
            spec.loader = TopLoader(spec.loader, self, self._prepare)
        elif loader := STAND_IN_LOADERS.get(fullname):
            spec.loader = loader(spec.loader)
        else:
            spec.loader = LazyPackageLoader(spec.loader)
        return spec


def _is_submodule(package: ModuleType, name: str) -> bool:
    return not name.startswith("_") and PathFinder.find_spec(f"aiogram.{name}", package.__path__) is not None

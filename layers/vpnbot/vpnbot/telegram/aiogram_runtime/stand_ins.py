"""Modules of aiogram that are executed with stand-ins for what they import, because they import much and use little.

A stand-in has the name of what it stands for, which is imported on first use.
"""

import builtins
import importlib
import logging
from collections.abc import Callable, Mapping, Sequence
from importlib.abc import Loader
from types import CodeType, ModuleType
from typing import Any, Protocol, Self

from vpnbot.startup.stand_in_modules import StandIns

BOT_MODULE = "aiogram.client.bot"
_EDIT_MODULE = "aiogram.methods.edit_message_text"
_log = logging.getLogger(__name__)


class SourceLoader(Protocol):
    """The part of importlib's loader of a source file that is used here."""

    def get_source(self, fullname: str) -> str | None:
        """Return the text of the module."""

    def get_code(self, fullname: str) -> CodeType | None:
        """Return the compiled module, from its bytecode file if there is one."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the module."""


class LazyLoader(Loader):
    """A loader that uses the ordinary one, and returns its source to tracebacks and `inspect`."""

    def __init__(self, ordinary: SourceLoader) -> None:
        self._ordinary = ordinary

    def get_source(self, fullname: str) -> str | None:
        """Return the text of the module."""
        return self._ordinary.get_source(fullname)


class StandInLoader(LazyLoader):
    """Executes a module with another `__import__`; after any error, executes it as usual."""

    def exec_module(self, module: ModuleType) -> None:
        """Execute the module."""
        original = dict(module.__dict__)
        try:
            code = self._ordinary.get_code(module.__name__)
            module.__dict__["__builtins__"] = {**vars(builtins), "__import__": self._import}
            exec(code or "", module.__dict__)  # noqa: S102 - importlib executes a module in this way
        except Exception as error:  # noqa: BLE001 - after any error, the module is imported as usual
            _log.warning("%s is imported eagerly, which is slow: %r", module.__name__, error)
            module.__dict__.clear()
            module.__dict__.update(original)
            self._ordinary.exec_module(module)

    def _import(
        self,
        name: str,
        globals: Mapping[str, object] | None = None,  # noqa: A002 - the signature of __import__
        locals: Mapping[str, object] | None = None,  # noqa: A002 - the signature of __import__
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        stand_ins = self._stand_ins(level, name)
        if stand_ins is not None:
            return stand_ins
        return builtins.__import__(name, globals, locals, fromlist or (), level)

    def _stand_ins(self, level: int, name: str) -> ModuleType | None:
        """Return what stands for a module, named as in an import statement; None: the module is imported."""
        raise NotImplementedError


class BotLoader(StandInLoader):
    """Executes `aiogram/client/bot.py` without the imports of 187 methods and 90 types for its 180 shortcuts.

    Each of these names becomes a `StandIn` that imports the real class when it is called. So does aiogram's own
    session: it would import aiohttp (0.3 s), and this bot never uses it.
    """

    def _stand_ins(self, level: int, name: str) -> ModuleType | None:
        full_name = {
            (2, "methods"): "aiogram.methods",
            (2, "types"): "aiogram.types",
            (1, "session.aiohttp"): "aiogram.client.session.aiohttp",
        }.get((level, name))
        return StandIns(full_name) if full_name else None


class EditLoader(StandInLoader):
    """Executes `aiogram/methods/edit_message_text.py` without the 58 types that a rich message may contain.

    An edit may have a text or a rich message, and this bot sends only texts. The type of the field delegates to the
    real type, which is imported and built with the first rich message.
    """

    def _stand_ins(self, level: int, name: str) -> ModuleType | None:
        if (level, name) != (2, "types"):
            return None
        from vpnbot.telegram.aiogram_runtime.deferred_models import deferred_type

        types = importlib.import_module("aiogram.types")
        return PartlyStandIns(types, {"InputRichMessage": deferred_type(types, "InputRichMessage")})


class SentinelLoader(StandInLoader):
    """Executes a module that needs only `sentinel` of `unittest.mock`, which loads 20 modules in 12 ms."""

    def _stand_ins(self, level: int, name: str) -> ModuleType | None:
        return _MOCK if (level, name) == (0, "unittest.mock") else None


STAND_IN_LOADERS: Mapping[str, Callable[[SourceLoader], StandInLoader]] = {
    BOT_MODULE: BotLoader,
    _EDIT_MODULE: EditLoader,
    "aiogram.types.base": SentinelLoader,
    "aiogram.dispatcher.event.bases": SentinelLoader,
}


class PartlyStandIns(ModuleType):
    """A module of which some names are replaced."""

    def __init__(self, module: ModuleType, replaced: Mapping[str, object]) -> None:
        super().__init__(module.__name__)
        self._module = module
        self.__dict__.update(replaced)

    def __getattr__(self, name: str) -> Any:
        """Return a name that is not replaced."""
        return getattr(self._module, name)


class Sentinel:
    """An object that is equal to itself only, also when what has it is copied."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _: object) -> Self:
        return self

    def __repr__(self) -> str:
        return f"sentinel.{self._name}"


class Sentinels:
    """Has a `Sentinel` for each name."""

    def __getattr__(self, name: str) -> Sentinel:
        """Return the sentinel of a name, always the same."""
        if name.startswith("__"):
            raise AttributeError(name)
        kept: Sentinel = self.__dict__.setdefault(name, Sentinel(name))
        return kept


_MOCK = ModuleType("unittest.mock")
_MOCK.__dict__["sentinel"] = Sentinels()

"""Stand-ins for modules that a library imports and hardly uses.

A stand-in has the name of what it stands for, which is imported on first use.
"""

import importlib
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any


class StandIn:
    """Stands for a name of another module, which is imported when the name is called or its attributes are read."""

    def __init__(self, module: str, name: str) -> None:
        self._module = module
        self._name = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the real function, or return an instance of the real class."""
        return imported(self._module, self._name)(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        """Return an attribute of the real class."""
        return getattr(imported(self._module, self._name), name)

    def __repr__(self) -> str:
        return f"<{self._module}.{self._name}, not imported yet>"


class StandIns(ModuleType):
    """A module in which every name is a `StandIn`, for `from … import`."""

    def __getattr__(self, name: str) -> StandIn:
        """Return a stand-in; whether the module has the name is checked on first use."""
        if name.startswith("__"):
            raise AttributeError(name)
        return StandIn(self.__name__, name)


class LateModule(ModuleType):
    """A module that is imported when one of its names is read, for `import`."""

    def __getattr__(self, name: str) -> Any:
        """Return the real value."""
        if name.startswith("__"):
            raise AttributeError(name)
        return imported(self.__name__, name)


@contextmanager
def in_their_place(stand_ins: Iterable[ModuleType]) -> Iterator[None]:
    """Let imports find these modules instead of the real ones, but for those that are imported already.

    Afterwards any import finds the real ones.
    """
    found = [module for module in stand_ins if module.__name__ not in sys.modules]
    for module in found:
        sys.modules[module.__name__] = module
        if package := _package(module):
            setattr(package, module.__name__.rpartition(".")[2], module)
    try:
        yield
    finally:
        for module in found:
            del sys.modules[module.__name__]
            if package := _package(module):
                delattr(package, module.__name__.rpartition(".")[2])


def _package(module: ModuleType) -> ModuleType | None:
    name = module.__name__.rpartition(".")[0]
    return importlib.import_module(name) if name else None


def imported(module: str, name: str) -> Any:
    """Import a module, and return a name from it."""
    return getattr(importlib.import_module(module), name)

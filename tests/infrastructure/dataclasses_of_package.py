"""A process of `test_compiled_dataclasses`: it imports all modules of the package, and describes all dataclasses."""

import dataclasses
import importlib
import inspect
import json
import pkgutil
import re
import sys
from collections.abc import Iterator
from types import FunctionType

import vpnbot

WRITTEN = ("__init__", "__repr__", "__eq__", "__hash__", "__setattr__", "__delattr__", "__lt__")
"""The methods that `dataclasses` writes."""


def main() -> None:
    """Print the texts of our classes that had to be compiled, how many had not, and what the methods are."""
    used = getattr(dataclasses, "exec", None)
    missed, found = list[str](), 0
    if used is not None:
        real = used.__self__._code

        def code(module: str, text: str) -> object:
            nonlocal found
            compiled = real(module, text)
            found += compiled is not None
            if compiled is None and module.partition(".")[0] == "vpnbot":
                missed.append(f"{module}: {text[:200]}")
            return compiled

        used.__self__._code = code
    for module in pkgutil.walk_packages(vpnbot.__path__, "vpnbot."):
        importlib.import_module(module.name)
    print(json.dumps({"missed": missed, "found": found, "methods": dict(sorted(methods()))}))  # noqa: T201 - the result


def methods() -> Iterator[tuple[str, list[str]]]:
    """Yield each dataclass of the package with the signatures, code and constants of its written methods."""
    classes = {
        value
        for name, module in list(sys.modules.items())
        if name.partition(".")[0] == "vpnbot"
        for value in vars(module).values()
        if isinstance(value, type) and dataclasses.is_dataclass(value) and value.__module__ == name
    }
    for each in classes:
        written = [vars(each).get(name) for name in WRITTEN]
        yield (
            f"{each.__module__}.{each.__qualname__}",
            [described(method) for method in written if isinstance(method, FunctionType)],
        )


def described(method: FunctionType) -> str:
    """Return name, signature and code of a method, without the addresses of default values."""
    code = method.__code__
    signature = re.sub(r" at 0x[0-9a-f]+", "", str(inspect.signature(method)))
    return f"{method.__qualname__}{signature} {code.co_code.hex()} {code.co_names}"


if __name__ == "__main__":
    main()

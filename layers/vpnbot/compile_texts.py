"""Compile the texts that libraries compile in INIT: `python compile_texts.py FOLDER`, run by the Makefile.

The containers of the functions are built here once, from the package in the folder, and the texts are recorded: they
depend on the libraries' versions and on our classes, and on no processor. The libraries are those of the Python that
runs this, in the project's environment with the versions of the layer. Without them nothing is compiled.
`docs/decisions/0126-texts-of-libraries-are-compiled-by-the-build.md` says why and how it is proved.
"""

import dataclasses
import os
import re
import subprocess
import sys
import tempfile
import typing
import warnings
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import CodeType, SimpleNamespace
from typing import Any

CLASSES = Path("vpnbot/startup/compiled_dataclasses.bin")
TEXTS = Path("vpnbot/startup/compiled_texts.bin")
CONTAINERS = ("TelegramWebhook", "DueWorker", "SubscriptionPage", "PaymentWebhook", "DueDispatcher")
ENVIRONMENT = {
    "STAGE": "production",
    "PANEL": "three_x_ui",
    "TABLE_NAME": "table",
    "DUE_QUEUE_URL": "https://sqs.eu-central-1.amazonaws.com/1/due",
    "PARKING_QUEUE_URL": "https://sqs.eu-central-1.amazonaws.com/1/parking",
    "PUBLIC_URL": "https://vpn.example",
    "SECRETS_PATH": "/vpnbot",
    "SUPPORT_URL": "https://t.me/example",
    "AWS_REGION": "eu-central-1",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "POWERTOOLS_SERVICE_NAME": "vpnbot",
    "POWERTOOLS_METRICS_NAMESPACE": "vpnbot",
}
"""What INIT needs; it calls no service."""


class Recorder:
    """Compiles texts as Python does, and keeps what it has compiled."""

    def __init__(self, compiled_texts: Any, classes: dict[str, dict[str, CodeType]]) -> None:
        """`classes` has the code of our own dataclasses, by module and text; that of libraries is added."""
        self._texts = compiled_texts
        self.classes = classes
        self.codes: dict[tuple[str, str, str, int], CodeType] = {}
        self.regexes: dict[tuple[str | bytes, int], tuple[Any, ...]] = {}
        compiler: Any = re._compiler  # type: ignore[attr-defined]  # what `re` itself calls
        self._compile_regex = compiler.compile
        self._sre_compile = compiler._sre.compile
        self._last: tuple[Any, ...] = ()
        compiler._sre = SimpleNamespace(**{**vars(compiler._sre), "compile": self._sre})
        compiler.compile = self.compile_regex
        typing.compile = self.compile  # type: ignore[attr-defined]  # found before the builtin
        dataclasses.exec = self.execute  # type: ignore[attr-defined]  # as above
        sys.meta_path.insert(0, compiled_texts.TextsFinder(self.compile))

    def compile(self, source: Any, filename: str, mode: str) -> Any:
        """Compile the text of a library."""
        flags = sys._getframe(1).f_code.co_flags & self._texts.FUTURE
        code = compile(source, filename, mode, flags, dont_inherit=True)
        self.codes[source, filename, mode, flags] = code
        return code

    def compile_regex(self, pattern: Any, flags: int = 0) -> Any:
        """Compile a regular expression; keep it if Python does not warn of it, and if it depends on its text only."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            compiled = self._compile_regex(pattern, flags)
        if isinstance(pattern, str | bytes) and not caught and not compiled.flags & self._texts.ODD:
            self.regexes[pattern, int(flags)] = self._last
        return compiled

    def _sre(self, pattern: Any, *compiled: Any) -> Any:
        flags, code, groups, index, names = compiled
        self._last = int(flags), [int(each) for each in code], groups, dict(index), names  # without classes of `re`
        return self._sre_compile(pattern, *compiled)

    def execute(self, text: str, of_module: dict[str, Any], names: dict[str, Any]) -> None:
        """Execute what `dataclasses` writes for a class."""
        codes = self.classes.setdefault(of_module["__name__"], {})
        if text not in codes:
            codes[text] = compile(text, "<string>", "exec", dont_inherit=True)
        exec(codes[text], of_module, names)  # noqa: S102 - the text is the library's


def record(folder: Path, result: Path) -> None:
    """Build the containers of the package in a folder, and write what that compiled into the folder `result`.

    Raises:
        ImportError: a library is not installed.
    """
    sys.path.insert(0, str(folder))
    compiled_dataclasses = import_module("vpnbot.startup.compiled_dataclasses")
    compiled_texts = import_module("vpnbot.startup.compiled_texts")
    recorder = Recorder(compiled_texts, compiled_dataclasses.read(folder / CLASSES))
    bootstrap = import_module("vpnbot.bootstrap")
    for container in CONTAINERS:
        getattr(bootstrap, container)()
    compiled_dataclasses.write(result / CLASSES.name, recorder.classes)
    compiled_texts.write(result / TEXTS.name, recorder.codes, recorder.regexes)


def main(folder: Path) -> None:
    """Write what the functions compile in INIT beside the modules that use it.

    It is recorded twice, because some texts contain a hash or the order of a set: no other process has the same.
    """
    script = [sys.executable, "-B", __file__]
    of_python = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        for seed, result in enumerate((first, second)):
            settings = {**ENVIRONMENT, "HOME": result, "PYTHONHASHSEED": str(seed)}  # none of this machine
            done = subprocess.run(  # noqa: S603 - this script, by our own interpreter
                [*script, str(folder), result], env={**of_python, **settings}, check=False
            )
            if done.returncode != 0:
                sys.stderr.write("Functions will start slower: they cannot be built by this Python, see above.\n")
                return
        keep_common(folder, Path(first), Path(second))


def keep_common(folder: Path, first: Path, second: Path) -> None:
    """Write into the package in a folder what both recordings have."""
    sys.path.insert(0, str(folder))
    compiled_dataclasses = import_module("vpnbot.startup.compiled_dataclasses")
    compiled_texts = import_module("vpnbot.startup.compiled_texts")
    one, other = (compiled_dataclasses.read(result / CLASSES.name) for result in (first, second))
    classes = {module: common(one[module], other[module]) for module in sorted(one.keys() & other.keys())}
    compiled_dataclasses.write(folder / CLASSES, classes)
    texts = zip(*(compiled_texts.read(result / TEXTS.name) for result in (first, second)), strict=True)
    compiled_texts.write_as_bytes(folder / TEXTS, *(common(*pair) for pair in texts))


def common[Key, Code](one: Mapping[Key, Code], other: Mapping[Key, Code]) -> dict[Key, Code]:
    """Return what is in both mappings, in one order."""
    return {key: one[key] for key in sorted(one.keys() & other.keys(), key=repr)}


if __name__ == "__main__":
    (record if len(sys.argv) > 2 else main)(*map(Path, sys.argv[1:]))

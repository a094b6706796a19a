"""The build compiles the texts that libraries compile in INIT; the code is what Python makes of them."""

import json
import marshal
import os
import re
import shutil
import subprocess
import sys
import typing
from pathlib import Path
from typing import Any

import pytest

from benchmarks.packages import compile_as_built
from tests.infrastructure.transformed_template import ROOT
from tests.performance.test_import_budgets import ENVIRONMENT
from vpnbot.startup.compiled_texts import FUTURE, Texts, read, stamp, use_compiled_texts, write

PACKAGE = ROOT / "layers/vpnbot/vpnbot"
FUNCTIONS = ("telegram_webhook", "due_worker", "subscription_page", "payment_webhook", "due_dispatcher")
MOST_TEXTS = 90
"""Texts that a function still compiles in INIT; without the file the Telegram webhook compiles 1,300."""
MOST_REGEXES = 10
COMPILER = vars(re)["_compiler"]
SRE = COMPILER._sre


def build(folder: Path) -> Path:
    """Make a copy of the package as the build of its layer makes it."""
    shutil.copytree(PACKAGE, folder / "vpnbot", ignore=shutil.ignore_patterns("__pycache__"))
    compile_as_built(folder)
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package, with the files that the build of the layer writes."""
    return build(tmp_path_factory.mktemp("layer"))


def compiled_by(function: str, folder: Path) -> Any:
    """Return what a function compiles in INIT, with the package of a folder."""
    done = subprocess.run(  # noqa: S603 - our own script, by our own interpreter
        [sys.executable, "-B", str(ROOT / "tests/infrastructure/texts_of_process.py")],
        cwd=ROOT / "functions" / function,
        env={**ENVIRONMENT, "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT / "functions" / function)])},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("function", FUNCTIONS)
def test_hardly_a_text_is_compiled_in_init(built: Path, function: str) -> None:
    found = compiled_by(function, built)
    assert found["evaluates"]
    assert len(found["texts"]) <= MOST_TEXTS, found["texts"]
    assert len(found["regexes"]) <= MOST_REGEXES, found["regexes"]


def test_without_the_files_all_of_them_are(tmp_path: Path) -> None:
    """So the numbers above say something."""
    shutil.copytree(PACKAGE, tmp_path / "vpnbot", ignore=shutil.ignore_patterns("*.bin", "__pycache__"))
    found = compiled_by("telegram_webhook", tmp_path)
    assert found["evaluates"]
    assert len(found["texts"]) > 10 * MOST_TEXTS
    assert len(found["regexes"]) > 5 * MOST_REGEXES


def test_the_code_is_what_python_compiles(built: Path) -> None:
    found = read(built / "vpnbot/startup/compiled_texts.bin")
    assert found is not None
    codes, regexes = found
    assert len(codes) > 400
    for (text, name, mode, flags), code in codes.items():
        assert marshal.loads(code) == compile(text, name, mode, flags, dont_inherit=True), text  # noqa: S302 - made above
    assert len(regexes) > 100
    for (pattern, flags), code in regexes.items():
        made, expected = SRE.compile(pattern, *marshal.loads(code)), COMPILER.compile(pattern, flags)  # noqa: S302
        assert made == expected, pattern
        assert (made.groups, made.groupindex) == (expected.groups, expected.groupindex), pattern


def test_a_layer_that_is_built_twice_has_the_same_files(built: Path, tmp_path: Path) -> None:
    again = build(tmp_path)
    for name in ("compiled_texts.bin", "compiled_dataclasses.bin"):
        assert (again / "vpnbot/startup" / name).read_bytes() == (built / "vpnbot/startup" / name).read_bytes()


def test_the_layer_compiles_them() -> None:
    assert "compile_texts.py" in (ROOT / "layers/vpnbot/Makefile").read_text()


def test_without_its_libraries_the_layer_is_built_and_starts_slower(tmp_path: Path) -> None:
    """`sam build` may find a Python that has none of them."""
    shutil.copytree(PACKAGE, tmp_path / "vpnbot", ignore=shutil.ignore_patterns("__pycache__"))
    script = ROOT / "layers/vpnbot/compile_texts.py"
    missing = tmp_path / "missing/aiogram.py"
    missing.parent.mkdir()
    missing.write_text("raise ImportError('aiogram is not installed')")
    done = subprocess.run(  # noqa: S603 - our own script, by our own interpreter
        [sys.executable, "-B", str(script), str(tmp_path)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(missing.parent)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0
    assert "aiogram is not installed" in done.stderr
    assert "start slower" in done.stderr
    assert not (tmp_path / "vpnbot/startup/compiled_texts.bin").exists()


@pytest.mark.parametrize(
    "content",
    [None, b"", b"of another Python", stamp()[:-2], stamp(), stamp() + b"\xff" * 40, stamp() + marshal.dumps(1)],
    ids=["none", "empty", "another Python", "cut stamp", "cut", "damaged", "another content"],
)
def test_a_file_that_does_not_fit_changes_nothing(content: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "compiled"
    if content is not None:
        file.write_bytes(content)
    finders = list(sys.meta_path)
    assert not use_compiled_texts(file)
    assert "compile" not in vars(typing)
    assert COMPILER.compile.__module__ == "re._compiler"
    assert sys.meta_path == finders


@pytest.fixture
def texts(tmp_path: Path) -> Texts:
    """Texts of which one of each kind is known, with the code of another."""
    file = tmp_path / "compiled"
    known = compile("2", "<string>", "eval")
    regex = COMPILER.compile("b").pattern, [int(each) for each in COMPILER._code(COMPILER._parser.parse("b"), 0)]
    write(file, {("1", "<string>", "eval", 0): known}, {("a", 0): (32, regex[1], 0, {}, (None,))})
    codes = read(file)
    assert codes is not None
    return Texts(*codes)


@pytest.mark.parametrize(
    ("arguments", "value"),
    [
        (("1", "<string>", "eval"), 2),
        (("1", "<string>", "eval", FUTURE), 1),
        (("1 ", "<string>", "eval"), 1),
        (("1", "elsewhere", "eval"), 1),
        ((b"1", "<string>", "eval"), 1),
    ],
    ids=["known", "other flags", "another text", "another file", "bytes"],
)
def test_a_text_that_is_not_exactly_known_is_compiled_as_usual(
    texts: Texts, arguments: tuple[Any, ...], value: int
) -> None:
    assert eval(texts.compile(*arguments)) == value  # noqa: S307 - the code above


def test_a_text_inherits_what_its_module_has_of_the_future(texts: Texts) -> None:
    names: dict[str, Any] = {"compile": texts.compile}
    exec(  # noqa: S102 - the code below
        compile("made = compile('x: int', 'f', 'exec')", "<string>", "exec", FUTURE, dont_inherit=True), names
    )
    assert names["made"].co_flags & FUTURE


def test_a_text_that_is_wrong_is_an_error_as_usual(texts: Texts) -> None:
    with pytest.raises(SyntaxError):
        texts.compile("1 +", "<string>", "eval")


def test_a_regular_expression_that_is_not_exactly_known_is_compiled_as_usual(texts: Texts) -> None:
    assert texts.compile_regex("a").match("b")
    assert texts.compile_regex("a", re.IGNORECASE).match("A")
    assert texts.compile_regex(b"a").match(b"a")
    with pytest.raises(re.error):
        texts.compile_regex("(")

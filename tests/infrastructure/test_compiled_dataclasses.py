"""The build compiles the code of all our dataclasses; they are the classes that `dataclasses` makes without it."""

import dataclasses
import json
import os
import shutil
import subprocess
import sys
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from typing import Any

import pytest

from benchmarks.packages import compile_dataclasses
from tests.infrastructure.transformed_template import ROOT
from vpnbot.startup.compiled_dataclasses import CompiledCode, use_compiled_code, write

PACKAGE = ROOT / "layers/vpnbot/vpnbot"


def described(folder: Path) -> Any:
    """Import the package of a folder in a new interpreter; return what it says about the dataclasses."""
    done = subprocess.run(  # noqa: S603 - our own script, by our own interpreter
        [sys.executable, "-B", str(ROOT / "tests/infrastructure/dataclasses_of_package.py")],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package, with the file that the build of the layer writes."""
    folder = tmp_path_factory.mktemp("layer")
    shutil.copytree(PACKAGE, folder / "vpnbot", ignore=shutil.ignore_patterns("__pycache__"))
    compile_dataclasses(folder)
    return folder


def test_every_dataclass_is_compiled_by_the_build_and_is_the_same_class(built: Path) -> None:
    with_code, without = described(built), described(PACKAGE.parent)
    assert with_code["missed"] == []
    assert with_code["found"] > 300
    assert without["found"] == 0
    assert with_code["methods"] == without["methods"]
    assert len(with_code["methods"]) > 300


def test_the_layer_compiles_them() -> None:
    assert "compile_dataclasses.py" in (ROOT / "layers/vpnbot/Makefile").read_text()


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"of another Python",
        MAGIC_NUMBER + b"\x00",
        MAGIC_NUMBER + b"\xff" * 40,
    ],
    ids=["none", "empty", "another Python", "cut", "damaged"],
)
def test_a_file_that_does_not_fit_changes_nothing(content: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "compiled"
    if content is not None:
        file.write_bytes(content)
    assert not use_compiled_code(file)
    assert "exec" not in vars(dataclasses)


def test_a_text_that_is_not_exactly_known_is_compiled_as_usual(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "compiled"
    known = compile("made = 'before'", "<string>", "exec")
    write(file, {"first": {"made = 1": known}, "second": {"made = 2": known}})
    monkeypatch.setattr(dataclasses, "exec", exec, raising=False)
    assert use_compiled_code(file)
    execute = vars(dataclasses)["exec"]
    assert isinstance(execute.__self__, CompiledCode)
    results = []
    for module, text in [
        ("first", "made = 1"),
        ("second", "made = 2"),
        ("second", "made = 1"),
        ("first", "made =  1"),
    ]:
        names: dict[str, Any] = {}
        execute(text, {"__name__": module}, names)
        results.append(names["made"])
    names = {}
    execute("made = 3", {}, names)
    assert [*results, names["made"]] == ["before", "before", 1, 1, 3]

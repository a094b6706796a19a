"""The layer lacks what no function uses, and nothing that one does: numbers, plurals, updates, methods, imports."""

import json
import os
import platform
import shutil
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import babel
import pytest

from tests.infrastructure.test_layer_builds import build
from tests.infrastructure.transformed_template import ROOT

MACHINES = {"aarch64": "arm64"}
"""The names of processors that Lambda calls otherwise."""


def _trim() -> Any:
    spec = spec_from_file_location("trim", ROOT / "layers/dependencies/trim.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


trim = _trim()


def run(*arguments: str, path: list[Path], site: bool = True, given: str = "") -> Any:
    """Run a module of the tests in a new interpreter and return the JSON that it prints."""
    done = subprocess.run(  # noqa: S603 - our own scripts, by our own interpreter
        [sys.executable, *([] if site else ["-S"]), "-m", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(map(str, path))},
        input=given,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_layer_keeps_every_language_of_the_bot() -> None:
    used = {folder.name for folder in (ROOT / "layers/vpnbot/vpnbot/locales").iterdir() if folder.is_dir()}
    assert used
    assert used <= set(trim.LANGUAGES)


def test_plurals_and_numbers_are_those_of_the_whole_data(tmp_path: Path) -> None:
    shutil.copytree(Path(babel.__file__).parent, tmp_path / "babel")
    languages = [language for language in trim.LANGUAGES if language != "root"]
    whole = run("tests.infrastructure.numbers_of_languages", *languages, path=[tmp_path])
    trim.trim_languages(tmp_path / "babel/locale-data")
    trim.trim_global(tmp_path / "babel/global.dat")
    assert (tmp_path / "babel/global.dat").stat().st_size < 50_000
    assert sum(file.stat().st_size for file in (tmp_path / "babel/locale-data").iterdir()) < 500_000
    assert run("tests.infrastructure.numbers_of_languages", *languages, path=[tmp_path]) == whole


def test_a_text_with_numbers_needs_no_module_of_dates(tmp_path: Path) -> None:
    """Fluent is imported without them; the whole data of a language would load them."""
    shutil.copytree(Path(babel.__file__).parent, tmp_path / "babel")
    trim.trim_languages(tmp_path / "babel/locale-data")
    texts, loaded = run("tests.infrastructure.modules_of_texts", path=[tmp_path, ROOT / "layers/vpnbot"])
    assert all("21" in text for text in texts), texts
    assert loaded == []


def test_a_language_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "en.dat").touch()
    with pytest.raises(FileNotFoundError, match=r"has no de\.dat"):
        trim.keep(tmp_path, ["en.dat", "de.dat"])


@pytest.mark.slow
def test_the_layer_alone_reads_every_update_writes_every_method_and_imports_every_module(tmp_path: Path) -> None:
    """Nothing else is on the path: a module that was removed too much is missed here."""
    machine = platform.machine()
    packages = build("dependencies", tmp_path, ARCHITECTURE=MACHINES.get(machine, machine)) / "python"
    assert not (packages / "aiohttp").exists()
    expected = run("tests.unit.aiogram_samples", path=[ROOT])
    ours = ROOT / "layers/vpnbot"
    modules = [
        ".".join(file.relative_to(ours).with_suffix("").parts).removesuffix(".__init__")
        for file in sorted((ours / "vpnbot").rglob("*.py"))
    ]
    seen = run(
        "tests.infrastructure.aiogram_outcomes",
        *modules,
        path=[packages, ours, ROOT],
        site=False,
        given=json.dumps([sample for sample, _ in expected]),
    )
    assert len(seen) > 500
    for (sample, outcome), ours_is in zip(expected, seen, strict=True):
        assert ours_is == outcome, sample

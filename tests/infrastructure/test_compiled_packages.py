"""The bytecode of the dependencies lacks their documentation, and does what the source says."""

import subprocess
import sys
from importlib.util import cache_from_source, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from tests.infrastructure.transformed_template import ROOT

SOURCE = '''"""The module."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Documented:
    """A class."""

    value: int = 1

    def method(self):
        """A method whose whole body is its documentation."""

    def fails(self):
        """Fail in line 18."""
        raise ValueError("a text") from None


async def later():
    """A coroutine."""
    return "returned"


def first_is_no_text():
    return __doc__, "kept"
'''


def _script() -> Any:
    spec = spec_from_file_location("compile_packages", ROOT / "layers/dependencies/compile_packages.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def module(tmp_path: Path) -> Path:
    file = tmp_path / "of_library.py"
    file.write_text(SOURCE, encoding="utf-8")
    _script().compile_file(file, "/opt/python/of_library.py")
    return file


def run(folder: Path, code: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own code, by our own interpreter
        [sys.executable, "-B", "-c", f"import asyncio, traceback\nimport of_library as it\n{code}"],
        cwd=folder,
        env={},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.strip()


def test_documentation_is_gone_and_everything_else_is_there(module: Path) -> None:
    documented = "it, it.Documented.method, it.Documented.fails, it.later"
    assert run(module.parent, f"print([each.__doc__ for each in ({documented})])") == "[None, None, None, None]"
    assert run(module.parent, "print(it.Documented.__doc__, it.Documented(), it.Documented().method())") == (
        ". Documented(value=1) None"
    )
    assert run(module.parent, "print(asyncio.run(it.later()), it.first_is_no_text())") == "returned (None, 'kept')"


def test_lines_of_errors_are_those_of_the_source(module: Path) -> None:
    fails = "try: it.Documented().fails()\nexcept ValueError as error: print(error.__traceback__.tb_next.tb_lineno)"
    line = int(run(module.parent, fails))
    assert SOURCE.splitlines()[line - 1].strip() == 'raise ValueError("a text") from None'
    assert b"/opt/python/of_library.py" in Path(cache_from_source(str(module), optimization="")).read_bytes()


def test_the_bytecode_is_used_without_a_look_at_the_source(module: Path) -> None:
    module.write_text("raise SystemExit(1)", encoding="utf-8")
    assert Path(cache_from_source(str(module), optimization="")).is_file()
    assert run(module.parent, "print(it.first_is_no_text()[1])") == "kept"


def test_the_layer_is_compiled_in_this_way() -> None:
    makefile = (ROOT / "layers/dependencies/Makefile").read_text()
    assert 'compile_packages.py "$(PACKAGES)" /opt/python' in makefile
    assert "compileall" not in makefile

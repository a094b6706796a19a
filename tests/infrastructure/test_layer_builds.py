"""A layer that is built again from the same sources is the same, so that deploying it again changes nothing."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.infrastructure.transformed_template import ROOT, read_template

LARGEST_BYTES = 250 * 1024 * 1024
"""Function and layers together, unzipped (Lambda developer guide, Lambda quotas)."""
LAYERS = {"dependencies": "DependenciesLayer", "vpnbot": "VpnbotLayer"}
DEFAULT_ARCHITECTURE = read_template()["Parameters"]["Architecture"]["Default"]


def build(layer: str, folder: Path, **variables: str) -> Path:
    """Build a layer as `sam build` does: in a copy of its folder, with ARTIFACTS_DIR; return the result."""
    source, artifacts = folder / "source", folder / "artifacts"
    shutil.copytree(ROOT / "layers" / layer, source)
    artifacts.mkdir()
    subprocess.run(  # noqa: S603 - the Makefile of this repository
        ["make", "--silent", f"build-{LAYERS[layer]}", f"PYTHON={sys.executable}"],  # noqa: S607 - make is on PATH
        cwd=source,
        env={**os.environ, "ARTIFACTS_DIR": str(artifacts), **variables},
        check=True,
        timeout=300,
    )
    return artifacts


def contents(folder: Path) -> dict[str, str]:
    """Return the hash of each file. `sam deploy` compares names and contents only (samcli, dir_checksum)."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.slow
@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_that_is_built_twice_is_the_same(layer: str, tmp_path: Path) -> None:
    for name in ("one", "another"):
        (tmp_path / name).mkdir()
    first = build(layer, tmp_path / "one", PYTHONHASHSEED="1")
    again = contents(build(layer, tmp_path / "another", PYTHONHASHSEED="2"))
    assert contents(first) == again
    assert any(path.endswith(".pyc") for path in again)


@pytest.mark.slow
@pytest.mark.parametrize("architecture", [DEFAULT_ARCHITECTURE, "x86_64"])
def test_compiled_dependencies_fit_the_processor(architecture: str, tmp_path: Path) -> None:
    chosen = {} if architecture == DEFAULT_ARCHITECTURE else {"ARCHITECTURE": architecture}
    built = build("dependencies", tmp_path, **chosen)
    machine = {"arm64": "aarch64", "x86_64": "x86_64"}[architecture]
    modules = [path.name for path in built.rglob("*.so")]
    assert modules
    assert not [name for name in modules if machine not in name]
    assert sum(path.stat().st_size for path in built.rglob("*")) < LARGEST_BYTES


def test_the_default_processor_is_the_same_everywhere() -> None:
    for makefile in ("Makefile", "layers/dependencies/Makefile"):
        assert f"ARCHITECTURE ?= {DEFAULT_ARCHITECTURE}\n" in (ROOT / makefile).read_text(), makefile

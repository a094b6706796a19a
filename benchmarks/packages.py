"""The packages of the layers, with bytecode, as they are in Lambda."""

import compileall
import shutil
from pathlib import Path
from py_compile import PycInvalidationMode

ROOT = Path(__file__).parents[1]
BUILT_DEPENDENCIES = ROOT / ".aws-sam/build/DependenciesLayer/python"


def layer_packages(folder: Path) -> list[Path]:
    """Copy our package into `folder` and compile it; return the folders that a function has on its path.

    The dependencies are those of `make build`, or else those of the virtual environment, which pip compiled.

    Raises:
        RuntimeError: the package does not compile.
    """
    ours = folder / "vpnbot-layer"
    shutil.copytree(ROOT / "layers/vpnbot/vpnbot", ours / "vpnbot", ignore=shutil.ignore_patterns("__pycache__"))
    compiled = compileall.compile_dir(ours, quiet=1, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
    if not compiled:
        raise RuntimeError("the package does not compile")
    return [ours, BUILT_DEPENDENCIES] if BUILT_DEPENDENCIES.exists() else [ours]


def dependencies_origin() -> str:
    """State where the measured dependencies come from."""
    return "the built layer" if BUILT_DEPENDENCIES.exists() else "the virtual environment (no `make build` before)"

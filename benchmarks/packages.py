"""What the layers hold, with bytecode, as Lambda sees it."""

import compileall
import shutil
from pathlib import Path
from py_compile import PycInvalidationMode

ROOT = Path(__file__).parents[1]
BUILT_DEPENDENCIES = ROOT / ".aws-sam/build/DependenciesLayer/python"


def layer_packages(folder: Path) -> list[Path]:
    """Put this tree's package with bytecode into `folder`; return the path that a function would have.

    The dependencies are those that `make build` built, or this environment's own, where pip compiled them.
    """
    ours = folder / "vpnbot-layer"
    shutil.copytree(ROOT / "layers/vpnbot/vpnbot", ours / "vpnbot", ignore=shutil.ignore_patterns("__pycache__"))
    compiled = compileall.compile_dir(ours, quiet=1, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
    if not compiled:
        raise RuntimeError("the package does not compile")
    return [ours, BUILT_DEPENDENCIES] if BUILT_DEPENDENCIES.exists() else [ours]


def dependencies_origin() -> str:
    """Say which dependencies were measured."""
    return "the built layer" if BUILT_DEPENDENCIES.exists() else "the virtual environment (no `make build` before)"

"""The packages of the layers, with bytecode, as they are in Lambda."""

import compileall
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from py_compile import PycInvalidationMode

ROOT = Path(__file__).parents[1]
_ARCHITECTURE = "arm64" if platform.machine() == "aarch64" else "x86_64"
BUILT_DEPENDENCIES = ROOT / ".aws-sam/build/DependenciesLayer/python"


def layer_packages(folder: Path) -> list[Path]:
    """Copy our package into `folder` and compile it; return the folders that a function has on its path.

    The dependencies are those of `make build` if they were built for this machine's processor, or else those of the
    virtual environment, which pip compiled.

    Raises:
        RuntimeError: the package does not compile.
    """
    ours = folder / "vpnbot-layer"
    shutil.copytree(ROOT / "layers/vpnbot/vpnbot", ours / "vpnbot", ignore=shutil.ignore_patterns("__pycache__"))
    compile_as_built(ours)
    compiled = compileall.compile_dir(ours, quiet=1, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
    if not compiled:
        raise RuntimeError("the package does not compile")
    return [ours, BUILT_DEPENDENCIES] if built_for_this_machine() else [ours]


def compile_as_built(folder: Path) -> None:
    """Compile for our package in a folder what the build of its layer compiles beside the modules."""
    compile_dataclasses(folder)
    _run("compile_texts.py", folder)


def compile_dataclasses(folder: Path) -> None:
    """Compile the code of the dataclasses of our package in a folder, and nothing else."""
    _run("compile_dataclasses.py", folder)


def _run(script: str, folder: Path) -> None:
    subprocess.run([sys.executable, "-B", str(ROOT / "layers/vpnbot" / script), str(folder)], check=True)


def built_for_this_machine() -> bool:
    """Tell whether the built layer exists and its compiled modules fit the processor of this machine."""
    return any(BUILT_DEPENDENCIES.glob(f"pydantic_core/*-{platform.machine()}-*.so"))


def dependencies_origin() -> str:
    """State where the measured dependencies come from."""
    if built_for_this_machine():
        return "the built layer"
    return f"the virtual environment (no `make build ARCHITECTURE={_ARCHITECTURE}` before)"

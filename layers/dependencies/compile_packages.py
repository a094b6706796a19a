"""Compile packages without their documentation: `python compile_packages.py FOLDER PREFIX`, run by the Makefile.

`docs/decisions/0104-the-layer-contains-what-functions-use.md` says why. The sources stay as they are, for tracebacks.
"""

import ast
import marshal
import sys
from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash
from pathlib import Path

UNCHECKED_HASH = (0b01).to_bytes(4, "little")
"""The flags of bytecode that is never compared with its source (PEP 552): file times in Lambda are other ones."""
FULL_STOP = "."
"""The documentation that a class keeps: for one without any, `dataclasses` writes a text, which takes time."""


def without_documentation(tree: ast.Module) -> ast.Module:
    """Remove the texts that document modules, classes and functions; lines stay where they are."""
    if _is_text(tree):
        del tree.body[0]  # nothing else may be before an import from `__future__`
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and _is_text(node):
            kept = ast.Expr(ast.Constant(FULL_STOP)) if isinstance(node, ast.ClassDef) else ast.Pass()
            node.body[0] = ast.fix_missing_locations(ast.copy_location(kept, node.body[0]))
    return tree


def _is_text(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    first = node.body[0] if node.body else None
    return (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    )


def compile_file(file: Path, name: str) -> None:
    """Write the bytecode of one source file, which tracebacks call by this name."""
    source = file.read_bytes()
    code = compile(without_documentation(ast.parse(source)), name, "exec", dont_inherit=True)
    target = Path(cache_from_source(file, optimization=""))
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(MAGIC_NUMBER + UNCHECKED_HASH + source_hash(source) + marshal.dumps(code))


if __name__ == "__main__":
    folder, prefix = Path(sys.argv[1]), Path(sys.argv[2])
    for each in sorted(folder.rglob("*.py")):
        compile_file(each, str(prefix / each.relative_to(folder)))

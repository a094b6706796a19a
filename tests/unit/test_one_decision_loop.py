"""People are changed through one loop, so that no use case can forget what a change implies for other items."""

import ast
from collections.abc import Iterator
from pathlib import Path

import vpnbot

PACKAGE = Path(vpnbot.__file__).parent


def committing(path: Path) -> Iterator[int]:
    """Yield the lines of a module that call `commit` of something."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
            yield node.lineno


def test_only_the_decision_loop_commits() -> None:
    found = {str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.py") if any(committing(path))}
    assert found == {"usecases/decide.py", "demo/crash_points.py"}, "the loop, and the wrapper that only passes on"

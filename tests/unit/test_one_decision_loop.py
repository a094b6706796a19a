"""Only `decide` commits changes of people, so that no use case leaves out what a change implies for other items."""

import ast
from collections.abc import Iterator
from pathlib import Path

import vpnbot

PACKAGE = Path(vpnbot.__file__).parent


def commit_calls(path: Path) -> Iterator[int]:
    """Yield the numbers of the lines at which a module calls a method `commit`."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
            yield node.lineno


def test_only_the_decision_loop_commits() -> None:
    found = {str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.py") if any(commit_calls(path))}
    assert found == {"usecases/decide.py", "demo/crash_points.py"}, (
        "the decision loop, and the wrapper that passes the call on"
    )

"""Code and tests that the threat model names exist, and each attacker has what stops it and what remains."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "layers/vpnbot/vpnbot"
TEXT = (ROOT / "docs/threat-model.md").read_text(encoding="utf-8")
_SECTION = TEXT.split("\n## Who could want it\n")[1].split("\n## ")[0]
ATTACKERS = [section.split("\n", maxsplit=1) for section in _SECTION.split("\n### ")[1:]]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for _, section in ATTACKERS
    for line in section.splitlines()
    if line.startswith("| ") and not line.startswith("| attempt")
]
TESTS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)))


@pytest.mark.parametrize(("file", "name"), TESTS, ids=[name for _, name in TESTS])
def test_each_named_test_exists(file: str, name: str) -> None:
    assert name.startswith("test_")
    assert re.search(rf"def {name}\(", (ROOT / file).read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_each_attempt_has_an_answer_and_code_that_exists(row: list[str]) -> None:
    _, answer, code, checked = row
    assert answer
    paths = re.findall(r"`([^`]+)`", code)
    assert paths
    assert [path for path in paths if not (ROOT / path).exists() and not (PACKAGE / path).exists()] == []
    assert checked or all(path.startswith(".github/") for path in paths), "no test is named"


@pytest.mark.parametrize(("attacker", "section"), ATTACKERS, ids=[attacker for attacker, _ in ATTACKERS])
def test_each_attacker_has_attempts_and_what_remains(attacker: str, section: str) -> None:
    assert "\n| attempt |" in section, attacker
    assert "\nRemains: " in section, attacker


def test_all_attackers_and_assets_are_there() -> None:
    assert len(ATTACKERS) == 9
    assert len(TESTS) > 40
    assert "docs/threat-model.md" in (ROOT / "SECURITY.md").read_text(encoding="utf-8")

"""Every decision record has the form of the template, and the index lists it with its title, status and date."""

import re
from pathlib import Path

import pytest

DECISIONS = Path(__file__).parents[2] / "docs/decisions"
RECORDS = sorted(DECISIONS.glob("[0-9]*.md"))
FORM = re.compile(
    r"# (?P<number>\d{4}) (?P<title>.+)\n\n"
    r"- Status: (?P<status>proposed|accepted|superseded by \[\d{4}\]\(\d{4}-[a-z0-9-]+\.md\))\n"
    r"- Date: (?P<date>\d{4}-\d{2}-\d{2})\n\n"
    r"\*\*Decision\.\*\* "
)
ROW = re.compile(r"^\| \[(\d{4})\]\((.+?)\) \| (.+?) \| (.+?) \| (.+?) \| .+ \|$", re.MULTILINE)


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem)
def test_a_record_has_number_title_status_date_and_decision(record: Path) -> None:
    found = FORM.match(record.read_text(encoding="utf-8"))
    assert found, f"{record.name} does not begin as template.md does"
    assert record.name.startswith(f"{found['number']}-")


def test_the_index_lists_exactly_the_records_with_their_title_status_and_date() -> None:
    forms = [(record.name, FORM.match(record.read_text(encoding="utf-8"))) for record in RECORDS]
    expected = [(form["number"], name, form["title"], form["status"], form["date"]) for name, form in forms if form]
    assert ROW.findall((DECISIONS / "README.md").read_text(encoding="utf-8")) == expected


def test_no_number_is_used_twice() -> None:
    numbers = [record.name[:4] for record in RECORDS]
    assert len(numbers) == len(set(numbers))

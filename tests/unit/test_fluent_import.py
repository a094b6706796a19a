"""Fluent is imported without Babel's dates and pytz, and formats dates as with them."""

import json
import subprocess
import sys

import pytest

SCRIPT = """
import json, sys
from datetime import datetime
{before}
from vpnbot.localization.fluent_import import FluentBundle, FluentResource
early = sorted({{"babel.dates", "babel.localtime", "pytz"}} & set(sys.modules))
texts = []
when = datetime(2026, 11, 30, 12, 5)
for language in ("en", "ru"):
    bundle = FluentBundle([language], use_isolating=False)
    bundle.add_resource(FluentResource('''
day = {{ DATETIME($when) }}
time = {{ DATETIME($when, timeStyle: "short") }}
both = {{ DATETIME($when, dateStyle: "long", timeStyle: "medium", timeZone: "Europe/Moscow") }}
'''))
    for message in ("day", "time", "both"):
        texts.append(bundle.format_pattern(bundle.get_message(message).value, {{"when": when}}))
    texts.append(bundle.format_pattern(bundle.get_message("day").value, {{"when": when.date()}}))
import babel.dates, fluent.runtime.types, pytz
print(json.dumps([early, [str(text) for text in texts], babel.dates.__file__, pytz.__file__]))
"""


def dates(before: str) -> tuple[list[str], list[str], list[str]]:
    """Return what was imported early, the texts of dates, and the files of both modules, from a new interpreter."""
    done = subprocess.run(  # noqa: S603 - our own script, by our own interpreter
        [sys.executable, "-W", "error", "-c", SCRIPT.format(before=before)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    early, texts, *files = json.loads(done.stdout)
    return early, texts, files


@pytest.fixture(scope="module")
def usual() -> tuple[list[str], list[str], list[str]]:
    """Dates with what Fluent imports itself."""
    return dates("import fluent.runtime")


def test_neither_is_imported_before_a_date_is_formatted(usual: tuple[list[str], list[str], list[str]]) -> None:
    assert dates("")[0] == []
    assert usual[0] == ["babel.dates", "babel.localtime", "pytz"]


def test_dates_are_the_same(usual: tuple[list[str], list[str], list[str]]) -> None:
    _, texts, files = dates("")
    assert (texts, files) == usual[1:]
    assert "Nov" in texts[0]
    assert "ноя" in texts[4]
    assert "15:05" in texts[6]


@pytest.mark.parametrize("before", ["import babel.dates", "import pytz"])
def test_a_module_that_is_imported_already_is_used(
    before: str, usual: tuple[list[str], list[str], list[str]]
) -> None:
    assert dates(before)[1:] == usual[1:]

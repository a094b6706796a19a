"""Each part of the benchmarks has a place on the page of performance, and the page names its command."""

import re

import pytest

from benchmarks import __main__ as benchmarks
from benchmarks.__main__ import PAGE, PARTS


@pytest.mark.parametrize("name", PARTS)
def test_the_page_has_one_place_for_each_part_and_names_its_command(name: str) -> None:
    page = PAGE.read_text("utf-8")
    mark = PARTS[name].mark
    assert len(re.findall(rf"<!-- {mark} -->\n.*?<!-- end of {mark} -->\n", page, re.DOTALL)) == 1
    assert f"`python -m benchmarks {name}`" in page


def test_tables_without_a_place_are_an_error_and_change_nothing() -> None:
    page = PAGE.read_text("utf-8")
    with pytest.raises(LookupError, match="0 places for `latest nothing`"):
        benchmarks.publish("latest nothing", "a table")
    assert PAGE.read_text("utf-8") == page

"""docs/api.md lists the routes, samples and variables of the template, docs/first-shop.md its parameters."""

import re
from collections import defaultdict
from pathlib import Path

import pytest

from tests.infrastructure.stack import Stack
from tests.infrastructure.test_apis import PUBLIC_ROUTES
from tests.infrastructure.test_sample_events import FUNCTIONS
from tests.infrastructure.transformed_template import ROOT, read_template

LOCAL_ONLY = "Fn::If"
"""Variables of a run on one machine depend on a condition without an alternative."""


def rows(document: Path, head: str) -> list[list[str]]:
    """Return the cells of the table whose first line contains `head`."""
    lines = document.read_text(encoding="utf-8").splitlines()
    (start,) = [number for number, line in enumerate(lines) if line.startswith("|") and head in line]
    found = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        found.append([cell.strip().strip("`") for cell in line.strip("|").split("|")])
    return found


API = ROOT / "docs/api.md"


def test_the_table_of_routes_lists_exactly_those_of_the_template(stack: Stack) -> None:
    (telegram,) = stack.resources("AWS::ApiGatewayV2::Route").values()
    routes = {**PUBLIC_ROUTES, telegram["RouteKey"]["Fn::Sub"]: "TelegramWebhook"}
    assert {route: function for route, function, _ in rows(API, "| route |")} == routes


def test_the_table_of_events_has_the_sample_of_each_function() -> None:
    samples = {
        name: f"events/{properties['CodeUri'].strip('/').rpartition('/')[2]}.json"
        for name, properties in FUNCTIONS.items()
    }
    assert {function: sample for function, _, sample in rows(API, "| called by |")} == samples


def test_the_table_of_variables_lists_exactly_those_of_the_template() -> None:
    shared = read_template()["Globals"]["Function"]["Environment"]["Variables"]
    wanted: dict[str, set[str]] = defaultdict(set)
    for name, value in shared.items():
        if not (isinstance(value, dict) and value.get(LOCAL_ONLY, [""])[0] == "IsLocal"):
            wanted[name] = {"all"}
    for function, properties in FUNCTIONS.items():
        for name in properties.get("Environment", {}).get("Variables", {}):
            if name not in shared:
                wanted[name].add(function)
    assert {name: set(re.split(", ", whose)) for name, _, whose in rows(API, "| variable |")} == wanted


@pytest.mark.parametrize(
    ("document", "head"),
    [("docs/first-shop.md", "| parameter | answer"), ("docs/first-shop.ru.md", "| параметр | ответ")],
)
def test_the_guide_answers_each_parameter_of_the_template_in_its_order(document: str, head: str) -> None:
    assert [row[0] for row in rows(ROOT / document, head)] == list(read_template()["Parameters"])

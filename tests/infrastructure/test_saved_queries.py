"""The saved queries and the graphs of all functions show each one; a query names only fields that lines have."""

import re

import pytest
from samtranslator.yaml_helper import yaml_parse

from local.dashboards import dashboards
from tests.infrastructure.stack import Stack, references
from tests.infrastructure.transformed_template import ROOT

RESOURCES = yaml_parse((ROOT / "monitoring/dashboards.yaml").read_text())["Resources"]
QUERIES = {
    name: resource["Properties"]
    for name, resource in RESOURCES.items()
    if resource["Type"] == "AWS::Logs::QueryDefinition"
}
WORDS = {
    *("fields", "filter", "sort", "limit", "stats", "asc", "desc", "in", "or", "like", "as", "by"),
    *("count", "earliest", "latest", "times", "first", "last", "example"),
}
"""The words of the query language in these queries, and the names that they give to results."""
OF_EVERY_LINE = {"level", "message"}


def documented() -> set[str]:
    """Return every field that docs/logs.md names."""
    return set(re.findall(r"`(\w+)`", (ROOT / "docs/logs.md").read_text("utf-8")))


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_names_only_fields_that_the_logs_have(name: str) -> None:
    text = re.sub(r'"[^"]*"|@\w+', "", QUERIES[name]["QueryString"])
    named = set(re.findall(r"[a-z_]+", text)) - WORDS
    assert named <= documented() | OF_EVERY_LINE


def test_the_queries_that_the_page_lists_are_saved() -> None:
    text = (ROOT / "docs/logs.md").read_text("utf-8").partition("## Saved queries")[2]
    listed = {line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| ")} - {"query"}
    assert {query["Name"]["Fn::Sub"].partition("/")[2] for query in QUERIES.values()} == listed


def test_they_read_the_logs_of_every_function(stack: Stack) -> None:
    (nested,) = [
        one for one in stack.resources("AWS::CloudFormation::Stack").values() if "LogGroups" in one["Parameters"]
    ]
    read = sorted(references(nested["Parameters"]["LogGroups"]))
    assert read == sorted(f"{function}Logs" for function in stack.resources("AWS::Lambda::Function"))


@pytest.mark.parametrize("title", ["Errors of all functions", "Lambda: throttled calls"])
def test_a_graph_of_all_functions_shows_each_that_runs_between_releases(title: str, stack: Stack) -> None:
    of_releases = {"WebhookCheck", "WorkerCheck"}
    (widget,) = [one for one in dashboards()["Technical"] if one.title == title]
    shown = {one.label: one.dimensions["FunctionName"] for one in widget.shown}
    assert shown == {name: name for name in stack.resources("AWS::Lambda::Function").keys() - of_releases}

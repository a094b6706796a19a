"""Metrics are published once, as one line, at the end of an invocation."""

import json
from io import StringIO

import pytest

from vpnbot.aws.observability import Observer
from vpnbot.domain.money import Money
from vpnbot.usecases.ports import Metric


def test_two_observers_in_one_process_publish_only_their_own_metrics(capsys: pytest.CaptureFixture[str]) -> None:
    one, other = Observer(), Observer()
    one.count(Metric.TRIALS)
    other.count(Metric.CLOCK_LAG, 12.5)
    other.end()
    assert '"ClockLag":[12.5]' in (written := capsys.readouterr().out)
    assert '"Unit":"Seconds"' in written
    assert "Trials" not in written
    one.end()
    one.end()
    assert capsys.readouterr().out.count('"Trials":[1.0]') == 1


def test_a_bug_is_also_counted_for_the_version_that_has_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "vpnbot-production-DueWorker-1A2B")
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_VERSION", "7")
    observer = Observer()
    observer.count(Metric.BUGS)
    observer.count(Metric.RETRIED)
    (line,) = [json.loads(text) for text in capsys.readouterr().out.splitlines() if "BugsOfVersion" in text]
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "vpnbot"
    assert [sorted(dimensions) for dimensions in directive["Dimensions"]] == [["function", "version"]]
    assert (line["function"], line["version"]) == ("vpnbot-production-DueWorker-1A2B", "7")
    assert line["BugsOfVersion"] == [1.0]


@pytest.mark.parametrize("version", [None, "$LATEST"])
def test_a_version_that_is_not_published_has_no_metric_of_its_own(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, version: str | None
) -> None:
    monkeypatch.delenv("AWS_LAMBDA_FUNCTION_VERSION", raising=False)
    if version:
        monkeypatch.setenv("AWS_LAMBDA_FUNCTION_VERSION", version)
    Observer().count(Metric.BUGS)
    assert "BugsOfVersion" not in capsys.readouterr().out


def test_what_no_alarm_and_no_dashboard_uses_is_only_in_the_line_of_the_activity(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    observer = Observer()
    (handler,) = observer._log.handlers
    monkeypatch.setattr(handler, "stream", log := StringIO())
    observer.begin("update", "update:7")
    observer.count(Metric.DUPLICATES)
    observer.count(Metric.DUPLICATES)
    observer.end()
    assert capsys.readouterr().out == ""
    line = json.loads(log.getvalue())
    assert (line["kind"], line["correlation_id"], line["counts"]) == ("update", "update:7", {"Duplicates": 2})


def test_revenue_is_published_by_stack_and_currency(capsys: pytest.CaptureFixture[str]) -> None:
    Observer().revenue(Money(19900, "RUB"))
    published = json.loads(capsys.readouterr().out)
    assert sorted(published["_aws"]["CloudWatchMetrics"][0]["Dimensions"][0]) == ["currency", "service"]
    assert (published["Revenue"], published["currency"]) == ([199.0], "RUB")

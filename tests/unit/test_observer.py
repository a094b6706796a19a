"""Metrics are published once, as one line, at the end of an invocation."""

import json

import pytest

from vpnbot.aws.observability import Observer
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

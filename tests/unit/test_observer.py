"""Metrics are published once, as one line, at the end of an invocation."""

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

"""Health checks behind the circuit breaker: they open and close it; during its pause they repeat what is known."""

from datetime import timedelta

import pytest

from tests.functional.usecases.guarded_panels import (
    NL,
    GuardedPanels,
)
from vpnbot.domain.servers.panel_errors import PanelNotCalled, PanelTrouble
from vpnbot.domain.servers.server import Health


def test_a_refusal_in_the_health_check_opens_the_breaker_and_a_stopped_core_does_not(guard: GuardedPanels) -> None:
    guard.plan.health = Health(True, False, trouble=PanelTrouble.CORE_STOPPED)
    guard.panel.health()
    assert guard.servers.breakers == {}
    guard.plan.health = Health(True, True, trouble=PanelTrouble.NO_SCOPE)
    guard.panel.health()
    assert guard.servers.breakers["nl"].refuses


@pytest.mark.parametrize("answers", [True, False])
def test_a_health_check_without_breaker_closes_the_breaker_only_if_the_panel_answers(
    guard: GuardedPanels, answers: bool
) -> None:
    guard.fail()
    guard.plan.error.clear()
    opened, calls = dict(guard.servers.breakers), guard.plan.calls
    guard.plan.health = Health(panel_answers=answers, server_runs=answers)
    assert guard.panels.without_breaker(NL).health() == guard.plan.health
    assert guard.plan.calls == calls + 1, "the call is made during the pause"
    assert guard.servers.breakers == ({} if answers else opened)


@pytest.mark.parametrize("pauses", [True, False])
def test_a_health_check_that_sent_no_request_does_not_change_the_breaker(guard: GuardedPanels, pauses: bool) -> None:
    guard.plan.error["nl"] = PanelNotCalled(PanelTrouble.TOKEN_UNREADABLE)
    health = (guard.panels.of(NL) if pauses else guard.panels.without_breaker(NL)).health()
    assert (health.panel_answers, health.server_runs, health.problem) == (True, True, PanelTrouble.TOKEN_UNREADABLE)
    assert guard.servers.breakers == {}


def test_during_the_pause_the_last_trouble_is_reported(guard: GuardedPanels) -> None:
    guard.plan.health = Health(False, False, trouble=PanelTrouble.BROKEN_ANSWER, detail="HTTP 502")
    guard.panel.health()
    health = guard.panel.health()
    assert (health.trouble, health.detail) == (PanelTrouble.BROKEN_ANSWER, "HTTP 502")
    with pytest.raises(PanelNotCalled) as pause:
        guard.apply()
    assert (pause.value.trouble, pause.value.detail) == (PanelTrouble.BROKEN_ANSWER, "HTTP 502")


@pytest.mark.parametrize(
    ("health", "may_run"),
    [
        (Health(True, True, trouble=PanelTrouble.WRONG_TOKEN), True),
        (Health(True, False, trouble=PanelTrouble.NO_INBOUND), False),
        (Health(False, False, trouble=PanelTrouble.WEB_PAGE), False),
    ],
    ids=["the token is refused", "the inbound is gone", "another program answers"],
)
def test_the_pause_changes_nothing_about_whether_the_server_may_run(
    guard: GuardedPanels, health: Health, may_run: bool
) -> None:
    guard.plan.health = health
    assert guard.panel.health() == health
    during_pause = guard.panel.health()
    assert (during_pause.panel_answers, during_pause.server_runs) == (may_run, may_run)
    assert during_pause.problem is health.trouble


def test_a_health_check_opens_and_closes_the_breaker_as_any_other_call(guard: GuardedPanels) -> None:
    guard.plan.health = Health(panel_answers=False, server_runs=False)
    assert guard.panel.health() == guard.plan.health
    calls = guard.plan.calls
    during_pause = guard.panel.health()
    assert (during_pause.panel_answers, during_pause.problem) == (False, PanelTrouble.TIMED_OUT)
    assert guard.plan.calls == calls
    guard.clock.advance(timedelta(seconds=10))
    guard.plan.health = Health(panel_answers=True, server_runs=True)
    assert guard.panel.health().healthy
    assert guard.servers.breakers == {}

"""The circuit breaker: it probes a panel that does not answer from time to time; all other calls fail at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.functional.usecases.guarded_panels import ACCESS, CREDENTIALS, DE, DOWN, NAME, NL, GuardedPanels, refuse
from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.scheduling import Due
from vpnbot.domain.servers.panel_errors import PanelNotCalled, PanelRejected, PanelTrouble, PanelUnavailable
from vpnbot.domain.servers.reconciliation import ReconciliationRun
from vpnbot.domain.servers.server import Usage
from vpnbot.errors import Misconfigured
from vpnbot.usecases.ports import Metric, Panel


def test_calls_pass_while_the_panel_answers(guard: GuardedPanels) -> None:
    assert guard.apply() == NL.endpoint
    assert guard.panel.usage(NAME) == Usage(7)
    assert guard.servers.breakers == {}


def test_after_one_failure_no_process_calls_the_panel_during_the_pause(guard: GuardedPanels) -> None:
    guard.fail()
    for _ in range(100):
        with pytest.raises(PanelNotCalled) as not_called:
            guard.process().of(NL).apply(CREDENTIALS, ACCESS)
    assert guard.plan.calls == 1
    assert not_called.value.after == timedelta(seconds=10)
    assert str(DOWN) in str(not_called.value)
    assert guard.meter.counts[Metric.PANEL_FAILURES] == 1


def test_panels_of_other_servers_are_still_called(guard: GuardedPanels) -> None:
    guard.fail()
    assert guard.apply(DE) == DE.endpoint


def test_after_the_pause_one_process_probes_and_the_others_do_not_call(guard: GuardedPanels) -> None:
    guard.fail()
    guard.clock.advance(timedelta(seconds=10))
    opened = guard.servers.breakers["nl"]
    errors_of_another: list[Exception] = []

    def call_meanwhile() -> None:
        with pytest.raises(PanelNotCalled) as not_called:
            guard.process().of(NL).usage(NAME)
        errors_of_another.append(not_called.value)

    guard.plan.during_apply = call_meanwhile
    guard.plan.error.clear()
    assert guard.apply() == NL.endpoint
    assert len(errors_of_another) == 1
    assert opened is not None
    assert guard.servers.breakers == {}
    assert guard.meter.counts[Metric.PANEL_PROBES] == 1


def test_a_process_with_a_stale_breaker_calls_a_panel_that_answers_again(guard: GuardedPanels) -> None:
    """A process may have a cached open breaker for half a minute after another process has closed it."""
    guard.fail()
    stale = guard.servers.breakers.pop("nl")
    reads = iter([stale])
    guard.servers.breaker = lambda server_id: next(reads, None)  # type: ignore[method-assign]  # stale first
    guard.clock.advance(timedelta(seconds=10))
    guard.plan.error.clear()
    assert guard.apply() == NL.endpoint


def test_each_failed_probe_doubles_the_pause(guard: GuardedPanels) -> None:
    pauses = []
    for _ in range(4):
        guard.fail()
        pauses.append(guard.servers.breakers["nl"].probe_at - guard.clock())
        guard.clock.advance(pauses[-1])
    assert pauses == [timedelta(seconds=seconds) for seconds in (10, 20, 40, 80)]


def test_another_process_probes_after_one_that_crashed_during_its_probe(guard: GuardedPanels) -> None:
    guard.fail()
    guard.clock.advance(timedelta(seconds=10))
    breaker = guard.servers.breakers["nl"]
    guard.servers.breakers["nl"] = breaker.probed(guard.clock())
    guard.plan.error.clear()
    with pytest.raises(PanelNotCalled):
        guard.apply()
    guard.clock.advance(timedelta(seconds=30))
    assert guard.apply() == NL.endpoint


def test_a_panel_that_refuses_every_call_opens_the_breaker_and_takes_no_new_keys(guard: GuardedPanels) -> None:
    guard.plan.error["nl"] = PanelRejected(PanelTrouble.WRONG_TOKEN)
    with pytest.raises(PanelRejected):
        guard.panel.clients()
    assert guard.servers.breakers["nl"].refuses
    (nl,) = [listing for listing in guard.servers.listings() if listing.server.id == "nl"]
    assert nl.has_capacity
    assert nl.refuses
    with pytest.raises(PanelNotCalled):
        guard.apply()


def test_a_panel_that_refuses_one_client_is_still_called(guard: GuardedPanels) -> None:
    for _ in range(10):
        refuse(guard, "v_1")
    refuse(guard, "v_2")
    assert not guard.servers.breakers["nl"].open
    assert all(not listing.refuses and not listing.failing for listing in guard.servers.listings())
    assert guard.meter.counts[Metric.PANEL_FAILURES] == 0
    guard.apply()
    assert guard.servers.breakers == {}


def test_a_panel_that_refuses_one_client_after_the_other_opens_the_breaker(guard: GuardedPanels) -> None:
    refuse(guard, "v_1")
    refuse(guard, "v_2")
    guard.panel.clients()
    refuse(guard, "v_3")
    assert guard.servers.breakers["nl"].refuses, "that it can be read does not show that it changes clients"
    guard.clock.advance(timedelta(seconds=10))
    guard.panel.clients()
    assert guard.servers.breakers["nl"].open
    guard.clock.advance(timedelta(seconds=30))
    guard.apply()
    assert guard.servers.breakers == {}


def test_clients_that_a_panel_does_not_remove_do_not_open_the_breaker(guard: GuardedPanels) -> None:
    guard.plan.error["nl"] = PanelRejected(PanelTrouble.REFUSED, "database is locked")
    for name in ("v_1", "v_2", "v_3", "v_4"):
        with pytest.raises(PanelRejected):
            guard.panel.remove(name)
    assert guard.servers.breakers == {}


def test_a_panel_that_answers_again_but_refuses_one_client_closes_the_breaker(guard: GuardedPanels) -> None:
    guard.fail()
    guard.clock.advance(timedelta(seconds=10))
    refuse(guard, "v_1")
    assert not guard.servers.breakers["nl"].open


def test_a_breaker_that_opens_makes_the_reconciliation_run_due_once(guard: GuardedPanels) -> None:
    later = guard.clock() + timedelta(minutes=20)
    guard.servers.put_run(ReconciliationRun("nl", guard.clock(), due=Due(later)))
    guard.fail()
    found = guard.servers.reconciliation_run("nl")
    assert found is not None
    assert found.due == Due(guard.clock())
    guard.servers.put_run(ReconciliationRun("nl", guard.clock(), due=Due(later)))
    guard.clock.advance(timedelta(seconds=10))
    guard.fail()
    found = guard.servers.reconciliation_run("nl")
    assert found is not None
    assert found.due == Due(later)


def test_a_breaker_that_closes_makes_the_reconciliation_run_due(guard: GuardedPanels) -> None:
    run = ReconciliationRun("nl", guard.clock(), due=Due(guard.clock() + timedelta(minutes=20)))
    guard.fail()
    guard.servers.put_run(run)
    guard.clock.advance(timedelta(seconds=10))
    guard.plan.error.clear()
    guard.apply()
    found = guard.servers.reconciliation_run("nl")
    assert found is not None
    assert found.due == Due(guard.clock())


def test_a_wrong_setting_leaves_the_breaker_as_it_is(guard: GuardedPanels) -> None:
    guard.fail()
    guard.clock.advance(timedelta(seconds=10))
    guard.plan.error["nl"] = Misconfigured("nl", "no token")
    with pytest.raises(Misconfigured):
        guard.apply()
    assert guard.servers.breakers["nl"].failures == 1


def test_an_error_before_the_request_does_not_open_the_breaker(guard: GuardedPanels) -> None:
    guard.plan.error["nl"] = PanelNotCalled(PanelTrouble.TOKEN_UNREADABLE)
    for _ in range(2):
        with pytest.raises(PanelNotCalled, match="token"):
            guard.apply()
    assert guard.servers.breakers == {}
    assert guard.plan.calls == 2
    assert guard.meter.counts[Metric.PANEL_FAILURES] == 0


@pytest.mark.parametrize(
    "call",
    [
        lambda panel: panel.apply(CREDENTIALS, replace(ACCESS, wanted=Wanted.DISABLED)),
        lambda panel: panel.remove(NAME),
        lambda panel: panel.usage(NAME),
        lambda panel: panel.client(NAME),
        lambda panel: panel.clients(),
        lambda panel: panel.inbounds(),
        lambda panel: panel.endpoint(1),
    ],
    ids=["apply", "remove", "usage", "client", "clients", "inbounds", "endpoint"],
)
def test_every_kind_of_call_opens_the_breaker_and_is_then_not_made(
    guard: GuardedPanels, call: Callable[[Panel], object]
) -> None:
    guard.plan.error["nl"] = DOWN
    with pytest.raises(PanelUnavailable):
        call(guard.panel)
    with pytest.raises(PanelNotCalled):
        call(guard.panel)
    assert guard.plan.calls == 1


def test_a_call_without_breaker_is_made_during_it_and_an_answer_closes_the_breaker(guard: GuardedPanels) -> None:
    guard.fail()
    guard.plan.error.clear()
    assert guard.panels.without_breaker(NL).inbounds() == ()
    assert guard.servers.breakers == {}
    assert guard.meter.counts[Metric.PANEL_PROBES] == 0


def test_a_failed_call_without_breaker_does_not_change_the_breaker(guard: GuardedPanels) -> None:
    guard.plan.error["nl"] = DOWN
    for _ in range(2):
        with pytest.raises(PanelUnavailable) as failure:
            guard.panels.without_breaker(NL).endpoint(1)
        assert failure.value is DOWN
    assert guard.servers.breakers == {}
    assert guard.meter.counts[Metric.PANEL_FAILURES] == 0
    guard.fail()
    opened = dict(guard.servers.breakers)
    with pytest.raises(PanelUnavailable):
        guard.panels.without_breaker(NL).inbounds()
    assert guard.servers.breakers == opened

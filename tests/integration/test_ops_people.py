"""The operator pauses a person and lets them on, by their Telegram id."""

from collections.abc import Iterator

import pytest

from ops.deployment import Target
from ops.people import container_of
from ops.people import opened as person_opened
from tests.integration.operator_command_line import OperatorCommandLine, opened
from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.subscription import Status
from vpnbot.settings import Stage
from vpnbot.usecases.people.ensure_user import ensure_user
from vpnbot.usecases.subscriptions.start_trial import start_trial

ANNA = 100200300
DEMO = Target(Stage.DEMO, "vpnbot-demo")


@pytest.fixture
def operator(monkeypatch: pytest.MonkeyPatch) -> Iterator[OperatorCommandLine]:
    """A deployed bot, and Anna on her trial."""
    with opened(monkeypatch) as operator:
        operator.runs("configure")
        operator.deploy()
        container = container_of(DEMO)
        session = container.people.open(container.fleet.ring().person_id(ANNA))
        ensure_user(session, container.context, "update:4242:1", ANNA, "en", None)
        start_trial(session, container.fleet, container.context, container.settings.trial, "update:4242:2")
        yield operator


def anna() -> Person:
    return person_opened(container_of(DEMO), ANNA).person


def test_a_person_is_paused_and_let_on(operator: OperatorCommandLine) -> None:
    ends_in = anna().subscription
    assert ends_in.status is Status.TRIAL
    result = operator.runs("suspend", str(ANNA))
    assert result.exit_code == 0, result.output
    assert anna().subscription.status is Status.SUSPENDED
    assert {access.wanted for access in anna().accesses} == {Wanted.DISABLED}
    assert "suspended and banned" in result.output
    result = operator.runs("resume", str(ANNA))
    assert result.exit_code == 0, result.output
    assert anna().subscription.status is Status.TRIAL
    assert not anna().user.banned
    assert "banned" not in result.output


def test_the_history_says_who_did_it(operator: OperatorCommandLine) -> None:
    operator.runs("suspend", str(ANNA))
    *_, last = container_of(DEMO).people.history(anna().id)
    assert (last["what"], last["actor"]) == ("suspended", "operator")
    assert str(last["cause"]).startswith("operator:suspend:")


def test_a_stranger_is_not_made_by_a_slip_of_the_pen(operator: OperatorCommandLine) -> None:
    result = operator.runs("suspend", "999")
    assert result.exit_code == 2
    assert "no customer has the Telegram id 999" in result.stderr
    container = container_of(DEMO)
    assert not container.people.open(container.fleet.ring().person_id(999)).person.user.version


def test_secrets_of_the_operators_shell_are_not_mistaken_for_the_deployments(
    operator: OperatorCommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEY_SECRET", "{}")
    assert operator.runs("suspend", str(ANNA)).exit_code == 0

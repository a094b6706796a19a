"""`python -m ops suspend` and `resume`: an operator suspends and resumes a person by Telegram id."""

from collections.abc import Iterator

import pytest

from ops.people import container_of
from ops.people import opened as person_opened
from tests.integration.customers import ANNA, DEMO, starts_trial
from tests.integration.operator_command_line import OperatorCommandLine, open_command_line
from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.subscription import Status


@pytest.fixture
def operator(monkeypatch: pytest.MonkeyPatch) -> Iterator[OperatorCommandLine]:
    """A deployed bot, and one customer on trial."""
    with open_command_line(monkeypatch) as operator:
        operator.run("configure")
        operator.deploy()
        starts_trial()
        yield operator


def anna() -> Person:
    return person_opened(container_of(DEMO), ANNA).person


def test_a_person_is_suspended_and_resumed(operator: OperatorCommandLine) -> None:
    assert anna().subscription.status is Status.TRIAL
    result = operator.run("suspend", str(ANNA))
    assert result.exit_code == 0, result.output
    assert anna().subscription.status is Status.SUSPENDED
    assert {access.wanted for access in anna().accesses} == {Wanted.DISABLED}
    assert "suspended and banned" in result.output
    result = operator.run("resume", str(ANNA))
    assert result.exit_code == 0, result.output
    assert anna().subscription.status is Status.TRIAL
    assert not anna().user.banned
    assert "banned" not in result.output


def test_the_history_names_the_operator(operator: OperatorCommandLine) -> None:
    operator.run("suspend", str(ANNA))
    *_, last = container_of(DEMO).people.history(anna().id)
    assert (last["what"], last["actor"]) == ("suspended", "operator")
    assert str(last["cause"]).startswith("operator:suspend:")


def test_a_wrong_telegram_id_creates_no_person(operator: OperatorCommandLine) -> None:
    result = operator.run("suspend", "999")
    assert result.exit_code == 2
    assert "no customer has the Telegram id 999" in result.stderr
    container = container_of(DEMO)
    assert not container.people.open(container.fleet.ring().person_id(999)).person.user.version


def test_the_key_secret_of_the_operators_shell_is_not_used(
    operator: OperatorCommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEY_SECRET", "{}")
    assert operator.run("suspend", str(ANNA)).exit_code == 0

"""Doctor asks each payment provider, and reports open circuit breakers and lost notifications."""

from datetime import UTC, datetime

import pytest

from tests.integration.operator_command_line import OperatorCommandLine
from vpnbot.domain.payments.provider_breaker import FAILURES_TO_OPEN, tripped
from vpnbot.storage.payments.breakers import StoredProviderBreakers
from vpnbot.storage.plans.shop_settings import StoredShopSettings
from vpnbot.storage.table import bind


def test_payment_providers_are_checked_and_what_they_say_is_kept(
    operator: OperatorCommandLine, outputs: dict[str, str]
) -> None:
    assert outputs
    shown = operator.run("doctor").output
    assert "✔ stars: account 4242 answers" in shown
    assert "/payments/demo takes notifications" in shown
    assert "stars: account 4242, checked" in operator.run("shop", "settings").output


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        (False, ("! stars: its circuit breaker is open since", "it does not make payments", "it is tried again at")),
        (
            True,
            ("✘ stars: its circuit breaker is open since", "it refuses our credentials", "--stage demo configure"),
        ),
    ],
)
def test_an_open_breaker_of_a_provider_is_reported_and_does_not_keep_the_check_from_asking(
    operator: OperatorCommandLine, outputs: dict[str, str], *, refused: bool, words: tuple[str, ...]
) -> None:
    bind(outputs["TableName"])
    now, known = datetime.now(UTC), None
    for _ in range(1 if refused else FAILURES_TO_OPEN):
        known = tripped(known, now, refused=refused)
    assert StoredProviderBreakers(StoredShopSettings()).save("stars", None, known)
    shown = operator.run("doctor").output
    for part in (*words, "✔ stars: account 4242 answers"):
        assert part in shown, part
    assert StoredProviderBreakers(StoredShopSettings()).read("stars") is not None


def test_an_address_that_takes_no_notifications_is_reported(
    operator: OperatorCommandLine, outputs: dict[str, str]
) -> None:
    assert outputs
    operator.telegram.payments_status = 404
    result = operator.run("doctor")
    assert result.exit_code == 1
    assert "/payments/demo does not take notifications (404)" in result.output

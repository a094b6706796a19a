"""What `doctor` says about the account at a payment provider."""

import pytest

from ops.findings import Finding
from ops.findings import Verdict as Mark
from ops.payment_findings import account_findings, notice_findings
from tests.fakes.clock import Clock
from tests.fakes.faults import Faults
from tests.fakes.provider import FakeProvider
from vpnbot.domain.payments.notices import Notices
from vpnbot.domain.payments.shop_settings import Receipts, ShopSettings
from vpnbot.settings import Stage
from vpnbot.usecases.ports.payments import Abilities, Verdict

OFFERED = ShopSettings(providers=("yookassa",), receipts=Receipts.EMAIL)

NOT_OFFERED = ShopSettings(receipts=Receipts.EMAIL)


@pytest.mark.parametrize(
    ("verdict", "stage", "settings", "marks"),
    [
        (Verdict("1", test=False, fiscal=True, enabled=True), Stage.PRODUCTION, OFFERED, [Mark.OK]),
        (Verdict("1", test=True, fiscal=True, enabled=True), Stage.PRODUCTION, OFFERED, [Mark.FAILURE]),
        (
            Verdict("1", test=True, fiscal=True),
            Stage.PRODUCTION,
            ShopSettings(receipts=Receipts.EMAIL),
            [Mark.WARNING],
        ),
        (Verdict("1", test=False, fiscal=True), Stage.STAGING, OFFERED, [Mark.WARNING]),
        (Verdict("1", test=True, fiscal=True), Stage.DEMO, OFFERED, [Mark.OK]),
        (Verdict("1", test=False, enabled=False), Stage.PRODUCTION, OFFERED, [Mark.FAILURE]),
        (
            Verdict("1", test=False, fiscal=True, enabled=True),
            Stage.PRODUCTION,
            ShopSettings(providers=("yookassa",)),
            [Mark.OK, Mark.WARNING],
        ),
        (Verdict("1", test=False, fiscal=False), Stage.PRODUCTION, OFFERED, [Mark.OK, Mark.WARNING]),
        (Verdict("1"), Stage.PRODUCTION, OFFERED, [Mark.OK]),
    ],
)
def test_test_or_live_is_compared_with_the_stage_and_receipts_with_the_settings(
    verdict: Verdict, stage: Stage, settings: ShopSettings, marks: list[Mark]
) -> None:
    assert [finding.verdict for finding in account_findings("yookassa", verdict, stage, settings)] == marks


def findings(notices: Notices, *, notifies: bool = True) -> list[Finding]:
    """Return what `doctor` says about the notifications of a provider."""
    provider = FakeProvider(Clock(), Faults(), "yookassa", abilities=Abilities(notifies=notifies))
    return list(notice_findings(provider, notices, "https://bot.example"))


def test_five_payments_without_a_notification_are_a_finding_with_the_address_to_enter() -> None:
    (finding,) = findings(Notices(5, 2))
    assert finding.verdict is Mark.FAILURE
    assert "the last 5 payments" in finding.what
    assert "https://bot.example/payments/yookassa" in finding.what_to_do
    assert findings(Notices(4, 2)) == []
    assert findings(Notices(9), notifies=False) == []

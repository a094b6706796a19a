"""The control panel orders every fault of YooKassa and Crypto Pay; what is bought meanwhile counts once."""

from datetime import timedelta

import pytest

from local.control_panel.provider_faults import fault_names
from local.journey.buying import CARD, CRYPTO, Books, Buyer, buyer_on_trial
from local.journey.harness import Harness
from local.journey.transcript import Transcript
from local.telegram.person import Person
from tests.e2e.running_demo import Ask, RunningDemo, play
from vpnbot.domain.orders.provider_names import CRYPTO_PAY, YOOKASSA

FORGED = [name for name in fault_names(YOOKASSA) if name.startswith("forged_")]
AT_ONCE = {
    YOOKASSA: (*FORGED, "cabinet_refund", "cabinet_refund_part", "cabinet_refund_untold", "method_vanishes"),
    CRYPTO_PAY: ("other_amount", "other_currency", "paid_when_over"),
}


async def buyer(demo: RunningDemo) -> Buyer:
    """Return a new person on trial."""
    return await buyer_on_trial(Harness(demo.system, Transcript(lambda _: None)), "Nora")


@pytest.mark.parametrize("provider", AT_ONCE)
def test_every_fault_that_waits_can_be_ordered_and_removed(demo: RunningDemo, provider: str) -> None:
    async def scenario(ask: Ask, _: Person) -> None:
        waiting = [name for name in fault_names(provider) if name not in AT_ONCE[provider]]
        for name in waiting:
            answer = await ask("POST", "faults/payments", {"provider": provider, "fault": name, "times": 2})
            assert answer["providers"][provider][name] == 2
        assert (await ask("GET", "state"))["providers"][provider] == dict.fromkeys(waiting, 2)
        assert (await ask("POST", "faults/clear", {"only": "payments"}))["providers"] == {
            YOOKASSA: {},
            CRYPTO_PAY: {},
        }

    play(demo, scenario)


def test_no_forged_notification_has_an_effect(demo: RunningDemo) -> None:
    async def scenario(ask: Ask, _: Person) -> None:
        first, second = await buyer(demo), await buyer(demo)
        await first.orders(CARD)
        await second.orders(CARD)
        for name in FORGED:
            await ask("POST", "faults/payments", {"provider": YOOKASSA, "fault": name})
        await demo.system.settle()
        for person in (first, second):
            assert Books.of(person).credited == []

    play(demo, scenario)


def test_refunds_in_the_cabinet_are_noticed_also_without_a_notification(demo: RunningDemo) -> None:
    async def scenario(ask: Ask, _: Person) -> None:
        person = await buyer(demo)
        await person.buys(CARD)
        await ask("POST", "faults/payments", {"provider": YOOKASSA, "fault": "cabinet_refund_part"})
        await demo.system.settle()
        assert Books.of(person).money_left == {"RUB": 14950}
        await ask("POST", "faults/payments", {"provider": YOOKASSA, "fault": "cabinet_refund_untold"})
        await demo.system.settle()
        assert Books.of(person).money_left == {"RUB": 14950}
        await demo.system.advance(timedelta(days=2))
        assert Books.of(person).money_left == {}

    play(demo, scenario)


def test_a_late_notification_is_sent_while_time_passes(demo: RunningDemo) -> None:
    async def scenario(ask: Ask, _: Person) -> None:
        person, notifier = await buyer(demo), demo.system.providers.yookassa.notifier
        link = await person.orders(CARD)
        late = {"provider": YOOKASSA, "fault": "notification_late", "value": 30, "on": "payment.succeeded"}
        await ask("POST", "faults/payments", late)
        await person.pays(CARD, link)
        sent = len(notifier.delivered)
        assert (notifier.waiting, Books.of(person).credited) == (1, [])
        await demo.system.advance(timedelta(minutes=1))
        assert (notifier.waiting, len(notifier.delivered) - sent) == (0, 1)
        assert len(Books.of(person).credited) == 1

    play(demo, scenario)


def test_an_invoice_of_crypto_pay_that_is_paid_when_it_is_over_counts(demo: RunningDemo) -> None:
    async def scenario(ask: Ask, _: Person) -> None:
        person = await buyer(demo)
        await person.orders(CRYPTO)
        await demo.system.advance(timedelta(hours=2))
        await ask("POST", "faults/payments", {"provider": CRYPTO_PAY, "fault": "paid_when_over"})
        await demo.system.advance(timedelta(hours=2))
        assert len(Books.of(person).credited) == 1

    play(demo, scenario)

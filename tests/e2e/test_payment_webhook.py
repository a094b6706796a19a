"""The payment webhook in the real runtime, behind the gateway, with the fake Crypto Pay."""

from aiohttp import ClientSession

from local.crypto_pay.faults import NotificationFault
from local.telegram.person import Person
from tests.e2e.running_demo import Ask, RunningDemo, play

PAYLOAD = f"{'ab' * 16}.01JDRS2S00ABCDEFGHJKMNPQRS"
INVOICE = {"currency_type": "fiat", "fiat": "RUB", "amount": "299.00", "payload": PAYLOAD, "expires_in": 3600}


def test_notifications_of_an_order_that_does_not_exist_are_accepted_and_not_sent_again(demo: RunningDemo) -> None:
    async def scenario(_: Ask, person: Person) -> None:
        crypto_pay = demo.system.providers.crypto_pay
        answered = len(crypto_pay.notifications.answers)  # the system is shared with other tests
        for fault in (None, NotificationFault.TWICE, NotificationFault.WRONG_SIGNATURE):
            if fault is not None:
                crypto_pay.faults.add(fault)
            await crypto_pay.pay(crypto_pay.invoices.create(INVOICE).id)
        assert crypto_pay.notifications.answers[answered:] == [200] * 4
        assert crypto_pay.notifications.waiting == []

    play(demo, scenario)


def test_what_is_no_notification_is_answered_as_the_gateway_would(demo: RunningDemo) -> None:
    async def scenario(_: Ask, person: Person) -> None:
        async with ClientSession(demo.system.base) as session:
            for path, body, status in (
                ("/payments/unknown", b"{}", 404),
                ("/payments/crypto_pay", b"{}", 200),
                ("/payments/crypto_pay", b"x" * 70_000, 413),
                ("/payments/demo/01JDRS2S00ABCDEFGHJKMNPQRS?t=wrong", b"action=pay", 404),
            ):
                async with session.post(path, data=body) as response:
                    assert response.status == status, path

    play(demo, scenario)

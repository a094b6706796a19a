"""The notifications of Crypto Pay: their signature is checked on the body as received; a valid one is a hint."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest

from local.crypto_pay.faults import NotificationFault
from local.crypto_pay.notifications import ATTEMPTS
from tests.integration.providers.crypto_pay_app import (
    ORDER_ID,
    PERSON,
    START,
    TOKEN,
    CryptoPayApp,
    order_of,
    running_app,
    signed,
)
from vpnbot.usecases.ports.payments import Forged, NoHint, NotificationRequest, PaymentHint

UPDATE = {
    "update_id": 1,
    "update_type": "invoice_paid",
    "request_date": "2026-11-28T12:00:00.000Z",
    "payload": {"invoice_id": 1001, "status": "paid", "payload": f"{PERSON}.{ORDER_ID}"},
}
BODY = json.dumps(UPDATE).encode()


@pytest.fixture
def app() -> Iterator[CryptoPayApp]:
    """A running fake with the adapter."""
    with running_app() as running:
        yield running


class Webhook:
    """Collects notifications, and answers with a status."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.received: list[NotificationRequest] = []

    async def post(self, body: bytes, headers: Mapping[str, str]) -> int:
        self.received.append(NotificationRequest(body, {name.lower(): value for name, value in headers.items()}))
        return self.statuses.pop(0) if self.statuses else 200


def deliver(app: CryptoPayApp, webhook: Webhook) -> None:
    """Send the notifications that are due to a webhook."""
    asyncio.run(app.fake.notifications.deliver(webhook.post))


class TestASignature:
    """Only the exact body with the signature of the stored token is a notification."""

    def test_a_signed_notification_is_a_hint_about_its_invoice(self, app: CryptoPayApp) -> None:
        assert app.provider.hint(signed(BODY)) == PaymentHint("1001", ORDER_ID, PERSON)

    def test_the_notification_of_a_paid_invoice_is_one(self, app: CryptoPayApp) -> None:
        begun = app.provider.begin(order_of())
        app.pay(begun.payment_id)
        webhook = Webhook()
        deliver(app, webhook)
        (request,) = webhook.received
        assert app.provider.hint(request) == PaymentHint(begun.payment_id, ORDER_ID, PERSON)

    @pytest.mark.parametrize(
        "request_",
        [
            NotificationRequest(BODY),
            NotificationRequest(BODY, {"crypto-pay-api-signature": ""}),
            NotificationRequest(BODY, {"crypto-pay-api-signature": "0" * 64}),
            NotificationRequest(BODY, {"crypto-pay-api-signature": "é" * 64}),
            signed(BODY, "4242:another"),
            NotificationRequest(BODY + b" ", signed(BODY).headers),
            NotificationRequest(json.dumps(UPDATE, indent=1).encode(), signed(BODY).headers),
            NotificationRequest(b"", signed(BODY).headers),
        ],
    )
    def test_anything_else_is_forged(self, app: CryptoPayApp, request_: NotificationRequest) -> None:
        assert isinstance(app.provider.hint(request_), Forged)

    def test_the_signature_of_a_token_that_was_replaced_is_forged_and_the_new_one_is_read(
        self, app: CryptoPayApp
    ) -> None:
        app.tokens[:] = ["4242:old", TOKEN]
        assert isinstance(app.provider.hint(signed(BODY)), PaymentHint)
        assert isinstance(app.provider.hint(signed(BODY, "4242:older")), Forged)

    def test_no_call_is_made_for_a_notification(self, app: CryptoPayApp) -> None:
        app.provider.hint(signed(BODY))
        assert app.fake.calls == []


class TestAContent:
    """A signed body may still be malformed, or about something that we do not use."""

    def test_another_kind_of_update_has_no_effect(self, app: CryptoPayApp) -> None:
        assert app.provider.hint(signed(b'{"update_type": "check_activated"}')) == NoHint()

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"[]",
            b"{",
            b"\xff",
            b"[" * 100_000,
            b'{"update_type": "invoice_paid"}',
            b'{"update_type": "invoice_paid", "payload": {}}',
            b'{"update_type": "invoice_paid", "payload": {"invoice_id": "../1"}}',
            b'{"update_type": "invoice_paid", "payload": {"invoice_id": true}}',
        ],
    )
    def test_a_malformed_one_is_forged(self, app: CryptoPayApp, content: bytes) -> None:
        assert isinstance(app.provider.hint(signed(content)), Forged)

    @pytest.mark.parametrize("payload", [None, "", "order 5", f"{PERSON}.{ORDER_ID}x", f"{PERSON[1:]}.{ORDER_ID}", 5])
    def test_an_invoice_of_another_program_names_no_order(self, app: CryptoPayApp, payload: object) -> None:
        update = UPDATE | {"payload": {"invoice_id": 7, "payload": payload}}
        assert app.provider.hint(signed(json.dumps(update).encode())) == PaymentHint("7", None)


class TestTheFake:
    """The fake repeats notifications as documented, and injects faults."""

    def paid(self, app: CryptoPayApp, fault: NotificationFault | None = None) -> None:
        if fault is not None:
            app.fake.faults.add(fault)
        app.pay(app.provider.begin(order_of()).payment_id)

    def test_it_repeats_until_200(self, app: CryptoPayApp) -> None:
        webhook = Webhook(500, 0, 404, 200)
        self.paid(app)
        for _ in range(6):
            deliver(app, webhook)
            app.pass_time(timedelta(hours=6))
        assert app.fake.notifications.answers == [500, 0, 404, 200]
        assert len({request.body for request in webhook.received}) == 1

    def test_it_switches_the_webhook_off_after_17_attempts_in_three_days(self, app: CryptoPayApp) -> None:
        webhook = Webhook(*[500] * 40)
        self.paid(app)
        while app.fake.notifications.enabled:
            deliver(app, webhook)
            app.pass_time(timedelta(minutes=1))
        assert len(webhook.received) == ATTEMPTS
        assert timedelta(days=1) < app.now[0] - START <= timedelta(days=3)

    @pytest.mark.parametrize(
        ("fault", "hints"),
        [
            (NotificationFault.LOST, []),
            (NotificationFault.TWICE, [PaymentHint, PaymentHint]),
            (NotificationFault.WRONG_SIGNATURE, [Forged]),
            (NotificationFault.NO_SIGNATURE, [Forged]),
        ],
    )
    def test_it_injects_faults(self, app: CryptoPayApp, fault: NotificationFault, hints: list[type[object]]) -> None:
        webhook = Webhook()
        self.paid(app, fault)
        deliver(app, webhook)
        assert [type(app.provider.hint(request)) for request in webhook.received] == hints

    def test_a_late_one_comes_a_day_later(self, app: CryptoPayApp) -> None:
        webhook = Webhook()
        self.paid(app, NotificationFault.LATE)
        deliver(app, webhook)
        assert webhook.received == []
        app.pass_time(timedelta(days=1))
        deliver(app, webhook)
        assert len(webhook.received) == 1

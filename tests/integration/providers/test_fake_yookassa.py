"""The fake YooKassa is as strict as the real one in what it accepts, and its page can be paid in every way."""

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
import urllib3

from local.yookassa.cards import CARDS
from local.yookassa.fake_yookassa import SECRET_KEY, SHOP_ID
from local.yookassa.pay_page import LANGUAGES, words
from tests.integration.providers.yookassa_bench import ConnectedShop
from vpnbot.domain.payments.declines import REMEDIES

ITEM = {
    "description": "VPN",
    "quantity": "1.00",
    "amount": {"value": "299.00", "currency": "RUB"},
    "vat_code": 1,
    "payment_mode": "full_payment",
    "payment_subject": "service",
}
BACK = {"type": "redirect", "return_url": "https://t.me/bot"}
RECEIPT = {"customer": {"email": "a@b.ru"}, "items": [ITEM]}
PAYMENT: Mapping[str, Any] = {
    "amount": {"value": "299.00", "currency": "RUB"},
    "capture": True,
    "confirmation": BACK,
    "description": "VPN",
    "metadata": {"order": "1"},
}


class Caller:
    """Calls the API without the adapter."""

    def __init__(self, shop: ConnectedShop) -> None:
        self._shop = shop
        self._pool = urllib3.PoolManager(retries=False)

    def __call__(
        self, method: str, path: str, body: Any = None, *, key: str = "k-1", secret: str = SECRET_KEY
    ) -> tuple[int, Any]:
        """Return the status and the JSON of an answer."""
        headers = {"Authorization": "Basic " + b64encode(f"{SHOP_ID}:{secret}".encode()).decode()}
        if method == "POST":
            headers["Idempotence-Key"] = key
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = self._pool.request(
            method, f"{self._shop.fake.api_base}/{path}", body=content if body is not None else None, headers=headers
        )
        return answer.status, json.loads(answer.data)

    def page(self, url: str, form: Mapping[str, str] | None = None, language: str = "en") -> tuple[int, str]:
        """Return the status and the HTML of the payment page, after a form if there is one."""
        headers = {"Accept-Language": language}
        answer = self._pool.request("POST" if form else "GET", url, fields=form, headers=headers)
        return answer.status, answer.data.decode()

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()


@pytest.fixture
def call(shop: ConnectedShop) -> Any:
    """Calls the API."""
    caller = Caller(shop)
    yield caller
    caller.close()


def changed(**fields: Any) -> dict[str, Any]:
    """Return the request for a payment with other fields; None: without the field."""
    body = {**PAYMENT, **fields}
    return {name: value for name, value in body.items() if value is not None}


class TestStrictness:
    """What is not accepted."""

    @pytest.mark.parametrize(
        ("body", "parameter"),
        [
            (changed(amount=None), "amount"),
            (changed(amount={"value": 299, "currency": "RUB"}), "amount"),
            (changed(amount={"value": "299", "currency": "RUB"}), "amount"),
            (changed(amount={"value": "299.0", "currency": "RUB"}), "amount"),
            (changed(amount={"value": "299.000", "currency": "RUB"}), "amount"),
            (changed(amount={"value": "0.00", "currency": "RUB"}), "amount"),
            (changed(amount={"value": "700000.01", "currency": "RUB"}), "amount"),
            (changed(amount={"value": "299.00", "currency": "XTR"}), "amount"),
            (changed(capture="true"), "capture"),
            (changed(description="x" * 129), "description"),
            (changed(merchant_customer_id="x" * 201), "merchant_customer_id"),
            (changed(metadata={"k" * 33: "v"}), "metadata"),
            (changed(metadata={"k": "v" * 513}), "metadata"),
            (changed(metadata={"k": 1}), "metadata"),
            (changed(metadata={str(number): "v" for number in range(17)}), "metadata"),
            (changed(confirmation=None), "confirmation"),
            (changed(confirmation={"type": "redirect"}), "confirmation.return_url"),
            (
                changed(confirmation={"type": "redirect", "return_url": "https://" + "x" * 2048}),
                "confirmation.return_url",
            ),
            (changed(confirmation={"type": "redirect", "return_url": "tg://bot"}), "confirmation.return_url"),
            (changed(payment_method_id="x"), "confirmation"),
            (changed(payment_method_id="x", confirmation=None), "payment_method_id"),
            (changed(save_payment_method="yes"), "save_payment_method"),
            (changed(receipt={**RECEIPT, "customer": {}}), "receipt.customer.email"),
            (changed(receipt={**RECEIPT, "customer": {"email": "a@b"}}), "receipt.customer.email"),
            (changed(receipt={**RECEIPT, "customer": {"phone": "79991234567"}}), "receipt.customer.email"),
            (changed(receipt={**RECEIPT, "items": []}), "receipt.items"),
            (changed(receipt={**RECEIPT, "items": [ITEM, ITEM]}), "receipt"),
            (changed(receipt={**RECEIPT, "items": [{**ITEM, "quantity": "2.00"}]}), "receipt"),
            (changed(receipt={**RECEIPT, "items": [{**ITEM, "vat_code": 13}]}), "receipt.items.vat_code"),
            (changed(receipt={**RECEIPT, "items": [{**ITEM, "description": ""}]}), "description"),
        ],
    )
    def test_a_payment_that_is_not_accepted(self, call: Caller, body: Any, parameter: str) -> None:
        status, answer = call("POST", "payments", body)
        assert (status, answer["type"], answer["code"]) == (400, "error", "invalid_request")
        assert answer["parameter"] == parameter

    def test_a_payment_that_is_accepted(self, call: Caller) -> None:
        status, answer = call("POST", "payments", changed(receipt=RECEIPT))
        assert (status, answer["status"], answer["paid"], answer["test"]) == (200, "pending", False, True)
        assert answer["confirmation"]["confirmation_url"].endswith(f"/pay/{answer['id']}")

    @pytest.mark.parametrize("key", ["", "k" * 65])
    def test_a_key_that_is_not_accepted(self, call: Caller, key: str) -> None:
        assert call("POST", "payments", PAYMENT, key=key)[1]["parameter"] == "Idempotence-Key"

    def test_a_wrong_secret_key(self, call: Caller) -> None:
        status, answer = call("GET", "me", secret="wrong")
        assert (status, answer["code"]) == (401, "invalid_credentials")

    @pytest.mark.parametrize("body", [b"", b"[]", b"not json"])
    def test_a_body_that_is_no_object(self, call: Caller, body: bytes) -> None:
        assert call("POST", "payments", body)[0] == 400

    def test_a_receipt_is_needed_where_receipts_are_made(self, shop: ConnectedShop, call: Caller) -> None:
        shop.fake.shop.fiscal = True
        assert call("POST", "payments", PAYMENT)[1]["parameter"] == "receipt"

    def test_a_key_with_another_body_is_rejected_for_24_hours(self, shop: ConnectedShop, call: Caller) -> None:
        first = call("POST", "payments", PAYMENT)[1]["id"]
        assert call("POST", "payments", PAYMENT)[1]["id"] == first
        status, answer = call("POST", "payments", changed(description="other"))
        assert (status, answer["description"]) == (400, "Idempotence key duplicated")
        shop.clock.advance(timedelta(hours=23, minutes=59))
        assert call("POST", "payments", PAYMENT)[1]["id"] == first
        shop.clock.advance(timedelta(minutes=1))
        assert call("POST", "payments", PAYMENT)[1]["id"] != first

    def test_without_capture_a_payment_waits_for_it(self, shop: ConnectedShop, call: Caller) -> None:
        payment_id = call("POST", "payments", changed(capture=None))[1]["id"]
        shop.pay(payment_id)
        assert call("GET", f"payments/{payment_id}")[1]["status"] == "waiting_for_capture"

    @pytest.mark.parametrize(
        ("change", "status"),
        [
            ({"amount": {"value": "299.01", "currency": "RUB"}}, 400),
            ({"amount": {"value": "1", "currency": "RUB"}}, 400),
            ({"description": "x" * 251}, 400),
            ({"payment_id": "unknown"}, 404),
            ({}, 200),
        ],
    )
    def test_refunds_are_checked(self, shop: ConnectedShop, call: Caller, change: Any, status: int) -> None:
        _, paid = shop.paid()
        body = {"payment_id": paid.payment_id, "amount": {"value": "299.00", "currency": "RUB"}, **change}
        assert call("POST", "refunds", body)[0] == status

    def test_a_payment_that_is_not_paid_has_no_refund(self, call: Caller) -> None:
        made = call("POST", "payments", PAYMENT)[1]
        assert call("POST", "refunds", {"payment_id": made["id"], "amount": made["amount"]}, key="r")[0] == 400

    @pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=none", "created_at.gte=today"])
    def test_lists_are_checked(self, call: Caller, query: str) -> None:
        assert call("GET", f"payments?{query}")[0] == 400


class TestPage:
    """The page on which a payment is paid."""

    @pytest.fixture
    def url(self, shop: ConnectedShop) -> str:
        """The address of the page of a payment."""
        return shop.provider.begin(shop.order()).link

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_it_offers_every_card_in_both_languages(self, call: Caller, url: str, language: str) -> None:
        status, html = call.page(url, language=language)
        assert status == 200
        assert f'<html lang="{language}">' in html
        assert "299,00" in html
        assert [number for number in CARDS if number not in html] == []

    def test_both_languages_have_the_same_words_and_every_reason(self) -> None:
        first, second = (words(language) for language in LANGUAGES)
        assert first.keys() == second.keys()
        assert {f"reason_{card.reason}" for card in CARDS.values() if card.reason} <= first.keys()
        assert {name.removeprefix("reason_") for name in first if name.startswith("reason_")} <= REMEDIES.keys()

    @pytest.mark.parametrize("card", CARDS.values(), ids=lambda card: card.last4)
    def test_every_card_leads_to_its_result(self, shop: ConnectedShop, call: Caller, url: str, card: Any) -> None:
        status, html = call.page(url, {"way": card.number})
        if card.confirmed:
            assert "code" in html
            status, html = call.page(url, {"way": card.number, "code": "1"})
        assert status == 200
        assert words("en")["state_canceled" if card.reason else "state_succeeded"] in html
        assert 'href="https://t.me/vpnbot_sample_bot?start=o_' in html
        (payment,) = shop.fake.shop.payments.values()
        assert payment.state == ("canceled" if card.reason else "succeeded")

    def test_a_saved_method_is_offered_to_its_owner(self, shop: ConnectedShop, call: Caller) -> None:
        method_id = shop.saved_method()
        url = shop.provider.begin(shop.order()).link
        assert method_id in call.page(url)[1]
        assert words("en")["state_succeeded"] in call.page(url, {"way": method_id})[1]

    def test_a_payer_who_leaves_has_not_paid(self, shop: ConnectedShop, call: Caller, url: str) -> None:
        assert words("en")["state_canceled"] in call.page(url, {"way": "cancel"})[1]

    @pytest.mark.parametrize("way", ["", "unknown", "sbp"])
    def test_a_way_that_is_not_available_pays_nothing(
        self, shop: ConnectedShop, call: Caller, url: str, way: str
    ) -> None:
        assert call.page(url, {"way": way or "none"})[0] == 400
        assert [payment.state for payment in shop.fake.shop.payments.values()] == ["pending"]

    def test_a_payment_is_paid_once(self, call: Caller, url: str) -> None:
        call.page(url, {"way": "yoo_money"})
        assert call.page(url, {"way": "yoo_money"})[0] == 400
        assert words("en")["state_succeeded"] in call.page(url)[1]

    def test_an_unknown_payment_has_a_page_of_its_own(self, call: Caller, url: str) -> None:
        for form in (None, {"way": "yoo_money"}):
            status, html = call.page(url.rpartition("/")[0] + "/unknown", form)
            assert (status, words("en")["unknown"] in html) == (404, True)

    def test_texts_of_the_shop_are_escaped(self, call: Caller) -> None:
        made = call("POST", "payments", changed(description="<script>alert(1)</script>"))[1]
        assert "<script>" not in call.page(made["confirmation"]["confirmation_url"])[1]


def test_a_card_pays_less_than_sbp(shop: ConnectedShop, call: Callable[..., Any]) -> None:
    shop.fake.shop.test = False
    made = call("POST", "payments", changed(amount={"value": "350000.01", "currency": "RUB"}))[1]
    page = Caller(shop)
    assert page.page(made["confirmation"]["confirmation_url"], {"way": "5555555555554444"})[0] == 400
    assert page.page(made["confirmation"]["confirmation_url"], {"way": "sbp"})[0] == 200
    page.close()

"""The payment webhook with DynamoDB and SQS: a demo payment is applied once, and its work is handed over."""

import json
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.fakes.provider_contract import sample_offer
from tests.integration.lambda_functions import Context, LambdaFunctions, message, request
from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import Order, OrderStatus
from vpnbot.domain.orders.provider_errors import WrongAccount
from vpnbot.domain.people.person import Person
from vpnbot.storage.table import Record
from vpnbot.usecases.payments.place_order import OrderRequest, place_order
from vpnbot.usecases.people.ensure_user import ensure_user

USER_ID = 42
BASE = "https://vpn.example"


class DemoBuyer:
    """A person with an order at the demo provider, who opens its page with a browser."""

    def __init__(self, function: ModuleType) -> None:
        self.function = function
        container = function.webhook
        person_id = container.fleet.ring().person_id(USER_ID)
        session = container.people.open(person_id)
        ensure_user(session, container.context, "update:1:1", USER_ID, "en", None)
        request = OrderRequest(sample_offer(Money(29_900, "RUB")), "demo", "en")
        page = place_order(session, container.payments, container.context, "update:1:2", request)
        self.person_id, self.order_id = person_id, page.order.id
        link = urlsplit(page.link or "")
        self.path, self.token = link.path, parse_qs(link.query)["t"][0]

    def request(self, method: str, form: dict[str, str] | None = None) -> dict[str, Any]:
        """Return the response of the function to a request for the page."""
        event = {
            "rawPath": self.path,
            "pathParameters": {"order": self.order_id},
            "queryStringParameters": {"t": self.token},
            "headers": {"content-type": "application/x-www-form-urlencoded"},
            "requestContext": {"http": {"method": method, "sourceIp": "192.0.2.1"}},
            "body": urlencode(form or {}),
        }
        response: dict[str, Any] = self.function.handler(event, Context())
        return response

    def notify(self, body: dict[str, str], token: str) -> int:
        """Send a notification of the demo provider over HTTP; return the status of the answer."""
        event = {
            "pathParameters": {"provider": "demo"},
            "headers": {"X-Demo-Token": token},
            "requestContext": {"http": {"method": "POST", "sourceIp": "192.0.2.1"}},
            "body": json.dumps(body),
        }
        return int(self.function.handler(event, Context())["statusCode"])

    def stored_order(self) -> Order:
        """Return the order as stored."""
        order = self.stored().order(self.order_id)
        assert order is not None
        return order

    def stored(self) -> Person:
        """Return the person as stored, with the order."""
        person: Person = self.function.webhook.people.open(self.person_id).recall(self.order_id)
        return person


@pytest.fixture
def buyer(lambda_functions: LambdaFunctions) -> DemoBuyer:
    """A person with an order that waits for its payment."""
    return DemoBuyer(lambda_functions.load("payment_webhook", PUBLIC_URL=BASE))


def test_a_paid_demo_payment_is_granted_and_its_work_is_handed_to_a_worker(
    buyer: DemoBuyer, lambda_functions: LambdaFunctions
) -> None:
    assert buyer.request("GET")["statusCode"] == 200
    assert buyer.request("POST", {"action": "pay"})["statusCode"] == 303
    assert buyer.stored_order().status is OrderStatus.PAID
    claims = [json.loads(record["body"]) for record in lambda_functions.due_records()]
    assert claims
    assert {claim["person"] for claim in claims} == {buyer.person_id}
    assert {claim["item"].partition("#")[0] for claim in claims} == {"SUB", "OUT"}, "a key, and the words"


def test_the_same_notification_again_changes_nothing(buyer: DemoBuyer, lambda_functions: LambdaFunctions) -> None:
    buyer.request("POST", {"action": "pay"})
    before = buyer.stored()
    (payment,) = buyer.stored_order().payments
    lambda_functions.due_records()
    named = {"payment": payment.id, "order": buyer.order_id, "person": buyer.person_id}
    assert [buyer.notify(named, buyer.token) for _ in range(2)] == [200, 200]
    assert buyer.stored() == before
    assert lambda_functions.due_records() == []


def test_a_forged_notification_changes_nothing(buyer: DemoBuyer) -> None:
    before = buyer.stored()
    named = {"payment": "x", "order": buyer.order_id, "person": buyer.person_id}
    assert buyer.notify(named, "x" * 43) == 200
    assert buyer.stored() == before


def test_a_silent_payment_is_found_without_a_notification(buyer: DemoBuyer) -> None:
    buyer.request("POST", {"action": "silent"})
    assert buyer.stored_order().status is OrderStatus.AWAITING
    (payment,) = buyer.stored_order().payments
    named = {"payment": payment.id, "order": buyer.order_id, "person": buyer.person_id}
    assert buyer.notify(named, buyer.token) == 200
    assert buyer.stored_order().status is OrderStatus.PAID


def test_a_decline_ends_the_order_with_its_reason(buyer: DemoBuyer) -> None:
    buyer.request("POST", {"action": "decline", "reason": "card_expired"})
    assert (buyer.stored_order().status, buyer.stored_order().reason) == (OrderStatus.ENDED, "card_expired")


def test_a_rouble_less_is_held(buyer: DemoBuyer) -> None:
    buyer.request("POST", {"action": "less"})
    assert buyer.stored_order().status is OrderStatus.HELD


def test_a_payment_that_is_still_pending_is_asked_for_again(buyer: DemoBuyer) -> None:
    buyer.request("POST", {"action": "later"})
    (payment,) = buyer.stored_order().payments
    named = {"payment": payment.id, "order": buyer.order_id, "person": buyer.person_id}
    assert buyer.notify(named, buyer.token) == 500


def test_the_page_says_that_it_will_be_paid_later(buyer: DemoBuyer) -> None:
    buyer.request("POST", {"action": "later"})
    assert "It will be paid on" in buyer.request("GET")["body"]


def test_without_a_configured_address_the_page_has_that_of_the_last_request(
    lambda_functions: LambdaFunctions,
) -> None:
    module = lambda_functions.webhook(PUBLIC_URL=None)
    container = module.webhook
    assert container.own_url() is None
    event = request(message())
    event["requestContext"] = {**event.get("requestContext", {}), "domainName": "a1.example"}
    module.handler(event, Context())
    assert container.own_url() == "https://a1.example"
    person_id = container.fleet.ring().person_id(USER_ID)
    session = container.people.open(person_id)
    order = OrderRequest(sample_offer(Money(29_900, "RUB")), "demo", "en")
    page = place_order(session, container.payments, container.context, "update:1:2", order)
    assert (page.link or "").startswith("https://a1.example/payments/demo/")


def test_whatever_a_provider_answers_to_notifications_opens_no_breaker(
    buyer: DemoBuyer, monkeypatch: pytest.MonkeyPatch
) -> None:
    container = buyer.function.webhook
    (payment,) = buyer.stored_order().payments

    def refused(*_: object) -> None:
        raise WrongAccount("demo", "store the credentials again")

    monkeypatch.setattr(type(container.payments.providers.without_breaker("demo")), "look", refused)
    named = {"payment": payment.id, "order": buyer.order_id, "person": buyer.person_id}
    assert buyer.notify(named, buyer.token) == 500
    assert container.payments.breakers.read("demo") is None
    assert not list(Record.query("SHOP", Record.sk.startswith("ALERT#")))

"""What YooKassa answers, and what the adapter makes of it; no answer takes longer than the deadline."""

import itertools
import json
import logging
import socket
import time
import traceback
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any

import pytest

from local.yookassa.fake_yookassa import SECRET_KEY
from local.yookassa.faults import FaultKind
from tests.fakes.provider_contract import kept, sample_order, sample_refund
from tests.integration.panels.raw_server import RawServer, answering
from tests.integration.providers.yookassa_bench import PRICE, ConnectedShop, StoredKey
from vpnbot.connections.request_deadline import within
from vpnbot.domain.orders.provider_errors import (
    SAVING_FORBIDDEN,
    ProviderRejected,
    ProviderUnavailable,
    UnknownPayment,
    WrongAccount,
)
from vpnbot.domain.orders.reports import PaymentReport, ReportedState
from vpnbot.errors import Misconfigured, Retryable, VpnbotError
from vpnbot.providers import http as http_module
from vpnbot.providers.yookassa import client as client_module
from vpnbot.providers.yookassa import provider as provider_module
from vpnbot.providers.yookassa.errors import NOT_PROCESSED_AFTER
from vpnbot.providers.yookassa.provider import YooKassa

METHOD_ID = "saved-method-id"
ORDER = sample_order("yookassa", PRICE)
PAID = PaymentReport("yookassa", "100500", "2d9c1b3a-000f-5000-9000-1b68e7b15f3f", ReportedState.SUCCEEDED, PRICE)
REFUND = sample_refund(ORDER, PAID)
ACTS: dict[str, Callable[[YooKassa], object]] = {
    "begin": lambda provider: provider.begin(ORDER),
    "charge": lambda provider: provider.charge(ORDER, METHOD_ID),
    "refund": lambda provider: provider.refund(REFUND, ORDER, kept(PAID)),
}
READS: dict[str, Callable[[YooKassa], object]] = {
    "look": lambda provider: provider.look(PAID.payment_id),
    "find": lambda provider: provider.find(ORDER),
    "look_refund": lambda provider: provider.look_refund(PAID.payment_id),
    "find_refunds": lambda provider: provider.find_refunds(PAID.payment_id),
    "receipt": lambda provider: provider.receipt(PAID.payment_id),
    "since": lambda provider: provider.since(ORDER.placed_at),
    "probe": lambda provider: provider.probe(),
}
CALLS = {**ACTS, **READS}
every_call = pytest.mark.parametrize("name", CALLS)


@contextmanager
def provider_at(address: str) -> Iterator[YooKassa]:
    """Return an adapter that calls an address."""
    with closing(YooKassa("100500", StoredKey(), "shop-1", base_url=address)) as provider:
        yield provider


def failure_of(name: str, address: str) -> VpnbotError:
    """Return the error of a call."""
    with provider_at(address) as provider, pytest.raises(VpnbotError) as failure:
        CALLS[name](provider)
    return failure.value


def failure_for(name: str, status: str, body: bytes) -> VpnbotError:
    """Return the error of a call that is answered with a status line and a body."""
    with answering(f"HTTP/1.1 {status}", body, Content_Type="application/json") as server:
        return failure_of(name, server.address)


def error_body(code: str, parameter: str = "", description: str = "something") -> bytes:
    """Return YooKassa's error object."""
    named = {"parameter": parameter} if parameter else {}
    return json.dumps({"type": "error", "id": "e-1", "code": code, "description": description, **named}).encode()


class TestStatuses:
    """Each status of the API has one meaning."""

    @every_call
    def test_401_is_a_matter_of_the_operator(self, name: str) -> None:
        failure = failure_for(name, "401 Unauthorized", error_body("invalid_credentials"))
        assert isinstance(failure, WrongAccount)
        assert failure.setting == "yookassa_secret_key"

    @pytest.mark.parametrize("name", ACTS)
    @pytest.mark.parametrize(
        ("status", "code"),
        [
            ("400 Bad Request", "invalid_request"),
            ("400 Bad Request", "not_supported"),
            ("403 Forbidden", "forbidden"),
            ("405 Method Not Allowed", "method_not_allowed"),
            ("415 Unsupported Media Type", "unsupported_media_type"),
        ],
    )
    def test_a_request_that_is_not_accepted_is_rejected_for_good(self, name: str, status: str, code: str) -> None:
        failure = failure_for(name, status, error_body(code, "receipt.items"))
        assert isinstance(failure, ProviderRejected)
        assert failure.reason == code
        assert "receipt.items" in str(failure)

    @pytest.mark.parametrize("name", READS)
    def test_403_at_a_look_is_never_an_unknown_payment(self, name: str) -> None:
        assert isinstance(failure_for(name, "403 Forbidden", error_body("forbidden")), WrongAccount)

    @pytest.mark.parametrize("name", ["look", "look_refund", "refund"])
    def test_404_is_an_unknown_payment(self, name: str) -> None:
        assert isinstance(failure_for(name, "404 Not Found", error_body("not_found")), UnknownPayment)

    def test_404_at_a_new_payment_is_a_rejection(self) -> None:
        assert isinstance(failure_for("begin", "404 Not Found", error_body("not_found")), ProviderRejected)

    @every_call
    @pytest.mark.parametrize("status", ["404 Not Found", "403 Forbidden", "400 Bad Request", "401 Unauthorized"])
    def test_a_status_without_the_error_object_comes_from_another_program(self, name: str, status: str) -> None:
        failure = failure_for(name, status, b"<html>nginx</html>")
        assert isinstance(failure, ProviderUnavailable)
        assert failure.unknown is (name in ACTS)

    @every_call
    def test_429_had_no_effect(self, name: str) -> None:
        failure = failure_for(name, "429 Too Many Requests", error_body("too_many_requests"))
        assert isinstance(failure, ProviderUnavailable)
        assert not failure.unknown

    @every_call
    @pytest.mark.parametrize("status", ["500 Internal Server Error", "502 Bad Gateway", "503 Service Unavailable"])
    def test_after_500_the_outcome_is_unknown_and_the_next_try_is_a_minute_away(self, name: str, status: str) -> None:
        failure = failure_for(name, status, error_body("internal_server_error"))
        assert isinstance(failure, ProviderUnavailable)
        assert failure.unknown is (name in ACTS)
        assert failure.after == NOT_PROCESSED_AFTER

    @every_call
    @pytest.mark.parametrize(
        "body",
        [b"", b"<html>", b"null", b"[1]", b"7", b'{"a":', b"[" * 100_000, b'{"status":"succeeded"}', b"\xff"],
        ids=["empty", "html", "null", "list", "number", "cut", "nested", "too little", "not utf-8"],
    )
    def test_garbage_leaves_the_outcome_unknown(self, name: str, body: bytes) -> None:
        if name == "receipt" and body.startswith(b'{"status'):
            body = b'{"items":7}'
        failure = failure_for(name, "200 OK", body)
        assert isinstance(failure, ProviderUnavailable)
        assert failure.unknown is (name in ACTS)

    @every_call
    @pytest.mark.parametrize("status", ["202 Accepted", "302 Found", "204 No Content"])
    def test_another_status_is_no_answer(self, name: str, status: str) -> None:
        failure = failure_for(
            name, status, b'{"type":"processing","retry_after":1000}' if "204" not in status else b""
        )
        assert isinstance(failure, ProviderUnavailable)
        assert failure.unknown is (name in ACTS)

    def test_a_saved_method_that_is_gone_needs_another_one(self) -> None:
        for status, body in (
            ("400 Bad Request", error_body("invalid_request", "payment_method_id")),
            ("404 Not Found", error_body("not_found")),
        ):
            failure = failure_for("charge", status, body)
            assert isinstance(failure, ProviderRejected)
            assert failure.reason == "permission_revoked"


class TestConnections:
    """Without a connection nothing has happened; a broken one is tried once more with the same key."""

    @every_call
    def test_a_refused_connection_had_no_effect(self, name: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as unused:
            port = unused.getsockname()[1]
        failure = failure_of(name, f"http://127.0.0.1:{port}/v3")
        assert isinstance(failure, ProviderUnavailable)
        assert not failure.unknown

    @every_call
    def test_a_connection_that_breaks_twice_leaves_the_outcome_unknown(self, name: str) -> None:
        with RawServer(lambda: [b"HTTP/1.1 2"]) as server:
            failure = failure_of(name, server.address)
        assert isinstance(failure, ProviderUnavailable)
        assert failure.unknown is (name in ACTS)
        keys = {line for request in server.requests for line in request.split(b"\r\n") if b"Idempotence" in line}
        assert len(server.requests) == 2
        assert len(keys) == (1 if name in ACTS else 0)

    def test_a_connection_that_breaks_and_is_then_refused_leaves_the_outcome_unknown(self) -> None:
        servers: list[RawServer] = []

        def broken_for_good() -> Iterable[bytes]:
            servers[0].__exit__(None, None, None)
            return [b"HTTP/1.1 2"]

        with RawServer(broken_for_good) as server:
            servers.append(server)
            failure = failure_of("begin", server.address)
        assert isinstance(failure, ProviderUnavailable)
        assert failure.unknown

    def test_a_kept_connection_that_yookassa_has_closed_is_opened_again(self, shop: ConnectedShop) -> None:
        first = shop.provider.begin(ORDER)
        root = shop.fake.shop.page_root
        shop.running.run(shop.fake.stop())
        shop.running.run(shop.fake.start(port=int(root.rpartition(":")[2])))
        assert shop.provider.look(first.payment_id).order == ORDER.id


class TestDeadline:
    """Every call ends in time, however slowly YooKassa sends."""

    @every_call
    def test_yookassa_that_drips_bytes_is_given_up(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        monkeypatch.setattr(client_module, "REQUEST_SECONDS", 0.3)

        def dripped() -> Iterable[bytes]:
            yield b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
            for _ in itertools.count():
                time.sleep(0.05)
                yield b" "

        with RawServer(dripped) as server:
            began = time.monotonic()
            failure = failure_of(name, server.address)
            assert 0.2 < time.monotonic() - began < 20, "the answer is complete after 50 s"
        assert isinstance(failure, ProviderUnavailable)
        assert failure.unknown is (name in ACTS)
        assert len(server.requests) == 1, "its caller has waited long enough"

    def test_all_requests_of_one_call_share_its_deadline(self) -> None:
        endless = json.dumps({"items": [], "next_cursor": "more"}).encode()
        head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(endless)

        def slowly() -> Iterable[bytes]:
            time.sleep(0.1)
            yield head + endless

        with RawServer(slowly) as server, within(0.5):
            began = time.monotonic()
            failure = failure_of("find", server.address)
            assert time.monotonic() - began < 20, "there is always another page"
        assert isinstance(failure, ProviderUnavailable)
        assert not failure.unknown

    def test_the_deadlines_are_those_of_the_port(self) -> None:
        assert http_module.REQUEST_SECONDS < provider_module.CALL_SECONDS <= 8

    def test_an_endless_answer_is_given_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(http_module, "LARGEST_ANSWER_BYTES", 100_000)
        head = b"HTTP/1.1 200 OK\r\n\r\n"
        with RawServer(lambda: itertools.chain([head], itertools.repeat(b" " * 65536))) as server:
            assert isinstance(failure_of("look", server.address), ProviderUnavailable)


class TestSecrets:
    """The secret key and ids of methods are in no error and in no log."""

    @every_call
    @pytest.mark.parametrize(
        ("status", "code"),
        [
            ("401 Unauthorized", "invalid_credentials"),
            ("400 Bad Request", "invalid_request"),
            ("403 Forbidden", "forbidden"),
            ("404 Not Found", "not_found"),
            ("429 Too Many Requests", "too_many_requests"),
            ("500 Internal Server Error", "internal_server_error"),
        ],
    )
    def test_no_error_and_no_log_has_them(
        self, caplog: pytest.LogCaptureFixture, name: str, status: str, code: str
    ) -> None:
        caplog.set_level(logging.DEBUG)
        pair = b64encode(f"100500:{SECRET_KEY}".encode()).decode()
        secrets = (SECRET_KEY, pair, METHOD_ID, "buyer@example.com")
        quoting = error_body(code, SECRET_KEY + " ", description=" ".join(secrets))
        failure = failure_for(name, status, quoting)
        said = "".join(traceback.format_exception(failure)) + repr(failure) + caplog.text
        assert not [secret for secret in secrets if secret in said]

    def test_a_broken_connection_says_nothing_of_them(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        with RawServer(lambda: [b"nonsense"]) as server:
            failure = failure_of("charge", server.address)
        said = "".join(traceback.format_exception(failure)) + caplog.text
        assert SECRET_KEY not in said
        assert METHOD_ID not in said

    def test_neither_adapter_nor_client_shows_them(self) -> None:
        with provider_at("http://127.0.0.1:1/v3") as provider:
            assert SECRET_KEY not in repr(provider) + repr(vars(provider))

    def test_a_new_key_is_read_after_the_old_one_was_refused(self, shop: ConnectedShop) -> None:
        shop.fake.shop.secret_key = shop.key.stored = "test_new"
        assert shop.provider.probe().account == "100500"
        assert [call.status for call in shop.fake.api.calls] == [401, 200]

    def test_without_a_shop_id_the_operator_is_told(self) -> None:
        with closing(YooKassa("", StoredKey(), "shop-1")) as provider, pytest.raises(Misconfigured) as failure:
            _ = provider.account
        assert failure.value.setting == "yookassa_shop_id"

    @pytest.mark.parametrize("error", [Misconfigured("yookassa_secret_key", "store it"), Retryable("SSM is down")])
    def test_a_key_that_cannot_be_read_is_no_error_of_yookassa(self, error: VpnbotError) -> None:
        def unreadable(*, again: bool = False) -> str:
            raise error

        with closing(YooKassa("100500", unreadable, "shop-1")) as provider, pytest.raises(type(error)):
            provider.probe()


class TestShopThatMayNotSave:
    """Autopayments have to be enabled by YooKassa's manager."""

    def test_a_payment_that_would_save_says_so(self, shop: ConnectedShop) -> None:
        shop.fake.shop.autopayments = False
        order = replace(shop.order(), renewal_agreed=True)
        with pytest.raises(ProviderRejected) as failure:
            shop.provider.begin(order)
        assert failure.value.reason == SAVING_FORBIDDEN
        assert shop.provider.begin(replace(order, renewal_agreed=False, attempt=2)).link

    def test_a_charge_is_forbidden(self, shop: ConnectedShop) -> None:
        method_id = shop.saved_method()
        shop.fake.shop.autopayments = False
        with pytest.raises(ProviderRejected) as failure:
            shop.provider.charge(shop.order(), method_id)
        assert failure.value.reason == "forbidden"


@pytest.mark.parametrize("kind", [FaultKind.UNKNOWN_FIELDS])
@pytest.mark.parametrize("path", ["GET payments", "POST payments", "GET refunds", "GET me"])
def test_unknown_fields_are_ignored(shop: ConnectedShop, kind: FaultKind, path: str) -> None:
    order, paid = shop.paid()
    refund = shop.provider.refund(sample_refund(order, paid), order, kept(paid))
    shop.fault(kind, on=path)
    calls: dict[str, Callable[[], Any]] = {
        "GET payments": lambda: shop.provider.look(paid.payment_id).state,
        "POST payments": lambda: shop.provider.begin(shop.order()).link,
        "GET refunds": lambda: shop.provider.look_refund(refund.refund_id).state,
        "GET me": lambda: shop.provider.probe().account,
    }
    assert calls[path]()
    assert shop.fake.faults.waiting == []

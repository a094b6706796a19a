"""A panel that never finishes its answer, and what stands at an address instead of a panel."""

import itertools
import socket
import time
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from threading import Event

import pytest

from tests.fakes.clock import START
from tests.fakes.tokens import Tokens
from tests.integration.panels.conftest import ACCESS, CREDENTIALS, TOKEN, ConnectedPanel
from tests.integration.panels.raw_server import RawServer, answering
from vpnbot.connections import request_deadline as deadline
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.scheduling import Due
from vpnbot.domain.servers.panel_errors import PanelRejected, PanelTrouble, PanelUnavailable
from vpnbot.domain.servers.server import Server
from vpnbot.panels.three_x_ui import http, panel
from vpnbot.panels.three_x_ui.factory import ThreeXUiPanels
from vpnbot.panels.three_x_ui.panel import ThreeXUiPanel

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
ENDPOINT = Endpoint("nl.example.com", 443, "k" * 43, "www.example.com", "ab12")
CHALLENGE = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>x</body></html>"


def adapter(address: str) -> ThreeXUiPanel:
    """Return the adapter of a server whose panel should be at this address."""
    server = Server("nl", "", "NL", address=address, inbound_id=1, endpoint=ENDPOINT)
    return ThreeXUiPanels(Tokens(nl=TOKEN)).panel(server)


def trouble_at(address: str) -> tuple[PanelTrouble, str, type[Exception]]:
    """Return the trouble of a call to a panel at this address, its detail and the kind of the error."""
    with pytest.raises((PanelUnavailable, PanelRejected)) as failure:
        adapter(address).usage("v_a")
    assert isinstance(failure.value, (PanelUnavailable, PanelRejected))
    return failure.value.trouble, failure.value.detail, type(failure.value)


def dripped(before: bytes, dripped: bytes) -> Iterable[bytes]:
    """Yield `before` at once, then the other bytes one by one, one each 50 ms."""
    yield before
    for byte in itertools.cycle(dripped):
        time.sleep(0.05)
        yield bytes([byte])


class TestDeadline:
    """A call ends in time, whatever the panel sends how slowly."""

    @pytest.mark.parametrize(
        ("before", "then"),
        [
            (b"", b"H"),
            (b"HTTP/1.1 200 OK\r\n", b"x"),
            (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n", b"y: z\r\n"),
            (OK + b"Content-Length: 1000\r\n\r\n", b" "),
            (OK + b"Connection: close\r\n\r\n", b" "),
            (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        ],
        ids=["status line", "a header", "many headers", "body", "body until the end", "chunks"],
    )
    def test_a_panel_that_drips_bytes_is_given_up_at_the_deadline(
        self, monkeypatch: pytest.MonkeyPatch, before: bytes, then: bytes
    ) -> None:
        monkeypatch.setattr(http, "REQUEST_SECONDS", 0.4)
        with RawServer(lambda: dripped(before, then)) as server:
            began = time.monotonic()
            assert trouble_at(server.address)[0] is PanelTrouble.TIMED_OUT
            assert 0.3 < time.monotonic() - began < 20, "the answer never ends"
        assert len(server.requests) == 1, "it is not sent again: its caller has waited long enough"

    def test_all_requests_of_one_call_share_its_deadline(self) -> None:
        def slowly() -> Iterable[bytes]:
            time.sleep(0.6)
            body = b'{"success":false,"msg":"(record not found)"}'
            yield OK + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body

        gives_up = pytest.raises(PanelUnavailable)
        with RawServer(slowly) as server, deadline.within(1), gives_up as found:
            adapter(server.address).apply(CREDENTIALS, ACCESS.failed("timed out", Due(START)))
        assert found.value.trouble is PanelTrouble.TIMED_OUT, "two answers come after 1.2 seconds"

    def test_the_deadlines_are_much_shorter_than_a_webhook_may_take(self) -> None:
        assert http.REQUEST_SECONDS < panel.CALL_SECONDS <= 10
        assert deadline.CONNECT_SECONDS + deadline.READ_SECONDS <= http.REQUEST_SECONDS

    def test_a_host_whose_first_address_does_not_answer_is_called_at_the_next(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """192.0.2.0/24 is for documentation: nothing answers there, or the network refuses it."""
        found = socket.getaddrinfo
        monkeypatch.setattr(deadline, "CONNECT_SECONDS", 0.2)
        monkeypatch.setattr(
            socket,
            "getaddrinfo",
            lambda host, port, **kinds: [
                answer for address in ("192.0.2.1", "127.0.0.1") for answer in found(address, port, **kinds)
            ],
        )
        with answering("HTTP/1.1 200 OK", b'{"success":true,"obj":{"up":1}}') as server:
            usage = adapter(server.address.replace("127.0.0.1", "panel.example.com")).usage("v_a")
            assert usage is not None
            assert usage.used_bytes == 1

    def test_a_look_up_that_takes_too_long_is_given_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(deadline, "CONNECT_SECONDS", 0.2)
        given_up = Event()
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: given_up.wait(60))
        began = time.monotonic()
        assert trouble_at("http://panel.example.com/base")[0] is PanelTrouble.TIMED_OUT
        assert time.monotonic() - began < 30
        given_up.set()

    def test_an_endless_answer_is_given_up_when_it_is_too_long(self) -> None:
        with RawServer(lambda: itertools.chain([OK + b"\r\n["], itertools.repeat(b" " * 65536))) as server:
            assert trouble_at(server.address) == (PanelTrouble.BROKEN_ANSWER, "too long", PanelUnavailable)

    @pytest.mark.parametrize(
        "body",
        [b'{"success":true,"obj":' + b"[" * 200_000, b'{"success":true,"obj":' + b'{"a":' * 100_000],
    )
    def test_deeply_nested_json_is_a_trouble_of_the_panel(self, body: bytes) -> None:
        with answering("HTTP/1.1 200 OK", body) as server:
            assert trouble_at(server.address)[:2] == (PanelTrouble.BROKEN_ANSWER, "nested too deeply")

    @pytest.mark.parametrize("obj", ["[]", "7", '"text"', '{"up":"1"}', '{"up":1.5}', '{"up":true}', '{"up":[]}'])
    def test_an_object_of_another_shape_is_a_trouble_of_the_panel(self, obj: str) -> None:
        with answering("HTTP/1.1 200 OK", f'{{"success":true,"obj":{obj}}}'.encode()) as server:
            assert trouble_at(server.address)[0] is PanelTrouble.BROKEN_ANSWER


@pytest.mark.parametrize("encrypted", [False, True])
def test_calls_share_one_kept_connection(
    monkeypatch: pytest.MonkeyPatch, connected_panel: ConnectedPanel, secure: ConnectedPanel, encrypted: bool
) -> None:
    tested = secure if encrypted else connected_panel
    opened: list[str] = []
    connect = deadline.connected

    def counted(host: str, port: int, seconds: float) -> socket.socket:
        opened.append(host)
        return connect(host, port)

    monkeypatch.setattr(deadline, "connected", counted)
    fresh = replace(tested, panels=ThreeXUiPanels(tested.tokens))
    with closing(fresh):
        for _ in range(3):
            fresh.adapter().usage("v_a")
        fresh.apply()
    assert opened == ["127.0.0.1"]


class TestPrivateAddresses:
    """Outside stage demo no connection is made to this machine or a private network, whatever a name leads to."""

    def trouble(self, address: str) -> tuple[PanelTrouble, type[Exception]]:
        """Return the trouble of a call to an address, where only public addresses are called."""
        server = Server("nl", "", "NL", address=address, inbound_id=1, endpoint=ENDPOINT)
        with pytest.raises((PanelUnavailable, PanelRejected)) as failure:
            ThreeXUiPanels(Tokens(nl=TOKEN), public_only=True).panel(server).usage("v_a")
        assert isinstance(failure.value, (PanelUnavailable, PanelRejected))
        return failure.value.trouble, type(failure.value)

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
    def test_a_server_on_this_machine_gets_no_connection(self, host: str) -> None:
        with RawServer(list) as server:
            address = server.address.replace("127.0.0.1", host)
            assert self.trouble(address) == (PanelTrouble.PRIVATE_ADDRESS, PanelRejected)
            assert server.requests == []

    @pytest.mark.parametrize(
        "found",
        [
            "127.0.0.1",
            "169.254.169.254",
            "10.0.0.5",
            "192.168.1.1",
            "100.64.0.1",
            "::1",
            "fe80::1",
            "fd00::5",
            "::ffff:10.0.0.5",
            "64:ff9b::10.0.0.5",
            "224.0.0.1",
            "ff0e::1",
        ],
    )
    def test_a_name_that_leads_to_a_private_address_gets_no_connection(
        self, monkeypatch: pytest.MonkeyPatch, found: str
    ) -> None:
        connections: list[object] = []
        family = socket.AF_INET6 if ":" in found else socket.AF_INET
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(family, 1, 6, "", (found, 443))])
        monkeypatch.setattr(socket.socket, "connect", lambda _, address: connections.append(address))
        assert self.trouble("https://panel.example.com") == (PanelTrouble.PRIVATE_ADDRESS, PanelRejected)
        assert connections == []

    def test_where_they_are_allowed_the_same_server_is_called(self) -> None:
        with RawServer(list) as server:
            trouble_at(server.address)
            assert server.requests


class TestOtherPrograms:
    """What stands at the address is said, so that an operator knows what to change."""

    @pytest.mark.parametrize(
        ("status", "error"),
        [("200 OK", PanelUnavailable), ("403 Forbidden", PanelRejected), ("404 Not Found", PanelRejected)],
    )
    def test_a_page_is_named_by_its_status_and_title(self, status: str, error: type[Exception]) -> None:
        with answering(f"HTTP/1.1 {status}", CHALLENGE, Content_Type="text/html; charset=UTF-8") as server:
            detail = f"HTTP {status[:3]} Just a moment..."
            assert trouble_at(server.address) == (PanelTrouble.WEB_PAGE, detail, error)

    @pytest.mark.parametrize("status", ["302 Found", "307 Temporary Redirect"])
    def test_a_redirect_to_a_login_is_named_by_where_it_leads(self, status: str) -> None:
        with answering(f"HTTP/1.1 {status}", Location="https://sso.example.com/login?next=/secret") as server:
            assert trouble_at(server.address) == (PanelTrouble.WEB_PAGE, "→ https://sso.example.com", PanelRejected)

    @pytest.mark.parametrize("location", ["/base/", "", "https://[", "https://"])
    def test_a_redirect_within_the_same_server_means_a_wrong_path(self, location: str) -> None:
        with answering("HTTP/1.1 307 Temporary Redirect", Location=location) as server:
            assert trouble_at(server.address)[0] is PanelTrouble.WRONG_PATH

    @pytest.mark.parametrize(
        ("status", "trouble"),
        [(401, PanelTrouble.WRONG_TOKEN), (403, PanelTrouble.NO_SCOPE), (404, PanelTrouble.OLD_PANEL)],
    )
    def test_an_empty_body_is_the_panels_own(self, status: int, trouble: PanelTrouble) -> None:
        with answering(f"HTTP/1.1 {status} x") as server:
            assert trouble_at(server.address)[0] is trouble

    def test_a_page_of_a_servers_error_is_temporary(self) -> None:
        page = b"<html><title>502\nBad &amp; gateway</title></html>"
        with answering("HTTP/1.1 502 Bad Gateway", page, Content_Type="text/html") as server:
            detail = "HTTP 502 502 Bad & gateway"
            assert trouble_at(server.address) == (PanelTrouble.BROKEN_ANSWER, detail, PanelUnavailable)

    @pytest.mark.parametrize(
        ("status", "body"),
        [
            ("HTTP/0.0 307 Temporary Redirect", b""),
            ("HTTP/1.0 400 Bad Request", b"Client sent an HTTP request to an HTTPS server.\n"),
        ],
        ids=["3x-ui", "Go"],
    )
    def test_plain_http_to_a_panel_with_tls_says_use_https(self, status: str, body: bytes) -> None:
        with answering(status, body) as server:
            assert trouble_at(server.address) == (PanelTrouble.NEEDS_HTTPS, "", PanelRejected)
        assert len(server.requests) == 1

    @pytest.mark.parametrize("title", [b"<title></title>", b"", b"<title>" + b"x" * 500 + b"</title>"])
    def test_a_title_is_optional_and_shortened(self, title: bytes) -> None:
        with answering("HTTP/1.1 403 Forbidden", b"<html>" + title) as server:
            trouble, detail, _ = trouble_at(server.address)
        assert (trouble, detail[:8]) == (PanelTrouble.WEB_PAGE, "HTTP 403")
        assert len(detail) <= 90

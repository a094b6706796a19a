"""The desk's hand: it moves the clock, orders crashes, and leaves everything as it was when it is gone."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.integration.doors import Doorstep
from vpnbot.demo.control import DemoControl


class Desk(ThreadingHTTPServer):
    """Answers with what the test ordered."""

    orders: bytes = b"{}"
    asked: list[str]


class _Handler(BaseHTTPRequestHandler):
    server: Desk

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(200)
        self.send_header("content-length", str(len(self.server.orders)))
        self.end_headers()
        self.wfile.write(self.server.orders)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


@pytest.fixture
def desk() -> Iterator[Desk]:
    """A desk on loopback."""
    server = Desk(("127.0.0.1", 0), _Handler)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def url(desk: Desk) -> str:
    """Return the desk's address."""
    return f"http://127.0.0.1:{desk.server_port}/control"


def ahead(control: DemoControl) -> timedelta:
    """Return how far the demo's time is ahead, to the minute."""
    return timedelta(minutes=round((control.now() - datetime.now(UTC)).total_seconds() / 60))


def test_time_moves_by_what_the_desk_says_for_each_invocation(desk: Desk) -> None:
    control = DemoControl(url(desk), "due_worker")
    assert ahead(control) == timedelta()
    desk.orders = json.dumps({"offset_seconds": 3600.5, "crash_at": None}).encode()
    control.begin()
    assert ahead(control) == timedelta(hours=1)
    assert desk.asked == ["/control?function=due_worker"]


def test_a_crash_is_real_and_happens_only_at_the_ordered_point(desk: Desk) -> None:
    exits: list[int] = []
    control = DemoControl(url(desk), "telegram_webhook", exits.append)
    desk.orders = json.dumps({"offset_seconds": 0, "crash_at": "commit.after"}).encode()
    control.begin()
    control.reached("commit.before")
    assert exits == []
    control.reached("commit.after")
    assert len(exits) == 1
    assert exits[0] != 0


def test_orders_that_cannot_be_read_leave_the_last_ones(desk: Desk) -> None:
    control = DemoControl(url(desk), "f")
    desk.orders = json.dumps({"offset_seconds": 7200}).encode()
    control.begin()
    desk.orders = b"<html>"
    control.begin()
    assert ahead(control) == timedelta(hours=2)


def test_a_desk_that_is_gone_does_not_stop_the_bot(desk: Desk) -> None:
    control = DemoControl("http://127.0.0.1:1/control", "f")
    control.begin()
    assert ahead(control) == timedelta()


def test_a_function_in_a_demo_lives_in_the_desks_time(doorstep: Doorstep, desk: Desk) -> None:
    desk.orders = json.dumps({"offset_seconds": 86_400}).encode()
    module = doorstep.load("due_dispatcher", DEMO_CONTROL_URL=url(desk))
    with module.dispatcher.invocation():
        assert module.dispatcher.clock() - datetime.now(UTC) > timedelta(hours=23)
    assert desk.asked == ["/control?function=due_dispatcher"]


def test_outside_a_demo_nobody_asks_the_desk(doorstep: Doorstep, desk: Desk) -> None:
    module = doorstep.load("due_dispatcher", STAGE="staging", DEMO_CONTROL_URL=url(desk))
    with module.dispatcher.invocation():
        assert abs(module.dispatcher.clock() - datetime.now(UTC)) < timedelta(minutes=1)
    assert desk.asked == []

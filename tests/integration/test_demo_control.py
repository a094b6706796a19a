"""The control panel moves the clock and plans crashes; without it, functions go on with the last orders."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.integration.lambda_functions import LambdaFunctions
from vpnbot.demo.control import DemoControl


class ControlPanel(ThreadingHTTPServer):
    """Answers with what the test ordered."""

    orders: bytes = b"{}"
    asked: list[str]


class _Handler(BaseHTTPRequestHandler):
    server: ControlPanel

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(200)
        self.send_header("content-length", str(len(self.server.orders)))
        self.end_headers()
        self.wfile.write(self.server.orders)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


@pytest.fixture
def control_panel() -> Iterator[ControlPanel]:
    """A control panel on loopback."""
    server = ControlPanel(("127.0.0.1", 0), _Handler)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def url(control_panel: ControlPanel) -> str:
    """Return the control panel's address."""
    return f"http://127.0.0.1:{control_panel.server_port}/control"


def ahead(control: DemoControl) -> timedelta:
    """Return how far the demo's time is ahead, to the minute."""
    return timedelta(minutes=round((control.now() - datetime.now(UTC)).total_seconds() / 60))


def test_time_moves_by_what_the_control_panel_says_for_each_invocation(control_panel: ControlPanel) -> None:
    control = DemoControl(url(control_panel), "due_worker")
    assert ahead(control) == timedelta()
    control_panel.orders = json.dumps({"offset_seconds": 3600.5, "crash_at": None}).encode()
    control.begin()
    assert ahead(control) == timedelta(hours=1)
    assert control_panel.asked == ["/control?function=due_worker"]


def test_a_crash_is_real_and_happens_only_at_the_ordered_point(control_panel: ControlPanel) -> None:
    exits: list[int] = []
    control = DemoControl(url(control_panel), "telegram_webhook", exits.append)
    control_panel.orders = json.dumps({"offset_seconds": 0, "crash_at": "commit.after"}).encode()
    control.begin()
    control.reached("commit.before")
    assert exits == []
    control.reached("commit.after")
    assert len(exits) == 1
    assert exits[0] != 0


def test_orders_that_cannot_be_read_leave_the_last_ones(control_panel: ControlPanel) -> None:
    control = DemoControl(url(control_panel), "f")
    control_panel.orders = json.dumps({"offset_seconds": 7200}).encode()
    control.begin()
    control_panel.orders = b"<html>"
    control.begin()
    assert ahead(control) == timedelta(hours=2)


def test_a_control_panel_that_is_gone_does_not_stop_the_bot(control_panel: ControlPanel) -> None:
    control = DemoControl("http://127.0.0.1:1/control", "f")
    control.begin()
    assert ahead(control) == timedelta()


def test_a_function_in_a_demo_uses_the_control_panels_time(
    lambda_functions: LambdaFunctions, control_panel: ControlPanel
) -> None:
    control_panel.orders = json.dumps({"offset_seconds": 86_400}).encode()
    module = lambda_functions.load("due_dispatcher", DEMO_CONTROL_URL=url(control_panel))
    with module.dispatcher.invocation():
        assert module.dispatcher.clock() - datetime.now(UTC) > timedelta(hours=23)
    assert control_panel.asked == ["/control?function=due_dispatcher"]


def test_outside_a_demo_the_control_panel_is_not_asked(
    lambda_functions: LambdaFunctions, control_panel: ControlPanel
) -> None:
    module = lambda_functions.load("due_dispatcher", STAGE="staging", DEMO_CONTROL_URL=url(control_panel))
    with module.dispatcher.invocation():
        assert abs(module.dispatcher.clock() - datetime.now(UTC)) < timedelta(minutes=1)
    assert control_panel.asked == []

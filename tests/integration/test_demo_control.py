"""Functions of a demo get the time and planned crashes from the control panel; without it, they keep the last."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.integration.lambda_functions import LambdaFunctions
from tests.integration.loopback import serving
from vpnbot.demo.control import DemoControl


class ControlPanel(ThreadingHTTPServer):
    """Answers each request with `orders`, and stores the requested paths in `requested`."""

    orders: bytes = b"{}"
    requested: list[str]


class _Handler(BaseHTTPRequestHandler):
    server: ControlPanel

    def do_GET(self) -> None:
        self.server.requested.append(self.path)
        self.send_response(200)
        self.send_header("content-length", str(len(self.server.orders)))
        self.end_headers()
        self.wfile.write(self.server.orders)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Write no access log."""


@pytest.fixture
def control_panel() -> Iterator[ControlPanel]:
    """A control panel on loopback."""
    server = ControlPanel(("127.0.0.1", 0), _Handler)
    server.requested = []
    with serving(server):
        yield server


def url(control_panel: ControlPanel) -> str:
    """Return the control panel's address."""
    return f"http://127.0.0.1:{control_panel.server_port}/control"


def ahead(control: DemoControl) -> timedelta:
    """Return how far the time of the demo is ahead of real time, rounded to minutes."""
    return timedelta(minutes=round((control.now() - datetime.now(UTC)).total_seconds() / 60))


def test_each_invocation_uses_the_time_offset_of_the_control_panel(control_panel: ControlPanel) -> None:
    control = DemoControl(url(control_panel), "due_worker")
    assert ahead(control) == timedelta()
    control_panel.orders = json.dumps({"offset_seconds": 3600.5, "crash_at": None}).encode()
    control.begin()
    assert ahead(control) == timedelta(hours=1)
    assert control_panel.requested == ["/control?function=due_worker"]


def test_the_process_exits_only_at_the_planned_crash_point(control_panel: ControlPanel) -> None:
    exits: list[int] = []
    control = DemoControl(url(control_panel), "telegram_webhook", exits.append)
    control_panel.orders = json.dumps({"offset_seconds": 0, "crash_at": "commit.after"}).encode()
    control.begin()
    control.reached("commit.before")
    assert exits == []
    control.reached("commit.after")
    assert len(exits) == 1
    assert exits[0] != 0


def test_an_invalid_response_of_the_control_panel_keeps_the_last_offset(control_panel: ControlPanel) -> None:
    control = DemoControl(url(control_panel), "f")
    control_panel.orders = json.dumps({"offset_seconds": 7200}).encode()
    control.begin()
    control_panel.orders = b"<html>"
    control.begin()
    assert ahead(control) == timedelta(hours=2)


def test_an_unreachable_control_panel_does_not_stop_the_function(control_panel: ControlPanel) -> None:
    control = DemoControl("http://127.0.0.1:1/control", "f")
    control.begin()
    assert ahead(control) == timedelta()


def test_a_function_of_a_demo_uses_the_time_of_the_control_panel(
    lambda_functions: LambdaFunctions, control_panel: ControlPanel
) -> None:
    control_panel.orders = json.dumps({"offset_seconds": 86_400}).encode()
    module = lambda_functions.load("due_dispatcher", DEMO_CONTROL_URL=url(control_panel))
    with module.dispatcher.invocation():
        assert module.dispatcher.clock() - datetime.now(UTC) > timedelta(hours=23)
    assert control_panel.requested == ["/control?function=due_dispatcher"]


def test_a_function_outside_a_demo_does_not_call_the_control_panel(
    lambda_functions: LambdaFunctions, control_panel: ControlPanel
) -> None:
    module = lambda_functions.load("due_dispatcher", STAGE="staging", DEMO_CONTROL_URL=url(control_panel))
    with module.dispatcher.invocation():
        assert abs(module.dispatcher.clock() - datetime.now(UTC)) < timedelta(minutes=1)
    assert control_panel.requested == []

"""A test double on loopback: the Bot API, the webhook endpoint and the response URL of a CloudFormation resource."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl

from tests.integration.loopback import serving
from vpnbot.telegram.updates.webhook_response import QUARANTINED_HEADER

NO_HEADERS: Mapping[str, str] = MappingProxyType({})
TOKEN = "4242:AAsampletokenforteststhatopensnothing"
BOT_ID = 4242
_FIELDS = {
    "Name": "name",
    "Commands": "commands",
    "Description": "description",
    "ShortDescription": "short_description",
}
_PROFILE = re.compile(rf"(?P<verb>get|set)My(?P<part>{'|'.join(_FIELDS)})")


@dataclass
class BotApiDouble:
    """The state of the double, and the requests that it received.

    `planned_responses` (HTTP status, JSON) are sent first, one for each call of a method. `reports` are the bodies
    that were sent to the response URL, `delivered` the headers and bodies that were sent to the webhook
    endpoint, `paths` their paths.
    `payments_status` answers notifications of payment providers. `refusals` are the answers to messages to some
    chats. `quarantine_again` may put the body of an update into a quarantine, and says whether it did.
    """

    base: str = ""
    webhook: dict[str, Any] = field(default_factory=lambda: {"url": ""})
    info: dict[str, Any] = field(default_factory=dict)
    polled_by_another: bool = False
    planned_responses: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    reports: list[dict[str, Any]] = field(default_factory=list)
    delivered: list[tuple[dict[str, str], str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    webhook_status: int = 200
    quarantine_again: Callable[[str], bool] = lambda _: False
    payments_status: int = 200
    refusals: dict[int, dict[str, Any]] = field(default_factory=dict)
    profile: dict[tuple[str, str], Any] = field(default_factory=dict)

    @property
    def settings(self) -> dict[str, str]:
        """The environment variables of a function that calls the double, and reads no table."""
        return {
            "STAGE": "demo",
            "TABLE_NAME": "a table that does not exist",
            "TELEGRAM_API_BASE": self.base,
            "BOT_TOKEN": TOKEN,
        }

    def bot_method(self, token: str, method: str, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Answer the call of a method as Telegram does: (HTTP status, JSON)."""
        self.calls.append((method, parameters))
        if self.planned_responses:
            return self.planned_responses.pop(0)
        if token != TOKEN:
            return 401, {"ok": False, "error_code": 401, "description": "Unauthorized"}
        if (found := _PROFILE.fullmatch(method)) is not None:
            return self._profile(found["verb"], found["part"], parameters)
        return self._other_method(method, parameters)

    def _other_method(self, method: str, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        match method:
            case "getMe":
                return 200, {"ok": True, "result": {"id": BOT_ID, "is_bot": True, "username": "sample_bot"}}
            case "setWebhook":
                self.webhook = parameters
                return 200, {"ok": True, "result": True}
            case "deleteWebhook":
                self.webhook = {"url": ""}
                return 200, {"ok": True, "result": True}
            case "getWebhookInfo":
                shown = {name: value for name, value in self.webhook.items() if name != "secret_token"}
                return 200, {"ok": True, "result": {"pending_update_count": 0, **shown, **self.info}}
            case "sendMessage":
                return self._message(parameters["chat_id"])
            case "getMyStarBalance":
                return 200, {"ok": True, "result": {"amount": 0}}
            case "getUpdates":
                return self._updates()
        return 404, {"ok": False, "error_code": 404, "description": "Not Found"}

    def _profile(self, verb: str, part: str, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Keep or return a part of the profile by its language; commands are a list, the others one field."""
        name, key = _FIELDS[part], (part, str(parameters.get("language_code", "")))
        if verb == "set":
            self.profile[key] = parameters[name]
            return 200, {"ok": True, "result": True}
        if part == "Commands":
            return 200, {"ok": True, "result": self.profile.get(key, [])}
        return 200, {"ok": True, "result": {name: self.profile.get(key, "")}}

    def _updates(self) -> tuple[int, dict[str, Any]]:
        if self.polled_by_another:
            description = "Conflict: terminated by other getUpdates request"
            return 409, {"ok": False, "error_code": 409, "description": description}
        return 200, {"ok": True, "result": []}

    def _message(self, chat: int) -> tuple[int, dict[str, Any]]:
        refusal = self.refusals.get(chat)
        if refusal is not None:
            return refusal["error_code"], {"ok": False, **refusal}
        return 200, {"ok": True, "result": {"message_id": 1}}


def _parameters(form: str) -> dict[str, Any]:
    """Return the fields of a form; a value that is JSON (a number, a list, an object) is decoded."""
    read: dict[str, Any] = {}
    for name, text in parse_qsl(form):
        try:
            read[name] = json.loads(text)
        except ValueError:
            read[name] = text
    return read


@contextmanager
def running() -> Iterator[BotApiDouble]:
    """Serve a new double on a free port of loopback."""
    double = BotApiDouble()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            if self.path.startswith("/telegram/"):
                double.paths.append(self.path)
                double.delivered.append(({k.lower(): v for k, v in self.headers.items()}, body.decode()))
                again = double.quarantine_again(body.decode())
                self._answer(double.webhook_status, {}, {QUARANTINED_HEADER: "1"} if again else {})
            elif self.path.startswith("/payments/"):
                self._answer(double.payments_status, {})
            else:
                _, bot, method = self.path.split("/")
                self._answer(*double.bot_method(bot.removeprefix("bot"), method, _parameters(body.decode())))

        def do_PUT(self) -> None:
            double.reports.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self._answer(403 if self.path.startswith("/expired") else 200, {})

        def do_GET(self) -> None:
            self._answer(200 if self.path == "/health" else 404, {})

        def _answer(self, status: int, answer: dict[str, Any], headers: Mapping[str, str] = NO_HEADERS) -> None:
            data = json.dumps(answer, separators=(",", ":")).encode()  # as the Bot API server writes
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *arguments: object) -> None:
            """Write no access log."""

    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as double.base:
        yield double

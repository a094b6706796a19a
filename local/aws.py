"""DynamoDB, SQS and Parameter Store on this machine: moto's server behind a hook that reports every call."""

import io
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import boto3
from botocore.config import Config
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import ThreadedWSGIServer

from local.fast_moto_table import put_many, set_request_scope, speed_up_table
from local.request_tokens import HttpAnswer, RequestTokens
from local.stack import REGION, Table, Template

_READ_TIMEOUT_SECONDS = 60
"""For calls of the local run itself: on a busy machine they wait for the emulator while it serves the functions."""
FAKE_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_SESSION_TOKEN": "local"}

type Document = dict[str, Any]
"""A JSON document of an AWS API; its shape is botocore's."""


@dataclass(frozen=True, slots=True)
class AwsCall:
    """One call that reached the emulator. `caller` is the AWS_SDK_UA_APP_ID of the environment that made it."""

    caller: str
    service: str
    operation: str
    request: Document
    response: Document
    status: int
    seconds: float


class _RequestHandler(MotoRequestHandler):
    """Keeps connections open, as AWS does; werkzeug closes each one, and waits for what may still arrive on it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body in one packet; the base class flushes after each request

    def run_wsgi(self) -> None:
        """Answer one request; the application has then read the whole of its body."""
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start(line: str, headers: list[tuple[str, str]], *_: Any) -> Callable[[bytes], object]:
            started.append((line, headers))
            return self.wfile.write

        body = b"".join(self.server.app(self.make_environ(), start))
        line, headers = started[-1]
        code, _, reason = line.partition(" ")
        self.send_response(int(code), reason)
        for name, value in headers:
            if name.lower() not in {"content-length", "connection"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write nothing: a line per call would hide the other output."""


class _Server(ThreadedWSGIServer):
    """Closes connections that are still open when it closes: afterwards no client gets an answer."""

    def __init__(self, host: str, port: int, app: Callable[..., Iterable[bytes]]) -> None:
        self._connections: set[socket.socket] = set()
        super().__init__(host, port, app, handler=_RequestHandler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a new connection in a thread of its own."""
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Close a connection; the client has closed its end, or asked for it."""
        self._connections.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Stop listening and close all connections."""
        super().server_close()
        for connection in tuple(self._connections):
            with suppress(OSError):  # the client has just closed it
                connection.shutdown(socket.SHUT_RDWR)


class LocalAws:
    """Moto's server on a port of its own, in this process; a context manager for tests.

    DynamoDB calls run one at a time: moto rolls a cancelled transaction back by restoring the whole table, which
    would undo what another call has written since.
    """

    def __init__(
        self,
        on_call: Callable[[AwsCall], None] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`clock` returns aware datetimes; it decides how long the token of a transaction is valid."""
        self._on_call = on_call
        self._request_tokens = RequestTokens(clock)
        self._app = DomainDispatcherApplication(create_backend_app)
        self._dynamodb_lock = threading.Lock()
        self._servers: list[tuple[_Server, threading.Thread]] = []
        self._clients: dict[str, Any] = {}
        self.unavailable: set[str] = set()
        """The services, such as `sqs`, that answer every call of a function with 503."""
        self.endpoint = ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen on loopback, on any free port; `endpoint` is the address."""
        port = self.listen("127.0.0.1", 0)
        self.endpoint = f"http://127.0.0.1:{port}"

    def listen(self, host: str, port: int) -> int:
        """Listen on one more address; return the port.

        Raises:
            OSError: the address is in use or does not belong to this machine.
        """
        server = _Server(host, port, self._serve)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="moto", daemon=True)
        thread.start()
        self._servers.append((server, thread))
        return server.port

    def stop(self) -> None:
        """Stop listening. Stored items stay in moto until the process ends."""
        for client in self._clients.values():
            client.close()
        self._clients.clear()
        for server, thread in self._servers:
            server.shutdown()
            thread.join()
            server.server_close()
        self._servers.clear()

    def client(self, service: str) -> Any:
        """Return a boto3 client (thread-safe) of this emulator; the meter does not count its calls."""
        if service not in self._clients:
            self._clients[service] = boto3.client(
                service,
                region_name=REGION,
                endpoint_url=self.endpoint,
                aws_access_key_id=FAKE_CREDENTIALS["AWS_ACCESS_KEY_ID"],
                aws_secret_access_key=FAKE_CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
                aws_session_token=FAKE_CREDENTIALS["AWS_SESSION_TOKEN"],
                config=Config(
                    connect_timeout=2, read_timeout=_READ_TIMEOUT_SECONDS, retries={"total_max_attempts": 1}
                ),
            )
        return self._clients[service]

    def put_many(self, table_name: str, items: Iterable[Document]) -> None:
        """Put new items, in DynamoDB's JSON, into a table; no other call is done meanwhile."""
        with self._dynamodb_lock:
            put_many(table_name, items)

    def deploy(self, template: Template) -> None:
        """Create the template's table and queues, dead-letter queues first."""
        for table in template.tables:
            self.create_table(table)
        sqs = self.client("sqs")
        for queue in sorted(template.queues, key=lambda queue: queue.dead_letters_to is not None):
            sqs.create_queue(QueueName=queue.name, Attributes=dict(queue.attributes))

    def create_table(self, table: Table) -> None:
        """Create an empty table."""
        dynamodb = self.client("dynamodb")
        dynamodb.create_table(**table.create)
        speed_up_table(table.name)
        if table.ttl_attribute:
            dynamodb.update_time_to_live(
                TableName=table.name,
                TimeToLiveSpecification={"Enabled": True, "AttributeName": table.ttl_attribute},
            )

    def _serve(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        service, _, operation = environ.get("HTTP_X_AMZ_TARGET", "").partition(".")
        service = "dynamodb" if service.startswith("DynamoDB") else service.removeprefix("Amazon").lower()
        started = time.perf_counter()
        request = _document(body)
        if service in self.unavailable and "app/" in environ.get("HTTP_USER_AGENT", ""):
            answer = HttpAnswer("503 Service Unavailable", [("Content-Type", "application/x-amz-json-1.1")], b"{}")
        elif service != "dynamodb":
            answer = self._perform(environ)
        elif operation == "TransactWriteItems":
            answer = self._request_tokens.answer(request, lambda: self._dynamodb(environ, operation, request))
        else:
            answer = self._dynamodb(environ, operation, request)
        start_response(answer.status_line, answer.headers)
        if self._on_call and operation:
            caller = re.search(r"\bapp/(\S+)", environ.get("HTTP_USER_AGENT", ""))
            self._on_call(
                AwsCall(
                    caller=caller.group(1) if caller else "",
                    service=service,
                    operation=operation,
                    request=request,
                    response=_document(answer.body),
                    status=answer.status,
                    seconds=time.perf_counter() - started,
                )
            )
        return [answer.body]

    def _dynamodb(self, environ: dict[str, Any], operation: str, request: Document) -> HttpAnswer:
        with self._dynamodb_lock:
            set_request_scope(operation, request)
            return self._perform(environ)

    def _perform(self, environ: dict[str, Any]) -> HttpAnswer:
        """Return moto's response to a request."""
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start(line: str, headers: list[tuple[str, str]], *_: Any) -> None:
            started.append((line, headers))

        body = b"".join(self._app(environ, start))
        line, headers = started[-1]
        return HttpAnswer(line, headers, body)


def _document(body: bytes) -> Document:
    try:
        document = json.loads(body or b"{}")
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}

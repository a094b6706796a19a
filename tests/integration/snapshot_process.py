"""The process of `test_snapshots`: INIT under observation, two copies, and what each of them does.

It writes one JSON line after INIT, reads the new webhook secret from its standard input, and writes one line a copy.
"""

import json
import os
import random
import secrets
import sys
import time
import uuid
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

USED: dict[str, list[str]] = {name: [] for name in ("network", "credentials", "clients", "clock", "randomness")}
OURS = "/vpnbot/"
OLD_SECRET = "secret-before-the-snapshot"
LOCAL_PORTS: list[int] = []
SIGNED_WITH: list[str] = []


def _caller(frame: FrameType | None, marker: str) -> str | None:
    while frame is not None:
        if marker in frame.f_code.co_filename:
            return f"{frame.f_code.co_filename}:{frame.f_lineno}"
        frame = frame.f_back
    return None


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event in {"socket.connect", "socket.getaddrinfo", "socket.bind", "socket.sendto", "urllib.Request"}:
        USED["network"].append(f"{event} {arguments[1:]!r}")


def _record(module: Any, name: str, use: str) -> None:
    real = getattr(module, name)

    def recorded(*arguments: Any, **named: Any) -> Any:
        if (caller := _caller(sys._getframe(1), OURS)) is not None:
            USED[use].append(f"{name} in {caller}")
        return real(*arguments, **named)

    setattr(module, name, recorded)


def observe() -> None:
    """Record from now on who uses the network, credentials, clock and randomness."""
    import botocore.session

    sys.addaudithook(_audit)
    for name in ("time", "time_ns", "monotonic"):
        _record(time, name, "clock")
    for module, name in ((random, "random"), (random, "uniform"), (os, "urandom"), (uuid, "uuid4")):
        _record(module, name, "randomness")
    create_client, get_credentials = botocore.session.Session.create_client, botocore.session.Session.get_credentials

    def create(session: Any, service: str, *arguments: Any, **named: Any) -> Any:
        USED["clients"].append(service)
        client = create_client(session, service, *arguments, **named)
        client.meta.events.register("before-send", _note_signature)
        return client

    def credentials(session: Any) -> Any:
        USED["credentials"].append("get_credentials")
        return get_credentials(session)

    botocore.session.Session.create_client = create
    botocore.session.Session.get_credentials = credentials
    _observe_our_client()


def _observe_our_client() -> None:
    """Record the building and the signatures of our clients as those of botocore's; each looks for credentials."""
    from vpnbot.aws_calls.client import AwsClient
    from vpnbot.aws_calls.signing import Signing

    build, sign = AwsClient.__init__, Signing.headers

    def built(client: AwsClient, service: Any, *arguments: Any, **named: Any) -> None:
        USED["clients"].append(service.name)
        USED["credentials"].append(f"AwsClient of {service.name}")
        build(client, service, *arguments, **named)

    def signed(signing: Signing, *arguments: Any) -> Any:
        headers = sign(signing, *arguments)
        SIGNED_WITH.append(headers["Authorization"].partition("Credential=")[2].partition("/")[0])
        return headers

    AwsClient.__init__ = built  # type: ignore[method-assign, assignment]  # as above
    Signing.headers = signed  # type: ignore[method-assign, assignment]


def _note_signature(request: Any, **_: Any) -> None:
    header = request.headers.get("Authorization", "")
    text = header.decode() if isinstance(header, bytes) else str(header)
    SIGNED_WITH.append(text.partition("Credential=")[2].partition("/")[0])


def open_sockets() -> list[str]:
    """Return the sockets that this process has open."""
    links = (str(path.readlink()) for path in Path("/proc/self/fd").iterdir() if path.is_symlink())
    return [link for link in links if link.startswith("socket:")]


class Context:
    """Lambda's context with 20 seconds left."""

    def get_remaining_time_in_millis(self) -> int:
        """Return milliseconds."""
        return 20_000


def delivery(secret: str, update: dict[str, Any]) -> dict[str, Any]:
    """Return the event of an update."""
    headers = {"x-telegram-bot-api-secret-token": secret}
    return {"version": "2.0", "headers": headers, "requestContext": {}, "body": json.dumps(update)}


def updates(number: int) -> list[dict[str, Any]]:
    """Return a message and a checkout of a person whom only this copy knows."""
    person = {"id": 1000 + number, "is_bot": False, "first_name": "Anna", "language_code": "ru"}
    now = int(datetime.now(UTC).timestamp())
    chat = {"id": 1000 + number, "type": "private"}
    message = {"message_id": 1, "from": person, "chat": chat, "date": now, "text": "/start"}
    query = {"id": "1", "from": person, "currency": "XTR", "total_amount": 1, "invoice_payload": "none"}
    return [
        {"update_id": 10 * number + 1, "message": message},
        {"update_id": 10 * number + 2, "pre_checkout_query": query},
    ]


def restored(number: int, app: Any, state: Any, new_secret: str) -> dict[str, Any]:
    """Do what a restored environment does: hooks, new credentials, then updates. Return what there was to see."""
    from snapshot_restore_py import get_after_restore

    random.setstate(state)  # a fork seeds `random` again by itself, and a restored snapshot does not
    os.environ["AWS_ACCESS_KEY_ID"] = f"OF-COPY-{number}"
    for function, arguments, named in get_after_restore():
        function(*arguments, **named)
    _note_ports()
    values = {
        "random": random.random(),
        "secrets": secrets.token_hex(8),
        "uuid4": str(uuid.uuid4()),
        "uuid1": str(uuid.uuid1()),
        "urandom": os.urandom(8).hex(),
    }
    before = {name for name in sys.modules if name.startswith("vpnbot.")}
    responses = [app.handler(delivery(new_secret, update), Context()) for update in updates(number)]
    imported = sorted({name for name in sys.modules if name.startswith("vpnbot.")} - before)
    old = app.handler(delivery(OLD_SECRET, updates(number)[0]), Context())
    return {
        "copy": number,
        "credentials": os.environ["AWS_ACCESS_KEY_ID"],
        "signed_with": sorted(set(SIGNED_WITH)),
        "responses": responses,
        "old_secret_status": old["statusCode"],
        "random": values,
        "local_ports": LOCAL_PORTS,
        "imported_by_updates": imported,
        "used": USED,
    }


def _note_ports() -> None:
    import socket

    connect = socket.socket.connect

    def noted(self: socket.socket, address: Any) -> None:
        connect(self, address)
        LOCAL_PORTS.append(self.getsockname()[1])

    setattr(socket.socket, "connect", noted)  # noqa: B010 - the signature differs


def write(line: dict[str, Any]) -> None:
    """Write one line of JSON."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Do INIT, then make two copies one after the other."""
    observe()
    app = import_module("app")  # of the folder that is the working directory
    from snapshot_restore_py import get_before_snapshot

    for function, arguments, named in get_before_snapshot():
        function(*arguments, **named)
    from aiogram.types import Message, PreCheckoutQuery, SuccessfulPayment, Update

    models = (Message, PreCheckoutQuery, SuccessfulPayment, Update)
    unbuilt = [model.__name__ for model in models if not model.__pydantic_complete__]
    write({**USED, "sockets": open_sockets(), "unbuilt": unbuilt})
    new_secret, state = sys.stdin.readline().strip(), random.getstate()
    for number in range(2):
        child = os.fork()
        if child == 0:
            write(restored(number, app, state, new_secret))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            sys.exit(1)


if __name__ == "__main__":
    main()

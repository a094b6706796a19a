"""AWS on loopback that answers every call with one error, in the form of the service's protocol."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from typer.core import TyperCommand, TyperGroup

from tests.integration.loopback import serving


@dataclass
class FailingAws:
    """The address of the server, and the region of each signed request (the second part of its credential scope)."""

    address: str
    code: str
    message: str
    status: int = 400
    regions: list[str] = field(default_factory=list)

    def body(self, content_type: str) -> bytes:
        """Return the error as the service of this request writes it."""
        if "json" in content_type:
            return json.dumps({"__type": f"com.amazonaws#{self.code}", "message": self.message}).encode()
        error = f"<Error><Type>Sender</Type><Code>{self.code}</Code><Message>{self.message}</Message></Error>"
        return f"<ErrorResponse>{error}<RequestId>1</RequestId></ErrorResponse>".encode()


@contextmanager
def failing_aws(code: str, message: str = "", status: int = 400) -> Iterator[FailingAws]:
    """Serve on a free port of loopback."""
    aws = FailingAws("", code, message, status)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            scope = self.headers.get("authorization", "").partition("Credential=")[2].split("/")
            aws.regions.append(scope[2] if len(scope) > 2 else "")
            content_type = self.headers.get("content-type", "")
            body = aws.body(content_type)
            self.send_response(aws.status)
            self.send_header("content-type", content_type if "json" in content_type else "text/xml")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Write no access log."""

    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as aws.address:
        yield aws


def leaf_commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the words of every command that is no group."""
    if isinstance(command, TyperGroup):
        for name, inner in command.commands.items():
            yield from leaf_commands(inner, (*path, name))
    else:
        assert isinstance(command, TyperCommand)
        yield path

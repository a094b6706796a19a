"""Kept connections send the bytes of urllib3, and read every answer as urllib3 does, however it arrives."""

import random
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest
import urllib3

from local.three_x_ui.tls import self_signed
from tests.integration.panels.raw_server import RawServer, read_request
from vpnbot.connections.kept_connections import PlainAnswer, kept_pool
from vpnbot.connections.tls import tls_context

BODY = b'{"ok":true,"result":true}'
HEAD = b"HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: application/json\r\n"
LENGTH = b"Content-Length: %d\r\n" % len(BODY)
PLAIN = HEAD + LENGTH + b"Connection: keep-alive\r\n\r\n" + BODY
LARGE = b"x" * 70_000

type Pools = Callable[[str], urllib3.HTTPConnectionPool]
type Outcome = tuple[str, object]


_open: list[urllib3.HTTPConnectionPool] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while _open:
        _open.pop().close()


def ordinary(url: str) -> urllib3.HTTPConnectionPool:
    _open.append(urllib3.connection_from_url(url, maxsize=1))
    return _open[-1]


def kept(url: str) -> urllib3.HTTPConnectionPool:
    _open.append(kept_pool(url, connections=1, tls=tls_context))
    return _open[-1]


def post(pool: urllib3.HTTPConnectionPool, body: bytes = b"?", seconds: float = 3.0) -> Any:
    return pool.urlopen("POST", "/", body=body, retries=False, redirect=False, preload_content=False, timeout=seconds)


def origin(server: RawServer) -> str:
    return server.address.removesuffix("/base")


def outcome(pool: urllib3.HTTPConnectionPool, seconds: float = 3.0) -> Outcome:
    """Return the answer, or the class of the error and when it was raised."""
    when = "urlopen"
    try:
        answer = post(pool, seconds=seconds)
        when = "read"
        body = answer.read()
        answer.release_conn()
    except (urllib3.exceptions.HTTPError, ValueError) as error:
        return when, type(error)
    return "answer", (answer.status, {name.lower(): value for name, value in answer.headers.items()}, body)


@pytest.mark.parametrize(
    ("method", "body", "headers"),
    [
        ("POST", b"chat_id=1&text=%F0%9F%8F%A0", {"Content-Type": "application/x-www-form-urlencoded"}),
        ("POST", b"{}", {"User-Agent": "vpnbot", "X-Amz-Target": "DynamoDB_20120810.Query"}),
        ("POST", b"", {}),
        ("POST", None, {}),
        ("POST", "text", {}),
        ("GET", None, {"X-Name": "\u00e9"}),
        ("GET", b"a body", {}),
        ("PUT", b"{}", {}),
        ("POST", b"{}", {"Host": "other", "Accept-Encoding": "gzip"}),
        ("POST", b"{}", {"Content-Length": "2"}),
    ],
    ids=range(10),
)
def test_a_request_has_the_bytes_that_urllib3_sends(method: str, body: object, headers: dict[str, str]) -> None:
    with RawServer(lambda: [PLAIN]) as server:
        for pools in (ordinary, kept):
            answer = pools(origin(server)).urlopen(
                method,
                "/bot1:a/sendMessage?a=%20b",
                body=body,  # type: ignore[arg-type]  # each is one of the types that urllib3 accepts
                headers=headers,
                retries=False,
                redirect=False,
                preload_content=False,
            )
            answer.read()
            answer.release_conn()
    assert server.requests[0] == server.requests[1]


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("POST", "/", {"X-Name": "two\r\nlines"}),
        ("POST", "/", {"X-Name": "two\nlines"}),
        ("POST", "/", {"": "no name"}),
        ("POST", "/", {"X-Name": "\u0434"}),
        ("PO\r\nST", "/", {}),
    ],
    ids=str,
)
def test_what_urllib3_refuses_to_send_is_refused(method: str, path: str, headers: dict[str, str]) -> None:
    with RawServer(lambda: [PLAIN]) as server:
        errors = []
        for pools in (ordinary, kept):
            with suppress(urllib3.exceptions.HTTPError), pytest.raises(Exception) as refused:  # noqa: PT011 - compared
                pools(origin(server)).urlopen(
                    method, path, body=b"", headers=headers, retries=False, redirect=False, preload_content=False
                )
            errors.append(refused.type)
    assert errors[0] is errors[1]
    assert server.requests == []


ANSWERS = {
    "plain": PLAIN,
    "a refusal": PLAIN.replace(b"200 OK", b"429 Too Many Requests"),
    "no reason": PLAIN.replace(b"200 OK", b"200"),
    "an empty body": HEAD + b"Content-Length: 0\r\n\r\n",
    "a large body": HEAD + b"Content-Length: %d\r\n\r\n" % len(LARGE) + LARGE,
    "spaces and tabs": HEAD + b"X-Space: \t two  words \t\r\n" + LENGTH + b"\r\n" + BODY,
    "no space": HEAD + b"X-Space:none\r\nX-Empty:\r\n" + LENGTH + b"\r\n" + BODY,
    "chunks": HEAD + b'Transfer-Encoding: chunked\r\n\r\n5\r\n{"ok"\r\n6\r\n:true}\r\n0\r\n\r\n',
    "chunks and a length": HEAD + LENGTH + b'Transfer-Encoding: chunked\r\n\r\n5\r\n{"ok"\r\n0\r\n\r\n',
    "until the end": HEAD + b"\r\n" + BODY,
    "closed": HEAD + LENGTH + b"Connection: close\r\n\r\n" + BODY,
    "HTTP/1.0": PLAIN.replace(b"1.1", b"1.0"),
    "a header twice": HEAD + b"Set-Cookie: a\r\nSet-Cookie: b\r\n" + LENGTH + b"\r\n" + BODY,
    "two lengths": HEAD + LENGTH + b"Content-Length: 3\r\n\r\n" + BODY,
    "a length that is no number": HEAD + b"Content-Length: many\r\n\r\n" + BODY,
    "a negative length": HEAD + b"Content-Length: -1\r\n\r\n" + BODY,
    "a continued line": HEAD + b"X-Long: one\r\n two\r\n" + LENGTH + b"\r\n" + BODY,
    "bytes": HEAD + b"X-Name: \xc3\xa9\r\n" + LENGTH + b"\r\n" + BODY,
    "line feeds": PLAIN.replace(b"\r\n", b"\n"),
    "compressed": HEAD + b"Content-Encoding: gzip\r\n" + LENGTH + b"\r\n" + BODY,
    "more than its length": PLAIN + b"more",
    "less than its length": PLAIN[:-3],
    "less than its head": PLAIN[:60],
    "a line without a colon": HEAD + b"nonsense\r\n" + LENGTH + b"\r\n" + BODY,
    "no answer": b"",
    "no HTTP": b"\x16\x03\x01" + PLAIN,
    "no content": b"HTTP/1.1 204 No Content\r\nServer: nginx\r\n\r\n",
    "not modified": b"HTTP/1.1 304 Not Modified\r\nContent-Length: 25\r\n\r\n",
    "continue first": b"HTTP/1.1 100 Continue\r\n\r\n" + PLAIN,
}


@pytest.mark.parametrize("name", list(ANSWERS))
@pytest.mark.parametrize("pieces", ["at once", "head and body", "in the head"])
def test_an_answer_is_read_as_urllib3_reads_it(name: str, pieces: str) -> None:
    whole = ANSWERS[name]
    cut = {"at once": len(whole), "head and body": whole.find(b"\r\n\r\n") + 4, "in the head": 30}[pieces]
    with RawServer(lambda: [part for part in (whole[:cut], whole[cut:]) if part]) as server:
        assert outcome(kept(origin(server))) == outcome(ordinary(origin(server)))


def test_damaged_answers_are_read_as_urllib3_reads_them() -> None:
    chance = random.Random(20261130)
    for _ in range(150):
        damaged = bytearray(chance.choice([PLAIN, ANSWERS["chunks"], ANSWERS["spaces and tabs"]]))
        for _ in range(chance.choice([1, 1, 2, 4])):
            place = chance.randrange(len(damaged))
            damaged[place : place + chance.choice([0, 1, 1, 5])] = chance.choice(
                [b"", b"\r", b"\n", b" ", b":", b"\x00", b"9"]
            )
        answer = bytes(damaged)
        with RawServer(lambda answer=answer: [answer]) as server:  # type: ignore[misc]  # the default binds the value
            assert outcome(kept(origin(server)), 0.5) == outcome(ordinary(origin(server)), 0.5), answer


@pytest.mark.parametrize("sent", [0, 40, len(PLAIN) - 5], ids=["nothing", "a part of the head", "a part of the body"])
def test_an_answer_that_stops_ends_with_the_time_out_of_urllib3(sent: int) -> None:
    ended = threading.Event()

    def chunks() -> Iterable[bytes]:
        yield PLAIN[:sent]
        ended.wait(2)

    with RawServer(chunks) as server:
        results = [outcome(pools(origin(server)), 0.15) for pools in (kept, ordinary)]
        ended.set()
    assert results[0] == results[1]
    assert results[0][1] is urllib3.exceptions.ReadTimeoutError


@dataclass
class Conversation:
    """A server that answers the requests of each connection with these answers, and then closes it."""

    answers: list[bytes]
    connections: int = 0

    def serve(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                self.connections += 1
                with connection, suppress(OSError):
                    for answer in self.answers:
                        if not read_request(connection):
                            break
                        connection.sendall(answer)


@pytest.mark.parametrize("first", ["plain", "chunks", "a large body", "more than its length", "closed"])
def test_a_connection_is_kept_after_the_answers_after_which_urllib3_keeps_it(first: str) -> None:
    used = []
    for pools in (kept, ordinary):
        server = Conversation([ANSWERS[first], PLAIN, ANSWERS["chunks"], PLAIN])
        with socket.create_server(("127.0.0.1", 0)) as listener:
            threading.Thread(target=server.serve, args=(listener,), daemon=True).start()
            pool = pools(f"http://127.0.0.1:{listener.getsockname()[1]}")
            results = [outcome(pool) for _ in range(4)]
            used.append((server.connections, results))
            pool.close()
            listener.shutdown(socket.SHUT_RDWR)
    assert used[0] == used[1]


def test_the_rest_of_an_answer_is_never_read_as_the_next_one() -> None:
    server = Conversation([PLAIN, PLAIN.replace(b"true", b"null")])
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=server.serve, args=(listener,), daemon=True).start()
        pool = kept(f"http://127.0.0.1:{listener.getsockname()[1]}")
        half = post(pool)
        assert half.read(5) == BODY[:5]
        half.release_conn()
        assert outcome(pool)[1][2] == BODY  # type: ignore[index]  # it is an answer
        listener.shutdown(socket.SHUT_RDWR)


def test_the_usual_answers_of_telegram_and_aws_are_plain() -> None:
    for name in ("plain", "a refusal", "an empty body", "a large body", "no space"):
        with RawServer(lambda whole=ANSWERS[name]: [whole]) as server:  # type: ignore[misc]  # the default binds it
            answer = post(kept(origin(server)))
            answer.read()
            answer.release_conn()
            assert isinstance(answer, PlainAnswer), name


def test_a_plain_request_is_sent_in_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []
    original = socket.socket.sendall

    def counted(self: socket.socket, data: bytes, *flags: int) -> None:
        sent.append(len(data))
        original(self, data, *flags)

    with RawServer(lambda: [PLAIN]) as server:
        pool = kept(origin(server))
        monkeypatch.setattr(socket.socket, "sendall", counted)
        answer = post(pool, b"x" * 1000)
        answer.read()
        answer.release_conn()
        mine = [size for size in sent if size > 1000]
    assert len(mine) == 1


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
def test_over_tls_both_ways_of_reading_work() -> None:
    """The second answer is in chunks, and so is read by `http.client`."""
    server = Conversation([PLAIN, ANSWERS["chunks"], ANSWERS["a large body"]])
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    with self_signed().context.wrap_socket(socket.create_server(("127.0.0.1", 0)), server_side=True) as listener:
        threading.Thread(target=server.serve, args=(listener,), daemon=True).start()
        pool = kept_pool(f"https://127.0.0.1:{listener.getsockname()[1]}", connections=1, tls=lambda: trusting)
        bodies = [outcome(pool)[1][2] for _ in range(3)]  # type: ignore[index]  # they are answers
        pool.close()
    assert bodies == [BODY, b'{"ok":true}', LARGE]
    assert server.connections == 1

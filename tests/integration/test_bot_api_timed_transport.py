"""The transport for calls about money ends each call with its deadline, however slowly the server answers."""

import time
import traceback
from collections.abc import Iterator

import pytest

from tests.integration.bot_api_double import TOKEN, BotApiDouble, running
from tests.integration.panels.raw_server import RawServer
from vpnbot.connections.request_deadline import within
from vpnbot.errors import TelegramUnavailable
from vpnbot.telegram.bot_api.client import BotApi
from vpnbot.telegram.bot_api.timed_transport import LARGEST_ANSWER_BYTES, TimedTransport

OK = b'{"ok":true,"result":"done"}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"


@pytest.fixture
def telegram() -> Iterator[BotApiDouble]:
    with running() as double:
        yield double


def call(address: str) -> object:
    """Call a method of the Bot API at an address."""
    transport = TimedTransport(address)
    try:
        return BotApi(TOKEN, transport).call("getMe", text="ы")
    finally:
        transport.close()


def test_a_call_returns_the_result_and_sends_its_parameters(telegram: BotApiDouble) -> None:
    result = call(telegram.base)
    assert isinstance(result, dict)
    assert result["username"] == "sample_bot"
    assert telegram.calls == [("getMe", {"text": "ы"})]


@pytest.mark.parametrize("whole_head", [True, False])
def test_a_server_that_sends_one_byte_after_another_is_left_at_the_deadline(whole_head: bool) -> None:
    head = HEAD % len(OK)

    def chunks() -> Iterator[bytes]:
        yield head if whole_head else head[:1]
        for byte in OK * 1_000:
            server.stopped.wait(0.02)
            yield bytes([byte])

    with RawServer(chunks) as server:
        began = time.monotonic()
        with within(0.3), pytest.raises(TelegramUnavailable):
            call(server.address)
        assert time.monotonic() - began < 20, "the answer is complete after minutes"


def test_a_connection_that_breaks_is_made_again_once() -> None:
    answers = iter([[], [HEAD % len(OK), OK]])
    with RawServer(lambda: next(answers)) as server:
        assert call(server.address) == "done"
        assert len(server.requests) == 2
    with RawServer(list) as server:
        with pytest.raises(TelegramUnavailable):
            call(server.address)
        assert len(server.requests) == 2


def test_an_answer_that_is_too_long_is_not_read() -> None:
    with (
        RawServer(lambda: [HEAD % (LARGEST_ANSWER_BYTES + 1), b" " * (LARGEST_ANSWER_BYTES + 1)]) as server,
        pytest.raises(TelegramUnavailable, match="too long"),
    ):
        call(server.address)


def test_no_error_contains_the_token() -> None:
    with RawServer(list) as server:
        for address in ("http://127.0.0.1:1", server.address):
            with pytest.raises(TelegramUnavailable) as caught:
                call(address)
            assert TOKEN.partition(":")[2] not in "".join(traceback.format_exception(caught.value))

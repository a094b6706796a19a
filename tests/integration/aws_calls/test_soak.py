"""Calls of several threads to a DynamoDB that throttles, resets, breaks off, dawdles and damages its answers.

A short run; `SOAK_CALLS=100000 pytest -s -n0 tests/integration/aws_calls/test_soak.py` makes a long one.
"""

import json
import os
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from botocore.exceptions import BotoCoreError, ClientError

from tests.integration.aws_calls.both_clients import environment, ours
from tests.integration.aws_calls.scripted_server import Reply, ScriptedServer
from vpnbot.aws_calls.retrying import Retrying

__all__ = ["environment"]

CALLS = int(os.environ.get("SOAK_CALLS", "600"))
THREADS, ATTEMPTS, READ_SECONDS = 4, 3, 0.25
LONGEST = ATTEMPTS * (1 + READ_SECONDS) + 1
"""The deadline of a call, and a second for a busy machine."""


class FaultyTable:
    """Keeps one item for each key; a transaction with a token that it knows is not executed again."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._tokens: set[str] = set()
        self.values: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()

    def answer(self, request: bytes) -> Reply:
        """Execute a request, and lose or damage the answer of every fourth; some are not executed at all."""
        call = json.loads(request.partition(b"\r\n\r\n")[2])
        with self._lock:
            fault = self._random.choice(FAULTS) if self._random.random() < 0.25 else "none"
            self.faults[fault] += 1
            if fault == "throttled":
                return Reply(400, b'{"__type":"x#ThrottlingException"}')
            if fault == "failed":
                return Reply(500, b'{"__type":"x#InternalServerError"}')
            body = json.dumps(self._executed(call)).encode()
        return {
            "none": Reply(body=body),
            "reset": Reply(body=body, reset=True),
            "cut": Reply(body=body, cut=len(body) // 2),
            "slow": Reply(body=body, pause_seconds=READ_SECONDS * 1.6),
            "damaged": Reply(body=body.replace(b"1", b"7"), headers=(("x-amz-crc32", "12345"),)),
            "closed": Reply(body=body, headers=(("Connection", "close"),)),
        }[fault]

    def _executed(self, call: dict[str, object]) -> dict[str, object]:
        if "ClientRequestToken" in call:
            token, key = str(call["ClientRequestToken"]), str(call["TransactItems"])
            if token not in self._tokens:
                self._tokens.add(token)
                self.values[key] += 1
            return {}
        key = str(call["Key"])
        return {"Item": {"key": {"S": key}, "value": {"N": "1"}}}


FAULTS = ("throttled", "failed", "reset", "cut", "slow", "damaged", "closed")


def test_no_answer_is_wrong_no_transaction_is_made_twice_and_no_call_takes_too_long() -> None:
    table, ends = FaultyTable(seed=len(FAULTS)), Counter[str]()
    longest = 0.0
    with ScriptedServer(table.answer) as server:
        retrying = Retrying(ATTEMPTS, uniform=lambda: 0.02)  # of a second, after throttling: not to wait for nothing
        client = ours(server.url, attempts=ATTEMPTS, seconds=READ_SECONDS, retrying=retrying)

        def call(number: int) -> tuple[str, float]:
            began = time.monotonic()
            try:
                if number % 2:
                    client._make_api_call("TransactWriteItems", {"TransactItems": [number]})
                else:
                    found = client._make_api_call("GetItem", {"Key": number})
                    assert found == {"Item": {"key": {"S": str(number)}, "value": {"N": "1"}}}
            except (ClientError, BotoCoreError) as error:
                return f"{type(error).__name__} {number % 2}", time.monotonic() - began
            return f"success {number % 2}", time.monotonic() - began

        with ThreadPoolExecutor(THREADS) as threads:
            for end, seconds in threads.map(call, range(CALLS)):
                ends[end] += 1
                longest = max(longest, seconds)
    print(f"\n{dict(table.faults)}\n{dict(ends)}\nlongest call {longest:.2f} s, connections {server.connections}")  # noqa: T201 - for a long run
    assert max(table.values.values()) == 1, "a transaction was made twice"
    assert sum(table.values.values()) >= ends["success 1"]
    assert ends["success 0"] + ends["success 1"] > 0.9 * CALLS
    assert set(table.faults) == {*FAULTS, "none"}
    assert longest < LONGEST

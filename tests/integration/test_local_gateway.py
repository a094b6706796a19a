"""The local gateway calls functions as API Gateway's HTTP API does, with payload format 2.0."""

import asyncio
import base64
import io
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from local.gateway import MAX_BODY_BYTES
from local.yookassa.forgeries import SOURCE_HEADER
from tests.integration.local_sample import Sample, running


def run_scenario(folder: Path, scenario: Callable[[Sample, ClientSession], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with running(folder) as sample, ClientSession(sample.base) as session:
            return await scenario(sample, session)

    return asyncio.run(run())


def test_a_request_becomes_an_event_of_payload_format_2(tmp_path: Path) -> None:
    async def scenario(_: Sample, session: ClientSession) -> Any:
        async with session.post(
            "/echo/me?a=1&a=2",
            data="ünicode",
            headers={"X-Telegram-Thing": "s", "Content-Type": "application/json", "Cookie": "c=1; d=2"},
        ) as response:
            assert response.status == 201
            assert response.headers["x-pid"]
            assert response.cookies["a"].value == "1"
            return (await response.json(content_type=None))["event"]

    event = run_scenario(tmp_path, scenario)
    assert (event["version"], event["routeKey"]) == ("2.0", "POST /echo/{name}")
    assert (event["rawPath"], event["rawQueryString"]) == ("/echo/me", "a=1&a=2")
    assert event["pathParameters"] == {"name": "me"}
    assert event["queryStringParameters"] == {"a": "1,2"}
    assert event["cookies"] == ["c=1", "d=2"]
    assert event["headers"]["x-telegram-thing"] == "s"
    assert all(name == name.lower() for name in event["headers"])
    assert (event["body"], event["isBase64Encoded"]) == ("ünicode", False)
    http = event["requestContext"]["http"]
    assert (http["method"], http["path"], http["sourceIp"]) == ("POST", "/echo/me", "127.0.0.1")
    assert event["requestContext"]["domainName"].startswith("127.0.0.1")


def test_a_fake_may_tell_the_address_that_it_stands_for(tmp_path: Path) -> None:
    async def scenario(_: Sample, session: ClientSession) -> Any:
        async with session.post("/echo/me", data="{}", headers={SOURCE_HEADER: "185.71.76.5"}) as response:
            return (await response.json(content_type=None))["event"]

    event = run_scenario(tmp_path, scenario)
    assert event["requestContext"]["http"]["sourceIp"] == "185.71.76.5"
    assert event["headers"]["x-forwarded-for"] == "185.71.76.5"
    assert SOURCE_HEADER.lower() not in event["headers"]


def test_a_body_that_is_not_text_is_base64(tmp_path: Path) -> None:
    async def scenario(_: Sample, session: ClientSession) -> Any:
        headers = {"Content-Type": "application/octet-stream"}
        async with session.post("/echo/me", data=b"\xff\x00", headers=headers) as response:
            return (await response.json(content_type=None))["event"]

    event = run_scenario(tmp_path, scenario)
    assert event["isBase64Encoded"]
    assert base64.b64decode(event["body"]) == b"\xff\x00"


def test_failures_have_the_statuses_and_bodies_of_api_gateway(tmp_path: Path) -> None:
    async def scenario(_: Sample, session: ClientSession) -> list[tuple[int, Any]]:
        answers = []
        json_header = {"Content-Type": "application/json"}
        for body in ("crash", "raise", "plain"):
            async with session.post("/echo/me", data=body, headers=json_header) as response:
                answers.append((response.status, await response.json()))
        async with session.post("/echo/me", data=io.BytesIO(b"x" * (MAX_BODY_BYTES + 1))) as response:
            answers.append((response.status, await response.json()))
        async with session.get("/broken") as response:
            answers.append((response.status, await response.json()))
        async with session.get("/missing") as response:
            answers.append((response.status, None))
        return answers

    assert run_scenario(tmp_path, scenario) == [
        (500, {"message": "Internal Server Error"}),
        (500, {"message": "Internal Server Error"}),
        (200, {"hello": "shop"}),
        (413, {"message": "Request Entity Too Large"}),
        (500, {"message": "Internal Server Error"}),
        (404, None),
    ]


def test_the_runtime_api_rejects_callers_that_are_not_environments(tmp_path: Path) -> None:
    async def scenario(_: Sample, session: ClientSession) -> int:
        async with session.get("/2018-06-01/runtime/invocation/next") as response:
            return response.status

    assert run_scenario(tmp_path, scenario) == 404


def test_functions_get_the_time_offset_and_each_planned_crash_once(tmp_path: Path) -> None:
    async def scenario(sample: Sample, session: ClientSession) -> list[Any]:
        sample.crashes.order("due_worker", "commit.after")
        sample.clock.move_to(sample.clock.now().replace(year=2030))
        answers = []
        for function in ("telegram_webhook", "due_worker", "due_worker"):
            async with session.get("/control/orders", params={"function": function}) as response:
                answers.append(await response.json())
        return answers

    answers = run_scenario(tmp_path, scenario)
    assert [answer["crash_at"] for answer in answers] == [None, "commit.after", None]
    assert answers[0]["offset_seconds"] > 86400

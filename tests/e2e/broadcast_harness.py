"""A running system with many people and a broadcast: what the staff writes, what people get, what is stored."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from local.due_list import plain
from local.options import Options
from local.system import SUPPORT_CHAT_ID, System
from local.telegram.person import Person
from vpnbot.domain.audience.facts import AUDIENCE_SHARDS
from vpnbot.domain.broadcasts.broadcast import BROADCASTS, State
from vpnbot.domain.broadcasts.delivery import SHARDS, deliveries_partition
from vpnbot.storage.codec import audience_partition

TEXT = "We have a server in Warsaw"
MINUTE = timedelta(minutes=1)


@dataclass
class BroadcastRun:
    """One system, whose operator sends a broadcast."""

    system: System

    @property
    def operator(self) -> Person:
        """The person who sends it."""
        return self.system.telegram.person_by_id(SUPPORT_CHAT_ID)

    async def starts(self, text: str = TEXT) -> None:
        """Write a message to everybody, and start it; nothing is sent before virtual time is moved."""
        operator = self.operator
        await operator.sends("/admin")
        await operator.taps("📣 Broadcasts")
        await operator.taps("New broadcast")
        await operator.sends(text)
        await operator.taps("🚀 Send")
        await operator.taps("✅ Send")

    async def until(self, state: State, minutes: int = 60) -> dict[str, Any]:
        """Move virtual time, minute by minute, until the broadcast is in a state; return it as stored."""
        for _ in range(minutes):
            if self.stored["state"] == state:
                return self.stored
            await self.system.advance(MINUTE)
        raise AssertionError(f"it is still {self.stored['state']}")

    @property
    def stored(self) -> dict[str, Any]:
        """The body of the newest broadcast."""
        found = [item for item in self._items("pk", BROADCASTS) if str(item["sk"]).startswith("BROADCAST#")]
        return dict(max(found, key=lambda item: str(item["sk"]))["body"])

    @property
    def outcomes(self) -> dict[str, dict[str, Any]]:
        """The body of each delivery, by the person's id."""
        partitions = [deliveries_partition(str(self.stored["id"]), shard) for shard in range(SHARDS)]
        return {str(item["sk"]): dict(item["body"]) for each in partitions for item in self._items("pk", each)}

    @property
    def listed(self) -> dict[str, str]:
        """The facts about all people, as in the index of the audience."""
        shards = [audience_partition(shard) for shard in range(AUDIENCE_SHARDS)]
        items = [item for shard in shards for item in self._items("audience", shard, "audience")]
        return {str(item["pk"]): str(item["audience_facts"]) for item in items}

    def copies(self, text: str = TEXT) -> Counter[str]:
        """Return how many messages with this text are in the chat of each person."""
        telegram, ring = self.system.telegram, self.system.ring
        return Counter(
            ring.person_id(user_id)
            for user_id in telegram.conversations.accounts
            for message in telegram.conversations.messages_of(user_id)
            if message.from_bot and message.content.text == text and self._sent(user_id, message.message_id)
        )

    @property
    def tries(self) -> int:
        """How many messages Telegram has accepted since the journal was cleared."""
        return len(self.system.telegram.journal.sendings)

    async def tried(self, count: int) -> None:
        """Wait until Telegram has accepted so many messages."""
        while self.tries < count:
            await self.system.telegram.feed.changed.wait(60)

    def _sent(self, user_id: int, message_id: int) -> bool:
        """Tell whether a message is not the preview for the operator, which came before the journal was cleared."""
        return user_id != SUPPORT_CHAT_ID or message_id > self.operator_saw

    operator_saw: int = 0

    def begins(self) -> None:
        """Count from here."""
        self.system.telegram.journal.clear()
        self.operator_saw = self.operator.messages[-1].message_id

    def _items(self, key: str, value: str, index: str | None = None) -> list[Mapping[str, Any]]:
        named = {"IndexName": index} if index else {"ConsistentRead": True}
        pages = (
            self.system.aws.client("dynamodb")
            .get_paginator("query")
            .paginate(
                TableName=self.system.crowd.table_name,
                KeyConditionExpression="#key = :value",
                ExpressionAttributeNames={"#key": key},
                ExpressionAttributeValues={":value": {"S": value}},
                **named,
            )
        )
        return [plain(item) for page in pages for item in page["Items"]]


@asynccontextmanager
async def broadcast_run(people: int, rate: int | None = None) -> AsyncIterator[BroadcastRun]:
    """Run a system with people; `rate` are the calls a second to the fake Telegram, None: as in production."""
    variables = {} if rate is None else {"DEMO_RATE": str(rate)}
    options = Options(scheduled=False, variables=variables, warm=("telegram_webhook", "due_worker"))
    async with System(options) as system:
        await asyncio.gather(system.crowd.add(people, system.clock.now()), system.settle())
        yield BroadcastRun(system)

"""Many people at once who have met the bot in the last months: for messages to many people.

They are written as items, with the storage's own codec, because meeting the bot one by one takes a second each. So
they have a profile and a subscription, and are in the index of the audience; they have no ledger, and no keys on the
panels. What becomes due for them is done as for everybody.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import batched
from random import Random

from local.aws import LocalAws
from local.telegram.fake_telegram import FakeTelegram
from vpnbot.domain.keys.key_ring import Key, KeyRing
from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.domain.subscriptions.subscription import Subscription
from vpnbot.storage.codec import to_record, user_record
from vpnbot.storage.table import Record

MOST_AT_ONCE = 20_000
_BATCH = 100
"""The items that are put while no function is answered by the table."""
_NAMES = {"ru": ("Анна", "Борис", "Вера", "Глеб", "Дина"), "en": ("Alice", "Ben", "Clara", "Dan", "Emma")}
_BLOCKED, _NEWS_OFF, _ENGLISH = 0.04, 0.05, 0.4
_STANDINGS: tuple[tuple[float, timedelta, timedelta], ...] = (
    (0.05, timedelta(hours=26), timedelta(hours=40)),
    (0.5, timedelta(days=12), timedelta(days=31)),
    (0.2, timedelta(days=40), timedelta(days=120)),
)
"""Shares of people whose trial began between two times ago: it runs, or has ended. The others have not tried."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """Adds people to one system; nothing is written through PynamoDB, which binds one table per process."""

    aws: LocalAws
    table_name: str
    ring: KeyRing
    telegram: FakeTelegram

    async def add(self, count: int, now: datetime, *, tried: bool = True) -> None:
        """Add people to Telegram and to the table; the chat page does not list them.

        `tried`: most of them have tried the bot, so that something is due for some of them; False: none has.

        Raises:
            ValueError: not a number of people that can be added at once.
        """
        if not 1 <= count <= MOST_AT_ONCE:
            raise ValueError(f"from 1 to {MOST_AT_ONCE} people at once")
        chance = Random(self.telegram.conversations.next_user_id())
        people = [self._arrives(chance, now, tried=tried) for _ in range(count)]
        await asyncio.to_thread(self._store, people)

    def _arrives(self, chance: Random, now: datetime, *, tried: bool) -> Person:
        """Return a new person of any standing, with an account of theirs that may have blocked the bot."""
        language = "en" if chance.random() < _ENGLISH else "ru"
        name = chance.choice(_NAMES[language])
        account = self.telegram.person(name, language, started=True, on_page=False).account
        account.blocked = chance.random() < _BLOCKED
        subscription, began_at = self._subscription(chance, now) if tried else (Subscription(), None)
        met_at = (began_at or now) - timedelta(minutes=chance.randrange(1, 60))
        person = Person(self.ring.person_id(account.user_id), subscription=subscription)
        user = replace(
            person.user.met(account.chat_id, language, None, met_at),
            version=1,
            trial_used=began_at is not None,
            news=chance.random() >= _NEWS_OFF,
            shown_name=name,
            named_at=met_at,
        )
        return replace(person, user=user)

    def _subscription(self, chance: Random, now: datetime) -> tuple[Subscription, datetime | None]:
        drawn = chance.random()
        for share, least, most in _STANDINGS:
            if drawn < share:
                began_at = now - least - (most - least) * chance.random()
                key = Key(self.ring.current, f"{chance.getrandbits(64):016x}")
                return Subscription().trial_started(TRIAL, key).begun(began_at).settled(now)[0], began_at
            drawn -= share
        return Subscription(), None

    def _store(self, people: list[Person]) -> None:
        records = (record for person in people for record in _records(person))
        for some in batched(records, _BATCH, strict=False):
            self.aws.put_many(self.table_name, [record.serialize() for record in some])


def _records(person: Person) -> Iterator[Record]:
    yield user_record(person)
    if person.subscription != Subscription():
        yield to_record(person.id, person.subscription)

"""Items that earlier releases wrote are read by this release, and kept unchanged by a write."""

from datetime import timedelta
from fractions import Fraction

import pytest

from local.aws import LocalAws
from tests.fakes.clock import START
from tests.fakes.contract import ENDPOINT, entry
from tests.fakes.shop import Shop
from tests.integration.storage.stored import RECORDED, Items, recorded
from vpnbot.domain.keys.key_ring import Derivation, PersonId
from vpnbot.domain.money import Money
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.people.user import User
from vpnbot.domain.scheduling import Due
from vpnbot.domain.servers.drift import ExpectedClient
from vpnbot.domain.servers.outage import Outage, waiters_of
from vpnbot.domain.subscriptions.entitlement import entitlement_seconds
from vpnbot.domain.subscriptions.list_price import ListPrice
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.domain.subscriptions.subscription import Status
from vpnbot.domain.subscriptions.time_credit import Source
from vpnbot.domain.support_chat import ChatTrouble
from vpnbot.domain.waiters import waiter_shard, waiters_partition
from vpnbot.errors import UnreadableItem
from vpnbot.storage.codec import new_record
from vpnbot.storage.servers.catalogue import Catalogue
from vpnbot.storage.stored_item import Stored
from vpnbot.storage.upcasters import upcasted

PERSON = PersonId("0" * 31 + "1")
RELEASES = sorted(path.stem for path in RECORDED.glob("*.json"))


@pytest.mark.parametrize("release", RELEASES)
def test_a_person_of_every_release_is_read_completely(
    shop: Shop, table_name: str, local_aws: LocalAws, release: str
) -> None:
    Items(local_aws, table_name).put(recorded(release))
    person = shop.people.open(PERSON).person
    assert person.unreadable == frozenset()
    assert (person.user.chat_id, person.user.version, person.user.came_from) == (42, 3, "friend")
    assert (person.subscription.status, person.subscription.suspended_at) == (Status.SUSPENDED, START)
    assert person.subscription.plan is not None
    assert person.subscription.plan.duration == timedelta(days=30)
    access = person.access("nl", "5eed5eed.1")
    assert access is not None
    assert (access.endpoint, access.used_bytes, access.last_error) == (ENDPOINT, 2**40, "slow")
    assert [notification.kind for notification in person.outbox] == [NotificationKind.KEY_READY] * 2
    assert person.fetch is not None
    assert [watch.server_id for watch in person.watches] == ["nl"]
    assert access.derivation is Derivation.SHARED


def test_a_key_says_how_its_credentials_are_derived(shop: Shop, table_name: str, local_aws: LocalAws) -> None:
    Items(local_aws, table_name).put(recorded("2026-11-28-one-key-a-server"))
    access = shop.people.open(PERSON).person.access("de", "5eed5eed.1")
    assert access is not None
    assert access.derivation is Derivation.PER_SERVER
    assert Catalogue().expected("de") == [ExpectedClient.of(PERSON, access)]


@pytest.mark.parametrize("release", [name for name in RELEASES if "one-server" not in name])
def test_the_servers_of_every_release_are_read_completely(table_name: str, local_aws: LocalAws, release: str) -> None:
    Items(local_aws, table_name).put(recorded(release))
    unreadable: list[UnreadableItem] = []
    catalogue = Catalogue(set_aside=unreadable.append)
    (listing,) = catalogue.listings()
    assert (listing.server.id, listing.server.endpoint, listing.taken) == ("nl", ENDPOINT, 1)
    assert listing.breaker is not None
    assert catalogue.reconciliation_run("nl") is not None
    assert unreadable == []
    assert len(catalogue.expected("nl")) == sum(
        "facts" in item for item in recorded(release) if item["sk"]["S"].startswith("ACCESS#nl#")
    )


@pytest.mark.parametrize("release", RELEASES)
def test_a_decision_does_not_change_other_items_of_any_release(
    shop: Shop, table_name: str, local_aws: LocalAws, release: str
) -> None:
    items = Items(local_aws, table_name)
    items.put(recorded(release))
    before = items.all(PERSON)
    session = shop.people.open(PERSON)
    session.commit(session.person, entry("update:1:9"))
    after = items.all(PERSON)
    assert after.pop("USER")["version"] == {"N": "4"}
    assert {key: item for key, item in before.items() if key != "USER"} == after


def test_schema_version_one_is_not_stored() -> None:
    assert "schema" not in new_record(PERSON, "USER", User()).serialize()
    assert Stored.of({"sk": {"S": "USER"}}).schema == 1
    assert upcasted("USER", 1, {"chat_id": 1}) == {"chat_id": 1}


def test_recorded_waits_and_questions_are_read_completely(shop: Shop, table_name: str, local_aws: LocalAws) -> None:
    Items(local_aws, table_name).put(recorded("2026-11-28-waiting"))
    (question,) = shop.people.open(PERSON).person.questions
    assert (question.text, question.due) == ("Why is it slow?", Due(START + timedelta(minutes=1)))
    assert list(shop.waiter_rows.page(waiters_partition(waiters_of("nl"), waiter_shard(PERSON)))) == [PERSON]
    first_check = Due(START + timedelta(minutes=1))
    assert shop.outages.get("nl") == Outage("nl", START + timedelta(minutes=10), first_check)
    chat = shop.support_chat.load(-100500)
    assert (chat.chat_id, chat.trouble, chat.due) == (-100900, ChatTrouble.NO_RIGHTS, Due(START))
    assert chat.waits_until == START + timedelta(seconds=30)


def test_a_recorded_purchase_is_read_completely(shop: Shop, table_name: str, local_aws: LocalAws) -> None:
    Items(local_aws, table_name).put(recorded("2026-11-28-money"))
    subscription = shop.people.open(PERSON).person.subscription
    assert (subscription.course, subscription.waiting) == (2, timedelta(days=7))
    assert subscription.granted_bytes == 50 * 10**9
    (paid,) = [entry for entry in shop.people.history(PERSON) if entry["cause"] == "payment:demo:1:succeeded"]
    assert (paid["order"], paid["seconds"]) == ("01ORDER", 7 * 86400)
    assert paid["money"] == {"minor": 29900, "currency": "RUB"}


def test_recorded_lots_are_read_completely(shop: Shop, table_name: str, local_aws: LocalAws) -> None:
    Items(local_aws, table_name).put(recorded("2026-11-28-lots"))
    subscription = shop.people.open(PERSON).person.subscription
    gift, bought = subscription.lots
    assert (gift.source, gift.paid, gift.share_left) == (Source.FREE, None, Fraction(1))
    assert (bought.paid, bought.worth) == (Money(29900, "RUB"), 29_900 * 10**6)
    assert bought.share_left == Fraction(2, 3) * Fraction(800_000, 864_000)
    assert (subscription.used_seconds, subscription.trial_plan) == (864_000, TRIAL)
    assert subscription.converts_at == ListPrice(59_800, 30 * 86_400)
    assert subscription.lots_left(START) == subscription.lots


def test_an_item_without_lots_is_one_lot_of_free_time(shop: Shop, table_name: str, local_aws: LocalAws) -> None:
    Items(local_aws, table_name).put(recorded("2026-11-28-money"))
    subscription = shop.people.open(PERSON).person.subscription
    assert subscription.lots == ()
    (lot,) = subscription.lots_left(START)
    assert (lot.source, lot.seconds, lot.plan_id) == (Source.FREE, 33 * 86_400, "month")
    assert entitlement_seconds(subscription, START) == lot.seconds

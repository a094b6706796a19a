"""A broadcast reaches as many people of each segment as the staff was shown, and just these."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from tests.fakes.broadcasts import BroadcastsInMemory
from tests.fakes.clock import START
from tests.fakes.shop import Shop, update
from tests.functional.usecases.reconciled_servers import with_servers
from vpnbot.domain.audience.segment import WITH_VALUE, Segment, SegmentKind
from vpnbot.domain.broadcasts.broadcast import Broadcast, State
from vpnbot.domain.broadcasts.content import Content
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.usecases.audience.segment_values import people_by_server, people_by_source
from vpnbot.usecases.people.change_profile import switch_news
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.people.ensure_user import ensure_user

PEOPLE = 40
SOURCES = (None, "ref_7", "a_spring", "a_tg-channel", "p_CODE")


def crowd(shop: Shop, chance: Random) -> None:
    """Let people come by different links, and let some of them try, block, delete or want no news.

    The servers have fewer places than there are people who try.
    """
    shop.admin_ids = frozenset({1})
    shop.trial = replace(TRIAL, keys=1)
    with_servers(shop, "de", "nl", capacity=7)
    for user_id in range(1, PEOPLE + 1):
        language, source = chance.choice(("en", "ru")), chance.choice(SOURCES)
        ensure_user(shop.open(user_id), shop.context, update(), user_id, language, source)
        if chance.random() < 0.6:
            shop.tries(update(), user_id)
        if chance.random() < 0.15:
            switch_news(shop.open(user_id), shop.context, update(), wanted=False)
        if chance.random() < 0.15:
            shop.people.record_reachable(shop.look(user_id), reachable=False)
        if chance.random() < 0.1:
            delete_data(shop.open(user_id), shop.fleet, shop.context, update())
    shop.clock.advance(timedelta(minutes=1))


def segments(shop: Shop) -> Sequence[Segment]:
    """Return every segment that can be chosen."""
    everybody, now = Segment(SegmentKind.EVERYBODY, news=True), shop.clock()
    plain = [replace(everybody, kind=kind) for kind in SegmentKind if kind not in WITH_VALUE]
    sources = [each.value for each in people_by_source(everybody, shop.audience, now)]
    servers = [each.value for each in people_by_server(everybody, ("de", "nl"), shop.audience, now)]
    by_source = [replace(everybody, kind=SegmentKind.CAME_BY, value=value) for value in sources]
    by_server = [replace(everybody, kind=SegmentKind.ON_SERVER, value=value) for value in servers]
    return [*plain, *by_source, *by_server, Segment(SegmentKind.WAITING, language="ru", news=True)]


def reached(shop: Shop, segment: Segment) -> set[str]:
    """Send a broadcast to a segment, and return who got it."""
    store = shop.staff.broadcasts
    assert isinstance(store, BroadcastsInMemory)
    name = f"260301120000{len(store.stored):06}"
    draft = Broadcast(name, shop.person_id(1), segment=segment).with_content("en", Content("Hello"))
    begun = draft.started(shop.clock())
    store.save(None, begun, Entry(update(), "started", START, "admin:1"))
    before = len(shop.broadcast_sender.received)
    shop.settles(minutes=4)
    assert store.stored[name].state is State.DONE
    got = [person for person, _ in shop.broadcast_sender.received[before:]]
    assert len(got) == len(set(got))
    return set(got)


def by_words(shop: Shop, segment: Segment) -> set[str]:
    """Return who belongs to a segment of the kinds with a value, or waits; decided without the facts."""

    def belongs(person: Person) -> bool:
        user, servers = person.user, {access.server_id for access in person.living_accesses}
        if not user.known or not user.reachable or not user.news or segment.language not in {None, user.language}:
            return False
        match segment.kind:
            case SegmentKind.CAME_BY:
                links = {"r": "ref_7", "direct": None, "other": "p_CODE"}
                return user.came_from == links.get(segment.value, segment.value)
            case SegmentKind.ON_SERVER:
                return segment.value in servers
            case _:
                return person.subscription.waits_for_key and not servers

    people = [shop.look(user_id) for user_id in range(1, PEOPLE + 1)]
    return {person.id for person in people if belongs(person)}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_count_of_each_segment_is_the_number_of_people_who_get_it(shop: Shop, seed: int) -> None:
    crowd(shop, Random(seed))
    checked = set()
    for segment in segments(shop):
        counted = shop.audience.count(segment.criteria(shop.clock()))
        got = reached(shop, segment)
        assert len(got) == counted, segment
        if segment.kind in {SegmentKind.WAITING, *WITH_VALUE}:
            assert got == by_words(shop, segment), segment
            checked.add((segment.kind, bool(got)))
    assert {(kind, True) for kind in (SegmentKind.WAITING, *WITH_VALUE)} <= checked


def test_the_sources_are_listed_with_their_people_the_largest_first_and_none_without(shop: Shop) -> None:
    crowd(shop, Random(1))
    everybody = Segment(SegmentKind.EVERYBODY, news=True)
    found = people_by_source(everybody, shop.audience, shop.clock())
    assert [each.people for each in found] == sorted((each.people for each in found), reverse=True)
    assert {each.value for each in found} == {"direct", "r", "other", "a_spring", "a_tg-channel"}
    assert sum(each.people for each in found) == shop.audience.count(everybody.criteria(shop.clock()))
    assert people_by_source(replace(everybody, language="fr"), shop.audience, shop.clock()) == []

"""Find people for a member of the staff. What lists propose is compared with the people themselves."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.people.person import Person
from vpnbot.domain.staff.query import Query, QueryKind
from vpnbot.usecases.ports import Fleet, People
from vpnbot.usecases.ports.staff import StaffPorts

MOST_FOUND = 8
"""The most people who are loaded for one question."""
_MOST_EVENTS = 24
"""The most events of the feed that are read for a list of people."""


@dataclass(frozen=True, slots=True)
class Found:
    """The people, as loaded. `earlier`: they had the username that was asked for, and have another one now."""

    people: tuple[Person, ...] = ()
    earlier: bool = False


def find_people(query: Query, ports: StaffPorts, people: People, fleet: Fleet) -> Found:
    """Return the people whom a question is about; nobody who has never used the bot.

    Raises:
        StorageUnavailable: the storage did not answer.
    """
    match query.kind:
        case QueryKind.ID:
            return Found(tuple(_loaded(people, (fleet.ring().person_id(int(query.value)),))))
        case QueryKind.PERSON:
            return Found(tuple(_loaded(people, (PersonId(query.value),))))
        case QueryKind.USERNAME:
            return _by_username(query.value, ports, people)
        case QueryKind.CLIENT:
            return Found(tuple(_loaded(people, _owners(query.value, fleet))))
        case QueryKind.ORDER:
            return Found(tuple(_loaded(people, ports.finding.by_order(query.value, limit=MOST_FOUND))))
        case _:
            return Found()


def latest_people(ports: StaffPorts, people: People) -> tuple[Person, ...]:
    """Return the people in the feed, the newest first, without those who have deleted their data.

    Raises:
        StorageUnavailable: the storage did not answer.
    """
    events = ports.feed.latest(limit=_MOST_EVENTS)
    ids = dict.fromkeys(PersonId(event.person) for event in events if event.person)
    found = (person for person in _loaded(people, ids) if person.user.known)
    return tuple(islice(found, MOST_FOUND))


def _by_username(username: str, ports: StaffPorts, people: People) -> Found:
    """Return who has a username now; if nobody has, who had it, because names change hands."""
    had = tuple(_loaded(people, ports.finding.by_username(username, limit=MOST_FOUND)))
    has = tuple(person for person in had if person.user.username.lower() == username)
    return Found(has) if has else Found(had, earlier=bool(had))


def _owners(client: str, fleet: Fleet) -> tuple[PersonId, ...]:
    """Return whose client has this name on one of the servers; all clients of one key have the same name."""
    for listing in fleet.catalogue.listings():
        before = client[:-1] + chr(ord(client[-1]) - 1)  # the name itself is the first after it, or there is none
        following = fleet.catalogue.expected(listing.server.id, after=before, limit=MOST_FOUND)
        if owners := tuple(dict.fromkeys(each.person_id for each in following if each.name == client)):
            return owners
    return ()


def _loaded(people: People, ids: Iterable[PersonId]) -> Iterator[Person]:
    for person_id in ids:
        person = people.open(person_id).person
        if person.user.version:
            yield person

"""Record that a person has blocked the bot, or has deleted the chat with it."""

from datetime import datetime
from secrets import token_hex

from vpnbot.domain.people.person import Person
from vpnbot.domain.statistics.entry import entry_effects, reach_changed
from vpnbot.usecases.ports import People


def record_blocked(people: People, person: Person, now: datetime) -> None:
    """Record it, and count it in the statistics if it was not known; nothing if the profile changed meanwhile.

    Raises:
        StorageUnavailable: the storage did not answer.
    """
    counted = (reach_changed(person, reachable=False),) if person.user.reachable else ()
    people.record_reachable(person, reachable=False, effects=entry_effects(counted, now, token_hex(8)))

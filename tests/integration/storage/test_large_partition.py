"""A partition that is larger than one page of DynamoDB is read completely."""

from datetime import UTC, datetime

from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.notifications import NotificationKind, notification
from vpnbot.domain.people.ledger import Entry
from vpnbot.storage.people.people import People

NOW = datetime(2026, 11, 22, tzinfo=UTC)
QUARTER_MEGABYTE = "x" * 250_000


def test_a_person_with_more_than_one_megabyte_is_loaded_completely(table_name: str) -> None:
    people = People(clock=lambda: NOW)
    person_id = PersonId("00" * 16)
    for number in range(6):
        session = people.open(person_id)
        answer = notification(NotificationKind.SUPPORT_ANSWER, f"update:1:{number}", NOW, text=QUARTER_MEGABYTE)
        session.commit(session.person.with_notifications(answer), Entry(f"update:1:{number}", "was answered", NOW))
    assert len(people.open(person_id).person.outbox) == 6

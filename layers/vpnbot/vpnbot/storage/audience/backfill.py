"""The listing of people in the index of the audience whom earlier releases have stored, and how far it is.

Only the operator's command uses it: the functions may not scan the table.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pynamodb.connection import TableConnection
from pynamodb.exceptions import UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from vpnbot.domain.audience.facts import FORM
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.people.person import Person
from vpnbot.storage.audience.people import AUDIENCE, BACKFILL
from vpnbot.storage.codec import user_record
from vpnbot.storage.stored_item import read_item
from vpnbot.storage.table import Record, translated_errors

_USER = "USER"


def people_not_seen(page_size: int) -> Iterator[Sequence[PersonId]]:
    """Yield the ids of all people in pages, from where the last run has stopped; each page is stored when it is done.

    After a release that has added a field to the facts it begins again.

    Raises:
        StorageUnavailable: DynamoDB did not answer; run it again to go on.
    """
    stored = read_item(AUDIENCE, BACKFILL)
    body = stored.body if stored and int(stored.body.get("form", 1)) >= FORM else {}
    complete, after = bool(body.get("complete")), body.get("after")
    following: Any = {"pk": {"S": after["pk"]}, "sk": {"S": after["sk"]}} if after else None
    while True:
        found, following = _scanned(page_size, following)
        yield found
        if following is None:
            break
        _save({"complete": complete, "after": {name: value["S"] for name, value in following.items()}})
    _save({"complete": True})


def listed(person: Person) -> bool:
    """List a person in the index as their next commit would; False if they are listed so, or are not to be listed.

    Raises:
        StorageUnavailable: DynamoDB did not answer.
    """
    values = user_record(person).attribute_values
    partition, facts = values.get("audience"), values.get("audience_facts")
    if partition is None or facts is None:
        return False
    same: Condition = Record.version == person.user.version
    other: Condition = Record.audience_facts.does_not_exist() | (Record.audience_facts != facts)
    actions: list[Action] = [Record.audience.set(partition), Record.audience_facts.set(facts)]
    try:
        with translated_errors():
            Record(person.id, _USER).update(actions=actions, condition=same & other)
    except UpdateError:
        return False  # listed so, or a commit has listed the person meanwhile
    return True


def _scanned(limit: int, after: Any) -> tuple[list[PersonId], Any]:
    """Return the people among the next items of the table, and the key after these items."""
    table: TableConnection = Record._get_connection()
    with translated_errors():
        answer = table.scan(
            filter_condition=Record.sk == _USER, limit=limit, exclusive_start_key=after, consistent_read=True
        )
    people = [PersonId(item["pk"]["S"]) for item in answer["Items"]]
    return people, answer.get("LastEvaluatedKey") or None


def _save(body: Mapping[str, object]) -> None:
    with translated_errors():
        Record(AUDIENCE, BACKFILL, body={"form": FORM, **body}).save()

"""The index of all keys by server and by the name of their client: which clients a panel should have.

What a comparison needs is packed into one attribute, `facts`: the index is written only when one of these facts
changes, and read without reading the people's partitions.
"""

from collections.abc import Sequence

from pynamodb.expressions.condition import Condition

from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.servers.drift import ExpectedClient, digest
from vpnbot.storage.table import Record, translated_errors

_DEFAULTS = ["", Wanted.ENABLED, "0", "0", "0", "0", "-", "0"]
"""The default values of the facts, for those that an earlier release did not write."""


def facts_of(access: Access) -> str:
    """Return the facts about an access for the index, separated by spaces."""
    facts = (
        access.key.tag,
        access.wanted,
        access.devices,
        access.panel_limit_bytes,
        int(access.in_sync),
        access.counter_bytes,
        digest(access.endpoint) or "-",
        int(access.leaving_at is not None),
    )
    return " ".join(map(str, facts))


def keys_on(server_id: str, *, after: str, until: str | None, limit: int) -> Sequence[ExpectedClient]:
    """Return the keys on a server with names in (after, until], in this order; the index lags a little.

    Raises:
        StorageUnavailable: DynamoDB did not answer.
    """
    if until is not None and until <= after:
        return []  # DynamoDB rejects a range that ends before it begins
    first = f"{after}\0" if after else " "
    names: Condition = Record.client_name >= first if until is None else Record.client_name.between(first, until)
    with translated_errors():
        found = Record.by_server.query(server_id, names, limit=limit)
        return [_expected(PersonId(record.pk), record.client_name or "", record.facts or "") for record in found]


def _expected(person_id: PersonId, name: str, facts: str) -> ExpectedClient:
    """Read what `facts_of` of this release or another wrote: new facts are only added at the end.

    A key whose desired state this release does not know is listed, so that its client is not taken for an orphan, but
    as out of sync, so that this release does not change it.
    """
    values = facts.split(" ")
    tag, wanted, devices, limit, in_sync, counter, presented, leaving, *_ = values + _DEFAULTS[len(values) :]
    known = wanted in frozenset(Wanted)
    return ExpectedClient(
        person_id=person_id,
        key_tag=tag,
        name=name,
        wanted=Wanted(wanted) if known else Wanted.ENABLED,
        devices=int(devices),
        traffic_limit_bytes=int(limit),
        in_sync=known and in_sync == "1",
        counter_bytes=int(counter),
        presented="" if presented == "-" else presented,
        leaving=leaving == "1",
    )

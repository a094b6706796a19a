"""Which keys a server should have: the index over all accesses by server and by the name of their client.

What a comparison looks at is packed into one attribute, `facts`, so that the index is written only when one of these
facts changes, and read without a look at anybody's partition.
"""

from collections.abc import Sequence

from pynamodb.expressions.condition import Condition

from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.servers.drift import ExpectedClient, digest
from vpnbot.storage.table import Record, translated_errors

_MISSING = ["", Wanted.ENABLED, "0", "0", "0", "0", "-", "0"]
"""Stands for facts that an earlier release did not write."""


def facts_of(access: Access) -> str:
    """Return what the index tells of an access."""
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
    """Return the keys on a server whose names lie in (after, until], in this order; the index lags a little.

    Raises:
        StorageUnavailable: DynamoDB did not answer.
    """
    if until is not None and until <= after:
        return []  # DynamoDB refuses a range that ends before it begins
    beyond = f"{after}\0" if after else " "
    names: Condition = Record.client_name >= beyond if until is None else Record.client_name.between(beyond, until)
    with translated_errors():
        found = Record.by_server.query(server_id, names, limit=limit)
        return [_expected(PersonId(record.pk), record.client_name or "", record.facts or "") for record in found]


def _expected(person_id: PersonId, name: str, facts: str) -> ExpectedClient:
    """Read what `facts_of` wrote, in this release or another: facts are only ever added, at the end.

    A key of which another release wants something unknown is listed, so that its client is not taken for an orphan,
    but as not in sync: whatever it lacks is left to that release.
    """
    told = facts.split(" ")
    tag, wanted, devices, limit, in_sync, counter, presented, leaving, *_ = told + _MISSING[len(told) :]
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

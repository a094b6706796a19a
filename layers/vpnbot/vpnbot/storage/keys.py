"""The index of all keys by server and by the name of their client: which clients a panel should have.

What a comparison needs is packed into one attribute, `facts`: the index is written only when one of these facts
changes, and read without reading the people's partitions.
"""

from collections.abc import Sequence

from pynamodb.expressions.condition import Condition

from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Derivation, Key, PersonId
from vpnbot.domain.servers.drift import ExpectedClient, digest
from vpnbot.storage.table import Record, translated_errors

_DEFAULTS = ["", Wanted.ENABLED, "0", "0", "0", "0", "-", "0", "1", Derivation.SHARED, "", ""]
"""The default values of the facts, for those that an earlier release did not write. So a key that is out of sync is
taken as one whose attempts failed, which makes a run look at it."""


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
        int(access.attempt_failed),
        access.derivation,
        access.key.secret_version,
        access.key.seed,
    )
    return " ".join(map(str, facts))


def keys_on(server_id: str, *, after: str, limit: int) -> Sequence[ExpectedClient]:
    """Return the next keys on a server after the name `after`, in the order of their names; the index lags a little.

    Raises:
        StorageUnavailable: DynamoDB did not answer.
    """
    names: Condition | None = Record.client_name > after if after else None
    with translated_errors():
        found = Record.by_server.query(server_id, names, limit=limit)
        return [_expected(PersonId(record.pk), record.client_name or "", record.facts or "") for record in found]


def _expected(person_id: PersonId, name: str, facts: str) -> ExpectedClient:
    """Read what `facts_of` of this release or another wrote: new facts are only added at the end.

    A key whose desired state this release does not know is listed, so that its client is not taken for an orphan, but
    as out of sync, so that this release does not change it.
    """
    values = facts.split(" ")
    tag, wanted, devices, limit, in_sync, counter, presented, leaving, failed, derivation, version, seed, *_ = (
        values + _DEFAULTS[len(values) :]
    )
    known = wanted in frozenset(Wanted) and derivation in frozenset(Derivation)
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
        failed=known and in_sync != "1" and failed == "1",
        key=Key(int(version), seed, int(tag.rpartition(".")[2])) if known and seed else None,
        derivation=Derivation(derivation) if known else Derivation.SHARED,
    )

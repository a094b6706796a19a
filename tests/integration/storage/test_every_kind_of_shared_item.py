"""Every kind of item of the servers, the shop and the support chat, as this release and as a later one writes it.

`recorded/kinds` has a file of the day on which the items were written, for later releases to read. A new kind of item
needs a new file, and a row in `KINDS`. Those of a person are in `test_every_kind_of_item.py`.
"""

import ast
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from local.aws import LocalAws
from tests.fakes.clock import START, Clock
from tests.fakes.contract import entry
from tests.fakes.plans_contract import PRO
from tests.fakes.shop import Shop
from tests.integration.storage.stored import Items, Raw, recorded
from tests.integration.storage.test_rollback import by_next_release, fields_of_next_release
from vpnbot import storage
from vpnbot.domain.ads.link import AdLink
from vpnbot.domain.broadcasts.broadcast import Broadcast
from vpnbot.domain.broadcasts.progress import Progress
from vpnbot.domain.gifts.gift import Gift, replacing
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.message_pairs import Pair, Side
from vpnbot.domain.payments import provider_breaker
from vpnbot.domain.payments.alerts import Alert
from vpnbot.domain.payments.provider_breaker import ProviderBreaker
from vpnbot.domain.payments.reconciliation import Reconciliation
from vpnbot.domain.payments.shop_settings import ShopSettings
from vpnbot.domain.payments.unmatched import UnmatchedPayment
from vpnbot.domain.plans.sold_plan import SoldPlan
from vpnbot.domain.promo.code import PromoCode
from vpnbot.domain.scheduling import CLAIM, MAX_ATTEMPTS, DueItem
from vpnbot.domain.servers import circuit_breaker
from vpnbot.domain.servers.circuit_breaker import Breaker
from vpnbot.domain.servers.downtime import Downtime, Verdict
from vpnbot.domain.servers.panel_errors import PanelNotCalled, PanelTrouble
from vpnbot.domain.servers.reconciliation import ReconciliationRun
from vpnbot.domain.servers.server import Server, ServerState
from vpnbot.domain.support_chat import SupportChat
from vpnbot.domain.support_rate import SupportRate
from vpnbot.errors import Conflict, UnreadableItem
from vpnbot.storage.ads.links import StoredAdLinks
from vpnbot.storage.broadcasts.broadcasts import StoredBroadcasts
from vpnbot.storage.codec import _KINDS, new_record
from vpnbot.storage.gifts import StoredGifts
from vpnbot.storage.payments.alerts import StoredAlerts
from vpnbot.storage.payments.breakers import StoredProviderBreakers
from vpnbot.storage.payments.reconciliations import StoredReconciliations
from vpnbot.storage.payments.unmatched import StoredUnmatchedPayments
from vpnbot.storage.plans.catalogue import StoredPlans
from vpnbot.storage.plans.shop_settings import StoredShopSettings
from vpnbot.storage.promo.codes import StoredPromoCodes
from vpnbot.storage.servers.catalogue import Catalogue
from vpnbot.storage.servers.downtimes import StoredDowntimes
from vpnbot.storage.support_chat import StoredSupportChat
from vpnbot.storage.support_records import StoredSupportRecords
from vpnbot.storage.transaction import action_of, transact
from vpnbot.storage.unknown_fields import _OWN_ATTRIBUTES
from vpnbot.usecases.scheduling.run_due import run_due

CHAT_ID = -100_500
PERSON = PersonId("fe529ffa0d66de83e63afdc689c51215")
BROADCAST_ID = "260301120000aaaaaa"
GIFT_ID = "01KJ8Y3B00ZZZZZZZZZZZZZZZZ+2"
DOWNTIME_ID = "nl#260301120000"
RECORDING = {
    f"{item['pk']['S']} {item['sk']['S'].partition('#')[0]}": item for item in recorded("kinds/shared-2026-11-29")
}
"""The items by partition and kind."""
UNMATCHED, ALERT = (RECORDING[name]["sk"]["S"] for name in ("SHOP UNMATCHED", "SHOP ALERT"))


class Process:
    """The storage of a process that has cached nothing yet; `found` are the items that it has set aside."""

    def __init__(self) -> None:
        self.found: list[UnreadableItem] = []
        self.servers = Catalogue(set_aside=self.found.append)
        self.settings = StoredShopSettings(set_aside=self.found.append)
        self.plans = StoredPlans(self.settings, set_aside=self.found.append)
        self.breakers = StoredProviderBreakers(self.settings, self.found.append)
        self.reconciliations = StoredReconciliations(Clock())
        self.unmatched = StoredUnmatchedPayments()
        self.alerts = StoredAlerts()
        self.chat = StoredSupportChat(self.found.append)
        self.records = StoredSupportRecords()
        self.broadcasts = StoredBroadcasts(self.found.append)
        self.downtimes = StoredDowntimes(self.found.append)
        self.codes = StoredPromoCodes(self.found.append)
        self.links = StoredAdLinks(self.found.append)
        self.gifts = StoredGifts()


@dataclass(frozen=True)
class Kind:
    """How items of a kind are read, as which class, and how they are changed; `change` None: they are written once.

    `later` is a field with a value that only a later release knows. With it, `read` raises `raises`; None: it returns
    None, as if there were no item, and `begin` writes a first one.
    """

    value: type
    read: Callable[[Process], Any]
    change: Callable[[Process, Any], object] | None
    later: tuple[str, dict[str, Any]]
    raises: type[Exception] | None = UnreadableItem
    begin: Callable[[Process], object] | None = None


MANY: dict[str, Any] = {"S": "many"}
KINDS: dict[str, Kind] = {
    "SERVERS SERVER": Kind(
        Server,
        lambda process: process.servers.get("nl"),
        lambda process, known: process.servers.replace(
            known, replace(known, state=ServerState.DRAINING), entry("update:1:1")
        ),
        ("kind", {"S": "another_panel"}),
        PanelNotCalled,
    ),
    "SERVERS BREAKER": Kind(
        Breaker,
        lambda process: process.servers.breaker("nl"),
        lambda process, known: process.servers.save_breaker(
            "nl", known, circuit_breaker.tripped(known, START, PanelTrouble.TIMED_OUT, "still down")
        ),
        ("trouble", {"S": "too_old"}),
        None,
        lambda process: process.servers.save_breaker(
            "nl", None, circuit_breaker.tripped(None, START, PanelTrouble.TIMED_OUT)
        ),
    ),
    "SERVERS ROUND": Kind(
        ReconciliationRun,
        lambda process: process.servers.reconciliation_run("nl"),
        lambda process, known: process.servers.save_run(known, known.continued("v_y", START)),
        ("keys", MANY),
    ),
    "PLANS PLAN": Kind(
        SoldPlan,
        lambda process: process.plans.load().plan("pro"),
        lambda process, known: process.plans.save(
            known, replace(known, devices=9), entry("update:1:1"), process.settings.load()
        ),
        ("devices", MANY),
        None,
        lambda process: process.plans.save(None, PRO, entry("update:1:1"), process.settings.load()),
    ),
    "BROADCASTS BROADCAST": Kind(
        Broadcast,
        lambda process: process.broadcasts.get(BROADCAST_ID),
        lambda process, known: process.broadcasts.save(known, known.paused(), entry("update:1:1")),
        ("state", {"S": "dreaming"}),
    ),
    "BROADCASTS PROGRESS": Kind(
        Progress,
        lambda process: process.broadcasts.progress(BROADCAST_ID),
        lambda process, known: process.broadcasts.save_progress(BROADCAST_ID, replace(known, rounds=3)),
        ("rounds", MANY),
    ),
    "DOWNTIMES DOWNTIME": Kind(
        Downtime,
        lambda process: process.downtimes.get(DOWNTIME_ID),
        lambda process, known: process.downtimes.observe(known, known.judged(Verdict.NOT_DOWN)),
        ("evidence", {"S": "dream"}),
    ),
    "PROMOS CODE": Kind(
        PromoCode,
        lambda process: process.codes.get("SPRING"),
        lambda process, known: process.codes.decide(known, known.paused(), entry("update:1:1")),
        ("state", {"S": "asleep"}),
    ),
    "ADS LINK": Kind(
        AdLink,
        lambda process: process.links.get("abcdefgh"),
        lambda process, known: process.links.decide(known, known.named("Autumn"), entry("update:1:1")),
        ("state", {"S": "asleep"}),
    ),
    f"GIFT#{GIFT_ID} GIFT": Kind(
        Gift,
        lambda process: process.gifts.get(GIFT_ID),
        lambda process, known: transact([action_of(replacing(known.reminded()))]),
        ("state", {"S": "forgotten"}),
    ),
    "SHOP SETTINGS": Kind(
        ShopSettings,
        lambda process: process.settings.load(),
        lambda process, known: process.settings.observe(known, replace(known, refund_days=5)),
        ("receipts", {"S": "by_pigeon"}),
    ),
    "SHOP BREAKER": Kind(
        ProviderBreaker,
        lambda process: process.breakers.read("card"),
        lambda process, known: process.breakers.save("card", known, provider_breaker.tripped(known, START)),
        ("failures", MANY),
        None,
        lambda process: process.breakers.save("card", None, provider_breaker.tripped(None, START)),
    ),
    "SHOP RECONCILE": Kind(
        Reconciliation,
        lambda process: process.reconciliations.get("card"),
        lambda process, known: process.reconciliations.save(known, known.continued("page-3", START)),
        ("cursor", {"L": [{"S": "page"}, {"S": "2"}]}),
    ),
    "SHOP UNMATCHED": Kind(
        UnmatchedPayment,
        lambda process: process.unmatched.get(UNMATCHED.partition("#")[2]),
        lambda process, known: process.unmatched.save(replace(known, refunds=2)),
        ("money", MANY),
    ),
    "SHOP ALERT": Kind(Alert, lambda process: process.alerts.get(ALERT), None, ("kind", {"S": "birthday"})),
    "SUPPORT CHAT": Kind(
        SupportChat,
        lambda process: process.chat.load(CHAT_ID),
        lambda process, known: process.chat.save(known, replace(known, failures=3)),
        ("trouble", {"S": "on_holiday"}),
    ),
    "SUPPORT RATE": Kind(
        SupportRate,
        lambda process: process.records.rate(),
        lambda process, _: process.records.take(CHAT_ID, 1, START) is None,
        ("chat_id", MANY),
    ),
    f"{PERSON}#CHAT IN": Kind(Pair, lambda process: process.records.pair(PERSON, Side.IN, 77), None, ("copy", MANY)),
}
"""Every kind, by partition and kind of the item."""
EVERY_KIND = pytest.mark.parametrize("name", KINDS)
DUE = [name for name in KINDS if "due_at" in RECORDING[name]]


def key_of(name: str) -> tuple[str, str]:
    """Return the partition and the sort key of the recorded item."""
    return RECORDING[name]["pk"]["S"], RECORDING[name]["sk"]["S"]


@pytest.fixture
def items(table_name: str, local_aws: LocalAws) -> Items:
    """The table with the recorded items."""
    items = Items(local_aws, table_name)
    items.put(RECORDING.values())
    return items


@pytest.fixture
def process(items: Items) -> Process:
    assert items.get(*key_of("SUPPORT CHAT"))
    return Process()


def classes_read() -> set[str]:
    """Return the names of the classes that the storage reads from items.

    They are in calls of `structured` and `readable`, and of the kinds of `ItemsByTime`.
    """
    (folder,) = storage.__path__
    nodes = [node for path in Path(folder).rglob("*.py") for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    calls = [
        node
        for node in nodes
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"structured", "readable"}
    ]
    bases = [base for node in nodes if isinstance(node, ast.ClassDef) for base in node.bases]
    listed = [
        base.slice
        for base in bases
        if isinstance(base, ast.Subscript) and isinstance(base.value, ast.Name) and base.value.id == "ItemsByTime"
    ]
    arguments = [*(call.args[1] for call in calls), *listed]
    names = {argument.id for argument in arguments if isinstance(argument, ast.Name)}
    return {name for name in names if name[0].isupper()}


def test_no_kind_of_item_is_missing() -> None:
    shared = {kind.value.__name__ for kind in KINDS.values()}
    assert classes_read() - {kind.__name__ for kind in _KINDS.values()} == shared
    changed = {name.partition(" ")[2] for name, kind in KINDS.items() if kind.change is not None}
    assert set(_OWN_ATTRIBUTES) - set(_KINDS) - {"FSM"} == changed, "FSM is the only kind that is overwritten"
    assert set(RECORDING) == set(KINDS)


@EVERY_KIND
def test_a_recorded_item_is_read_completely_and_written_as_it_was(process: Process, name: str) -> None:
    value = KINDS[name].read(process)
    assert type(value) is KINDS[name].value
    assert process.found == []
    assert new_record(*key_of(name), value).serialize()["body"] == RECORDING[name]["body"]


@EVERY_KIND
def test_fields_that_a_later_release_added_do_not_change_what_is_read(
    process: Process, items: Items, name: str
) -> None:
    value = KINDS[name].read(process)
    items.put(map(by_next_release, RECORDING.values()))
    later = Process()
    assert KINDS[name].read(later) == value
    assert later.found == []


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.change is not None])
def test_a_change_keeps_the_fields_that_a_later_release_added_at_any_depth(
    process: Process, items: Items, name: str
) -> None:
    items.put(map(by_next_release, RECORDING.values()))
    before = items.get(*key_of(name))
    change = KINDS[name].change
    assert change is not None
    assert change(process, KINDS[name].read(process)) is not False
    after = items.get(*key_of(name))
    assert after["body"] != before["body"]
    assert fields_of_next_release(after) == fields_of_next_release(before)
    assert len(fields_of_next_release(before)) > 1


def of_later_release(name: str, how: str) -> Raw:
    """Return the recorded item with a value, or of a schema version, that this release does not know."""
    item = deepcopy(RECORDING[name])
    if how == "schema":
        return {**item, "schema": {"N": "99"}}
    field, value = KINDS[name].later
    item["body"]["M"][field] = value
    return item


EACH_WAY = pytest.mark.parametrize("how", ["value", "schema"])


@EVERY_KIND
@EACH_WAY
def test_an_item_of_a_later_release_is_set_aside_and_stays(
    process: Process, items: Items, name: str, how: str
) -> None:
    kind, item = KINDS[name], of_later_release(name, how)
    items.put([item])
    if kind.raises is not None:
        with pytest.raises(kind.raises):
            kind.read(process)
    else:
        assert kind.read(process) is None
        assert process.found, "it is counted, and an alarm tells of it"
        assert kind.begin is not None
        with suppress(Conflict):
            assert kind.begin(process) is False
    assert items.get(*key_of(name)) == item
    for other in KINDS.keys() - {name, "SERVERS BREAKER", "PLANS PLAN"}:
        assert KINDS[other].read(process) is not None, "all others are read"


@pytest.mark.parametrize("name", DUE)
@EACH_WAY
def test_due_work_of_an_item_of_a_later_release_is_deferred_and_never_dead_lettered(
    shop: Shop, items: Items, name: str, how: str
) -> None:
    item = of_later_release(name, how)
    items.put([item])
    partition, key = key_of(name)
    ports = replace(shop.worker_ports, fleet=replace(shop.fleet, catalogue=Catalogue()))
    due_at = shop.clock.now = shop.clock() + 10 * CLAIM
    (waiting,) = [found for found in shop.index.due(due_at, 20) if found.sort_key == key]
    for _ in range(MAX_ATTEMPTS + 2):
        claim = shop.index.claim(waiting, due_at)
        assert claim is not None
        assert claim.attempts <= MAX_ATTEMPTS
        shop.clock.now = due_at
        run_due(claim, ports, shop.pace)
        (waiting,) = [found for found in shop.index.due(due_at + 12 * CLAIM, 20) if found.sort_key == key]
        due_at = waiting.due_at
        assert waiting == DueItem(partition, key, due_at)
    after = items.get(partition, key)
    assert {**after, "due_at": 0, "due_attempts": 0} == {**item, "due_at": 0, "due_attempts": 0}
    assert shop.index.dead_lettered() == []

"""The stored plans: one partition, read by one Query and cached for 30 seconds."""

import time
from collections.abc import Callable, Collection
from dataclasses import replace

from pynamodb.exceptions import DeleteError
from pynamodb.expressions.condition import Condition

from vpnbot.domain.payments.shop_settings import ShopSettings
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.plans.catalogue import Catalogue, in_order
from vpnbot.domain.plans.opening import Opening, opening_key
from vpnbot.domain.plans.sold_plan import SoldPlan
from vpnbot.domain.scheduling import Due
from vpnbot.domain.shop import SHOP
from vpnbot.errors import Conflict, UnreadableItem
from vpnbot.storage.cached import Cached
from vpnbot.storage.codec import SetAside, structured
from vpnbot.storage.plans.records import (
    PLANS,
    PLANS_LEDGER,
    opening_record,
    plan_change,
    plan_key,
    plan_record,
    unchanged,
)
from vpnbot.storage.plans.shop_settings import StoredShopSettings
from vpnbot.storage.stored_item import read_item, read_partition
from vpnbot.storage.table import Record, from_text, to_text, translated_errors
from vpnbot.storage.unknown_fields import keep_unknown

type FirstPlans = Callable[[], Collection[SoldPlan]]
"""Returns the plans that are proposed as long as an operator has not saved them."""


class StoredPlans:
    """Implements the port `PlanCatalogue`.

    `set_aside` is called with the error of each plan that cannot be read. `monotonic` returns seconds.
    """

    def __init__(
        self,
        settings: StoredShopSettings,
        first: FirstPlans = tuple,
        monotonic: Callable[[], float] = time.monotonic,
        set_aside: SetAside = lambda error: None,
    ) -> None:
        self._settings = settings
        self._first = first
        self._set_aside = set_aside
        self._cached = Cached(self._read, monotonic)

    def load(self, *, fresh: bool = False) -> Catalogue:
        """Return the catalogue, up to 30 seconds old unless `fresh`.

        A plan that this version cannot read is left out.

        Raises:
            UnreadableItem: this version cannot read the settings of the shop, which have the base currency.
            StorageUnavailable: DynamoDB did not answer.
        """
        currency = self._settings.load(fresh=fresh).base_currency
        return Catalogue(self._cached.get(fresh=fresh), currency)

    def save(
        self,
        before: SoldPlan | None,
        after: SoldPlan,
        entry: Entry,
        settings: ShopSettings,
        opening: Opening | None = None,
    ) -> None:
        """Store a plan, and open the shop if there is an opening; `before` None: there is no plan with this id.

        With a visible plan the settings are written too, unchanged: of two operators, one of whom shows the first
        plan while the other switches on the first provider, one meets a conflict, and then opens the shop.

        Raises:
            AlreadyDecided: this cause is in the ledger.
            Conflict: the plan, or the settings, were changed meanwhile.
            UnreadableItem: this version cannot read the stored plan, and so must not replace it.
            StorageUnavailable: DynamoDB did not answer; it is unknown whether the plan was stored.
        """
        version = before.version if before else 0
        changed = replace(after, version=version + 1)
        record = plan_record(changed)
        stored = read_item(PLANS, record.sk)
        if stored is not None and stored.version == version:
            structured(stored, SoldPlan)
            keep_unknown(record, changed, stored)
        conflict = Conflict(f"plan {after.id!r} has changed meanwhile")
        try:
            with PLANS_LEDGER.decided(entry, conflict, plan_change(before, changed)) as transaction:
                transaction.save(record, condition=unchanged(version))
                if not after.hidden:
                    self._settings.add_to(transaction, settings, settings)
                if opening is not None:
                    transaction.save(opening_record(opening))
        finally:
            self._cached.clear()
            self._settings.clear()

    def decided(self, cause: str) -> bool:
        """Tell whether the ledger of the plans has this cause.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        return PLANS_LEDGER.has(cause)

    def opening(self, opening_id: str) -> Opening | None:
        """Return an opening, strongly consistent; None if it has ended.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        stored = read_item(SHOP, opening_key(opening_id))
        if stored is None:
            return None
        return Opening(opening_id, Due(from_text(stored.due_at), stored.due_attempts) if stored.due_at else None)

    def end_opening(self, opening: Opening) -> bool:
        """Delete an opening for which no person is left; False, and no change, if the claim is lost.

        Raises:
            StorageUnavailable: DynamoDB did not answer; the opening stays due.
        """
        held: Condition = Record.due_at == to_text(opening.due.at) if opening.due else Record.due_at.does_not_exist()
        try:
            with translated_errors():
                Record(SHOP, opening.key).delete(condition=held)
        except DeleteError:
            return False
        return True

    def _read(self) -> tuple[SoldPlan, ...]:
        plans: dict[str, SoldPlan] = {}
        items = {item.sk: item for item in read_partition(PLANS)}
        for item in items.values():
            if item.kind != "PLAN":
                continue
            try:
                plan = structured(item, SoldPlan)
            except UnreadableItem as error:
                self._set_aside(error)
            else:
                plans[plan.id] = plan
        proposed = [plan for plan in self._first() if plan_key(plan.id) not in items]
        return in_order((*plans.values(), *proposed))

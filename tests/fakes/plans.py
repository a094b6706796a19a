"""The plans and the settings of the shop in memory, with the conditions of the real ones."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from tests.fakes.faults import Faults
from tests.fakes.table import Table
from tests.fakes.trial_places import TrialPlacesInMemory
from vpnbot.domain.effects import Effect
from vpnbot.domain.payments.revisions import HISTORY, Revision, revision_key, revision_of
from vpnbot.domain.payments.shop_settings import ShopSettings
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.plans.catalogue import Catalogue, in_order
from vpnbot.domain.plans.opening import Opening, opening_key
from vpnbot.domain.plans.sold_plan import SoldPlan
from vpnbot.domain.shop import SHOP
from vpnbot.errors import AlreadyDecided, Conflict
from vpnbot.usecases.ports import Sales


class ShopSettingsInMemory:
    """Implements the `ShopSettingsStore` port; nothing is cached."""

    def __init__(self, table: Table, faults: Faults | None = None) -> None:
        self.table = table
        self.causes: set[str] = set()
        self._faults = faults or Faults()

    @property
    def stored(self) -> ShopSettings:
        """The settings as stored."""
        return self.table.settings

    @stored.setter
    def stored(self, settings: ShopSettings) -> None:
        self.table.settings = settings

    def load(self, *, fresh: bool = False) -> ShopSettings:
        """Return the settings."""
        assert fresh in {True, False}
        return self.stored

    def read_beside[T](self, read: Callable[[], T]) -> T:
        """Call a function; nothing is kept, so nothing has to be read again."""
        return read()

    def save(
        self,
        before: ShopSettings,
        after: ShopSettings,
        entry: Entry,
        opening: Opening | None = None,
        *effects: Effect,
    ) -> None:
        """Replace the settings, if they are as they were read."""
        self._faults.reached("settings.before")
        with self.table.lock:
            if entry.cause in self.causes:
                raise AlreadyDecided(entry.cause)
            self.check(before)
            self.causes.add(entry.cause)
            self.stored = replace(after, version=before.version + 1)
            if opening is not None:
                self.table.put(SHOP, opening)
            self.table.apply(effects)
        self._faults.reached("settings.after")

    def revision(self, subject: str, version: int, field: str) -> Revision | None:
        """Return a row of the history."""
        key = f"{revision_key(subject, version)}{field}"
        return next((each for each in self.revisions(subject, limit=1_000) if each.key == key), None)

    def revisions(self, subject: str, *, before: str = "", limit: int = 10) -> Sequence[Revision]:
        """Return rows of the history, the newest first."""
        rows = {key: row for (partition, key), row in self.table.rows.items() if partition == HISTORY}
        keys = sorted((key for key in rows if key.startswith(f"V#{subject}#")), reverse=True)
        found = [revision_of(key, rows[key].body, rows[key].at) for key in keys if not before or key < before]  # type: ignore[arg-type]  # rows of the history have a time
        return found[:limit]

    def observe(self, before: ShopSettings, after: ShopSettings) -> bool:
        """Replace the settings, if they are as they were read."""
        with self.table.lock:
            if self.stored.version != before.version:
                return False
            self.stored = replace(after, version=before.version + 1)
        return True

    def decided(self, cause: str) -> bool:
        """Tell whether a change had this cause."""
        return cause in self.causes

    def check(self, before: ShopSettings) -> None:
        """Raise Conflict if the settings were changed."""
        if self.stored.version != before.version:
            raise Conflict("the settings have changed meanwhile")


class Plans:
    """Implements the `PlanCatalogue` port; nothing is cached. `first` are proposed until they are saved."""

    def __init__(
        self,
        table: Table,
        settings: ShopSettingsInMemory,
        faults: Faults | None = None,
        first: Sequence[SoldPlan] = (),
    ) -> None:
        self.first = tuple(first)
        self.causes: set[str] = set()
        self._table = table
        self._settings = settings
        self._faults = faults or Faults()

    @property
    def stored(self) -> dict[str, SoldPlan]:
        """The stored plans by their ids."""
        return self._table.plans

    @stored.setter
    def stored(self, plans: dict[str, SoldPlan]) -> None:
        self._table.plans = plans

    def load(self, *, fresh: bool = False) -> Catalogue:
        """Return the catalogue."""
        proposed = (plan for plan in self.first if plan.id not in self.stored)
        return Catalogue(in_order((*self.stored.values(), *proposed)), self._settings.load(fresh=fresh).base_currency)

    def save(
        self,
        before: SoldPlan | None,
        after: SoldPlan,
        entry: Entry,
        settings: ShopSettings,
        opening: Opening | None = None,
    ) -> None:
        """Store a plan, if it is as it was read, and for a visible one also the settings are."""
        self._faults.reached("plans.before")
        version = before.version if before else 0
        with self._table.lock:
            if entry.cause in self.causes:
                raise AlreadyDecided(entry.cause)
            stored = self.stored.get(after.id)
            if (stored.version if stored else 0) != version:
                raise Conflict("the plan has changed meanwhile")
            if not after.hidden:
                self._settings.check(settings)
                self._settings.stored = replace(settings, version=settings.version + 1)
            self.causes.add(entry.cause)
            self.stored[after.id] = replace(after, version=version + 1)
            if opening is not None:
                self._table.put(SHOP, opening)
        self._faults.reached("plans.after")

    def decided(self, cause: str) -> bool:
        """Tell whether a change had this cause."""
        return cause in self.causes

    def opening(self, opening_id: str) -> Opening | None:
        """Return an opening, or None."""
        found = self._table.items.get(SHOP, {}).get(opening_key(opening_id))
        return found if isinstance(found, Opening) else None

    def end_opening(self, opening: Opening) -> bool:
        """Delete an opening that is still as it was claimed."""
        self._faults.reached("opening.end")
        with self._table.lock:
            if self.opening(opening.id) != opening:
                return False
            del self._table.items[SHOP][opening.key]
        return True


def sales_in_memory(table: Table | None = None, faults: Faults | None = None) -> Sales:
    """Return the ports for what the shop sells; nothing is stored, and no plan is proposed."""
    table = table or Table()
    settings = ShopSettingsInMemory(table, faults)
    places = TrialPlacesInMemory(table, faults or Faults())
    return Sales(Plans(table, settings, faults), settings, lambda: places)

"""The ports for what the shop sells: the plans, and the settings of the shop."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from vpnbot.domain.payments.shop_settings import ShopSettings, selling
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.plans.catalogue import Catalogue
from vpnbot.domain.plans.opening import Opening
from vpnbot.domain.plans.sold_plan import SoldPlan
from vpnbot.domain.shop import ShopMode
from vpnbot.domain.subscriptions.list_price import ListPrice
from vpnbot.errors import StorageUnavailable, UnreadableItem

if TYPE_CHECKING:
    from datetime import datetime

    from vpnbot.domain.effects import Effect
    from vpnbot.domain.payments.revisions import Revision
    from vpnbot.domain.subscriptions.trial_places import TrialDay
    from vpnbot.usecases.ports.trials import TrialPlaces


class PlanCatalogue(Protocol):
    """All plans. Every method may raise StorageUnavailable: try again later."""

    def load(self, *, fresh: bool = False) -> Catalogue:
        """Return the catalogue, up to 30 seconds old unless `fresh`.

        Raises:
            UnreadableItem: this version cannot read the settings of the shop, which have the base currency.
        """
        ...

    def save(
        self,
        before: SoldPlan | None,
        after: SoldPlan,
        entry: Entry,
        settings: ShopSettings,
        opening: Opening | None = None,
    ) -> None:
        """Store a plan with its ledger entry, and open the shop if there is an opening.

        `before` is the plan as it was loaded; None: there is none with this id. A visible plan is stored only if
        `settings` are still the present ones.

        Raises:
            AlreadyDecided: this cause is in the ledger of the plans.
            Conflict: the plan, or the settings, were changed meanwhile.
            UnreadableItem: this version cannot read the stored plan, and so must not replace it.
        """
        ...

    def decided(self, cause: str) -> bool:
        """Tell whether the ledger of the plans has this cause."""
        ...

    def opening(self, opening_id: str) -> Opening | None:
        """Return an opening of the shop; None if it has ended."""
        ...

    def end_opening(self, opening: Opening) -> bool:
        """Delete an opening for which no person is left; False, and no change, if the claim is lost."""
        ...


class ShopSettingsStore(Protocol):
    """The settings of the shop. Every method may raise StorageUnavailable: try again later.

    Raises:
        UnreadableItem: another version has written them in a form that this version cannot read.
    """

    def load(self, *, fresh: bool = False) -> ShopSettings:
        """Return the settings, up to 30 seconds old unless `fresh`."""
        ...

    def read_beside[T](self, read: Callable[[], T]) -> T:
        """Call `read`, and at the same time read the settings if a `load` would read them after it.

        Raises:
            Exception: what `read` raises; if the settings cannot be read, the next `load` says so.
        """
        ...

    def save(
        self,
        before: ShopSettings,
        after: ShopSettings,
        entry: Entry,
        opening: Opening | None = None,
        *effects: "Effect",
    ) -> None:
        """Replace the settings with a ledger entry and the effects, and open the shop if there is an opening.

        Raises:
            AlreadyDecided: this cause is in the ledger of the settings.
            Conflict: the settings were changed meanwhile.
        """
        ...

    def observe(self, before: ShopSettings, after: ShopSettings) -> bool:
        """Replace the settings without a decision of an operator; False, and no change, if they were changed."""
        ...

    def decided(self, cause: str) -> bool:
        """Tell whether the ledger of the settings has this cause."""
        ...

    def revision(self, subject: str, version: int, field: str) -> "Revision | None":
        """Return the row of the history for one changed value; None if there is none."""
        ...

    def revisions(self, subject: str, *, before: str = "", limit: int = 10) -> "Sequence[Revision]":
        """Return at most `limit` rows of the history of a subject, the newest first.

        With `before`, those that are older than the row with this key.
        """
        ...


@dataclass(frozen=True, slots=True)
class Sales:
    """The ports for what the shop sells. `places` returns the counters of the trials of a day, imported then."""

    plans: PlanCatalogue
    settings: ShopSettingsStore
    places: "Callable[[], TrialPlaces]"

    def trial_day(self, now: "datetime") -> "TrialDay | None":
        """Return today with its limit of trials, as known up to 30 seconds ago; None without a limit.

        None also while this version cannot read the settings of the shop.
        """
        try:
            settings = self.settings.load()
        except UnreadableItem:
            return None
        if not settings.trials_a_day:
            return None
        from vpnbot.domain.subscriptions.trial_places import TrialDay

        return TrialDay.at(now, settings.trials_a_day, settings.zone)

    @property
    def selling(self) -> bool:
        """Whether customers can buy something, as known up to 30 seconds ago.

        False while this version cannot read the settings of the shop.
        """
        try:
            return selling(self.settings.load(), self.plans.load())
        except UnreadableItem:
            return False

    @property
    def mode(self) -> ShopMode:
        """The mode of the shop, as known up to 30 seconds ago; open while this version cannot read the settings."""
        try:
            return self.settings.load().mode
        except UnreadableItem:
            return ShopMode.OPEN

    @property
    def trial_price(self) -> ListPrice | None:
        """The list price of the plan that the trial is a trial of, as known up to 30 seconds ago.

        None if no plan has a price, or if the plans cannot be read now: no trial waits for the catalogue.
        """
        try:
            return self.plans.load().trial_price
        except (UnreadableItem, StorageUnavailable):
            return None

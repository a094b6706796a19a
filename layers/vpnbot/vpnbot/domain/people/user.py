"""The profile of a user of the bot."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from vpnbot.domain.orders.discount import Discount, ReservedUse
from vpnbot.domain.people.limits import Acts, LimitedAct, counting, with_act
from vpnbot.domain.people.roles import Role
from vpnbot.domain.scheduling import Due

ERASE_AFTER = timedelta(minutes=10)
"""Telegram delivers a tap again for up to 150 s; until then the ledger must have the cause of a deletion."""

COMPENSATED_KEPT_FOR = timedelta(days=120)
"""How long it is kept for which time a person got days: longer than an outage can be compensated."""


@dataclass(frozen=True, slots=True)
class Names:
    """What Telegram shows of a person: the username without `@`, empty: none, and the name above the chat."""

    username: str = ""
    shown: str = ""


@dataclass(frozen=True, slots=True)
class GivenDays:
    """Days that a member of the staff has given to a person, and the cause of the act."""

    at: datetime
    days: int
    cause: str


@dataclass(frozen=True, slots=True)
class CompensatedTime:
    """Days that a person got at `at` for an outage, and the begins and ends of the lost time that they are for."""

    downtime: str
    at: datetime
    days: int
    begins: tuple[datetime, ...] = ()
    ends: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """What a member of the staff has noted about a person. `by` is the member's id."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class User:
    """A profile. Version 0: nothing is stored. After a deletion `trial_used`, `banned`, `acts`, `reserved`,
    `winback_at`, and the marks of rewards, `has_paid` and `rewarded`, stay.

    `came_from` is the payload of the first `/start`, or its kind; `invited_by` is the person through whose
    invitation this one came, known only of people who have never deleted their data. `reachable`: messages can be
    delivered; `news`: the person wants news, as well as messages about their own subscription. `accepted_terms` is
    the version of the texts that the person accepted with the trial at `accepted_at`, see `terms_version`; empty:
    none. `receipt_contact` is the address for fiscal receipts; empty: the person wants none at an own address, None:
    the person was not asked. `waits_for_trial_since`: since then the person waits for one of the trials of a day;
    `told_of_trials_at`: notified then that there are some again. `second_returned_at` is when the person last sent
    back the second of two payments. `acts` are the times of limited acts (`limits.py`); a deletion and a return do
    not begin the count again. `role` is that of a member of the staff; None: a customer. `username` and `shown_name`
    are those that Telegram showed last, stored at `named_at`. `given` are the days of the last weeks from the staff,
    `notes` what the staff has noted, `compensated` what was given for outages. `discount` is that of the promo code
    which the person has entered for the next order, `reserved` are the uses of discounts that orders have taken.
    `winback_at` is when the person was last offered a discount to come back (`domain/winback.py`).
    `has_paid`: a payment has earned a reward for an invitation, which happens once in a lifetime; `rewarded` are the
    times of the rewards for inviting within the last 30 days. Of the people whom the person has invited
    `invited_paid` have paid, for which the person has got `invited_seconds`. While the profile is `due`, the history
    up to `erase_until` must be erased.
    """

    version: int = 0
    chat_id: int | None = None
    language: str | None = None
    came_from: str | None = None
    invited_by: str | None = None
    met_at: datetime | None = None
    deleted_at: datetime | None = None
    erase_until: datetime | None = None
    trial_used: bool = False
    banned: bool = False
    reachable: bool = True
    reminders: bool = True
    news: bool = True
    wants_plans: bool = False
    wants_trial: bool = False
    waits_for_trial_since: datetime | None = None
    told_of_trials_at: datetime | None = None
    opinion: str | None = None
    accepted_terms: str = ""
    accepted_at: datetime | None = None
    receipt_contact: str | None = None
    second_returned_at: datetime | None = None
    acts: Acts = field(default_factory=dict)
    role: Role | None = None
    username: str = ""
    shown_name: str = ""
    named_at: datetime | None = None
    given: tuple[GivenDays, ...] = ()
    notes: tuple[Note, ...] = ()
    compensated: tuple[CompensatedTime, ...] = ()
    discount: Discount | None = None
    reserved: tuple[ReservedUse, ...] = ()
    winback_at: datetime | None = None
    has_paid: bool = False
    rewarded: tuple[datetime, ...] = ()
    invited_paid: int = 0
    invited_seconds: int = 0
    due: Due | None = None

    @property
    def waits_for_opening(self) -> bool:
        """Whether the person was promised a message when plans can be bought, or the trial can be started."""
        return self.wants_plans or self.wants_trial

    @property
    def in_trial_list(self) -> bool:
        """Whether the person was promised a message when there are trials again, and has not got it."""
        return self.waits_for_trial_since is not None and self.told_of_trials_at is None

    @property
    def known(self) -> bool:
        """Whether the person has used the bot, and has not deleted their data since."""
        return self.chat_id is not None

    def met(
        self, chat_id: int, language: str, came_from: str | None, now: datetime, invited_by: str | None = None
    ) -> "User":
        """Return the user after the first contact, or after the first contact that follows a deletion.

        A person who returns was known before, and so comes by no invitation, with any link.
        """
        returns = self.deleted_at is not None
        return User(
            version=self.version,
            chat_id=chat_id,
            language=language,
            came_from=None if returns and invited_by else came_from,
            invited_by=None if returns else invited_by,
            met_at=now,
            trial_used=self.trial_used,
            banned=self.banned,
            acts=self.acts,
            role=self.role,
            reserved=self.reserved,
            winback_at=self.winback_at,
            has_paid=self.has_paid,
            rewarded=self.rewarded,
            erase_until=self.erase_until,
            due=self.due,
        )

    @property
    def gone(self) -> bool:
        """Whether the person has deleted their data, and has not returned."""
        return self.deleted_at is not None and not self.known

    def deleted_after(self, sent_at: datetime) -> bool:
        """Tell whether the person has deleted their data after a message of theirs, and may have returned since.

        `sent_at` is in whole seconds, as Telegram gives it; a message of the same second counts as a later one. After
        a return, `erase_until` tells when the data were deleted.
        """
        deleted_at = self.deleted_at or self.erase_until
        return deleted_at is not None and sent_at < deleted_at.replace(microsecond=0)

    def deleted(self, now: datetime, erase: Due) -> "User":
        """Return what stays after a deletion: the marks, the counts, and the due work to erase."""
        return User(
            version=self.version,
            deleted_at=now,
            erase_until=now,
            trial_used=self.trial_used,
            banned=self.banned,
            reachable=False,
            acts=counting(self.acts, now),
            reserved=self.reserved,
            winback_at=self.winback_at,
            has_paid=self.has_paid,
            rewarded=self.rewarded,
            due=erase,
        )

    def acted(self, act: LimitedAct, now: datetime) -> "User":
        """Return the user after one more limited act.

        Raises:
            TooOften: the limit is reached.
        """
        return replace(self, acts=with_act(self.acts, act, now))

    def named(self, names: Names, now: datetime) -> "User":
        """Return the user with the names that Telegram shows now; one who is not known is returned unchanged."""
        if not self.known or names == Names(self.username, self.shown_name):
            return self
        return replace(self, username=names.username, shown_name=names.shown, named_at=now)

    def compensated_with(self, got: CompensatedTime) -> "User":
        """Return the user with days for an outage, and without those that are too old to matter."""
        kept = (each for each in self.compensated if each.at > got.at - COMPENSATED_KEPT_FOR)
        return replace(self, compensated=(*kept, got))

    def reserved_for(self, source: str) -> ReservedUse | None:
        """Return the use of a discount that an order has taken and no payment has made final; None: there is none."""
        return next((use for use in self.reserved if use.source == source), None)

    def with_use_reserved(self, use: ReservedUse) -> "User":
        """Return the user with one more use of a discount taken."""
        return replace(self, reserved=(*self.reserved, use))

    def without_uses(self, *uses: ReservedUse) -> "User":
        """Return the user without uses that are final, or given back."""
        return replace(self, reserved=tuple(use for use in self.reserved if use not in uses))

    def without_discount(self, source: str) -> "User":
        """Return the user without a discount for the next order, if it is the one of this source."""
        same = self.discount is not None and self.discount.source == source
        return replace(self, discount=None) if same else self

    def without_acts(self, act: LimitedAct) -> "User":
        """Return the user with the count of an act begun again."""
        return replace(self, acts={name: times for name, times in self.acts.items() if name != act})

    def with_erasure_due(self, now: datetime) -> "User":
        """Return the user with the history up to `now` to be erased soon."""
        return replace(self, erase_until=now, due=Due(now + ERASE_AFTER))

    def reached(self, reachable: bool) -> "User":
        """Return the user with `reachable` changed."""
        return replace(self, reachable=reachable)

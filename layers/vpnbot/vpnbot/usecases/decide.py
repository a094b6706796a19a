"""The loop in which all changes of a person are made: load, choose, commit; reload and try again after a conflict.

A use case decides about the person; what the keys should be then follows (`domain/people/wanted_keys.py`), and is
committed with the decision. So no use case can leave it out.

Three kinds of errors are treated differently:

- A request may be rejected for business reasons (`Rejected`). If its cause is in the ledger already, the request was
  granted before and is a duplicate: then `decide` raises AlreadyDecided.
- A fact has happened whatever the person's state: a payment, the end of a period, an action of a panel. It cannot be
  rejected: when the domain raises `Rejected` while a fact is applied, `apply_fact` raises FactRejected, a bug.
- Any other error of `choose` is a bug or a temporary failure, and is not caught.
"""

import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex

from vpnbot.domain.effects import Effect
from vpnbot.domain.feed import Event, WantedNews, feed_events, feed_rows
from vpnbot.domain.needs import need_moves
from vpnbot.domain.people.implied_effects import implied_effects
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.wanted_keys import with_keys_as_granted
from vpnbot.domain.scheduling import inline_claim
from vpnbot.errors import AlreadyDecided, Conflict, DeletedMeanwhile, Rejected
from vpnbot.usecases.ports import Context, Metric, Metrics, Session
from vpnbot.usecases.ports.context import Hours, no_news

ATTEMPTS = 3
_JITTER_SECONDS = 0.05


class FactRejected(RuntimeError):
    """A bug: the domain rejected a fact, which it must accept in every state. Nothing was stored."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The result of one decision: the changed person, further ledger entries, and effects on other items.

    `seconds` is the entitlement that it adds; None: what the entry of the decision says. The loop adds the effects
    that follow from the change of the person (`implied_effects`), and what it adds to the statistics.
    """

    after: Person
    entries: tuple[Entry, ...] = ()
    effects: tuple[Effect, ...] = ()
    seconds: int | None = None


def decide(
    session: Session,
    entry: Entry,
    choose: Callable[[Person], Person | Decision],
    metrics: Metrics,
    news: Callable[[], WantedNews] = no_news,
    hours: Hours | None = None,
) -> Person:
    """Commit the person that `choose` returns, at most once for the cause of `entry`, and return that person.

    `choose` gets the person as loaded and is called up to three times. It may return a `Decision` in order to add
    effects and further ledger entries. `news` returns what the staff want to hear of, `hours` when
    messages about time that this decision begins or moves are sent; None: when those about the earlier time were.

    Raises:
        AlreadyDecided: this cause was decided before; the session holds the resulting state.
        DeletedMeanwhile: the person asks for it, and has deleted their data since they were loaded.
        Rejected: `choose` rejected the request, and this cause was not granted before.
        ItemExists: `PutIfAbsent` met an item that another decision had put.
        Conflict: three attempts failed because of concurrent changes; try again later.
    """

    known = session.person.user.known

    def chosen(person: Person) -> Decision:
        if known and person.user.gone and entry.actor == "person":
            raise DeletedMeanwhile("nothing more is stored about the person")
        try:
            choice = choose(person)
        except Rejected as rejection:
            if session.decided(entry.cause):
                metrics.count(Metric.DUPLICATES)
                raise AlreadyDecided(entry.cause) from rejection
            raise
        decision = choice if isinstance(choice, Decision) else Decision(choice)
        own = entry if decision.seconds is None else replace(entry, seconds=decision.seconds)
        return replace(decision, entries=(own, *decision.entries))

    return _commit(session, chosen, metrics, entry.at, news, hours)


def apply_fact(session: Session, context: Context, choose: Callable[[Person], Decision | None]) -> Person:
    """Commit the decision that follows from a fact, in whatever state the person is, and return the person.

    `choose` gets the person as loaded and is called up to three times; with None there is nothing to commit. The
    decision holds all ledger entries.

    Raises:
        AlreadyDecided: one of the causes was decided before, and nothing was committed; the session is reloaded.
        FactRejected: a bug: the domain rejected something that has happened.
        ItemExists: `PutIfAbsent` met an item that another decision had put.
        Conflict: three attempts failed because of concurrent changes; try again later.
    """

    def chosen(person: Person) -> Decision | None:
        try:
            return choose(person)
        except Rejected as rejection:
            raise FactRejected(f"{type(rejection).__name__}: {rejection}") from rejection

    return _commit(session, chosen, context.metrics, context.clock(), context.news, context.hours)


def _commit(
    session: Session,
    choose: Callable[[Person], Decision | None],
    metrics: Metrics,
    now: datetime,
    news: Callable[[], WantedNews],
    hours: Hours | None,
) -> Person:
    for attempt in range(1, ATTEMPTS + 1):
        before = session.person
        decision = choose(before)
        if decision is None:
            return before
        named = _with_names(session, decision.after, now)
        after = _with_unreadable_keys_due(before, _with_keys_as_granted(named, now), now)
        after = _with_erasure_due(before, _with_sending_hours(before, after, hours), now)
        after, given_back = _with_uses_given_back(after)
        events = tuple(feed_events(before, after, decision.entries, now))
        staff = (*need_moves(before, after, now), *feed_rows(events), *_news(events, news))
        counted = _statistics(before, after, decision.entries, now)
        effects = (*implied_effects(before, after, now), *staff, *decision.effects, *given_back, *counted)
        try:
            return session.commit(after, *decision.entries, effects=effects)
        except AlreadyDecided:
            metrics.count(Metric.DUPLICATES)
            session.reload()
            raise
        except Conflict:
            metrics.count(Metric.CONFLICTS)
            if attempt == ATTEMPTS:
                raise
            time.sleep(random.uniform(0, _JITTER_SECONDS) * attempt)  # noqa: S311 - jitter, not a secret
            session.reload()
    raise AssertionError("the loop above returns or raises")


def _news(events: tuple[Event, ...], wanted: Callable[[], WantedNews]) -> Iterable[Effect]:
    """Return the effects that let the staff hear of these events; most decisions have none."""
    if not events:
        return ()
    from vpnbot.domain.news import news_moves

    return news_moves(events, wanted)


def _statistics(before: Person, after: Person, entries: Sequence[Entry], now: datetime) -> tuple[Effect, ...]:
    """Return what the change adds to the statistics; the module is imported at the first commit of a process."""
    from vpnbot.domain.statistics.entry import statistics_effects

    return statistics_effects(before, after, entries, now, token_hex(8))


def _with_sending_hours(before: Person, after: Person, hours: Hours | None) -> Person:
    """Return the person with the messages about time that begins now, or ends otherwise, in the present hours."""
    earlier, subscription = before.subscription, after.subscription
    if hours is None or (earlier.course, earlier.ends_at) == (subscription.course, subscription.ends_at):
        return after
    return replace(after, subscription=subscription.sent_within(hours(after.user.language)))


def _with_names(session: Session, person: Person, now: datetime) -> Person:
    """Return the person with the names that Telegram shows now."""
    return person if session.names is None else replace(person, user=person.user.named(session.names, now))


def _with_keys_as_granted(person: Person, now: datetime) -> Person:
    """Return the person with every key as it should be; keys that are enabled again have to take capacity."""
    granted = with_keys_as_granted(person, now)
    enabled_again = len(granted.uncounted_keys) > len(person.uncounted_keys)
    return granted.with_placement_due(inline_claim(now)) if enabled_again else granted


def _with_erasure_due(before: Person, after: Person, now: datetime) -> Person:
    """Return the person with the history to be erased again if this decides about one who has deleted their data.

    Money may arrive, be sent back or be decided about long after a deletion; what that adds to the history, and the
    orders that are closed then, must not stay longer than what was there before.
    """
    gone = before.user.gone and after.user.gone
    return replace(after, user=after.user.with_erasure_due(now)) if gone else after


def _with_uses_given_back(after: Person) -> tuple[Person, Iterable[Effect]]:
    """Return the person without the uses of discounts that no order can be paid with, and what gives them back."""
    if not after.user.reserved:
        return after, ()
    from vpnbot.domain.promo.uses import given_back

    return given_back(after)


def _with_unreadable_keys_due(before: Person, after: Person, now: datetime) -> Person:
    """Return the person due for placement if this decision should have changed keys that this version cannot read.

    Placement waits for a version that can read them, and makes them what the subscription then grants.
    """
    same = before.subscription == after.subscription and before.user.banned == after.user.banned
    return after if after.keys_readable or same else after.with_placement_due(inline_claim(now))

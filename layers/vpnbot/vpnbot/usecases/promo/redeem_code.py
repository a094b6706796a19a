"""Use a promo code: the time and the use are committed together, so that a code is used as often as it is allowed."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vpnbot.domain.keys.key_ring import Key
from vpnbot.domain.money import Money
from vpnbot.domain.orders.offer import Offer
from vpnbot.domain.payments.purchase import with_free_time, with_purchase
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.limits import LimitedAct, TooOften, again_at
from vpnbot.domain.people.person import Person
from vpnbot.domain.plans.catalogue import Catalogue
from vpnbot.domain.plans.sold_plan import SoldPlan
from vpnbot.domain.promo.code import CodeEffect, CodeRefused, PromoCode, Refusal
from vpnbot.domain.promo.entered import folded
from vpnbot.domain.promo.one_time_codes import batch_of, number_of
from vpnbot.domain.promo.uses import discount_entry, free_counter, one_time_key, use_entry, use_key
from vpnbot.domain.shop import Offering, ShopClosed, begins
from vpnbot.domain.subscriptions.entitlement import entitlement_seconds
from vpnbot.domain.subscriptions.list_price import ListPrice
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.domain.subscriptions.status import Status
from vpnbot.errors import AlreadyDecided
from vpnbot.usecases.decide import Decision, decide
from vpnbot.usecases.keys.make_keys import make_keys
from vpnbot.usecases.people.count_act import count_act
from vpnbot.usecases.ports import Context, Fleet, Sales, Session
from vpnbot.usecases.ports.promo import PromoCodes
from vpnbot.usecases.promo.choose_use import UseChoice, with_first_use

_GUESSED = frozenset({Refusal.UNKNOWN, Refusal.ENDED, Refusal.USED_UP})
"""The refusals that count as wrong tries, of which a person has a few within an hour."""


@dataclass(frozen=True, slots=True)
class Redeeming:
    """What the use of a code needs. `trial` is the plan of the days for a person who has none.

    `accepted_terms` is the version of the texts that the person accepts with it (`terms_version`).
    """

    codes: PromoCodes
    fleet: Fleet
    sales: Sales
    trial: Plan
    accepted_terms: str = ""


def redeem_code(session: Session, ports: Redeeming, context: Context, typed: str, cause: str) -> PromoCode:
    """Give what a code gives, once for its cause, try to make keys that the person waits for, and return it.

    A discount is kept for the person's next order, which takes a use of the code; it replaces an earlier one. A wrong
    try is not counted here, see `count_wrong_try`.

    Raises:
        CodeRefused: the code does not work for this person now.
        ShopClosed: the person has no subscription, and the shop begins none now.
        TooOften: there were too many wrong tries.
        Conflict: concurrent changes; try again later.
    """
    possible_at = again_at(session.person.user.acts, LimitedAct.CODE, context.clock())
    if possible_at is not None:
        raise TooOften(LimitedAct.CODE, possible_at)
    code, one_time = find_code(ports, typed)
    if code.is_discount:
        _keep_discount(session, ports, context, code, one_time, cause)
        return code
    _give(session, ports, context, code, one_time, cause)
    person = session.person
    if person.subscription.waits_for_key or person.out_of_sync:  # further keys are left to due work
        make_keys(session, ports.fleet, context)
    return code


def count_wrong_try(session: Session, context: Context, refusal: Refusal) -> None:
    """Commit that the person has tried a code that does not work for anybody; other refusals are not counted.

    Raises:
        TooOften: another process has counted the last one that is possible.
        Conflict: concurrent changes; try again later.
    """
    if refusal in _GUESSED:
        count_act(session, context, LimitedAct.CODE)


def find_code(ports: Redeeming, typed: str) -> tuple[PromoCode, int | None]:
    """Return the code, and for a one-time code its batch and its number in it.

    Raises:
        CodeRefused: there is none.
    """
    text = folded(typed)
    if text is None:
        raise CodeRefused(Refusal.UNKNOWN)
    code = ports.codes.get(text)
    if code is not None and not code.one_time:
        return code, None
    batch = ports.codes.get(batch_of(text)) if batch_of(text) else None
    number = number_of(text, batch, ports.fleet.ring().promo_mac) if batch is not None and batch.one_time else None
    if batch is None or number is None:
        raise CodeRefused(Refusal.UNKNOWN)
    return batch, number


def _give(
    session: Session, ports: Redeeming, context: Context, code: PromoCode, one_time: int | None, cause: str
) -> None:
    """Commit the time of a code with the first use that the person has not had, once for its cause."""
    entry = Entry(cause, use_entry(code), context.clock())
    key = Key(ports.fleet.ring().current, context.new_seed())

    def commit(choice: UseChoice) -> None:
        def given(person: Person) -> Decision:
            if begins_with(person) and not begins(ports.sales.mode, Offering.TRIAL):
                raise ShopClosed("the shop begins no subscription now")
            _, effects = choice.taken_by(person)
            after = _with_time(person, ports, code, f"promo:{code.id}#{choice.number}", key, entry.at)
            if ports.accepted_terms:
                accepts = replace(after.user, accepted_terms=ports.accepted_terms, accepted_at=entry.at)
                after = replace(after, user=accepts)
            added = entitlement_seconds(after.subscription, entry.at) - entitlement_seconds(
                person.subscription, entry.at
            )
            return Decision(after, effects=effects, seconds=added)

        with suppress(AlreadyDecided):
            decide(session, entry, given, context.metrics, context.news, context.hours)

    with_first_use(ports.codes, context, code, one_time, commit)


def _with_time(person: Person, ports: Redeeming, code: PromoCode, lot: str, key: Key, now: datetime) -> Person:
    """Return the person with the time of a code: of the present plan, or of the plan that the code names.

    Time of another plan becomes time of the present one, by its worth, as long as bought time is left: a code takes
    no plan away.
    """
    if code.effect is CodeEffect.DAYS:
        return with_free_time(person, lot, code.seconds, ports.trial, key, now)
    catalogue = ports.sales.plans.load()
    plan, price = plan_of(code, catalogue)
    free = Money(0, catalogue.base_currency)
    offer = Offer(lot, plan.granted, timedelta(seconds=code.seconds), free, price, price, plan.version)
    return with_purchase(person, lot, offer, None, key, now, sets_plan=False)


def plan_of(code: PromoCode, catalogue: Catalogue) -> tuple[SoldPlan, ListPrice]:
    """Return the plan of which a code gives time, with the price by which that time has its worth.

    Raises:
        CodeRefused: the plan is gone, or has no such price any more.
    """
    plan = catalogue.plan(code.plan)
    price = None if plan is None else plan.shortest_month(catalogue.base_currency)
    if plan is None or price is None:
        raise CodeRefused(Refusal.ENDED)
    return plan, price


def _keep_discount(
    session: Session, ports: Redeeming, context: Context, code: PromoCode, one_time: int | None, cause: str
) -> None:
    """Commit that a discount counts for the person's next order, once for its cause; the order takes the use."""
    discount, now = code.discount(one_time), context.clock()

    def kept(person: Person) -> Person:
        code.allow(person, now)
        if person.user.reserved_for(discount.source) is None:
            _check_left(ports.codes, code, one_time, person)
        return replace(person, user=replace(person.user, discount=discount))

    with suppress(AlreadyDecided):
        decide(session, Entry(cause, discount_entry(code), now), kept, context.metrics)


def _check_left(codes: PromoCodes, code: PromoCode, one_time: int | None, person: Person) -> None:
    """Check that a use of a code is left for a person; an order that takes the last one first wins all the same.

    Raises:
        CodeRefused: none is left.
    """
    if one_time is not None and codes.used(code.id, one_time_key(one_time)):
        raise CodeRefused(Refusal.USED_UP)
    if all(codes.used(code.id, use_key(person.id, number)) for number in range(1, code.per_person + 1)):
        raise CodeRefused(Refusal.USED)
    if free_counter(code, codes.taken(code.id), code.id) is None:
        raise CodeRefused(Refusal.USED_UP)


def begins_with(person: Person) -> bool:
    """Tell whether the days would be the person's first."""
    return person.subscription.status in {Status.NONE, Status.DELETED}

"""Use a promo code: the days and the use are committed together, so that a code is used as often as it is allowed."""

from collections.abc import Callable
from dataclasses import dataclass

from vpnbot.domain.keys.key_ring import Key
from vpnbot.domain.payments.purchase import with_free_time
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.limits import LimitedAct, TooOften, again_at
from vpnbot.domain.people.person import Person
from vpnbot.domain.promo.code import CodeRefused, PromoCode, Refusal
from vpnbot.domain.promo.entered import folded
from vpnbot.domain.promo.one_time_codes import batch_of, number_of
from vpnbot.domain.promo.uses import Use, first_counter, free_counter, of_one_time_code, use_effects, use_entry
from vpnbot.domain.shop import Offering, ShopClosed, begins
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.domain.subscriptions.status import Status
from vpnbot.errors import AlreadyDecided, ItemExists
from vpnbot.usecases.decide import Decision, decide
from vpnbot.usecases.keys.make_keys import make_keys
from vpnbot.usecases.people.count_act import count_act
from vpnbot.usecases.ports import Context, Fleet, Sales, Session
from vpnbot.usecases.ports.promo import PromoCodes

_GUESSED = frozenset({Refusal.UNKNOWN, Refusal.ENDED, Refusal.USED_UP})
"""The refusals that count as wrong tries, of which a person has a few within an hour."""


@dataclass(frozen=True, slots=True)
class Redeeming:
    """What the use of a code needs. `trial` is the plan of the days for a person who has none."""

    codes: PromoCodes
    fleet: Fleet
    sales: Sales
    trial: Plan


def redeem_code(session: Session, ports: Redeeming, context: Context, typed: str, cause: str) -> PromoCode:
    """Give what a code gives, once for its cause, try to make keys that the person waits for, and return it.

    A wrong try is not counted here, see `count_wrong_try`.

    Raises:
        CodeRefused: the code does not work for this person now.
        ShopClosed: the person has no subscription, and the shop begins none now.
        TooOften: there were too many wrong tries.
        Conflict: concurrent changes; try again later.
    """
    possible_at = again_at(session.person.user.acts, LimitedAct.CODE, context.clock())
    if possible_at is not None:
        raise TooOften(LimitedAct.CODE, possible_at)
    code, one_time = _known(ports, typed)
    _commit(session, ports, context, code, one_time, cause)
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


def _known(ports: Redeeming, typed: str) -> tuple[PromoCode, int | None]:
    """Return the code, and for a one-time code its batch and its number in it."""
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


def _commit(
    session: Session, ports: Redeeming, context: Context, code: PromoCode, one_time: int | None, cause: str
) -> None:
    """Commit the first use that the person has not had, once for its cause."""
    now, seed = context.clock(), context.new_seed()
    entry = Entry(cause, use_entry(code), now, seconds=code.seconds)
    for number in range(1, code.per_person + 1):
        choose = _use(ports, context, code, (number, one_time), seed)
        try:
            decide(session, entry, choose, context.metrics, context.news, context.hours)
        except AlreadyDecided:
            return
        except ItemExists as error:
            if of_one_time_code(error.key):
                raise CodeRefused(Refusal.USED_UP) from error
            continue  # this use of the person is in the table
        return
    raise CodeRefused(Refusal.USED)


def _use(
    ports: Redeeming, context: Context, code: PromoCode, numbers: tuple[int, int | None], seed: str
) -> Callable[[Person], Decision]:
    """Return the decision of a use: with a random counter first, after a conflict with one that is free.

    `numbers` are that of the person's own uses, and that of a one-time code in its batch.
    """
    number, one_time = numbers
    now, counter = context.clock(), first_counter(code, seed)
    key = Key(ports.fleet.ring().current, seed)
    tried = False

    def used(person: Person) -> Decision:
        nonlocal counter, tried
        code.allow(person, now)
        if _begins_with(person) and not begins(ports.sales.mode, Offering.TRIAL):
            raise ShopClosed("the shop begins no subscription now")
        if tried:
            free = free_counter(code, ports.codes.taken(code.id), seed)
            if free is None:
                raise CodeRefused(Refusal.USED_UP)
            counter = free
        tried = True
        after = with_free_time(person, f"promo:{code.id}#{number}", code.seconds, ports.trial, key, now)
        return Decision(after, effects=use_effects(code, Use(person.id, number, counter, one_time), now))

    return used


def _begins_with(person: Person) -> bool:
    """Tell whether the days would be the person's first."""
    return person.subscription.status in {Status.NONE, Status.DELETED}

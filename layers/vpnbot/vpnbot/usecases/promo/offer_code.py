"""What a promo code offers a person who has to accept the terms before it begins their first time."""

from dataclasses import dataclass

from vpnbot.domain.people.limits import LimitedAct, again_at
from vpnbot.domain.promo.code import CodeEffect, CodeRefused, PromoCode
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.usecases.ports import Context, Session
from vpnbot.usecases.promo.redeem_code import Redeeming, begins_with, find_code, plan_of


@dataclass(frozen=True, slots=True)
class OfferedCode:
    """A code, and the plan of which it gives time; None: it names none."""

    code: PromoCode
    plan: Plan | None = None


def code_to_accept(session: Session, ports: Redeeming, context: Context, typed: str) -> OfferedCode | None:
    """Return the code with which the person accepts the terms; nothing is written or counted.

    None: the person has accepted them or has time, the code is a discount, or it does not work, which `redeem_code`
    says and counts. It may be used up nevertheless: only `redeem_code` reads how often it was used.
    """
    person, now = session.person, context.clock()
    if person.user.accepted_terms or not begins_with(person):
        return None
    if again_at(person.user.acts, LimitedAct.CODE, now) is not None:
        return None
    try:
        code, _ = find_code(ports, typed)
        code.allow(person, now)
        plan = plan_of(code, ports.sales.plans.load())[0].granted if code.effect is CodeEffect.PLAN else None
    except CodeRefused:
        return None
    return None if code.is_discount else OfferedCode(code, plan)

"""The screens of a person's card and its tabs."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from vpnbot.domain.ads.source import advertisement_tag
from vpnbot.domain.keys.access import Access
from vpnbot.domain.keys.vpn_apps import app_title
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.order_id import shown_number
from vpnbot.domain.people.device_places import device_limit, devices_of
from vpnbot.domain.people.opinions import TROUBLED
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.roles import Right
from vpnbot.domain.staff.acts import ActKind
from vpnbot.domain.staff.name import name_of
from vpnbot.domain.statistics.flow import Origin, origin_of
from vpnbot.domain.subscriptions.status import Status
from vpnbot.domain.subscriptions.traffic import gigabytes
from vpnbot.domain.topics import TopicState
from vpnbot.domain.winback import of_winback
from vpnbot.telegram.admin.act_callbacks import ActTap, TappedAct
from vpnbot.telegram.admin.areas import Area
from vpnbot.telegram.admin.find_screens import AGAIN, state_of
from vpnbot.telegram.admin.ledger_lines import entry_lines, words_of
from vpnbot.telegram.admin.stored_names import ad_named, names_in, server_named
from vpnbot.telegram.customer.discount_words import discount_name, reduction
from vpnbot.telegram.customer.money_callbacks import Subject, Tap, on
from vpnbot.telegram.customer.payment_words import plan_title
from vpnbot.telegram.messages.packed_ids import packed_person
from vpnbot.telegram.messages.screen import Argument, Button, Day, Phrase, Screen, phrase, rows
from vpnbot.telegram.messages.view import ADMIN
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.staff.read_person import MoneyOf

RIGHTS: Mapping[ActKind, Right] = {
    ActKind.DAYS: Right.GIVE_DAYS,
    ActKind.LINK: Right.NEW_LINK,
    ActKind.NOTE: Right.ANSWER,
    ActKind.MESSAGE: Right.ANSWER,
    ActKind.PLAN: Right.ACT,
    ActKind.PAUSE: Right.ACT,
    ActKind.RESUME: Right.ACT,
    ActKind.TRIAL: Right.ACT,
    ActKind.MOVE: Right.ACT,
    ActKind.DELETE: Right.ACT,
}
"""The right that each act needs."""

_DEVICES_NAMED = 2
_LONGEST_TAG = 24


class Tab(StrEnum):
    """The tabs of the card."""

    ORDERS = "orders"
    LEDGER = "ledger"
    KEYS = "keys"
    MORE = "more"


def gone() -> Screen:
    """Say that there is no such person."""
    return Screen((phrase("person-gone"),), rows((AGAIN, ADMIN)))


def back(person: Person) -> Button:
    """Return the button to the card."""
    return Button(phrase("button-card"), action=Area.PERSON.on(packed_person(person.id)))


def card(context: UpdateContext, person: Person, money: MoneyOf) -> Screen:
    """Return the card."""
    had, known = problem(person), person.user.known
    short = had and person.user.reachable  # the screen stays short
    came = (_came(context, person),) if known and not short else ()
    uses = _uses(context, person) if known or person.living_accesses else ()
    lines = (_who(person), _stands(context, person), *had, *uses, _paid(money), *_discounts(context, person), *came)
    notes = tuple(phrase("person-note", at=Day(note.at), text=note.text) for note in person.user.notes[-2:])
    paragraphs = (lines, notes) if notes else (lines,)
    pause = ActKind.RESUME if person.paused else ActKind.PAUSE
    return Screen(
        paragraphs,
        rows(
            (_act(context, person, ActKind.DAYS, ActTap.CHOOSE), _act(context, person, ActKind.PLAN, ActTap.CHOOSE)),
            (_act(context, person, ActKind.LINK), _act(context, person, pause)),
            (_act(context, person, ActKind.MESSAGE), _act(context, person, ActKind.NOTE), _topic(person)),
            (_tab(person, Tab.ORDERS), _tab(person, Tab.LEDGER)),
            (_tab(person, Tab.KEYS), _tab(person, Tab.MORE) if context.may(Right.ACT) else None),
            (AGAIN, ADMIN),
        ),
    )


def problem(person: Person) -> tuple[Phrase, ...]:
    """Return what the person has answered last, if they had problems; empty otherwise."""
    opinion = person.user.opinion
    return (phrase("person-opinion", what=words_of(f"opinion: {opinion}")),) if opinion in TROUBLED else ()


def more(context: UpdateContext, person: Person) -> Screen:
    """Return the acts that are rarely needed."""
    free = person.subscription.status in {Status.NONE, Status.DELETED}
    trial = _act(context, person, ActKind.TRIAL) if person.user.trial_used and free else None
    gone = _act(context, person, ActKind.DELETE) if person.user.known else None
    words = phrase("person-more", name=name_of(person))
    return Screen((words,), rows((trial,), (gone,), (back(person), ADMIN)))


def keys(context: UpdateContext, person: Person) -> Screen:
    """Return the keys of a person, each with the button to move it to another server."""
    living = person.living_accesses
    lines = tuple(
        phrase(
            "person-key",
            server=server_named(context, each.server_id),
            state=phrase(f"person-key-{_key_state(each)}"),
        )
        for each in living
    )
    move = _act(context, person, ActKind.MOVE, ActTap.CHOOSE)
    words = (phrase("person-keys", count=len(living)), *lines)
    return Screen((words,), rows((move if living else None,), (back(person), ADMIN)))


def orders(context: UpdateContext, person: Person, listed: Sequence[Order]) -> Screen:
    """Return the last orders; each leads to the screen on which money is decided."""
    words = phrase("person-orders" if listed else "person-orders-none", name=name_of(person))
    buttons = [(_order(order, person),) for order in listed] if context.may(Right.MONEY) else []
    lines = () if buttons else tuple(_order_words(order) for order in listed)
    return Screen(((words, *lines),), rows(*buttons, (back(person), ADMIN)))


def ledger(
    context: UpdateContext, person: Person, entries: Sequence[Mapping[str, Any]], number: int, *, more: bool
) -> Screen:
    """Return a page of the ledger."""
    names = names_in(context)
    lines = [entry_lines(entry, names) for entry in entries]
    words = phrase("person-ledger" if lines else "person-ledger-none", name=name_of(person))
    newer = _page(person, number - 1, "⬅️") if number else None
    older = _page(person, number + 1, "➡️") if more else None
    return Screen((words, *lines), rows((newer, older), (back(person), ADMIN)))


def _who(person: Person) -> Phrase:
    user = person.user
    if not user.known:
        return phrase("person-who-gone", id=person.id[:8])
    chat = str(user.chat_id) if user.chat_id is not None else person.id[:8]
    name = f"{name_of(person)} ({user.shown_name})" if user.username and user.shown_name else name_of(person)
    if user.role is None:
        return phrase("person-who", name=name, id=chat)
    return phrase("person-who-staff", name=name, id=chat, role=phrase(f"role-{user.role}"))


def _stands(context: UpdateContext, person: Person) -> Phrase:
    subscription = person.subscription
    state = state_of(person, context.now)
    if subscription.plan is None:
        since = person.user.waits_for_trial_since if person.user.in_trial_list else None
        return state if since is None else phrase("person-waits-for-trial", state=state, since=since)
    plan = plan_title(subscription.plan, _language(context))
    if subscription.ends_at is None or subscription.status is Status.DELETED:
        return phrase("person-stands", state=state, plan=plan)
    left = subscription.left(context.now)
    if person.paused or not left:
        return phrase("person-stands-until", state=state, plan=plan, end=subscription.ends_at)
    return phrase("person-stands-left", state=state, plan=plan, end=subscription.ends_at, left=left)


def _uses(context: UpdateContext, person: Person) -> Iterator[Phrase]:
    limit, fetch = person.traffic_limit_bytes, person.fetch
    used = gigabytes(person.used_bytes)
    works = sum(access.works for access in person.living_accesses)
    keys = f"{works}/{len(person.living_accesses)}"
    if limit is None:
        yield phrase("person-uses", keys=keys, used=used)
    else:
        yield phrase("person-uses-of", keys=keys, used=used, limit=gigabytes(limit))
    if fetch is not None:
        yield phrase("person-app", app=app_title(fetch.app) or "—", ago=context.now - fetch.last_at)
    yield from _devices(context, person)


def _devices(context: UpdateContext, person: Person) -> Iterator[Phrase]:
    listed = devices_of(person).listed(context.now)
    if listed:
        limit = device_limit(person, limited=context.views.front.device_limit)
        names = ", ".join(device.model or device.name or "—" for device in listed[:_DEVICES_NAMED])
        yield phrase("person-devices", count=len(listed), limit="∞" if limit is None else limit, names=names)


def _paid(money: MoneyOf) -> Phrase:
    if not money.payments:
        return phrase("person-paid-nothing")
    sums = money.sums[:3]
    extra: dict[str, Argument] = {f"sum{number}": each for number, each in enumerate(sums, 1)}
    last: Argument = Day(money.last) if money.last is not None else "—"
    return phrase(f"person-paid-{len(sums)}", count=money.payments, last=last, **extra)


def _discounts(context: UpdateContext, person: Person) -> Iterator[Phrase]:
    """Yield the discounts that the person has for the next order now."""
    for discount in person.discounts:
        if not discount.valid_at(context.now):
            continue
        effect = reduction(discount.percent, discount.amount)
        if of_winback(discount.source) and discount.until is not None:
            yield phrase("person-winback", effect=effect, end=discount.until)
        else:
            yield phrase("person-discount", code=discount_name(discount), effect=effect)


def _came(context: UpdateContext, person: Person) -> Phrase:
    met: Argument = Day(person.user.met_at) if person.user.met_at is not None else "—"
    came = "person-came" if person.user.reachable else "person-came-blocked"
    return phrase(came, source=_source(context, person.user.came_from), met=met)


def _source(context: UpdateContext, came_from: str | None) -> Phrase:
    origin = origin_of(came_from)
    if came_from and origin is Origin.ADVERTISEMENT:
        tag = advertisement_tag(came_from) or came_from
        return phrase("person-came-advertisement", tag=ad_named(context, tag)[:_LONGEST_TAG])
    return phrase(f"person-came-{origin}")


def _act(context: UpdateContext, person: Person, kind: ActKind, tap: ActTap = ActTap.ASK) -> Button | None:
    if not context.may(RIGHTS[kind]) or not person.user.known:
        return None
    return Button(phrase(f"button-act-{kind}"), action=TappedAct(tap, kind, person.id).data)


def _tab(person: Person, tab: Tab) -> Button:
    return Button(phrase(f"button-tab-{tab}"), action=Area.PERSON.on(packed_person(person.id), tab))


def _topic(person: Person) -> Button | None:
    """Return the button that opens the person's topic in Telegram; only supergroups, whose ids begin so, have one."""
    topic = person.topic
    if topic is None or not topic.thread_id or topic.state is TopicState.LEAVING:
        return None
    group = str(topic.chat_id).removeprefix("-100")
    return Button(phrase("button-topic"), url=f"https://t.me/c/{group}/{topic.thread_id}")


def _page(person: Person, number: int, label: str) -> Button:
    return Button(label, action=Area.PERSON.on(packed_person(person.id), Tab.LEDGER, number))


def _order(order: Order, person: Person) -> Button:
    payment = order.payments[0].id if order.payments else ""
    return Button(_order_words(order), action=on(Tap.SHOW, Subject.of(person.id, order.id, payment)))


def _order_words(order: Order) -> Phrase:
    state = phrase(f"person-order-{order.status}")
    return phrase("person-order", number=shown_number(order.id), price=order.price, state=state)


def _key_state(access: Access) -> str:
    if access.leaving_at is not None:
        return "leaving"
    if access.works:
        return "works"
    return "waits" if not access.in_sync else "off"


def _language(context: UpdateContext) -> str:
    return context.views.language_of(context.session.person)

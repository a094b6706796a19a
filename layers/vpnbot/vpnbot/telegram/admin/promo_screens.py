"""The screens of promo codes for the staff: the list, the card of one, and the steps to a new one."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from vpnbot.domain.bot_link import bot_address
from vpnbot.domain.promo.code import CodeState, PromoCode
from vpnbot.domain.promo.entered import start_payload
from vpnbot.telegram.admin.areas import Area
from vpnbot.telegram.admin.made_at import time_of
from vpnbot.telegram.admin.promo_drafts import Draft
from vpnbot.telegram.messages.screen import Button, Phrase, Screen, phrase, rows
from vpnbot.telegram.messages.view import ADMIN

FIELDS = ("days", "total", "times", "valid")
BACK = Button(phrase("button-promos-back"), action=Area.CODES.on("list"))
_NEW = Button(phrase("button-promo-new"), action=Area.CODES.on("new"))
_PER_ROW = 4


def listed(codes: Sequence[PromoCode], now: datetime, *, more: bool) -> Screen:
    """Return a page of the codes; `more`: there are older ones."""
    lines = [(Button(_line(code, now), action=Area.CODES.on("one", code.id)),) for code in codes]
    made_at = codes[-1].made_at if more else None
    older = None
    if made_at is not None:
        older = Button(phrase("button-promos-older"), action=Area.CODES.on("list", time_of(made_at)))
    return Screen((phrase("promos" if codes else "promos-none"),), rows((_NEW,), *lines, (older,), (ADMIN,)))


def _line(code: PromoCode, now: datetime) -> Phrase:
    return phrase("promo-line", state=_state(code, now), code=code.id, days=code.days)


def _state(code: PromoCode, now: datetime) -> str:
    if code.state is CodeState.LIVE and not code.open_at(now):
        return str(CodeState.ENDED)
    return str(code.state)


def card(code: PromoCode, used: int, bot_username: str, now: datetime) -> Screen:
    """Return the card of a code, `used` so often, with what can be done."""
    state = _state(code, now)
    link = None
    if code.one_time:
        link = Button(phrase("button-promo-file"), action=_on(code, "file"))
    elif bot_username and state == CodeState.LIVE:
        link = Button(phrase("button-promo-link"), copy=_link(code.id, bot_username))
    steps = {CodeState.LIVE: "pause", CodeState.PAUSED: "resume"}
    step = steps.get(CodeState(state))
    move = Button(phrase(f"button-promo-{step}"), action=_versioned(code, step)) if step else None
    end = None if state == CodeState.ENDED else Button(phrase("button-promo-end"), action=_on(code, "ask_end"))
    return Screen((tuple(_facts(code, used, state)),), rows((link,), (move, end), (BACK, ADMIN)))


def _facts(code: PromoCode, used: int, state: str) -> Iterator[Phrase]:
    yield phrase("promo-card", state=state, code=code.id, days=code.days)
    if code.total is None:
        yield phrase("promo-used", used=used)
    else:
        yield phrase("promo-used-of", used=used, total=code.total)
    if code.ends_at is not None:
        yield phrase("promo-until", end=code.ends_at)
    if code.per_person > 1:
        yield phrase("promo-times", times=code.per_person)
    if code.one_time:
        yield phrase("promo-one-time")
    if code.newcomers:
        yield phrase("promo-newcomers")


def file_of(codes: Iterable[str], bot_username: str) -> bytes:
    """Return the codes as a text file: one in each line, with its link if the name of the bot is known."""
    lines = (f"{code} {_link(code, bot_username)}" if bot_username else code for code in codes)
    return "".join(f"{line}\n" for line in lines).encode()


def _link(code: str, bot_username: str) -> str:
    return f"{bot_address(bot_username)}?start={start_payload(code)}"


def ask_end(code: PromoCode) -> Screen:
    """Ask before a code ends for good."""
    yes = Button(phrase("button-promo-end-yes"), action=_versioned(code, "end"))
    no = Button(phrase("button-promo-cancel"), action=_on(code, "one"))
    return Screen((phrase("promo-ask-end", code=code.id),), rows((yes, no)))


def ask_name() -> Screen:
    """Ask for the name of a new code."""
    made = Button(phrase("button-promo-any"), action=Area.CODES.on("any"))
    return Screen((phrase("promo-ask-name"),), rows((made,), (BACK, ADMIN)))


def draft(chosen: Draft, question: str) -> Screen:
    """Show what was chosen so far; `question` makes two taps on the button that makes the code one act."""
    buttons = {
        field: Button(_chosen(field, getattr(chosen, field)), action=Area.CODES.on("f", field, *chosen.arguments))
        for field in FIELDS
    }
    other = replace(chosen, newcomers=not chosen.newcomers)
    whom = "new" if chosen.newcomers else "all"
    people = Button(phrase(f"button-promo-for-{whom}"), action=Area.CODES.on("d", *other.arguments))
    kind = "once" if chosen.one_time else "one"
    switch = Button(phrase(f"button-promo-kind-{kind}"), action=Area.CODES.on("d", *chosen.switched().arguments))
    yes = Button(phrase("button-promo-make"), action=Area.CODES.on("make", *chosen.arguments, question))
    return Screen(
        (phrase("promo-draft", code=chosen.id),),
        rows(
            (buttons["days"], buttons["total"]),
            (buttons["times"], buttons["valid"]),
            (people,),
            (switch,),
            (yes,),
            (BACK, ADMIN),
        ),
    )


def choices(chosen: Draft, field: str) -> Screen:
    """Return the values that a field can have."""
    buttons = [
        Button(str(number) if number else "∞", action=Area.CODES.on("d", *with_it.arguments))
        for number, with_it in chosen.choices(field)
    ]
    lines = [tuple(buttons[place : place + _PER_ROW]) for place in range(0, len(buttons), _PER_ROW)]
    back = Button(phrase("button-back"), action=Area.CODES.on("d", *chosen.arguments))
    return Screen((phrase(f"promo-choose-{field}", code=chosen.id),), rows(*lines, (back,)))


def _chosen(field: str, value: int) -> Phrase:
    return phrase(f"button-promo-{field}", count=value)


def _on(code: PromoCode, tap: str) -> str:
    return Area.CODES.on(tap, code.id)


def _versioned(code: PromoCode, tap: str) -> str:
    return Area.CODES.on(tap, code.id, code.version)

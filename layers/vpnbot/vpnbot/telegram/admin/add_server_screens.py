"""The screens of adding a server; each depends only on the draft."""

from collections.abc import Iterator

from vpnbot.domain.servers.server import Inbound
from vpnbot.domain.servers.server_draft import ServerDraft, Step
from vpnbot.localization.server_names import flag
from vpnbot.telegram.admin.callbacks import ServerAction
from vpnbot.telegram.admin.server_phrases import capacities, countries, inbound_lines, panel_lines, trouble
from vpnbot.telegram.messages.screen import Button, Paragraph, Phrase, Rows, Screen, phrase, rows

_CANCEL = Button(phrase("button-cancel"), action=ServerAction.CANCEL.on())
_PROBE = Button(phrase("button-look-again"), action=ServerAction.LOOK.on())
_MOVE = Button(phrase("button-other-address"), action=ServerAction.MOVE.on())


def step(draft: ServerDraft, problem: Phrase | None = None) -> Screen:
    """Return the screen with the next question; `problem` is a line above it about the last answer."""
    found = problem or (None if draft.trouble is None else trouble(draft.trouble, draft.detail))
    question = Screen(_text(draft, again=found is not None), rows(*_choices(draft), (_CANCEL,)))
    return question.headed(found) if found else question


def _text(draft: ServerDraft, *, again: bool) -> tuple[Paragraph, ...]:
    """Return the question; `again`: in few words, because what was wrong with the last answer is above it."""
    match draft.step:
        case Step.PANEL:
            return ()
        case Step.CERTIFICATE:
            return (phrase("adding-certificate", fingerprint=draft.detail),)
        case Step.TOKEN:
            return (phrase("adding-token-again" if again else "adding-token", address=draft.address),)
        case Step.INBOUND:
            return (phrase("adding-inbound" if draft.usable_inbounds else "adding-no_inbound"),)
        case Step.ADDRESS:
            return (phrase("adding-address-again" if again else "adding-address"),)
        case Step.CONFIRM:
            return (
                phrase("adding-confirm", flag=flag(draft.country), country=draft.country, capacity=draft.capacity),
                (*_facts(draft),),
            )
    return (phrase(f"adding-{draft.step}"),)


def _facts(draft: ServerDraft) -> Iterator[Phrase]:
    """Yield what would not work on this server; if all would, its panel and its inbound."""
    if not draft.limits_devices:
        yield phrase("server-devices")
    elif draft.endpoint is not None and not draft.endpoint.accepts_every_app:
        yield phrase("server-picky")
    else:
        yield from panel_lines(draft.address, draft.panel_version, draft.core_version)
        yield from inbound_lines(draft.inbound_id, draft.endpoint)


def _choices(draft: ServerDraft) -> Rows:
    match draft.step:
        case Step.TOKEN:
            return ((_MOVE,),)
        case Step.CERTIFICATE:
            return ((Button(phrase("button-trust"), action=ServerAction.TRUST.on()),), (_MOVE,))
        case Step.PANEL:
            return ((_PROBE,), (_MOVE,))
        case Step.INBOUND:
            return (*((_choice(inbound),) for inbound in draft.usable_inbounds), (_PROBE, _MOVE))
        case Step.COUNTRY:
            return countries(ServerAction.CHOOSE_COUNTRY)
        case Step.CAPACITY:
            return capacities(ServerAction.CHOOSE_CAPACITY)
        case Step.CONFIRM:
            return ((Button(phrase("button-server-add-now"), action=ServerAction.ADD_NOW.on()),), (_PROBE, _MOVE))
    return ()


def _choice(inbound: Inbound) -> Button:
    return Button(inbound_label(inbound), action=ServerAction.CHOOSE_INBOUND.on(inbound.id))


def inbound_label(inbound: Inbound) -> str:
    """Return the label of the button for an inbound."""
    return f"{inbound.remark or inbound.protocol} · {inbound.port}"[:40]

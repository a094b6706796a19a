"""Add a server: the panel's address and token, inbound, country and capacity; then a summary to confirm."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from aiogram.fsm.context import FSMContext

from vpnbot.domain.servers.operator_input import BadInput, capacity, country_code
from vpnbot.domain.servers.panel_errors import PanelRejected, PanelUnavailable
from vpnbot.domain.servers.server_draft import ServerDraft, Step
from vpnbot.telegram.admin import add_server_screens as screens
from vpnbot.telegram.admin import servers as overview
from vpnbot.telegram.admin.callbacks import ServerAction
from vpnbot.telegram.admin.draft_state import leave, remember, remembered
from vpnbot.telegram.admin.server_phrases import already_added, name_of
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import phrase
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.servers.add_server import PanelAlreadyAdded
from vpnbot.usecases.servers.draft_server import (
    add_drafted_server,
    discard_draft,
    probe_draft,
    with_address,
    with_inbound,
    with_pinned_certificate,
    with_token,
)
from vpnbot.usecases.servers.panel_tokens import sweep_tokens, token_name

type ActionHandler = Callable[[UpdateContext, FSMContext, Sequence[str]], Awaitable[Reply]]
"""Handles an action in a conversation; the last argument is the arguments in the callback data."""


async def begin(context: UpdateContext, state: FSMContext, _: Sequence[str]) -> Reply:
    """Start with an empty draft. Old tokens are swept here too, because nothing is reconciled without a server."""
    await leave(context, state)
    sweep_tokens(context.fleet, context)
    return await _next_question(state, ServerDraft(token_name(context.cause)))


async def typed(context: UpdateContext, state: FSMContext, text: str) -> Reply:
    """Take a typed answer; if it is not valid, ask again."""
    draft = await remembered(state)
    if draft is None:
        return await _without_draft(context, state)
    try:
        return await _next_question(state, _answered(context, draft, text))
    except BadInput as error:
        return Show(screens.step(draft, phrase(f"input-{error}")))
    except PanelAlreadyAdded as error:
        return await _known(context, state, error)


async def token(context: UpdateContext, state: FSMContext, text: str) -> Reply:
    """Take the panel's token, and probe the panel."""
    draft = await remembered(state)
    if draft is None:
        return await _without_draft(context, state)
    try:
        return await _next_question(state, with_token(context.fleet, draft, text, context.cause))
    except BadInput as error:
        return Show(screens.step(draft, phrase(f"input-{error}")))


def _answered(context: UpdateContext, draft: ServerDraft, text: str) -> ServerDraft:
    match draft.step:
        case Step.ADDRESS:
            return with_address(context.fleet, draft, text)
        case Step.COUNTRY:
            return replace(draft, country=country_code(text))
        case Step.CAPACITY:
            return replace(draft, capacity=capacity(text))
    return draft


def _tapped(context: UpdateContext, draft: ServerDraft, action: ServerAction, choice: str) -> ServerDraft | None:
    """Return the draft after a tap; None if the button does not belong to the present step."""
    match action, draft.step:
        case ServerAction.MOVE, Step.TOKEN | Step.CERTIFICATE | Step.PANEL | Step.INBOUND | Step.CONFIRM:
            discard_draft(context.fleet, draft)
            return draft.moved("")
        case ServerAction.LOOK, Step.PANEL | Step.INBOUND | Step.CONFIRM:
            return probe_draft(context.fleet, draft)
        case ServerAction.TRUST, Step.CERTIFICATE:
            return with_pinned_certificate(context.fleet, draft)
        case ServerAction.CHOOSE_INBOUND, Step.INBOUND if choice in {
            str(inbound.id) for inbound in draft.usable_inbounds
        }:
            return with_inbound(context.fleet, draft, int(choice))
        case (ServerAction.CHOOSE_COUNTRY, Step.COUNTRY) | (ServerAction.CHOOSE_CAPACITY, Step.CAPACITY):
            return _answered(context, draft, choice)
    return None


def _step(action: ServerAction) -> ActionHandler:
    """Return the handler of an action that changes the draft."""

    async def handle(context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
        draft = await remembered(state)
        if draft is None:
            return await _without_draft(context, state)
        try:
            changed = _tapped(context, draft, action, next(iter(arguments), ""))
        except BadInput:
            changed = None
        if changed is None:
            return Show(screens.step(draft), toast=phrase("toast-welcome-back"))
        return await _next_question(state, changed, "toast-checked" if action in _PROBING else None)

    return handle


async def add_now(context: UpdateContext, state: FSMContext, _: Sequence[str]) -> Reply:
    """Add the server, if its panel is still healthy."""
    draft = await remembered(state)
    if draft is None:
        return await _without_draft(context, state)
    if draft.step is not Step.CONFIRM:
        return Show(screens.step(draft), toast=phrase("toast-welcome-back"))
    try:
        server = add_drafted_server(context.fleet, context, draft, context.cause, context.actor)
    except PanelAlreadyAdded as error:
        return await _known(context, state, error)
    except (PanelUnavailable, PanelRejected) as error:
        return await _next_question(state, draft.troubled(error.trouble, error.detail))
    return await overview.finished(context, state, phrase("adding-added", name=name_of(server)), server.id)


async def cancel(context: UpdateContext, state: FSMContext, _: Sequence[str]) -> Reply:
    """End the conversation without adding a server."""
    await leave(context, state)
    return overview.everything(context)


async def _next_question(state: FSMContext, draft: ServerDraft, toast: str | None = None) -> Show:
    """Store the draft, and show its next question."""
    await remember(state, draft)
    return Show(screens.step(draft), toast=phrase(toast) if toast else None)


async def _known(context: UpdateContext, state: FSMContext, error: PanelAlreadyAdded) -> Show:
    """Show the server that has the panel already."""
    await leave(context, state)
    return await overview.finished(context, state, already_added(context, error.added_by), error.server_id)


async def _without_draft(context: UpdateContext, state: FSMContext) -> Show:
    """Show the servers after an answer whose draft is not stored any more."""
    await leave(context, state)
    return overview.everything(context, phrase("here-is-current"))


_PROBING = frozenset({ServerAction.LOOK, ServerAction.TRUST, ServerAction.CHOOSE_INBOUND})
"""Actions that probe the panel: a toast confirms it, because the same question may follow."""
_STEPS = (
    ServerAction.LOOK,
    ServerAction.MOVE,
    ServerAction.TRUST,
    ServerAction.CHOOSE_INBOUND,
    ServerAction.CHOOSE_COUNTRY,
    ServerAction.CHOOSE_CAPACITY,
)
ACTIONS: Mapping[ServerAction, ActionHandler] = {
    ServerAction.ADD: begin,
    **{action: _step(action) for action in _STEPS},
    ServerAction.ADD_NOW: add_now,
    ServerAction.CANCEL: cancel,
}

"""The draft of a server in the FSM data of a conversation, and the FSM state for its step."""

from collections.abc import Mapping
from typing import Any

from aiogram.fsm.context import FSMContext
from cattrs import Converter

from vpnbot.domain.servers.server_draft import ServerDraft, Step
from vpnbot.telegram.admin.states import Adding
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.servers.draft_server import discard_draft

_DRAFT = "draft"
_TYPED = frozenset({Step.ADDRESS, Step.COUNTRY, Step.CAPACITY})
_converter = Converter()


async def remember(state: FSMContext, draft: ServerDraft) -> None:
    """Store a draft, and the FSM state for its step."""
    await state.set_state(_state_at(draft.step))
    await state.set_data({_DRAFT: _converter.unstructure(draft)})


async def remembered(state: FSMContext) -> ServerDraft | None:
    """Return the stored draft; None if there is none that this version can read."""
    return draft_in(await state.get_data())


def draft_in(data: Mapping[str, Any]) -> ServerDraft | None:
    """Return the draft in a conversation's data; None if there is none that this version can read."""
    if _DRAFT not in data:
        return None
    try:
        return _converter.structure(data[_DRAFT], ServerDraft)
    except Exception:  # noqa: BLE001 - cattrs raises exception groups with any errors
        return None


async def leave(context: UpdateContext, state: FSMContext) -> None:
    """End the conversation; the token of its draft is removed."""
    draft = await remembered(state)
    if draft is not None:
        discard_draft(context.fleet, draft)
    if await state.get_state() is not None:
        await state.clear()


def _state_at(step: Step) -> Any:
    if step is Step.TOKEN:
        return Adding.token
    return Adding.typing if step in _TYPED else Adding.tapping

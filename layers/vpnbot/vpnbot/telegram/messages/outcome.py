"""The outcome of a conversation, kept in its FSM data, so that a redelivery of its last update shows it again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiogram.fsm.context import FSMContext

from vpnbot.telegram.messages.screen import Phrase

_OUTCOME = "outcome"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a conversation ended. `cause` is that of its last update, `heading` says what was done.

    The arguments of `heading` are texts. `server_id`, `plan_id` or `broadcast_id` is what was added or changed,
    empty: none of them; `settings`: those of the shop were changed.
    `code` is the promo code that a customer has used, `link` the tag of the ad link that was made or changed.
    """

    cause: str
    heading: Phrase
    server_id: str = ""
    plan_id: str = ""
    settings: bool = False
    broadcast_id: str = ""
    code: str = ""
    link: str = ""


async def end_with(state: FSMContext, outcome: Outcome) -> None:
    """End the conversation, and keep its outcome until another conversation of the person begins or ends."""
    await state.set_state(None)
    heading = {"message": outcome.heading.message, "arguments": dict(outcome.heading.arguments)}
    kept = {"cause": outcome.cause, "heading": heading, "server": outcome.server_id}
    more = {"plan": outcome.plan_id, "settings": outcome.settings, "broadcast": outcome.broadcast_id}
    more |= {name: value for name, value in (("code", outcome.code), ("link", outcome.link)) if value}
    await state.set_data({_OUTCOME: {**kept, **more}})


def outcome_of(data: Mapping[str, Any], cause: str) -> Outcome | None:
    """Return the outcome in a conversation's data; None if there is none, or it is that of another cause."""
    stored = data.get(_OUTCOME)
    if not isinstance(stored, dict) or stored.get("cause") != cause:
        return None
    heading = stored["heading"]
    shown = Phrase(heading["message"], heading["arguments"])
    settings = stored.get("settings") is True
    plan, broadcast, code, link = (stored.get(name, "") for name in ("plan", "broadcast", "code", "link"))
    return Outcome(cause, shown, stored["server"], plan, settings, broadcast, code, link)

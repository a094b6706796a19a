"""What a conversation asks for just now: the answer to an update that was handled before, but not answered."""

from collections.abc import Mapping
from typing import Any

from vpnbot.telegram.reply import Show
from vpnbot.telegram.routers.helping import Support
from vpnbot.telegram.screen import Screen
from vpnbot.telegram.screens import support
from vpnbot.telegram.servers.states import Adding, Changing
from vpnbot.telegram.visit import Visit


def question_at_hand(visit: Visit, state: str | None, data: Mapping[str, Any]) -> Show | None:
    """Return the question of a conversation that stands in this state with these data; None: none is under way."""
    if state == Support.writing.state:
        return Show(support.ask(), anew=True)
    if state in Adding or state in Changing:
        screen = _about_servers(visit, state, data)
        return Show(screen) if screen is not None else None
    return None


def _about_servers(visit: Visit, state: str | None, data: Mapping[str, Any]) -> Screen | None:
    from vpnbot.telegram.servers import adding_screens, changing
    from vpnbot.telegram.servers.drafting import draft_in

    if state in Changing:
        return changing.current(visit, data)
    draft = draft_in(data)
    return adding_screens.step(draft) if draft is not None else None

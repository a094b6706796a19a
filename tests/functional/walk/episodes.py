"""Faults that last minutes or hours in a random walk; each begins, and ends by a time that is known then."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.functional.conversation.harness import OPERATORS
from vpnbot.domain.servers.panel_errors import PanelNotCalled, PanelTrouble

if TYPE_CHECKING:
    from tests.functional.walk.random_walk import RandomWalk

REFUSALS = (
    PanelTrouble.WRONG_TOKEN,
    PanelTrouble.NO_SCOPE,
    PanelTrouble.NO_INBOUND,
    PanelTrouble.WEB_PAGE,
    PanelTrouble.WRONG_PATH,
    PanelTrouble.REFUSED,
)
NO_RIGHTS = "Bad Request: not enough rights to send text messages to the chat"
type End = Callable[[], None]


def _crashes(walk: "RandomWalk") -> End:
    walk.sim.faults.crashes = walk.sim.chance.choice((0.01, 0.05))
    return lambda: setattr(walk.sim.faults, "crashes", 0.0)


def _interrupts(walk: "RandomWalk") -> End:
    walk.sim.faults.interrupts = 0.1
    return lambda: setattr(walk.sim.faults, "interrupts", 0.0)


def _throttled(walk: "RandomWalk") -> End:
    walk.sim.faults.throttled = walk.sim.chance.choice((0.05, 0.3, 1.0))
    return lambda: setattr(walk.sim.faults, "throttled", 0.0)


def _queue(walk: "RandomWalk") -> End:
    walk.sim.faults.queue_down = True
    return lambda: setattr(walk.sim.faults, "queue_down", False)


def _workers(walk: "RandomWalk") -> End:
    walk.sim.workers_run = False
    return lambda: setattr(walk.sim, "workers_run", True)


def _telegram(walk: "RandomWalk") -> End:
    walk.sim.telegram.failing = walk.sim.chance.choice((0.1, 0.6, 1.0))
    return lambda: setattr(walk.sim.telegram, "failing", 0.0)


def _secrets(walk: "RandomWalk") -> End:
    """Parameter Store: cold workers do not start, panels' tokens cannot be read, and no token can be stored."""
    walk.sim.workers_arm, walk.sim.tokens.down = 0.4, True
    walk.sim.shop.panel.trouble = PanelNotCalled(PanelTrouble.TOKEN_UNREADABLE, after=timedelta(seconds=5))

    def end() -> None:
        walk.sim.workers_arm, walk.sim.tokens.down, walk.sim.shop.panel.trouble = 1.0, False, None

    return end


def _panel(kind: str) -> Callable[["RandomWalk"], End]:
    def begin(walk: "RandomWalk") -> End:
        panel, servers = walk.sim.shop.panel, sorted(walk.sim.table.servers) or [""]
        server_id = walk.sim.chance.choice(servers)
        if kind == "away":
            panel.away.add(server_id)
            return lambda: panel.away.discard(server_id)
        if kind == "slow":
            panel.slow.add(server_id)
            return lambda: panel.slow.discard(server_id)
        panel.refusing[server_id] = walk.sim.chance.choice(REFUSALS)
        return lambda: _accept_calls(walk, server_id)

    return begin


def _accept_calls(walk: "RandomWalk", server_id: str) -> None:
    walk.sim.shop.panel.refusing.pop(server_id, None)


def _client(walk: "RandomWalk") -> End:
    panel = walk.sim.shop.panel
    names = sorted({name for _, name in panel.held}) or [""]
    name = walk.sim.chance.choice(names)
    panel.refused_clients.add(name)
    return lambda: panel.refused_clients.discard(name)


def _support_chat(walk: "RandomWalk") -> End:
    walk.sim.telegram.rejected = {**walk.sim.telegram.rejected, OPERATORS: NO_RIGHTS}
    return lambda: _accept(walk, OPERATORS)


def _planted_bug(walk: "RandomWalk") -> End:
    """Telegram rejects each message to one person for a reason that this version does not know."""
    planted = walk.sim.chance.choice(walk.people).user_id
    walk.planted.add(planted)
    walk.sim.telegram.rejected = {**walk.sim.telegram.rejected, planted: "Bad Request: planted"}
    return lambda: _accept(walk, planted)


def _accept(walk: "RandomWalk", chat_id: int) -> None:
    walk.sim.telegram.rejected = {
        known: words for known, words in walk.sim.telegram.rejected.items() if known != chat_id
    }


EPISODES: Mapping[str, Callable[["RandomWalk"], End]] = {
    "crashes": _crashes,
    "interrupts": _interrupts,
    "interrupts again": _interrupts,
    "storage throttled": _throttled,
    "queue down": _queue,
    "workers off": _workers,
    "Telegram fails": _telegram,
    "Parameter Store down": _secrets,
    "panel away": _panel("away"),
    "panel away too": _panel("away"),
    "panel slow": _panel("slow"),
    "panel refuses": _panel("refusing"),
    "panel refuses too": _panel("refusing"),
    "client refused": _client,
    "support chat closed": _support_chat,
    "planted bug": _planted_bug,
}

"""What operators and administrators of panels do in a random walk."""

import itertools
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.functional.conversation.harness import OPERATORS, ChatUser
from tests.functional.usecases.reconciled_servers import CHANGED_BY_HAND
from vpnbot.domain.servers.server import Server, ServerState
from vpnbot.errors import AlreadyDecided
from vpnbot.usecases.servers.change_server import drain_server, reopen_server
from vpnbot.usecases.servers.remove_server import KeysOnServer, remove_server
from vpnbot.usecases.subscriptions.suspend_subscription import resume, suspend

if TYPE_CHECKING:
    from tests.functional.walk.random_walk import RandomWalk

COUNTRIES = ("Netherlands", "Germany", "Finland")
ENOUGH_SERVERS = 4


class Operators:
    """The acts of the operators, and of the administrators of the panels."""

    def __init__(self, walk: "RandomWalk") -> None:
        self.walk = walk
        self.sim = walk.sim
        self.chance = walk.sim.chance
        self._numbers = itertools.count(1)

    # The chat

    def adds_a_server(self, admin: ChatUser) -> None:
        """Add a server in the chat, step by step; each step may fail, and the operator goes on at the next screen."""
        name = f"s{next(self._numbers)}"
        self.sim.note(f"{admin.user_id} adds {name}")
        self._says(admin, "/servers")
        self._taps(admin, "Add a server")
        self._says(admin, f"https://{name}.example.com:2053/base")
        self._says(admin, "t" * 48)
        for label in (self.chance.choice(("Reality", "XHTTP")), self.chance.choice(COUNTRIES), "200", "Add it"):
            self._taps(admin, label)

    def offers_telegram_only(self, admin: ChatUser) -> None:
        """Choose the inbound for keys whose time is over, or none."""
        opened = [server.id for server in self.sim.table.servers.values() if server.state is ServerState.OPEN]
        if opened:
            server_id, inbound = self.chance.choice(opened), self.chance.choice("120")
            self.sim.note(f"{admin.user_id} sets the inbound of {server_id} for Telegram only to {inbound}")
            for data in (f"servers:field:{server_id}:limited", f"servers:value:{server_id}:limited:{inbound}"):
                self.sim.send(admin.user_id, admin.tap(data, admin.screen.id))
                self.sim.passes(timedelta(seconds=8))

    def _says(self, admin: ChatUser, text: str) -> None:
        entities = [{"type": "bot_command", "offset": 0, "length": len(text)}] if text[0] == "/" else []
        self.sim.send(admin.user_id, admin.message(text=text, entities=entities))
        self.sim.passes(timedelta(seconds=8))

    def _taps(self, admin: ChatUser, label: str) -> None:
        for message in reversed(admin.chat[-2:]):
            for button in itertools.chain(*message.buttons):
                if label in button.text and button.callback_data:
                    self.sim.send(admin.user_id, admin.tap(button.callback_data, message.id))
                    self.sim.passes(timedelta(seconds=8))
                    return

    def keeps_servers(self, admin: ChatUser) -> None:
        """Add or open servers again when few are open; drain one when many are."""
        servers = list(self.sim.table.servers.values())
        if self._removes_empty(servers):
            return
        opened = [server for server in servers if server.state is ServerState.OPEN]
        closed = [server for server in servers if server.state is ServerState.DRAINING]
        if len(opened) < ENOUGH_SERVERS - 1 and closed and self.chance.random() < 0.6:
            self.changes_state(self.chance.choice(closed).id, reopens=True)
        elif len(opened) < ENOUGH_SERVERS:
            self.adds_a_server(admin)
        elif self.chance.random() < 0.5:
            self.changes_state(self.chance.choice(opened).id, reopens=False)

    def _removes_empty(self, servers: list[Server]) -> bool:
        """Remove the servers that are drained and have no keys; return whether there were any."""
        shop = self.sim.shop
        empty = [s for s in servers if s.state is ServerState.DRAINING and not self._keys_on(s.id)]
        for server in empty:
            self.sim.note(f"an operator removes {server.id}")
            with self.sim.invocation(), suppress(KeysOnServer):
                remove_server(shop.fleet, shop.context, server.id, f"ops:{next(self._numbers)}", "operator")
        return bool(empty)

    def _keys_on(self, server_id: str) -> bool:
        with self.sim.faults.quiet():
            return bool(self.sim.shop.servers.expected(server_id, limit=1))

    def changes_state(self, server_id: str, *, reopens: bool) -> None:
        """Drain a server, or open it again, as from the command line."""
        shop, cause = self.sim.shop, f"ops:{next(self._numbers)}"
        self.sim.note(f"an operator {'reopens' if reopens else 'drains'} {server_id}")
        with self.sim.invocation():
            if reopens:
                seen = self.sim.table.servers[server_id].state
                reopen_server(shop.fleet, shop.context, server_id, cause, "operator", seen=seen)
            else:
                drain_server(shop.fleet, shop.context, server_id, cause, "operator")

    def pauses_or_resumes(self, user: ChatUser) -> None:
        """Suspend a person, or resume one who is suspended."""
        shop, cause = self.sim.shop, f"ops:{next(self._numbers)}"
        paused = shop.look(user.user_id).paused
        self.sim.note(f"an operator {'resumes' if paused else 'suspends'} {user.user_id}")
        with self.sim.invocation(), suppress(AlreadyDecided):
            act = resume if paused else suspend
            act(shop.open(user.user_id), shop.fleet, shop.context, cause, "operator")

    def answers(self) -> None:
        """Reply to the newest question in the operators' chat."""
        asked = next((m for m in reversed(self.sim.telegram.messages(OPERATORS)) if "#id_" in m.words), None)
        if asked is None:
            return
        chat = {"id": OPERATORS, "type": "supergroup", "title": "Operators"}
        bot = {"id": 4242, "is_bot": True, "first_name": "B"}
        original = {"message_id": asked.id, "date": 1, "chat": chat, "from": bot, "text": asked.words}
        admin = self.walk.admins[0]
        self.sim.send(OPERATORS, admin.message(chat=chat, reply_to_message=original, text="Try again, please"))

    # The panels

    def a_panel_changes(self) -> None:
        """Let an administrator of a panel change a client, remove all clients, or restore a backup."""
        panel = self.sim.shop.panel
        if not self.sim.table.servers:
            return
        server_id = self.chance.choice(sorted(self.sim.table.servers))
        clients = panel.clients_on(server_id)
        luck = self.chance.random()
        if luck < 0.15:
            self.sim.note(f"the panel of {server_id} loses its {len(clients)} clients")
            for name in clients:
                del panel.held[server_id, name]
        elif luck < 0.3:
            self._restore(server_id)
        elif clients:
            name, change = self.chance.choice(sorted(clients)), self.chance.choice(sorted(CHANGED_BY_HAND))
            self.sim.note(f"an administrator changes {name} on {server_id}: {change}")
            panel.held[server_id, name] = CHANGED_BY_HAND[change](panel.held[server_id, name])

    def _restore(self, server_id: str) -> None:
        """Restore the last backup of a panel, or make one."""
        held = self.sim.shop.panel.held
        backup = self.walk.backups.pop(server_id, None)
        if backup is None:
            self.walk.backups[server_id] = dict(self.sim.shop.panel.clients_on(server_id))
            return
        self.sim.note(f"the panel of {server_id} is restored from a backup of {len(backup)} clients")
        ring = self.sim.shop.ring
        for name in self.sim.shop.panel.clients_on(server_id):
            del held[server_id, name]
        for name, client in backup.items():
            if ring.maker(name, client.credentials.mark) is not None:
                held[server_id, name] = client

"""The profile of the bot at a Telegram in memory, and the rows of chats with a menu of their own."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from tests.fakes.faults import Faults
from tests.fakes.table import Row, Table
from vpnbot.domain.bot_profile import PROFILE, Menu, chat_of, menu_key
from vpnbot.errors import VpnbotError


@dataclass
class MenuRowsInMemory:
    """Implements the port `MenuRows`."""

    table: Table = field(default_factory=Table)

    def listed(self) -> Collection[int]:
        """Return the chats."""
        with self.table.lock:
            chats = [chat_of(key) for partition, key in self.table.rows if partition == PROFILE]
        return [chat_id for chat_id in chats if chat_id is not None]

    def add(self, chat_id: int) -> None:
        """Add a chat."""
        self.table.rows[PROFILE, menu_key(chat_id)] = Row()

    def remove(self, chat_id: int) -> None:
        """Remove a chat."""
        self.table.rows.pop((PROFILE, menu_key(chat_id)), None)


@dataclass
class FakePart:
    """Implements the port `ProfilePart`."""

    profile: "FakeProfile"
    name: str
    value: str

    def shown(self) -> bool:
        """Tell whether it is shown."""
        self.profile.called(f"get {self.name}")
        return self.profile.shown.get(self.name) == self.value

    def show(self) -> None:
        """Show it."""
        self.profile.called(f"set {self.name}")
        self.profile.shown[self.name] = self.value


@dataclass
class FakeProfile:
    """Implements the port `BotProfile`. `refused` maps a call, such as `set name`, to the error of Telegram."""

    faults: Faults = field(default_factory=Faults)
    shown: dict[str, str] = field(default_factory=dict)
    refused: dict[str, VpnbotError] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def parts(self, shop_name: str, menus: Mapping[int, Menu]) -> Iterator[FakePart]:
        """Yield a name, a text, and the menu of each chat."""
        yield FakePart(self, "name", shop_name)
        yield FakePart(self, "text", f"{shop_name}: VPN")
        for chat_id, menu in menus.items():
            yield FakePart(self, f"menu {chat_id}", menu)

    def remove_menu(self, chat_id: int) -> None:
        """Remove a menu."""
        self.called(f"remove {chat_id}")
        self.shown.pop(f"menu {chat_id}", None)

    def called(self, call: str) -> None:
        """Note a call, or raise what Telegram answers; a crash may happen before and after it."""
        self.faults.reached(f"profile.{call}")
        if call in self.refused:
            raise self.refused[call]
        self.calls.append(call)

    @property
    def setters(self) -> list[str]:
        """The calls that changed something."""
        return [call for call in self.calls if not call.startswith("get ")]

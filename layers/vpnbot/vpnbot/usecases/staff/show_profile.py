"""Due work: compare what Telegram shows about the bot with what it is to show, and set what differs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from vpnbot.domain.bot_profile import Menu
from vpnbot.domain.scheduling import DueItem
from vpnbot.errors import CallRejected, TelegramSilent, TelegramUnavailable
from vpnbot.usecases.ports import Context, DueIndex, Operators, People
from vpnbot.usecases.ports.bot_profile import BotProfile, MenuRows, ProfilePart
from vpnbot.usecases.ports.staff import Members

SLICE = timedelta(seconds=30)
"""After this time the rest is left to the next run of the dispatcher."""


def show_profile(
    item: DueItem,
    shop_name: str,
    menus: Mapping[int, Menu],
    rows: MenuRows,
    profile: BotProfile,
    context: Context,
    index: DueIndex,
) -> None:
    """Set the texts about the bot and the menu of each chat in `menus`, and remove those of all other chats.

    A part that Telegram refuses is reported and left out; one that is throttled does not hold up the others. Telegram
    is asked what it shows before it is given anything, so a repetition after a crash sets only what is missing.

    Raises:
        TelegramSilent: Telegram did not answer.
        TelegramUnavailable: Telegram throttled a part, all others are set; due work tries again when it may.
        Misconfigured: Telegram does not know the token.
        StorageUnavailable: due work tries again.
    """
    calls, ends_at = _Calls(item, context), context.clock() + SLICE
    listed = set(rows.listed())
    for chat_id in sorted(listed - menus.keys()):
        if calls.made(partial(profile.remove_menu, chat_id)):
            rows.remove(chat_id)
    for chat_id in sorted(menus.keys() - listed):
        rows.add(chat_id)  # first: after a crash the menu can still be removed
    for part in profile.parts(shop_name, menus):
        if context.clock() >= ends_at:
            index.postpone(item, context.clock(), attempts=0)
            return
        calls.made(partial(_set, part))
    calls.raise_throttled()
    index.done(item)


@dataclass(frozen=True, slots=True)
class _Calls:
    """Makes calls to Telegram, and keeps the errors of those that were throttled."""

    item: DueItem
    context: Context
    throttled: list[TelegramUnavailable] = field(default_factory=list)

    def made(self, call: Callable[[], object]) -> bool:
        """Make a call; return False if it has to be repeated later. A call that is refused is reported.

        Raises:
            TelegramSilent, Misconfigured: as `show_profile`.
        """
        try:
            call()
        except TelegramSilent:
            raise
        except TelegramUnavailable as error:
            self.throttled.append(error)
            return False
        except CallRejected as error:
            self.context.metrics.deferred(self.item.prefix, error)
        return True

    def raise_throttled(self) -> None:
        """Raise the error of the call that has to wait longest, if there is one."""
        if self.throttled:
            raise max(self.throttled, key=lambda error: error.after)


def _set(part: ProfilePart) -> None:
    if not part.shown():
        part.show()


def menus_of_staff(people: People, operators: Operators, members: Members) -> Mapping[int, Menu]:
    """Return the menu of each chat of the staff: of the owners, of the members, and of their group.

    Raises:
        UnreadableItem, StorageUnavailable: due work tries again.
    """
    found = {}
    for person_id, _ in members.listed():
        user = people.open(person_id).person.user
        if user.chat_id is not None and user.role is not None:
            found[user.chat_id] = Menu(str(user.role))
    if operators.shared_chat or operators.support_chat_id is None:
        chat_id = operators.support_chat.load(operators.support_chat_id).chat_id
        if chat_id is not None and chat_id < 0:
            found[chat_id] = Menu.GROUP
    return found | dict.fromkeys(operators.admin_ids, Menu.OWNER)

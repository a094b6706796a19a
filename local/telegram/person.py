"""A simulated person with a phone: writes, taps, reads and blocks. Used by tests, the journey and the chat page."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from local.telegram.accounts import Account
from local.telegram.conversation import Conversations
from local.telegram.messages import Tap
from local.telegram.screen import SeenMessage, plain_label, seen
from local.telegram.shared_users import users_shared
from local.telegram.updates import UpdateKind
from local.telegram.writer import AddUpdate, Writer


class NotOnScreenError(AssertionError):
    """The button or the message that a person should use does not exist."""


@dataclass(frozen=True, slots=True)
class TapOutcome:
    """The result of a tap: the bot's answer (a toast or an alert), an opened link, or copied text."""

    update_ids: tuple[int, ...] = ()
    answered: bool = False
    text: str = ""
    alert: bool = False
    opened_url: str = ""
    copied: str = ""


class Person:
    """One account; two phones of the same person are two pages that show the same account."""

    def __init__(
        self,
        account: Account,
        conversations: Conversations,
        add_update: AddUpdate,
        idle: Callable[[], Awaitable[None]],
    ) -> None:
        """Act as this account; `idle` returns when the bot has answered all updates."""
        self.account = account
        self._conversations = conversations
        self._add_update = add_update
        self._idle = idle

    @property
    def user_id(self) -> int:
        """Return the account's id, which is also the chat's."""
        return self.account.user_id

    @property
    def messages(self) -> list[SeenMessage]:
        """Return the whole chat, oldest first."""
        return [seen(message) for message in self._conversations.messages_of(self.user_id)]

    @property
    def writes(self) -> Writer:
        """Return the person as a writer in the chat with the bot; whoever writes starts or unblocks the bot."""
        return Writer(
            self._conversations,
            self.account,
            self.user_id,
            self._add_update,
            self._idle,
            before=self._start_or_unblock,
        )

    @property
    def screen(self) -> SeenMessage:
        """Return the newest message of the bot that has buttons."""
        for message in reversed(self.messages):
            if message.from_bot and message.buttons:
                return message
        raise NotOnScreenError(f"{self.account.first_name} has no message with buttons yet")

    @property
    def answers(self) -> list[str]:
        """Return the texts that taps were answered with, oldest first."""
        taps = [tap for tap in self._conversations.taps.values() if tap.account is self.account and tap.answer]
        return [str(tap.answer["text"]) for tap in taps if tap.answer]

    def sees(self, text: str) -> bool:
        """Return whether one of the bot's messages in this chat contains a text."""
        return any(text in message.text for message in self.messages if message.from_bot)

    def message_with(self, label: str) -> SeenMessage:
        """Return the newest message that has this button."""
        for message in reversed(self.messages):
            if message.button(label) is not None:
                return message
        shown = self.screen.labels if any(m.buttons for m in self.messages) else []
        raise NotOnScreenError(f"{self.account.first_name} sees no button {label!r}; the newest are {shown}")

    def speaks(self, language: str) -> None:
        """Change the language of the person's Telegram app."""
        self.account.language = language
        self._conversations.feed.publish("person", chat_id=self.user_id)

    async def sends(
        self,
        text: str,
        *,
        reply_to: int | None = None,
        times: int = 1,
        at_once: bool = False,
        wait: bool = True,
    ) -> tuple[int, ...]:
        """Write a message, or the same several times; return the ids of its updates once the bot has answered.

        `reply_to` is the id of the message answered. With `at_once` no update waits for an earlier one;
        `wait=False` returns before the bot has answered.
        """
        return await self.writes.text(text, reply_to=reply_to, times=times, at_once=at_once, wait=wait)

    async def presses(self, label: str, *, choosing: Sequence["Person"] = (), wait: bool = True) -> tuple[int, ...]:
        """Press a button below the input: it shares the people chosen or the own contact, or else writes its text."""
        keyboard = self._conversations.reply_keyboards.get(self.user_id)
        buttons = [button for row in keyboard.rows for button in row] if keyboard else []
        button = next((button for button in buttons if plain_label(button.text) == plain_label(label)), None)
        if button is None:
            raise NotOnScreenError(f"no button {label!r} below the input among {[button.text for button in buttons]}")
        if button.request_contact:
            return await self.writes.contact(self.account, wait=wait)
        if button.request_users is None:
            return await self.writes.text(button.text, wait=wait)
        most = int(str(button.request_users.get("max_quantity") or 1))
        if not 1 <= len(choosing) <= most:
            raise ValueError(f"this button lets a person choose 1 to {most} people, not {len(choosing)}")
        accounts = [person.account for person in choosing]
        shared = {"users_shared": users_shared(button.request_users, accounts)}
        return await self.writes.shares(shared, wait=wait)

    async def taps(
        self,
        label: str,
        *,
        on: SeenMessage | None = None,
        times: int = 1,
        at_once: bool = False,
        wait: bool = True,
    ) -> TapOutcome:
        """Tap a button, found by its label on the newest message that has it or on the message named.

        A link or a payment sheet opens (see `wallet.py`), a copy button copies; a callback button sends its tap and
        waits for the bot, unless `wait=False`. `times` taps follow without a wait in between; with `at_once` they are
        also delivered at the same time.
        """
        message = on or self.message_with(label)
        button = message.button(label)
        if button is None:
            raise NotOnScreenError(f"no button {label!r} among {message.labels}")
        if button.kind in {"url", "pay"}:
            return TapOutcome(opened_url=button.value)
        if button.kind == "copy":
            return TapOutcome(copied=button.value)
        return await self.taps_data(button.value, on=message, times=times, at_once=at_once, wait=wait)

    async def taps_data(
        self, data: str, *, on: SeenMessage, times: int = 1, at_once: bool = False, wait: bool = True
    ) -> TapOutcome:
        """Send a tap with any callback data, as a modified Telegram app can."""
        taps = [self._new_tap(on.chat_id or self.user_id, on.message_id) for _ in range(times)]
        update_ids = tuple(
            update_id
            for tap in taps
            if (update_id := self._add("callback_query", self._callback_query(tap, data), at_once)) is not None
        )
        if wait:
            await self._idle()
        answer = next((tap.answer for tap in reversed(taps) if tap.answer is not None), None)
        if answer is None:
            return TapOutcome(update_ids)
        return TapOutcome(update_ids, True, str(answer["text"]), bool(answer["alert"]), str(answer["url"]))

    def start_tap(
        self, message_id: int, row: int, column: int, *, chat_id: int | None = None, at_once: bool = False
    ) -> Tap | None:
        """Tap the button at a place without waiting, as the chat page does; None when no callback button is there.

        `chat_id` is the group of the message, if it is in one. With `at_once` the tap is delivered without waiting
        for earlier ones.
        """
        message = self._conversations.message(chat_id or self.user_id, message_id)
        try:
            button = message.keyboard[row][column] if message else None
        except IndexError:
            button = None
        if button is None or button.kind != "callback":
            return None
        tap = self._new_tap(chat_id or self.user_id, message_id)
        tap.update_id = self._add("callback_query", self._callback_query(tap, button.value), own_queue=at_once)
        return tap

    async def blocks_bot(self) -> None:
        """Block the bot: it can no longer write, and receives a my_chat_member update."""
        self.account.blocked = True
        self._report_membership("member", "kicked")
        await self._idle()

    async def unblocks(self) -> None:
        """Unblock the bot: it can write again, and receives a my_chat_member update."""
        self.account.blocked = False
        self._report_membership("kicked", "member")
        await self._idle()

    def deactivates(self) -> None:
        """Delete the account: the bot can no longer write, and gets no update about it."""
        self.account.deactivated = True
        self._conversations.feed.publish("person", chat_id=self.user_id)

    def _start_or_unblock(self) -> None:
        if self.account.started and not self.account.blocked:
            return
        was_blocked, self.account.started = self.account.blocked, True
        self.account.blocked = False
        if was_blocked:
            self._report_membership("kicked", "member")
        self._conversations.feed.publish("person", chat_id=self.user_id)

    def _report_membership(self, before: str, after: str) -> None:
        bot = self._conversations.bot
        change = {
            "chat": self.account.as_chat(),
            "from": self.account.as_user(),
            "date": int(self._conversations.now().timestamp()),
            "old_chat_member": _membership(bot, before),
            "new_chat_member": _membership(bot, after),
        }
        self._add("my_chat_member", change, own_queue=False)
        self._conversations.feed.publish("person", chat_id=self.user_id)

    def _new_tap(self, chat_id: int, message_id: int) -> Tap:
        callback_id = str(secrets.randbits(62))
        tap = Tap(callback_id, self.account, chat_id, message_id, self._conversations.now())
        self._conversations.taps[callback_id] = tap
        return tap

    def _callback_query(self, tap: Tap, data: str) -> dict[str, object]:
        message = self._conversations.message(tap.chat_id, tap.message_id)
        # Telegram Bot API, InaccessibleMessage: date is always 0.
        group = self._conversations.groups.get(tap.chat_id)
        chat = group.as_chat() if group else self.account.as_chat()
        shown: dict[str, object] = {"chat": chat, "message_id": tap.message_id, "date": 0}
        return {
            "id": tap.callback_id,
            "from": self.account.as_user(),
            "message": self._conversations.message_json(message) if message else shown,
            "chat_instance": str(tap.chat_id * 7919),
            "data": data,
        }

    def _add(self, kind: UpdateKind, payload: dict[str, object], own_queue: bool) -> int | None:
        return self._add_update(kind, self.user_id, payload, own_queue)


async def together(*actions: Awaitable[object]) -> list[object]:
    """Run several actions at the same time, such as taps on two phones."""
    return list(await asyncio.gather(*actions))


def _membership(bot: dict[str, object], status: str) -> dict[str, object]:
    return {"user": bot, "status": status} | ({"until_date": 0} if status == "kicked" else {})

"""The fake Telegram: people, their chats with one bot, and the updates that wait for it. `server.py` serves it."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from local.telegram.account_methods import AccountMethods
from local.telegram.accounts import Account
from local.telegram.bot_api import BotApi
from local.telegram.checkouts import Checkouts
from local.telegram.command_methods import CommandMethods
from local.telegram.conversation import Conversations
from local.telegram.faults import Faults
from local.telegram.feed import Feed
from local.telegram.group_chat import SUPPORT_RIGHTS, GroupChat
from local.telegram.groups import SUPERGROUP_PREFIX, Group, Membership
from local.telegram.invoices import Invoices
from local.telegram.journal import Journal
from local.telegram.payment_methods import PaymentMethods
from local.telegram.person import Person
from local.telegram.star_ledger import StarLedger
from local.telegram.star_payments import StarPayments
from local.telegram.star_subscriptions import Subscriptions
from local.telegram.update_methods import UpdateMethods
from local.telegram.updates import PendingUpdates, Polling, UpdateKind
from local.telegram.wallet import Wallet
from local.telegram.webhook import WebhookSender

ANSWER_WINDOW_SECONDS = 15
OPERATORS = "Operators · Операторы"


class FakeTelegram:
    """Telegram for one bot.

    `clock` is virtual time and must return aware datetimes. `retry_delay_factor` shortens the waits between
    delivery attempts (0 makes every retry immediate). `answer_window_seconds` is how long a tap can be
    answered (Telegram does not document it; in practice it is about 15 s). Call `time_moved()` after moving
    the clock.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        token: str | None = None,
        *,
        bot_name: str = "VPN",
        bot_username: str = "vpn_demo_bot",
        retry_delay_factor: float = 1,
        answer_window_seconds: float = ANSWER_WINDOW_SECONDS,
    ) -> None:
        """Make a Telegram with one bot and no people; without `token` it generates one."""
        self.token = token or f"{secrets.randbelow(9 * 10**9) + 10**9}:{secrets.token_hex(18)[:35]}"
        bot: dict[str, object] = {
            "id": int(self.token.split(":", 1)[0]),
            "is_bot": True,
            "first_name": bot_name,
            "username": bot_username,
        }
        self.feed = Feed()
        self.faults = Faults()
        self.journal = Journal()
        self.conversations = Conversations(bot, clock, self.feed)
        now, changed = self.conversations.now, self.feed.changed
        self.updates = PendingUpdates(now, changed)
        self.sender = WebhookSender(
            self.updates, now, changed, self.journal, self.faults, retry_delay_factor=retry_delay_factor
        )
        self.polling = Polling(self.updates, changed)
        self.account_methods = AccountMethods(
            self.conversations, answer_window=timedelta(seconds=answer_window_seconds)
        )
        self.commands = CommandMethods(self.conversations)
        self.stars = StarLedger()
        self.invoices = Invoices()
        self.payments = StarPayments(self.conversations, self.stars, self.faults.payments, self._add)
        self.subscriptions = Subscriptions(self.payments)
        self.checkouts = Checkouts(self.payments, self.subscriptions, self._add)
        self.bot_api = BotApi(
            self.conversations,
            self.account_methods,
            self.commands,
            UpdateMethods(self.updates, self.polling, self.sender),
            PaymentMethods(self.invoices, self.checkouts, self.payments, self.subscriptions),
            self.journal,
            self.faults,
        )
        self.sender.on_reply = self.bot_api.call_by_webhook

    def person(
        self,
        name: str,
        language: str = "en",
        *,
        user_id: int | None = None,
        username: str | None = None,
        started: bool = False,
        on_page: bool = True,
        operator: bool = False,
    ) -> Person:
        """Return a new person with a new account id, or with the one given.

        `started` means that the person has started the bot before, so that the bot may write to the person.
        `on_page=False` hides the person from the chat page; `operator` marks the person there as the operator.
        """
        chosen = user_id or self.conversations.next_user_id()
        account = Account(chosen, name, language, username, started=started, on_page=on_page, operator=operator)
        self.conversations.open_account(account)
        return self.person_by_id(chosen)

    def person_by_id(self, user_id: int) -> Person:
        """Return the person behind an account; raise KeyError when there is none."""
        account = self.conversations.accounts[user_id]
        return Person(account, self.conversations, self._add_update, self.idle)

    def group(
        self,
        title: str,
        owner: Person,
        *,
        forum: bool = True,
        basic: bool = False,
        group_id: int | None = None,
    ) -> GroupChat:
        """Return a new supergroup, with topics if `forum`, or a basic group; the bot is not in it yet."""
        number = self.conversations.next_group_number()
        chat_id = group_id or (-number if basic else -(SUPERGROUP_PREFIX + number))
        group = Group(chat_id, title, not basic, forum and not basic)
        group.members[owner.user_id] = Membership("creator")
        self.conversations.open_group(group)
        return self.group_by_id(chat_id)

    def group_of_operators(self, owner: Person) -> GroupChat:
        """Return a new group with topics where the bot already is an administrator, as it has been for long."""
        group = self.group(OPERATORS, owner)
        group.group.members[self.conversations.bot_id] = Membership("administrator", frozenset(SUPPORT_RIGHTS))
        return group

    def group_by_id(self, chat_id: int) -> GroupChat:
        """Return a group; raise KeyError when there is none."""
        return GroupChat(self.conversations.groups[chat_id], self.conversations, self._add_update, self.idle)

    def groups(self) -> list[GroupChat]:
        """Return all groups, oldest first."""
        return [self.group_by_id(chat_id) for chat_id in self.conversations.groups]

    def wallet(self, user_id: int) -> Wallet:
        """Return the Stars of a person; raise KeyError when there is none."""
        account = self.conversations.accounts[user_id]
        return Wallet(account, self.invoices, self.checkouts, self.subscriptions, self.stars, self.idle)

    def people(self) -> list[Person]:
        """Return all people, oldest first."""
        return [self.person_by_id(user_id) for user_id in self.conversations.accounts]

    def deliver_again(self, update_id: int) -> None:
        """Deliver an update again that the bot has already accepted; raise KeyError if there is no such update."""
        self.updates.again(update_id)
        self.sender.load()

    def time_moved(self) -> None:
        """Announce that the clock was moved: retries and renewals may be due, and the page must show the new time."""
        self.checkouts.tick()
        self.payments.tick()
        self.subscriptions.tick()
        self.sender.time_moved()
        self.feed.publish("clock")

    @property
    def next_at(self) -> datetime | None:
        """When Telegram does something automatically next: a renewal, or an update that a fault delays."""
        return min(filter(None, (self.subscriptions.next_at, self.payments.next_at)), default=None)

    async def idle(self) -> None:
        """Return when every queue is empty or waits for a retry, and no call is in progress."""
        while self.sender.busy or self.bot_api.calls_in_flight or self.polling.busy:
            await self.feed.changed.wait()

    def _add(self, kind: UpdateKind, user_id: int, payload: dict[str, object]) -> int | None:
        return self._add_update(kind, user_id, payload, own_queue=False)

    def _add_update(self, kind: UpdateKind, user_id: int, payload: dict[str, object], own_queue: bool) -> int | None:
        update_id = self.updates.add(kind, user_id, payload, own_queue=own_queue)
        self.sender.load()
        return update_id

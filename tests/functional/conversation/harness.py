"""A bot whose ports are all in memory, and people who send it messages and tap its buttons."""

import itertools
import json
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties

from tests.fakes.shop import Shop, shop_in_memory
from tests.functional.conversation.bot_session import BOT_ID, BOT_NAME, TOKEN, BotSession, ChatMessage
from vpnbot.aws.observability import Observer
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.payments.shop_settings import Front
from vpnbot.domain.people.person import Person
from vpnbot.localization.messages import Messages
from vpnbot.telegram.admin.topic_card import card
from vpnbot.telegram.customer.answer_sender import TelegramAnswerSender
from vpnbot.telegram.customer.broadcast_sender import TelegramBroadcastSender
from vpnbot.telegram.customer.notifications import TelegramNotificationSender
from vpnbot.telegram.customer.question_sender import TelegramQuestionSender
from vpnbot.telegram.messages.view_factory import ViewFactory
from vpnbot.telegram.update_context import Services
from vpnbot.telegram.updates.dispatcher import build_dispatcher
from vpnbot.telegram.updates.fsm_storage import PartitionStorage
from vpnbot.telegram.updates.receiver import Delivery, Receiver
from vpnbot.telegram.updates.tap_routes import TapRoutes
from vpnbot.telegram.updates.webhook_response import WebhookResponse

PUBLIC_URL = "https://vpn.example"
WORDING = Messages()
"""The bot's texts, parsed once for all tests."""
OPERATORS = -100_500
type Language = Literal["en", "ru"]
type Update = dict[str, Any]


@dataclass
class Quarantine:
    """Keeps quarantined updates; it rejects them with `error`, if that is set."""

    updates: list[tuple[Update, str]] = field(default_factory=list)
    senders: list[PersonId | None] = field(default_factory=list)
    error: Exception | None = None

    def put(
        self,
        person_id: PersonId | None,
        update: Any,
        reason: str,
        *,
        sent_at: datetime | None = None,
        about_money: bool = False,
    ) -> bool:
        """Keep an update."""
        if self.error is not None:
            raise self.error
        self.updates.append((dict(update), reason))
        self.senders.append(person_id)
        return True


@dataclass
class ChatHarness:
    """The real receiver, dispatcher, screens and texts; Telegram, storage, panels and time are fakes."""

    shop: Shop = field(default_factory=shop_in_memory)
    messages: Messages = WORDING
    public_url: str | None = PUBLIC_URL
    support_url: str | None = None
    support_chat_id: int | None = OPERATORS
    admin_ids: frozenset[int] = frozenset()
    quarantine: Quarantine = field(default_factory=Quarantine)
    telegram: BotSession = field(default_factory=BotSession)
    seconds_left: Callable[[], float] = lambda: 20.0
    answers: list[WebhookResponse] = field(default_factory=list)
    delivered: list[Update] = field(default_factory=list)

    def __post_init__(self) -> None:
        shop = self.shop
        views = ViewFactory(
            ring=lambda: shop.ring,
            messages=self.messages,
            public_url=self.public_url,
            support_chat_id=self.support_chat_id,
            first=Front(trial=shop.trial, support_url=self.support_url),
            settings=shop.sales.settings.load,
            admin_ids=self.admin_ids,
            selling=lambda: shop.sales.selling,
        )
        properties = DefaultBotProperties(parse_mode="HTML", link_preview_is_disabled=True)
        self.bot = Bot(TOKEN, session=self.telegram, default=properties)
        self.views = views
        self.observer = Observer()
        shop.answers = TelegramAnswerSender(self.bot, views)  # type: ignore[assignment]  # here the real one sends
        shop.questions = TelegramQuestionSender(self.bot, views, card)  # type: ignore[assignment]  # here the real one sends
        shop.support_chat_id, shop.admin_ids = self.support_chat_id, self.admin_ids
        shop.sender = TelegramNotificationSender(self.bot, views)  # type: ignore[assignment]  # here the real one sends
        shop.broadcast_sender = TelegramBroadcastSender(self.bot, views)  # type: ignore[assignment]  # as above
        self.dispatcher = build_dispatcher(PartitionStorage(shop.open))
        self.services = Services(
            shop.context,
            shop.people,
            shop.fleet,
            shop.operators,
            views,
            shop.index,
            shop.payments,
            lambda: shop.staff,
        )
        self.receiver = self.new_receiver()
        self._updates = itertools.count(70_001)
        self.message_ids = itertools.count(1)

    def administered_by(self, *user_ids: int) -> None:
        """Make these Telegram users the administrators."""
        self.views = replace(self.views, admin_ids=frozenset(user_ids))
        self.replace_services(views=self.views)

    def replace_services(self, **changes: Any) -> None:
        """Receive updates with other services from now on: `changes` are fields of `Services`."""
        self.services = replace(self.services, **changes)
        self.receiver = self.new_receiver()

    def new_receiver(self) -> Receiver:
        """Return a receiver of its own, as another process has."""
        receiver = Receiver(
            bot=self.bot,
            dispatcher=self.dispatcher,
            taps=TapRoutes(self.dispatcher),
            services=self.services,
            quarantine=self.quarantine,
            log=self.observer,
        )
        weakref.finalize(self, receiver.close)
        return receiver

    def user(self, language: str = "en", user_id: int = 42) -> "ChatUser":
        """Return a person whose Telegram is in this language."""
        return ChatUser(self, user_id, language)

    def deliver(self, update: Update) -> WebhookResponse:
        """Deliver an update to the bot, as Telegram does; a message in it can be copied from now on."""
        self.delivered.append(update)
        self._hear(update)
        return self.receive(json.dumps(update).encode())

    def _hear(self, update: Update) -> None:
        """Let the bot copy the message of an update, if it has all that a copy needs."""
        message = update.get("message") or update.get("edited_message")
        if not isinstance(message, dict) or not isinstance(message.get("chat"), dict):
            return
        text = message.get("text") or message.get("caption")
        kinds = [kind for kind in message if kind in {"photo", "voice", "sticker", "document", "video_note"}]
        shown = text if isinstance(text, str) else f"[{''.join(kinds)}]"
        place = (int(message["chat"].get("id") or 0), message.get("message_id") or 0)
        self.telegram.heard[place] = shown.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def receive(self, body: bytes) -> WebhookResponse:
        """Deliver a request body to the bot."""
        answer = self.receiver.receive(Delivery(body, PUBLIC_URL, self.seconds_left))
        self.answers.append(answer)
        return answer

    def again(self) -> WebhookResponse:
        """Deliver the last update once more."""
        return self.deliver(self.delivered[-1])

    def passes(self, **duration: float) -> None:
        """Let time pass, and do due work when it is due."""
        self.shop.until(self.shop.clock.now + timedelta(**duration), step=timedelta(minutes=1))

    def update_id(self) -> int:
        """Return the number of a new update."""
        return next(self._updates)


@dataclass
class ChatUser:
    """A person in their private chat with the bot."""

    harness: ChatHarness
    user_id: int
    language: str

    @property
    def person(self) -> Person:
        """The person as stored."""
        return self.harness.shop.look(self.user_id)

    @property
    def chat(self) -> list[ChatMessage]:
        """The bot's messages in their chat, oldest first."""
        return self.harness.telegram.messages(self.user_id)

    @property
    def screen(self) -> ChatMessage:
        """The bot's newest message."""
        return self.chat[-1]

    @property
    def toast(self) -> str | None:
        """The text of the toast or alert that answered the last tap, or None."""
        method = self.harness.answers[-1].method or {}
        text = method.get("text")
        return None if text is None else str(text)

    def user(self) -> dict[str, Any]:
        """Return the person as a `User` object of the Bot API."""
        return {"id": self.user_id, "is_bot": False, "first_name": "A", "language_code": self.language}

    def message(self, **content: Any) -> Update:
        """Return an update with a message that they send now."""
        message = {
            "message_id": next(self.harness.message_ids),
            "date": int(self.harness.shop.clock().timestamp()),
            "chat": {"id": self.user_id, "type": "private"},
            "from": self.user(),
        }
        return {"update_id": self.harness.update_id(), "message": message | content}

    def tap(self, data: str | None, message_id: int | None = 1, **content: Any) -> Update:
        """Return an update with a callback query of theirs."""
        query: dict[str, Any] = {"id": "777", "from": self.user(), "chat_instance": "1"}
        if data is not None:
            query["data"] = data
        if message_id is not None:
            chat = {"id": self.user_id, "type": "private"}
            query["message"] = {
                "message_id": message_id,
                "date": 1_772_366_400,
                "chat": chat,
                "from": {"id": BOT_ID, "is_bot": True, "first_name": "Sample", "username": BOT_NAME},
                "text": "…",
            }
        return {"update_id": self.harness.update_id(), "callback_query": query | content}

    def sends(self, text: str) -> WebhookResponse:
        """Send a text."""
        entities = (
            [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}] if text[0] == "/" else []
        )
        return self.harness.deliver(self.message(text=text, entities=entities))

    def edits(self, text: str, **content: Any) -> WebhookResponse:
        """Change the text or caption of the last message that they sent, or with `content` its file."""
        own = [each["message"] for each in self.harness.delivered if "message" in each]
        last = next(message for message in reversed(own) if message["from"]["id"] == self.user_id)
        field = "text" if "text" in last and not content else "caption"
        kept = {name: value for name, value in last.items() if name != "text" or field == "text"}
        message = kept | {field: text, "edit_date": last["date"] + 1} | content
        return self.harness.deliver({"update_id": self.harness.update_id(), "edited_message": message})

    def sends_a(self, kind: str, content: Any) -> WebhookResponse:
        """Send a message of another kind, such as a photo."""
        return self.harness.deliver(self.message(**{kind: content}))

    def taps(self, label: str) -> WebhookResponse:
        """Tap the button whose label contains `label`, in the newest message that has one.

        A button that opens a page or copies a text sends no update, so it cannot be tapped here.
        """
        for message in reversed(self.chat):
            for button in itertools.chain(*message.buttons):
                if label in _read(button.text):
                    assert button.callback_data is not None, f"{button.text!r} sends no update"
                    return self.harness.deliver(self.tap(button.callback_data, message.id))
        raise AssertionError(f"no button {label!r} in {[m.labels for m in self.chat]}")

    def link(self, label: str) -> str:
        """Return the address that a button opens, or the text that it copies."""
        for message in reversed(self.chat):
            for button in itertools.chain(*message.buttons):
                if label in _read(button.text):
                    return button.url or (button.copy_text.text if button.copy_text else "")
        raise AssertionError(f"no button {label!r}")

    def sees(self, *words: str) -> None:
        """Assert that the newest message contains all of these texts."""
        for part in words:
            assert part in self.screen.words, f"{part!r} is not in {self.screen.words!r}"

    def sees_buttons(self, layout: str) -> None:
        """Assert the labels of the keyboard: `|` separates the buttons of a row, `/` separates rows."""
        wanted = [[label.strip() for label in row.split(" | ")] for row in layout.split(" / ")] if layout else []
        assert self.screen.labels == wanted


def _read(label: str) -> str:
    """Return a label as a person reads it: a space that keeps a number with its unit is a space."""
    return label.replace("\N{NO-BREAK SPACE}", " ")

"""What the containers of functions that call Telegram share."""

from contextlib import suppress
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from vpnbot.bootstrap.container import Container
from vpnbot.domain.orders.provider_names import STARS
from vpnbot.domain.payments.shop_settings import ShopSettings
from vpnbot.errors import VpnbotError
from vpnbot.storage.support_chat import StoredSupportChat
from vpnbot.usecases.ports import Operators

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from aiogram import Bot
    from aiogram.client.default import DefaultBotProperties

    from vpnbot.domain.people.person import Person
    from vpnbot.providers.registry import Factory
    from vpnbot.storage.audience.turn import StoredTurn
    from vpnbot.telegram.messages.screen import Screen
    from vpnbot.usecases.ports import PaymentProvider


class TelegramContainer(Container):
    """The container of a function that sends messages to Telegram."""

    def __init__(self, function: str) -> None:
        super().__init__(function)
        from vpnbot.telegram.messages.view_factory import ViewFactory

        sales = self.sales
        self._lock = Lock()
        self._support_chat = StoredSupportChat(self._set_aside)
        self.views = ViewFactory(
            ring=self.secrets.key_ring,
            messages=self.messages(),
            public_url=self.settings.public_url,
            support_chat_id=self.settings.support_chat_id,
            first=self.first_front,
            settings=self.known_settings,
            admin_ids=self.settings.admin_ids,
            selling=lambda: sales.selling,
        )

    @cached_property
    def bot(self) -> "Bot":
        """The bot, built on first use with its token.

        Raises:
            Misconfigured: there is no token.
            Retryable: the secrets could not be read.
        """
        from aiogram import Bot

        from vpnbot.telegram.aiogram_runtime.bot_session import TransportSession
        from vpnbot.telegram.bot_api.transport import Transport

        session = TransportSession(Transport(self.settings.telegram_api_base), asked_to_wait=self._asked_to_wait)
        return Bot(self.secrets.get("bot_token"), session=session, default=self._bot_properties)

    @cached_property
    def _bot_properties(self) -> "DefaultBotProperties":
        from aiogram.client.default import DefaultBotProperties

        return DefaultBotProperties(parse_mode="HTML", link_preview_is_disabled=True)

    @cached_property
    def turn(self) -> "StoredTurn":
        """The turn of the bulk jobs; a webhook needs it only after a 429."""
        from vpnbot.storage.audience.turn import StoredTurn

        return StoredTurn()

    def _asked_to_wait(self, after: "timedelta") -> None:
        """Let the bulk jobs of all processes wait, after a 429 to whatever call: they make most of the calls.

        An error changes nothing: the bulk jobs are answered with 429 too, then.
        """
        now = self.clock()
        with suppress(VpnbotError):
            self.turn.pause(now + after, now)

    def _provider_factories(self) -> "dict[str, Factory]":
        return {STARS: self._stars, **super()._provider_factories()}

    def _stars(self, _: ShopSettings) -> "PaymentProvider | None":
        from vpnbot.providers.stars.provider import StarsProvider
        from vpnbot.telegram.bot_api.client import BotApi
        from vpnbot.telegram.bot_api.timed_transport import TimedTransport

        transport = TimedTransport(self.settings.telegram_api_base)
        api = BotApi(self.secrets.get("bot_token"), transport, self._asked_to_wait)
        return StarsProvider(api.bot_id, api.call, self.clock, self.views.messages)

    @cached_property
    def operators(self) -> Operators:
        """How to reach the operators, built on first use; raises the errors of `bot`."""
        from vpnbot.storage.support_records import StoredSupportRecords
        from vpnbot.telegram.customer.answer_sender import TelegramAnswerSender
        from vpnbot.telegram.customer.question_sender import TelegramQuestionSender

        return Operators(
            support_chat=self._support_chat,
            records=StoredSupportRecords(),
            sender=TelegramQuestionSender(self.bot, self.views, _card_of),
            answers=TelegramAnswerSender(self.bot, self.views),
            support_chat_id=self.settings.support_chat_id,
            admin_ids=self.settings.admin_ids,
        )


def _card_of(person: "Person", now: "datetime") -> "Screen":
    """Return the card of a person in their topic; few processes make one."""
    from vpnbot.telegram.admin.topic_card import card

    return card(person, now)

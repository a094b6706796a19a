"""Pauses and resumes a customer with the bot's use cases and the operator's credentials."""

import os
from secrets import token_hex

from ops.deployment import Target
from ops.settings_findings import environment_of
from vpnbot.aws.secrets import Secrets
from vpnbot.bootstrap import Container
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.orders.provider_names import STARS
from vpnbot.domain.payments.shop_settings import ShopSettings
from vpnbot.domain.people.person import Person
from vpnbot.errors import Rejected
from vpnbot.localization.messages import Messages
from vpnbot.providers.registry import Factory
from vpnbot.providers.stars.provider import StarsProvider
from vpnbot.settings import TELEGRAM_API_BASE, Settings
from vpnbot.telegram.bot_api.client import BotApi
from vpnbot.telegram.bot_api.transport import Transport
from vpnbot.usecases.ports import PaymentProvider, Session
from vpnbot.usecases.subscriptions.suspend_subscription import resume, suspend

ACTOR = "operator"
_MARK_CHARACTERS = 32


class OperatorContainer(Container):
    """The container of the command line; Telegram Stars are among its payment providers."""

    _guards_providers = False  # what an operator tries out must neither wait nor change what customers see

    def _provider_factories(self) -> dict[str, Factory]:
        return {STARS: self._stars, **super()._provider_factories()}

    def _stars(self, _: ShopSettings) -> PaymentProvider | None:
        token = self.secrets.find("bot_token")
        if token is None:
            return None
        api = BotApi(token, Transport(os.environ.get("TELEGRAM_API_BASE") or TELEGRAM_API_BASE))
        return StarsProvider(api.bot_id, api.call, self.clock, Messages())


def container_of(target: Target) -> Container:
    """Return the container of this deployment, built from its outputs, parameters and secrets.

    Raises:
        Misconfigured: the stack is not deployed, or a setting is wrong.
        Retryable: AWS did not answer.
    """
    deployment = target.deployment()
    environment = environment_of(target, deployment)
    return OperatorContainer("ops", Settings.from_environment(environment), Secrets(target.secrets))


def opened_by(container: Container, person: str) -> Session:
    """Load a person by Telegram id, or by the mark in an alert, with or without `#id_`.

    Raises:
        Rejected: it is neither, or no person with it has used the bot.
        Retryable: AWS did not answer.
    """
    mark = person.removeprefix("#id_")
    if len(mark) == _MARK_CHARACTERS and set(mark) <= set("0123456789abcdef"):
        return container.people.open(PersonId(mark))
    if not person.isascii() or not person.isdecimal():
        raise Rejected(f"{person} is neither a Telegram id nor the mark of a person")
    return opened(container, int(person))


def opened(container: Container, telegram_id: int) -> Session:
    """Load a person.

    Raises:
        Rejected: no person with this id has used the bot.
        Retryable: AWS did not answer.
    """
    session = container.people.open(container.fleet.ring().person_id(telegram_id))
    if not session.person.user.version:
        raise Rejected(f"no customer has the Telegram id {telegram_id}")
    return session


def suspended(session: Session, container: Container) -> Person:
    """Pause a person's access.

    Raises:
        IllegalTransition: the subscription's state does not allow it.
        Retryable: a conflict with other changes, or the table or a panel did not answer; try again.
    """
    return suspend(session, container.fleet, container.context, f"operator:suspend:{token_hex(8)}", ACTOR)


def resumed(session: Session, container: Container) -> Person:
    """Resume a paused person.

    Raises:
        IllegalTransition: the subscription's state does not allow it.
        Retryable: as in `suspended`.
    """
    return resume(session, container.fleet, container.context, f"operator:resume:{token_hex(8)}", ACTOR)

"""Pauses and resumes a customer with the bot's use cases and the operator's credentials."""

from secrets import token_hex

from ops.deployment import Target
from vpnbot.aws.secrets import Secrets
from vpnbot.bootstrap import Container
from vpnbot.domain.people.person import Person
from vpnbot.errors import Rejected
from vpnbot.settings import Settings
from vpnbot.usecases.ports import Session
from vpnbot.usecases.subscriptions.suspend_subscription import resume, suspend

ACTOR = "operator"


def container_of(target: Target) -> Container:
    """Return the container of this deployment, built from its outputs, parameters and secrets.

    Raises:
        Misconfigured: the stack is not deployed, or a setting is wrong.
        Retryable: AWS did not answer.
    """
    deployment = target.deployment()
    environment = {
        "STAGE": str(target.stage),
        "TABLE_NAME": deployment.outputs["TableName"],
        "SECRETS_PATH": target.secrets_path,
        "PANEL": deployment.parameters.get("Panel", ""),
        "SUPPORT_URL": deployment.parameters.get("SupportUrl", ""),
        "SUPPORT_CHAT_ID": deployment.parameters.get("SupportChatId", ""),
    }
    return Container("ops", Settings.from_environment(environment), Secrets(target.secrets))


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

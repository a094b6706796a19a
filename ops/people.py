"""A person, paused and let on by the operator: the bot's own use cases with the operator's credentials."""

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
    """Return the container as a function of this deployment sees it.

    Raises:
        Misconfigured: nothing is deployed, or its settings do not fit.
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
        Rejected: nobody with this id has used the bot.
        Retryable: AWS did not answer.
    """
    session = container.people.open(container.fleet.ring().person_id(telegram_id))
    if not session.person.user.version:
        raise Rejected(f"nobody with the id {telegram_id} has used this bot")
    return session


def suspended(session: Session, container: Container) -> Person:
    """Pause access.

    Raises:
        IllegalTransition: the person's state does not allow it.
        Retryable: too much happens at once, or the table or the panel does not answer; try again.
    """
    return suspend(session, container.fleet, container.context, f"operator:suspend:{token_hex(8)}", ACTOR)


def resumed(session: Session, container: Container) -> Person:
    """Let a paused person on.

    Raises:
        As `suspended`.
    """
    return resume(session, container.fleet, container.context, f"operator:resume:{token_hex(8)}", ACTOR)

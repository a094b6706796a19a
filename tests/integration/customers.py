"""Customers of a demo bot that the operator's command line has deployed."""

from ops.deployment import Target
from ops.people import container_of
from vpnbot.bootstrap.container import Container
from vpnbot.settings import Stage
from vpnbot.usecases.people.ensure_user import ensure_user
from vpnbot.usecases.ports import Session
from vpnbot.usecases.subscriptions.start_trial import start_trial

ANNA = 100200300
DEMO = Target(Stage.DEMO, "vpnbot-demo")


def arrives(user_id: int = ANNA) -> tuple[Container, Session]:
    """Let a person open the bot; return the container of the deployment, and the person."""
    container = container_of(DEMO)
    session = container.people.open(container.fleet.ring().person_id(user_id))
    ensure_user(session, container.context, f"update:1:{user_id}", user_id, "en", None)
    return container, session


def starts_trial(user_id: int = ANNA) -> None:
    """Let a new customer start the trial."""
    container, session = arrives(user_id)
    trial = container.settings.trial
    start_trial(session, container.fleet, container.sales, container.context, trial, f"update:2:{user_id}")

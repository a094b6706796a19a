"""The commands, each a few words around what the other modules do."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

import typer

from ops import configure as secrets_of_a_bot
from ops.dead_letters import dead_lettered_work, retry
from ops.deployment import Target
from ops.doctor import examine
from ops.findings import Verdict
from ops.people import container_of, opened, resumed, suspended
from ops.replay import replay as replay_updates
from ops.said_plainly import said_plainly
from ops.server_commands import rebuild_server, server
from vpnbot.bootstrap import Container
from vpnbot.domain.people.person import Person
from vpnbot.settings import TELEGRAM_API_BASE, Stage
from vpnbot.telegram.bot_api.client import BotApi
from vpnbot.telegram.bot_api.transport import Transport
from vpnbot.telegram.bot_api.webhook_registration import Webhook, delete_webhook, set_webhook
from vpnbot.usecases.ports import Session

cli = typer.Typer(help="Operate a deployed vpnbot.", no_args_is_help=True, add_completion=False)
webhook = typer.Typer(help="Where Telegram delivers.", no_args_is_help=True)
cli.add_typer(webhook, name="webhook")
cli.add_typer(server, name="server")
cli.command("rebuild-server")(rebuild_server)


@cli.callback()
def of(
    context: typer.Context,
    stage: Annotated[Stage, typer.Option(help="Which deployment.")] = Stage.DEMO,
    stack: Annotated[str, typer.Option(help="Its stack, when it is not called vpnbot-<stage>.")] = "",
) -> None:
    """Say which deployment a command is about. Region and credentials: AWS_REGION and AWS_PROFILE."""
    context.obj = Target(stage, stack or f"vpnbot-{stage}")


@cli.command()
def configure(
    context: typer.Context,
    rotate_webhook_secret: Annotated[bool, typer.Option(help="Make a new one; the old one works on.")] = False,
    rotate_key_secret: Annotated[bool, typer.Option(help="Add a version for keys made from now on.")] = False,
) -> None:
    """Store the bot's token (asked for, or BOT_TOKEN) and make the secrets that are missing. Shows none."""
    target: Target = context.obj
    with said_plainly():
        stored = target.secrets()
        token = os.environ.get("BOT_TOKEN") or _asked_for(stored.get("bot_token"))
        me = _bot(token).call("getMe")
        wanted = dict(secrets_of_a_bot.new_secrets(token, stored))
        if rotate_webhook_secret and "webhook_secret" not in wanted:
            wanted |= secrets_of_a_bot.rotated_webhook_secret(stored)
        if rotate_key_secret and "key_secret" not in wanted:
            wanted |= secrets_of_a_bot.rotated_key_secret(stored)
        for name, value in wanted.items():
            target.store(name, value)
        print(f"This is @{me['username']}.")
        print(f"Stored below {target.secrets_path}: {', '.join(wanted) or 'nothing new, all was there'}.")
        if {"bot_token", "webhook_secret"} & wanted.keys() and stored:
            print(f"Tell Telegram: python -m ops {target.options} webhook set")
            if "bot_token" in wanted:
                print("Running functions keep the old token: deploy with another word in the parameter Revision.")
        elif not stored:
            print(f"Now deploy: sam build && sam deploy --config-env {target.stage}")


@cli.command()
def doctor(context: typer.Context) -> None:
    """Name what is wrong and what to do. Exit status 1 when something does not work."""
    with said_plainly():
        ill = False
        for finding in examine(context.obj, _api_base(), datetime.now(UTC)):
            print(finding, flush=True)
            ill |= finding.verdict is Verdict.ILL
    raise typer.Exit(1 if ill else 0)


@webhook.command()
def show(context: typer.Context) -> None:
    """Print what Telegram says of the webhook."""
    with said_plainly():
        info = _stored_bot(context.obj).call("getWebhookInfo")
        for name, value in info.items():
            moment = name.endswith("_date")
            print(
                f"{name}: {datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M:%S} UTC"
                if moment
                else f"{name}: {value}"
            )


@webhook.command("set")
def set_(context: typer.Context) -> None:
    """Point the bot to this deployment, as a deployment does. What waits at Telegram is kept."""
    target: Target = context.obj
    with said_plainly():
        deployment = target.deployment()
        properties = {**deployment.parameters, "Url": deployment.webhook_url}
        set_webhook(_stored_bot(target), Webhook.of(properties, target.secrets()["webhook_secret"]))
        print(f"Telegram delivers to {deployment.webhook_url}.")


@webhook.command()
def delete(context: typer.Context) -> None:
    """Take the webhook away, if it is this deployment's. What waits at Telegram is kept."""
    target: Target = context.obj
    with said_plainly():
        deleted = delete_webhook(_stored_bot(target), target.deployment().webhook_url)
        print("Telegram delivers nowhere now." if deleted else "The webhook is not this deployment's; left alone.")
    raise typer.Exit(0 if deleted else 1)


@cli.command()
def replay(context: typer.Context) -> None:
    """Deliver quarantined updates again. Exit status 1 when some stay quarantined."""
    target: Target = context.obj
    with said_plainly():
        replayed = []
        for update in replay_updates(target.deployment(), target.secrets()["webhook_secret"]):
            print(f"update {update.update_id} ({update.reason}): {update.status or 'no answer'}", flush=True)
            replayed.append(update)
        print(f"{sum(update.taken for update in replayed)} of {len(replayed)} quarantined updates were handled.")
    raise typer.Exit(0 if all(update.taken for update in replayed) else 1)


@cli.command("dead-letters")
def dead_letters(
    context: typer.Context,
    again: Annotated[bool, typer.Option("--retry", help="Make all of it due now.")] = False,
) -> None:
    """List dead-lettered work; with --retry make all of it due now."""
    target: Target = context.obj
    with said_plainly():
        items = list(dead_lettered_work(target.deployment()))
        for item in items:
            print(f"{item.prefix}: {item.sort_key} of {item.partition}, since {item.due_at:%Y-%m-%d %H:%M} UTC")
        if again:
            print(f"{retry(iter(items), datetime.now(UTC))} of {len(items)} are due again; the clock takes them.")
        elif not items:
            print("No work is dead-lettered.")


@cli.command()
def suspend(
    context: typer.Context, telegram_id: Annotated[int, typer.Argument(help="Telegram id of the customer.")]
) -> None:
    """Pause a customer's access; the remaining time is kept."""
    _change(context.obj, telegram_id, suspended)


@cli.command()
def resume(
    context: typer.Context, telegram_id: Annotated[int, typer.Argument(help="Telegram id of the customer.")]
) -> None:
    """Resume a paused customer."""
    _change(context.obj, telegram_id, resumed)


def _change(target: Target, telegram_id: int, change: Callable[[Session, Container], Person]) -> None:
    with said_plainly():
        container = container_of(target)
        person = change(opened(container, telegram_id), container)
        print(f"{telegram_id} is {person.subscription.status}{', and barred' if person.user.banned else ''} now.")


def _asked_for(stored: str | None) -> str:
    question = "The token from @BotFather" + (" (Enter keeps the stored one)" if stored else "")
    return str(typer.prompt(question, hide_input=True, default=stored or "", show_default=False))


def _api_base() -> str:
    return os.environ.get("TELEGRAM_API_BASE") or TELEGRAM_API_BASE


def _bot(token: str) -> BotApi:
    return BotApi(token, Transport(_api_base()))


def _stored_bot(target: Target) -> BotApi:
    return _bot(target.secrets().get("bot_token", ""))

"""The commands of `python -m ops`: options, output and exit status. The other modules do the work."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

import typer

from ops import configure as bot_secrets
from ops.dead_letters import dead_lettered_work, retry
from ops.deployment import Target
from ops.doctor import examine
from ops.error_exit import exit_on_error
from ops.findings import Verdict
from ops.money_commands import orders, payments, reconcile, refunds
from ops.people import container_of, opened, resumed, suspended
from ops.plan_commands import plans
from ops.recovery_commands import backup, functions, key_secret
from ops.region import adopt_region
from ops.replay import HIDDEN_SECONDS, Replay
from ops.server_commands import rebuild_server, server
from ops.shop_commands import shop
from ops.table_commands import protect_table
from vpnbot.aws.secret_names import WEBHOOK_SECRET_PREVIOUS
from vpnbot.bootstrap import Container
from vpnbot.domain.people.person import Person
from vpnbot.settings import TELEGRAM_API_BASE, Stage
from vpnbot.telegram.bot_api.client import BotApi
from vpnbot.telegram.bot_api.transport import Transport
from vpnbot.telegram.bot_api.webhook_registration import Webhook, delete_webhook, set_webhook
from vpnbot.usecases.ports import Session

cli = typer.Typer(no_args_is_help=True, add_completion=False)
webhook = typer.Typer(help="Manage the webhook.", no_args_is_help=True)
cli.add_typer(webhook, name="webhook")
cli.add_typer(server, name="server")
cli.add_typer(plans, name="plans")
cli.add_typer(shop, name="shop")
cli.add_typer(orders, name="orders")
cli.add_typer(refunds, name="refunds")
cli.add_typer(payments, name="payments")
cli.add_typer(functions, name="functions")
cli.add_typer(backup, name="backup")
cli.add_typer(key_secret, name="key-secret")
cli.command("reconcile")(reconcile)
cli.command("rebuild-server")(rebuild_server)
cli.command("protect-table")(protect_table)


@cli.callback()
def select_deployment(
    context: typer.Context,
    stage: Annotated[Stage, typer.Option(help="The deployment.")] = Stage.DEMO,
    stack: Annotated[str, typer.Option(help="The name of the stack, if it is not vpnbot-<stage>.")] = "",
) -> None:
    """Operate a deployed vpnbot. Region and credentials come from AWS_REGION and AWS_PROFILE."""
    adopt_region(os.environ)
    context.obj = Target(stage, stack or f"vpnbot-{stage}")


@cli.command()
def configure(
    context: typer.Context,
    rotate_webhook_secret: Annotated[
        bool, typer.Option(help="Make a new webhook secret; the old one ends with `webhook set`.")
    ] = False,
    rotate_key_secret: Annotated[bool, typer.Option(help="Add a version of the key secret for new keys.")] = False,
    yookassa: Annotated[bool, typer.Option(help="Also ask for the shop id and the secret key of YooKassa.")] = False,
    crypto_pay: Annotated[bool, typer.Option(help="Also ask for the token of Crypto Pay.")] = False,
) -> None:
    """Store the bot's token (prompt or BOT_TOKEN) and create missing secrets. No secret is printed.

    The credentials of payment providers may also come from YOOKASSA_SHOP_ID, YOOKASSA_SECRET_KEY, CRYPTOPAY_TOKEN.
    """
    target: Target = context.obj
    with exit_on_error():
        stored = target.secrets()
        token = os.environ.get("BOT_TOKEN") or _prompted_token(stored.get("bot_token"))
        me = _bot(token).call("getMe")
        wanted = dict(bot_secrets.new_secrets(token, stored))
        if rotate_webhook_secret and "webhook_secret" not in wanted:
            wanted |= bot_secrets.rotated_webhook_secret(stored)
        if rotate_key_secret and "key_secret" not in wanted:
            wanted |= bot_secrets.rotated_key_secret(stored)
        asked = (*(bot_secrets.YOOKASSA if yookassa else ()), *(bot_secrets.CRYPTO_PAY if crypto_pay else ()))
        wanted |= bot_secrets.provider_secrets(os.environ, asked, _prompted_secret, stored)
        for name, value in wanted.items():
            target.store(name, value)
        print(f"The token belongs to @{me['username']}.")
        print(f"Stored below {target.secrets_path}: {', '.join(wanted) or 'nothing new'}.")
        if {"bot_token", "webhook_secret"} & wanted.keys() and stored:
            print(f"Now update the webhook: python -m ops {target.options} webhook set")
            if "bot_token" in wanted:
                print(
                    "Running functions keep the old token: deploy again with another value of the parameter Revision."
                )
        elif not stored:
            print(f"Now deploy: sam build && sam deploy --config-env {target.stage}")


@cli.command()
def doctor(context: typer.Context) -> None:
    """Check the deployment. Exit status 1 when something does not work."""
    with exit_on_error():
        failed = False
        for finding in examine(context.obj, _api_base(), datetime.now(UTC)):
            print(finding, flush=True)
            failed |= finding.verdict is Verdict.FAILURE
    raise typer.Exit(1 if failed else 0)


@webhook.command()
def show(context: typer.Context) -> None:
    """Print the webhook's state as Telegram reports it."""
    with exit_on_error():
        info = _stored_bot(context.obj).call("getWebhookInfo")
        for name, value in info.items():
            is_time = name.endswith("_date")
            print(
                f"{name}: {datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M:%S} UTC"
                if is_time
                else f"{name}: {value}"
            )


@webhook.command("set")
def set_(context: typer.Context) -> None:
    """Set the webhook to this deployment, as a deployment does. Updates that wait at Telegram are kept.

    When Telegram has the present webhook secret, the previous one is deleted.
    """
    target: Target = context.obj
    with exit_on_error():
        deployment = target.deployment()
        secret = target.secret("webhook_secret")
        set_webhook(_stored_bot(target), Webhook.of(deployment.webhook_properties, secret))
        print(f"The webhook is {deployment.webhook_url}.")
        if target.delete(WEBHOOK_SECRET_PREVIOUS):
            print("The previous webhook secret is deleted; running functions reject it within a minute.")


@webhook.command()
def delete(context: typer.Context) -> None:
    """Delete the webhook if it is this deployment's. Updates that wait at Telegram are kept."""
    target: Target = context.obj
    with exit_on_error():
        deleted = delete_webhook(_stored_bot(target), target.deployment().webhook_url)
        print(
            "The webhook is deleted." if deleted else "The webhook belongs to another deployment and is not changed."
        )
    raise typer.Exit(0 if deleted else 1)


@cli.command()
def replay(context: typer.Context) -> None:
    """Deliver quarantined updates again. Exit status 1 when an update stays quarantined."""
    target: Target = context.obj
    with exit_on_error():
        run, replayed = Replay(target.deployment(), target.secret("webhook_secret")), []
        hidden = run.hidden()
        for update in run.run():
            print(update, flush=True)
            replayed.append(update)
        print(f"{sum(update.handled for update in replayed)} of {len(replayed)} quarantined updates were handled.")
        if hidden:
            print(f"Hidden by another run: {hidden}; run this again in {HIDDEN_SECONDS // 60} minutes.")
    raise typer.Exit(0 if not hidden and all(update.handled for update in replayed) else 1)


@cli.command("dead-letters")
def dead_letters(
    context: typer.Context,
    again: Annotated[bool, typer.Option("--retry", help="Make all dead-lettered work due now.")] = False,
) -> None:
    """List dead-lettered work; with --retry make all of it due now."""
    target: Target = context.obj
    with exit_on_error():
        items = dead_lettered_work(target.deployment())
        for item in items:
            print(f"{item.prefix}: {item.sort_key} of {item.partition}, since {item.due_at:%Y-%m-%d %H:%M} UTC")
        if again:
            print(f"{retry(items, datetime.now(UTC))} of {len(items)} are due again and run within minutes.")
        elif not items:
            print("No work is dead-lettered.")


@cli.command()
def suspend(
    context: typer.Context, telegram_id: Annotated[int, typer.Argument(help="Telegram id of the customer.")]
) -> None:
    """Pause a customer's access and notify the customer. The remaining time is kept."""
    _change(context.obj, telegram_id, suspended)


@cli.command()
def resume(
    context: typer.Context, telegram_id: Annotated[int, typer.Argument(help="Telegram id of the customer.")]
) -> None:
    """Resume a paused customer."""
    _change(context.obj, telegram_id, resumed)


def _change(target: Target, telegram_id: int, change: Callable[[Session, Container], Person]) -> None:
    with exit_on_error():
        container = container_of(target)
        person = change(opened(container, telegram_id), container)
        print(f"{telegram_id} is {person.subscription.status}{' and banned' if person.user.banned else ''}.")


def _prompted_token(stored: str | None) -> str:
    question = "The token from @BotFather" + (" (Enter keeps the stored one)" if stored else "")
    return str(typer.prompt(question, hide_input=True, default=stored or "", show_default=False))


def _prompted_secret(question: str) -> str:
    return str(typer.prompt(question, hide_input=True, default="", show_default=False))


def _api_base() -> str:
    return os.environ.get("TELEGRAM_API_BASE") or TELEGRAM_API_BASE


def _bot(token: str) -> BotApi:
    return BotApi(token, Transport(_api_base()))


def _stored_bot(target: Target) -> BotApi:
    return _bot(target.secret("bot_token"))

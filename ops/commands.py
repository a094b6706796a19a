"""The commands of `python -m ops`: options, output and exit status. The other modules do the work."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

import typer

from ops.answers import stored_answers
from ops.backfill import backfill
from ops.commands_in_text import for_target
from ops.configure_command import api_base, bot_api, configure
from ops.dead_letters import dead_lettered_work, retry
from ops.deploy_command import deploy
from ops.deployment import Target
from ops.doctor import examine
from ops.error_exit import exit_on_error
from ops.findings import Verdict
from ops.money_commands import orders, payments, reconcile, refunds
from ops.people import container_of, opened, resumed, suspended
from ops.plan_commands import plans
from ops.rebuild_command import rebuild_server
from ops.recovery_commands import backup, functions, key_secret
from ops.region import adopt_region
from ops.replay import HIDDEN_SECONDS, Replay
from ops.server_commands import server
from ops.shop_commands import shop
from ops.table_commands import protect_table
from vpnbot.aws.secret_names import WEBHOOK_SECRET_PREVIOUS
from vpnbot.bootstrap import Container
from vpnbot.domain.people.person import Person
from vpnbot.localization.messages import Messages
from vpnbot.settings import Stage
from vpnbot.telegram.bot_api.bot_profile import TelegramProfile, set_profile
from vpnbot.telegram.bot_api.client import BotApi
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
cli.add_typer(backfill, name="backfill")
cli.add_typer(key_secret, name="key-secret")
cli.command("configure")(configure)
cli.command("deploy")(deploy)
cli.command("reconcile")(reconcile)
cli.command("rebuild-server")(rebuild_server)
cli.command("protect-table")(protect_table)


@cli.callback()
def select_deployment(
    context: typer.Context,
    stage: Annotated[Stage, typer.Option(help="The deployment.")] = Stage.DEMO,
    stack: Annotated[str, typer.Option(help="The name of the stack, if it is not vpnbot-<stage>.")] = "",
) -> None:
    """Operate a vpnbot. Region and credentials come from AWS_REGION and AWS_PROFILE; `configure` stores a region."""
    target = Target(stage, stack or f"vpnbot-{stage}")
    with exit_on_error(target):
        adopt_region(os.environ, stored_answers(target.stack_name).region)
    context.obj = target


@cli.command()
def doctor(context: typer.Context) -> None:
    """Check the deployment. Exit status 1 when something does not work."""
    with exit_on_error(context.obj):
        failed = False
        for finding in examine(context.obj, api_base(), datetime.now(UTC)):
            print(for_target(finding, context.obj), flush=True)
            failed |= finding.verdict is Verdict.FAILURE
    raise typer.Exit(1 if failed else 0)


@webhook.command()
def show(context: typer.Context) -> None:
    """Print the webhook's state as Telegram reports it."""
    with exit_on_error(context.obj):
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
    """Set the webhook, and what Telegram shows about the bot, to this deployment, as a deployment does.

    Updates that wait at Telegram are kept.

    When Telegram has the present webhook secret, the previous one is deleted. The address is the deployed one: a path
    that was renewed since then is used from the next deployment on.
    """
    target: Target = context.obj
    with exit_on_error(target):
        deployment = target.deployment()
        secret = target.secret("webhook_secret")
        bot = _stored_bot(target)
        set_webhook(bot, Webhook.of(deployment.webhook_properties, secret))
        print(f"The webhook is {deployment.webhook_url}.")
        shop_name = container_of(target).sales.settings.load(fresh=True).name
        if changed := set_profile(TelegramProfile(bot, Messages()), shop_name):
            print(f"What Telegram shows about the bot is set: {', '.join(changed)}.")
        if target.delete(WEBHOOK_SECRET_PREVIOUS):
            print("The previous webhook secret is deleted; running functions reject it within a minute.")


@webhook.command()
def delete(context: typer.Context) -> None:
    """Delete the webhook if it is this deployment's. Updates that wait at Telegram are kept."""
    target: Target = context.obj
    with exit_on_error(target):
        deleted = delete_webhook(_stored_bot(target), target.deployment().webhook_url)
        print(
            "The webhook is deleted." if deleted else "The webhook belongs to another deployment and is not changed."
        )
    raise typer.Exit(0 if deleted else 1)


@cli.command()
def replay(context: typer.Context) -> None:
    """Deliver quarantined updates again. Exit status 1 when an update stays quarantined."""
    target: Target = context.obj
    with exit_on_error(target):
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
    with exit_on_error(target):
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
    with exit_on_error(target):
        container = container_of(target)
        person = change(opened(container, telegram_id), container)
        print(f"{telegram_id} is {person.subscription.status}{' and banned' if person.user.banned else ''}.")


def _stored_bot(target: Target) -> BotApi:
    return bot_api(target.secret("bot_token"))

"""The command `configure`: a guided first run on a terminal; everything by options and environment without one."""

import os
import sys
from collections.abc import Mapping
from typing import Annotated

import boto3
import typer

from ops import configure as bot_secrets
from ops import first_run
from ops.answers import Answers, overrides, store_answers, stored_answers
from ops.deployment import WEBHOOK_PATH, Target
from ops.error_exit import exit_on_error
from ops.made_and_cost import idle_month, made
from ops.region import adopt_region
from ops.template import parameter
from vpnbot.aws.secret_names import WEBHOOK_SECRET_PREVIOUS
from vpnbot.errors import Misconfigured, Rejected
from vpnbot.settings import TELEGRAM_API_BASE, Stage
from vpnbot.telegram.bot_api.client import BotApi
from vpnbot.telegram.bot_api.transport import Transport


def configure(
    context: typer.Context,
    ask: Annotated[
        bool | None, typer.Option(help="Ask the questions of a first run (default: on a terminal, without options).")
    ] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A parameter of the stack; repeatable.")
    ] = None,
    rotate_webhook_secret: Annotated[
        bool, typer.Option(help="Make a new webhook secret and path; the next deployment ends the old ones.")
    ] = False,
    rotate_key_secret: Annotated[bool, typer.Option(help="Add a version of the key secret for new keys.")] = False,
    yookassa: Annotated[bool, typer.Option(help="Also ask for the shop id and the secret key of YooKassa.")] = False,
    crypto_pay: Annotated[bool, typer.Option(help="Also ask for the token of Crypto Pay.")] = False,
) -> None:
    """Prepare a deployment: the bot's token, administrators, support, alarms. No secret is printed.

    On a terminal it asks, shows what will be made and what it costs, and asks once more before it stores anything.
    Otherwise BOT_TOKEN has the token, --set the parameters; YOOKASSA_SHOP_ID, YOOKASSA_SECRET_KEY and CRYPTOPAY_TOKEN
    have the credentials of payment providers.
    """
    target: Target = context.obj
    about_secrets = rotate_webhook_secret or rotate_key_secret or yookassa or crypto_pay
    chosen = bool(set_ or about_secrets)
    asked = (*(bot_secrets.YOOKASSA if yookassa else ()), *(bot_secrets.CRYPTO_PAY if crypto_pay else ()))
    with exit_on_error(target):
        if ask or (ask is None and sys.stdin.isatty() and not chosen):
            try:
                _guided(target)
            except (typer.Abort, KeyboardInterrupt):
                print("\nNothing was stored.", file=sys.stderr)
                raise typer.Exit(1) from None
            return
        changed = _parsed(set_ or ())
        stored = target.secrets()
        keep = stored.get("bot_token") if set_ and not about_secrets else None
        token = os.environ.get("BOT_TOKEN") or keep or prompted_token(stored.get("bot_token"))
        username = bot_api(token).call("getMe")["username"]
        wanted = dict(bot_secrets.new_secrets(token, stored))
        if rotate_webhook_secret and "webhook_secret" not in wanted:
            wanted |= bot_secrets.rotated_webhook_secret(stored)
        if rotate_key_secret and "key_secret" not in wanted:
            wanted |= bot_secrets.rotated_key_secret(stored)
        wanted |= bot_secrets.provider_secrets(os.environ, asked, _prompted_secret, stored)
        print(f"The token belongs to @{username}.")
        _store(target, wanted, stored, Answers("", changed) if changed else None)


def _guided(target: Target) -> None:
    """Ask everything, show what follows from the answers, and store it after one confirmation."""
    known = stored_answers(target.stack_name)
    environment = os.environ.get("AWS_REGION", "")
    region = first_run.ask_region(environment or known.region or _profile_region() or "eu-central-1")
    os.environ["AWS_REGION"] = region
    adopt_region(os.environ)
    account = boto3.client("sts").get_caller_identity()["Account"]
    stored, deployed = target.secrets(), _deployed_parameters(target)
    print(f"✔ The AWS account is {account}.")
    bot = first_run.ask_token(stored.get("bot_token"), os.environ.get("BOT_TOKEN"), bot_api)
    parameters = {"AdminIds": first_run.ask_administrators(bot, first_run.stored_or(known, deployed, "AdminIds"))}
    parameters["OperatorLanguage"] = first_run.ask_language(first_run.stored_or(known, deployed, "OperatorLanguage"))
    support = first_run.ask_support_chat(bot, first_run.stored_or(known, deployed, "SupportChatId"))
    parameters["SupportChatId"] = support
    parameters |= first_run.ask_alarms({**deployed, **known.parameters}, needed=target.stage is Stage.PRODUCTION)
    asked = first_run.ask_providers(stored)
    wanted = dict(bot_secrets.new_secrets(bot.token, stored))
    wanted |= bot_secrets.provider_secrets(os.environ, asked, _prompted_secret, stored)
    answers = Answers(region, parameters)
    _show(target, account, answers, tuple(wanted))
    if not typer.confirm("Store this?", default=True):
        raise typer.Abort
    _store(target, wanted, stored, answers)


def _show(target: Target, account: str, answers: Answers, secrets: tuple[str, ...]) -> None:
    print(f"\n{target.stack_name} in {answers.region}, AWS account {account}")
    for name, value in overrides(target.stage, answers).items():
        print(f"  {name}: {value or '(none)'}")
    print(f"  secrets to store below {target.secrets_path}: {', '.join(secrets) or 'nothing new'}")
    print("\nThe deployment makes:")
    for line in made(overrides(target.stage, answers)):
        print(f"  {line}")
    month = idle_month(target.stage)
    if month:
        print(f"It costs about ${month[0]:.2f} a month without customers, ${month[1]:.2f} within AWS's free quotas.")
        print("What customers add, and each item: docs/cost.md.\n")


def _store(target: Target, wanted: Mapping[str, str], stored: Mapping[str, str], answers: Answers | None) -> None:
    """Store the answers, then the secrets; what an interruption leaves out is made by the next run."""
    if answers is not None:
        print(f"The answers are in {store_answers(target.stack_name, answers)}.")
    for name, value in wanted.items():
        target.store(name, value)
    print(f"Stored below {target.secrets_path}: {', '.join(wanted) or 'nothing new'}.")
    if "bot_token" in wanted and stored:
        print(f"Now update the webhook: python -m ops {target.options} webhook set")
        print("Running functions keep the old token: deploy again with another value of the parameter Revision.")
    if WEBHOOK_PATH in wanted or answers is not None:
        print(f"Now deploy: {target.deploy}")
    if WEBHOOK_SECRET_PREVIOUS in wanted:
        print(f"To end the old secret before that: python -m ops {target.options} webhook set")


def _parsed(pairs: list[str] | tuple[str, ...]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise Rejected(f"{pair}: write it as NAME=VALUE")
        found[name] = parameter(name).checked(value)
    return found


def _deployed_parameters(target: Target) -> Mapping[str, str]:
    try:
        return target.deployment().parameters
    except Misconfigured:  # not deployed yet
        return {}


def _profile_region() -> str:
    return boto3.Session().region_name or ""


def prompted_token(stored: str | None) -> str:
    """Ask for the token once, without showing it."""
    question = "The token from @BotFather" + (" (Enter keeps the stored one)" if stored else "")
    return str(typer.prompt(question, hide_input=True, default=stored or "", show_default=False))


def _prompted_secret(question: str) -> str:
    return str(typer.prompt(question, hide_input=True, default="", show_default=False))


def api_base() -> str:
    """Return the address of the Bot API."""
    return os.environ.get("TELEGRAM_API_BASE") or TELEGRAM_API_BASE


def bot_api(token: str) -> BotApi:
    """Return the Bot API for a bot.

    Raises:
        Misconfigured: the token is malformed.
    """
    return BotApi(token, Transport(api_base()))

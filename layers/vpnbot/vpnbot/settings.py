"""The settings of a function from environment variables, read and checked once in each process."""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from vpnbot.domain.servers.server import PanelKind
from vpnbot.domain.subscriptions.plan import TRIAL, Plan
from vpnbot.errors import Misconfigured

TELEGRAM_API_BASE = "https://api.telegram.org"
YOOKASSA_API_BASE = "https://api.yookassa.ru/v3"
CRYPTO_PAY_API_BASE = "https://pay.crypt.bot/api"


class Stage(StrEnum):
    """The kind of deployment. `production` rejects the demo panel, and reads no secret from the environment."""

    DEMO = "demo"
    STAGING = "staging"
    PRODUCTION = "production"


MOST_TRIAL_GIGABYTES = 9999


@dataclass(frozen=True, slots=True)
class Demand:
    """What the environment has to fulfil: the variable to correct, how, and whether an environment fulfils it.

    Each is also a constraint or a rule of template.yaml, a finding of `doctor` and a line in docs/deployment.md.
    """

    setting: str
    remedy: str
    met: Callable[[Mapping[str, str]], bool]


def _in_production(environment: Mapping[str, str]) -> bool:
    return environment.get("STAGE") == Stage.PRODUCTION


def _numbers(environment: Mapping[str, str], name: str) -> list[str]:
    return environment.get(name, "").replace(",", " ").split()


def _integer(text: str) -> bool:
    return re.fullmatch(r"-?[0-9]{1,16}", text) is not None


def _gigabytes(text: str) -> bool:
    try:
        return 0 <= float(text) <= MOST_TRIAL_GIGABYTES
    except ValueError:
        return False


DEMANDS: tuple[Demand, ...] = (
    Demand("STAGE", f"set it to one of {', '.join(Stage)}", lambda e: e.get("STAGE", "") in set(Stage)),
    Demand("TABLE_NAME", "set it to the name of the DynamoDB table", lambda e: bool(e.get("TABLE_NAME"))),
    Demand(
        "PANEL",
        f"set it to one of {', '.join(PanelKind)}; outside production it may be empty",
        lambda e: e.get("PANEL", "") in {*PanelKind} or not (e.get("PANEL") or _in_production(e)),
    ),
    Demand(
        "PANEL",
        "production does not start with the demo panel; set another kind",
        lambda e: not (_in_production(e) and e.get("PANEL") == PanelKind.DEMO),
    ),
    Demand(
        "ADMIN_IDS",
        "the Telegram ids of the administrators: numbers only, separated by commas",
        lambda e: all(_integer(number) and not number.startswith("-") for number in _numbers(e, "ADMIN_IDS")),
    ),
    Demand(
        "SUPPORT_CHAT_ID",
        "the id of one Telegram chat: one number; that of a group begins with a minus sign",
        lambda e: not e.get("SUPPORT_CHAT_ID") or _integer(e["SUPPORT_CHAT_ID"]),
    ),
    Demand(
        "ADMIN_IDS",
        "people need a way to write to you: set this, SUPPORT_CHAT_ID or SUPPORT_URL",
        lambda e: (
            not _in_production(e)
            or bool(e.get("SUPPORT_URL") or e.get("SUPPORT_CHAT_ID") or _numbers(e, "ADMIN_IDS"))
        ),
    ),
    Demand(
        "TRIAL_TRAFFIC_GB",
        f"a number of gigabytes from 0 to {MOST_TRIAL_GIGABYTES}; 0 for no limit",
        lambda e: not e.get("TRIAL_TRAFFIC_GB") or _gigabytes(e["TRIAL_TRAFFIC_GB"]),
    ),
)
"""All demands, in the order in which they are checked."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of every function. A field is named like its environment variable, in lower case.

    A variable that is not set, or is empty, is None. `trial` comes from TRIAL_TRAFFIC_GB, see `_trial`.
    `demo_rate` comes from DEMO_RATE and is only for a run on one machine, with a fake Telegram.
    `support_chat_id` is that of the first administrator if neither SUPPORT_CHAT_ID nor SUPPORT_URL is set.
    """

    stage: Stage
    table_name: str
    due_queue_url: str | None
    parking_queue_url: str | None
    public_url: str | None
    telegram_api_base: str
    admin_ids: frozenset[int]
    support_url: str | None
    support_chat_id: int | None
    secrets_path: str | None
    panel: PanelKind
    demo_control_url: str | None
    demo_rate: int | None = None
    trial: Plan = TRIAL
    yookassa_api_base: str = YOOKASSA_API_BASE
    crypto_pay_api_base: str = CRYPTO_PAY_API_BASE
    dead_letter_queue_urls: tuple[str, ...] = ()
    operator_language: str | None = None
    webhook_host: str | None = None
    bot_username: str | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read and check the environment.

        Raises:
            Misconfigured: a variable is missing or malformed; the message says which, and what to set it to.
        """
        for demand in DEMANDS:
            if not demand.met(environment):
                raise Misconfigured(demand.setting, demand.remedy)
        stage = Stage(environment["STAGE"])
        panel = PanelKind(environment.get("PANEL") or PanelKind.DEMO)
        admin_ids = [int(number) for number in _numbers(environment, "ADMIN_IDS")]
        support_url = environment.get("SUPPORT_URL") or None
        return cls(
            stage=stage,
            table_name=environment["TABLE_NAME"],
            due_queue_url=environment.get("DUE_QUEUE_URL") or None,
            parking_queue_url=environment.get("PARKING_QUEUE_URL") or None,
            public_url=(environment.get("PUBLIC_URL") or "").rstrip("/") or None,
            telegram_api_base=(environment.get("TELEGRAM_API_BASE") or TELEGRAM_API_BASE).rstrip("/"),
            admin_ids=frozenset(admin_ids),
            support_url=support_url,
            support_chat_id=_support_chat(environment.get("SUPPORT_CHAT_ID"), support_url, admin_ids),
            secrets_path=environment.get("SECRETS_PATH") or None,
            panel=panel,
            demo_control_url=(environment.get("DEMO_CONTROL_URL") or None) if stage is Stage.DEMO else None,
            demo_rate=_demo_rate(environment) if stage is Stage.DEMO else None,
            trial=_trial(environment),
            yookassa_api_base=(environment.get("YOOKASSA_API_BASE") or YOOKASSA_API_BASE).rstrip("/"),
            crypto_pay_api_base=(environment.get("CRYPTO_PAY_API_BASE") or CRYPTO_PAY_API_BASE).rstrip("/"),
            dead_letter_queue_urls=tuple(environment.get("DEAD_LETTER_QUEUE_URLS", "").split()),
            operator_language=environment.get("OPERATOR_LANGUAGE") or None,
            webhook_host=environment.get("WEBHOOK_HOST") or None,
            bot_username=environment.get("BOT_USERNAME") or None,
        )


def _support_chat(chat_id: str | None, support_url: str | None, admin_ids: Sequence[int]) -> int | None:
    """Return the chat for questions. The id of a person is also that of their private chat with the bot."""
    if chat_id:
        return int(chat_id)
    return next(iter(admin_ids), None) if support_url is None else None


def _demo_rate(environment: Mapping[str, str]) -> int | None:
    given = environment.get("DEMO_RATE", "")
    return int(given) if given.isdecimal() and environment.get("DEMO_CONTROL_URL") else None


def _trial(environment: Mapping[str, str]) -> Plan:
    """Return the trial plan; TRIAL_TRAFFIC_GB is in decimal gigabytes, and 0 or empty means no limit."""
    gigabytes = float(environment.get("TRIAL_TRAFFIC_GB") or 0)
    return replace(TRIAL, traffic_limit_bytes=int(gigabytes * 1e9)) if gigabytes > 0 else TRIAL

"""The settings of a function from environment variables, read and checked once in each process."""

import os
from collections.abc import Mapping
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


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of every function. A field is named like its environment variable, in lower case.

    A variable that is not set, or is empty, is None. `trial` comes from TRIAL_TRAFFIC_GB, see `_trial`.
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
    trial: Plan = TRIAL
    yookassa_api_base: str = YOOKASSA_API_BASE
    crypto_pay_api_base: str = CRYPTO_PAY_API_BASE

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read and check the environment.

        Raises:
            Misconfigured: a variable is missing or malformed; the message says which, and what to set it to.
        """
        stage = _choice(environment, "STAGE", Stage, None)
        panel = _choice(environment, "PANEL", PanelKind, None if stage is Stage.PRODUCTION else PanelKind.DEMO)
        if stage is Stage.PRODUCTION and panel is PanelKind.DEMO:
            raise Misconfigured("PANEL", "production does not start with the demo panel; set another kind")
        if stage is Stage.PRODUCTION and not (environment.get("SUPPORT_URL") or environment.get("SUPPORT_CHAT_ID")):
            raise Misconfigured("SUPPORT_URL", "people need a way to write to you: set this or SUPPORT_CHAT_ID")
        return cls(
            stage=stage,
            table_name=_required(environment, "TABLE_NAME", "the name of the DynamoDB table"),
            due_queue_url=environment.get("DUE_QUEUE_URL") or None,
            parking_queue_url=environment.get("PARKING_QUEUE_URL") or None,
            public_url=(environment.get("PUBLIC_URL") or "").rstrip("/") or None,
            telegram_api_base=(environment.get("TELEGRAM_API_BASE") or TELEGRAM_API_BASE).rstrip("/"),
            admin_ids=frozenset(_integers(environment, "ADMIN_IDS")),
            support_url=environment.get("SUPPORT_URL") or None,
            support_chat_id=next(iter(_integers(environment, "SUPPORT_CHAT_ID")), None),
            secrets_path=environment.get("SECRETS_PATH") or None,
            panel=panel,
            demo_control_url=(environment.get("DEMO_CONTROL_URL") or None) if stage is Stage.DEMO else None,
            trial=_trial(environment),
            yookassa_api_base=(environment.get("YOOKASSA_API_BASE") or YOOKASSA_API_BASE).rstrip("/"),
            crypto_pay_api_base=(environment.get("CRYPTO_PAY_API_BASE") or CRYPTO_PAY_API_BASE).rstrip("/"),
        )


def _required(environment: Mapping[str, str], name: str, meaning: str) -> str:
    value = environment.get(name)
    if not value:
        raise Misconfigured(name, f"set it to {meaning}")
    return value


def _choice[E: StrEnum](environment: Mapping[str, str], name: str, kind: type[E], default: E | None) -> E:
    value = environment.get(name)
    if not value and default is not None:
        return default
    try:
        return kind(value or "")
    except ValueError as error:
        raise Misconfigured(name, f"set it to one of {', '.join(kind)}") from error


def _trial(environment: Mapping[str, str]) -> Plan:
    """Return the trial plan; TRIAL_TRAFFIC_GB is in decimal gigabytes, and 0 or empty means no limit."""
    try:
        gigabytes = float(environment.get("TRIAL_TRAFFIC_GB") or 0)
    except ValueError as error:
        raise Misconfigured("TRIAL_TRAFFIC_GB", "a number of gigabytes, or 0 for no limit") from error
    return replace(TRIAL, traffic_limit_bytes=int(gigabytes * 1e9)) if gigabytes > 0 else TRIAL


def _integers(environment: Mapping[str, str], name: str) -> list[int]:
    try:
        return [int(part) for part in environment.get(name, "").replace(",", " ").split()]
    except ValueError as error:
        raise Misconfigured(name, "numbers only, separated by commas") from error

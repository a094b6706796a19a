"""Checks everything that a running bot needs."""

from collections.abc import Callable, Iterator
from datetime import datetime

from botocore.exceptions import BotoCoreError, ClientError

from ops.aws_errors import any_aws_finding, aws_finding
from ops.aws_findings import address_findings, clock_findings, queue_findings, secret_findings, table_findings
from ops.deployment import Target
from ops.findings import Finding, failure, ok, warning
from ops.payment_findings import payment_findings
from ops.people import container_of
from ops.running_findings import alarm_email_findings, alarm_findings, schedule_findings, worker_findings
from ops.server_findings import server_findings
from ops.settings_findings import saved_findings, settings_findings
from ops.stack_states import what_to_do
from ops.telegram_findings import profile_findings, token_findings, webhook_findings
from vpnbot.errors import Misconfigured, VpnbotError
from vpnbot.telegram.bot_api.client import BotApi
from vpnbot.telegram.bot_api.transport import Transport


def examine(target: Target, api_base: str, now: datetime) -> Iterator[Finding]:
    """Yield findings in the order in which to fix them. A check that depends on a failed one is skipped."""
    try:
        secrets = target.secrets()
    except VpnbotError as error:
        read = "check AWS_PROFILE and AWS_REGION, and that they may read Parameter Store"
        yield aws_finding(error) or failure(str(error), read)
        return
    yield from secret_findings(secrets, target)
    api: BotApi | None = None
    try:
        api = BotApi(secrets.get("bot_token", ""), Transport(api_base))
        yield from token_findings(api)
    except Misconfigured as error:
        api = None
        yield failure(str(error), f"python -m ops {target.options} configure")
    except VpnbotError as error:
        yield warning(str(error), "try again in a minute")
    try:
        deployment = target.deployment()
    except Misconfigured as error:
        yield failure(error.setting, error.remedy)
        return
    except (BotoCoreError, ClientError) as error:
        yield any_aws_finding(error)
        return
    deployed = f"{target.stack_name} is deployed: {deployment.status}"
    if deployment.succeeded:
        yield ok(deployed)
    else:
        yield warning(deployed, what_to_do(deployment.status, target.stack_name, target.deploy))
    yield from _guarded(lambda: settings_findings(target, deployment))
    if api is not None:
        yield from _guarded(lambda: webhook_findings(api, deployment, target, secrets, now))
        yield from _guarded(lambda: profile_findings(api, target, _shop_name(target)))
    yield from _guarded(lambda: address_findings(deployment))
    yield from _guarded(lambda: table_findings(deployment, target))
    yield from _guarded(lambda: queue_findings(deployment, target))
    yield from _guarded(lambda: schedule_findings(target))
    yield from _guarded(lambda: worker_findings(deployment))
    yield from _guarded(lambda: clock_findings(deployment, target, now))
    yield from _guarded(lambda: server_findings(target, now))
    yield from _guarded(lambda: saved_findings(container_of(target).sales.settings.load(fresh=True)))
    yield from _guarded(lambda: payment_findings(container_of(target), deployment.address, now))
    yield from _guarded(lambda: alarm_findings(target))
    yield from _guarded(lambda: alarm_email_findings(deployment, target))


def _shop_name(target: Target) -> str:
    return container_of(target).sales.settings.load(fresh=True).name


def _guarded(check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """Yield the findings of a check; an error in it is a finding too, and the next checks still run."""
    try:
        yield from check()
    except VpnbotError as error:
        yield aws_finding(error) or warning(str(error), "try again in a minute")
    except (BotoCoreError, ClientError) as error:
        yield any_aws_finding(error)

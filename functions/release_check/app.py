"""The function that CodeDeploy calls before a new version gets traffic: it tries the version and reports."""

import logging
from typing import Any, Protocol

import boto3

_log = logging.getLogger()


class Context(Protocol):
    """The part of Lambda's context that is used here."""

    def get_remaining_time_in_millis(self) -> int:
        """Return the remaining time of the invocation, in milliseconds."""
        ...


def handler(event: dict[str, Any], context: Context) -> str:
    """Report `Succeeded` if the new version does what it has to, or `Failed`; return what was reported.

    After an error of the check itself, `Failed` is reported, too: without a report CodeDeploy waits for an hour.
    """
    status = "Failed"
    try:
        from vpnbot.aws.release_check import faults_of_release  # not above: a broken layer is reported, too

        faults = faults_of_release(context.get_remaining_time_in_millis() / 1000)
        for fault in faults:
            _log.error("the new version is rejected: %s", fault)
        status = "Failed" if faults else "Succeeded"
    except Exception:  # noqa: BLE001 - see above
        _log.exception("the new version is rejected, because it could not be tried")
    boto3.client("codedeploy").put_lifecycle_event_hook_execution_status(
        deploymentId=event["DeploymentId"],
        lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
        status=status,
    )
    return status

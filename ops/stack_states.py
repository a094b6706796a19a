"""What a state of a CloudFormation stack means for an operator, and what to do about it.

CloudFormation user guide, "Stack status codes".
"""

_UNUSABLE = ("CREATE_IN_PROGRESS", "CREATE_FAILED", "ROLLBACK_", "DELETE_", "REVIEW_IN_PROGRESS")
"""States, or how they begin, in which a stack is not, or no longer, a deployment."""


def is_usable(status: str) -> bool:
    """Return whether a stack in this state is a deployment: the present one, or the last one that succeeded."""
    return not status.startswith(_UNUSABLE)


def what_to_do(status: str, stack_name: str, deploy: str) -> str:
    """Return what to do about a state in which no deployment has succeeded; `deploy` is the command that deploys."""
    events = f"`aws cloudformation describe-stack-events --stack-name {stack_name}` gives the cause"
    if status == "REVIEW_IN_PROGRESS":
        return f"its first deployment was prepared and not started: {deploy}"
    if status == "DELETE_IN_PROGRESS":
        return f"it is being deleted: wait until it is gone, then {deploy}"
    if status.startswith(("ROLLBACK_IN", "UPDATE_ROLLBACK_IN", "UPDATE_ROLLBACK_COMPLETE_CLEANUP")):
        return f"the deployment failed and is being undone: wait; meanwhile {events}"
    if status.endswith("_IN_PROGRESS"):
        return "a deployment is running: wait until it has ended, then run this again"
    if status == "UPDATE_ROLLBACK_FAILED":
        return f"{events}; correct it, then `aws cloudformation continue-update-rollback --stack-name {stack_name}`"
    if status in {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"}:
        return f"{events}; correct it, then `sam delete --stack-name {stack_name}`, then {deploy}"
    return f"the release before is running: {events}; correct it, then {deploy}"

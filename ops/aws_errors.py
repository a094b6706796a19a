"""One sentence for each cause for which a call to AWS fails, and what to do about it.

The codes are from the API references of the services ("Common Errors"); botocore's own errors are classes.
"""

import os
import re
from collections.abc import Callable, Iterator

import botocore.exceptions as raised
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import get_session

from ops.findings import Finding, failure
from vpnbot.aws.error_codes import code_of

_DENIED = frozenset(
    {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "KmsAccessDenied", "KMS.AccessDeniedException"}
)
_REFUSED = frozenset(
    {
        *("UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId", "AuthFailure"),
        *("SignatureDoesNotMatch", "InvalidSignatureException", "IncompleteSignature"),
        *("MissingAuthenticationToken", "MissingAuthenticationTokenException"),
    }
)
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"})
_THROTTLED = frozenset(
    {
        *("Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled", "RequestThrottledException"),
        *("TooManyRequestsException", "RequestLimitExceeded", "SlowDown", "BandwidthLimitExceeded"),
        *("ProvisionedThroughputExceededException", "RequestThrottledException"),
    }
)
_SKEWED = frozenset({"RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"})
_SKEW = re.compile(r"Signature (?:expired|not yet current)")
"""How services without a code of its own for a wrong clock begin the message of SignatureDoesNotMatch."""
_NOT_ACTIVE = frozenset({"OptInRequired", "SubscriptionRequiredException", "NotSignedUp"})
_FAILED = frozenset({"InternalFailure", "InternalServerError", "InternalError", "ServiceUnavailable"})
_NEEDED = re.compile(
    r"is not authorized to perform: (\S+)(?: on resource: (\S+))?(?:.*?(explicit deny[^.]*))?", re.DOTALL
)
_MISSING = frozenset(
    {"ResourceNotFoundException", "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", "NotFoundException"}
)
_NO_STACK = re.compile(r"Stack (?:with id )?(\S+) does not exist")


def aws_finding(error: BaseException) -> Finding | None:
    """Return what is wrong, and what to do, if an error of AWS is the cause of this error and its cause is known."""
    for cause in _causes(error):
        if isinstance(cause, BotoCoreError):
            return _of_botocore(cause)
        if isinstance(cause, ClientError):
            return _of_service(cause)
    return None


def any_aws_finding(error: BotoCoreError | ClientError) -> Finding:
    """Return the finding for an error of AWS, also when its cause is not known."""
    return aws_finding(error) or failure(f"AWS refused a call: {error}", "read the message; it is AWS's own")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what caused it; PynamoDB keeps botocore's error in `cause`."""
    while error is not None:
        yield error
        error = error.__cause__ or getattr(error, "cause", None)


def _of_service(error: ClientError) -> Finding | None:
    code, details = code_of(error), error.response.get("Error", {})
    message = str(details.get("Message") or details.get("message") or "")
    if no_stack := _NO_STACK.search(message):
        return _no_stack(no_stack[1])
    if code in _SKEWED or _SKEW.search(message):
        return failure(
            "AWS refused the call because the clock of this computer is wrong",
            "set the time (for example `timedatectl set-ntp true`), then run the command again",
        )
    if code in _DENIED:
        return _denied(error, message)
    simple: dict[str, Callable[[], Finding]] = {
        **dict.fromkeys(_EXPIRED, _expired),
        **dict.fromkeys(_REFUSED, lambda: _refused_keys(code)),
        **dict.fromkeys(_THROTTLED, _throttled),
        **dict.fromkeys(_NOT_ACTIVE, _not_active),
        **dict.fromkeys(_MISSING, lambda: _missing(message or code)),
        **dict.fromkeys(_FAILED, lambda: _failed(code)),
    }
    return simple[code]() if code in simple else None


def _denied(error: ClientError, message: str) -> Finding:
    needed = _NEEDED.search(message)
    if needed is None:
        what = f"your AWS user may not call {error.operation_name}"
        return failure(what, "add this action to its policy: docs/deployment.md, AWS account and user")
    action, resource, denied_by = needed.groups()
    where = f" on {resource}" if resource else ""
    why = f" ({denied_by.strip()})" if denied_by else ""
    return failure(
        f"your AWS user may not call {action}{where}{why}",
        f"allow {action} in its policy: docs/deployment.md, AWS account and user",
    )


def _refused_keys(code: str) -> Finding:
    return failure(
        f"AWS does not accept the access keys{_of_profile()} ({code})",
        "the key was deleted or mistyped: make a new one, and store it with `aws configure`",
    )


def _expired() -> Finding:
    return failure(f"the session{_of_profile()} at AWS has expired", f"sign in again: {_sign_in()}")


def _throttled() -> Finding:
    return failure("AWS answered that there are too many calls at the moment", "wait a minute, then run it again")


def _not_active() -> Finding:
    return failure(
        f"the AWS account cannot be used in the region {region_name()} yet",
        "a new account becomes active within a day; enable an optional region under Account, AWS Regions",
    )


def _failed(code: str) -> Finding:
    return failure(f"AWS has a fault at the moment ({code})", "wait a minute, then run it again")


def _missing(what: str) -> Finding:
    return failure(
        f"a part of the stack does not exist any more: {what}",
        "it was deleted by hand, and a deployment alone does not make it again: docs/runbooks.md",
    )


def _no_stack(name: str) -> Finding:
    return failure(
        f"there is no stack {name} in the region {region_name()}",
        "deploy it, or set AWS_REGION, --stage or --stack to the one that you mean",
    )


def _of_botocore(error: BotoCoreError) -> Finding | None:
    return next((finding(error) for kinds, finding in _OF_BOTOCORE if isinstance(error, kinds)), None)


def _no_region(_: BotoCoreError) -> Finding:
    return failure("no AWS region is set", "set one, for example `export AWS_REGION=eu-central-1`")


def _bad_region(_: BotoCoreError) -> Finding:
    return failure(f"there is no AWS region {region_name()}", "set AWS_REGION to one such as eu-central-1")


def _no_profile(_: BotoCoreError) -> Finding:
    name = os.environ.get("AWS_PROFILE") or os.environ.get("AWS_DEFAULT_PROFILE") or "default"
    return failure(
        f"there is no AWS profile {name} on this computer",
        f"`aws configure list-profiles` shows the names; `aws configure --profile {name}` makes this one",
    )


def _no_credentials(_: BotoCoreError) -> Finding:
    return failure(
        f"there are no AWS credentials{_of_profile()}",
        "`aws configure` stores access keys; if you have a profile, `export AWS_PROFILE=its-name`",
    )


def _partial_credentials(error: BotoCoreError) -> Finding:
    return failure(f"the AWS credentials{_of_profile()} are not complete: {error}", "set both keys: `aws configure`")


def _unusable_credentials(error: BotoCoreError) -> Finding:
    return failure(f"the AWS credentials{_of_profile()} cannot be used: {error}", f"sign in again: {_sign_in()}")


def _session_ended(_: BotoCoreError) -> Finding:
    return _expired()


def _bad_file(error: BotoCoreError) -> Finding:
    return failure(f"the AWS configuration cannot be read: {error}", "correct ~/.aws/config or ~/.aws/credentials")


def _no_network(error: BotoCoreError) -> Finding:
    address = getattr(error, "kwargs", {}).get("endpoint_url")
    return failure(
        f"AWS cannot be reached{f' at {address}' if address else ''}",
        f"check the network, DNS and proxy of this computer, and that {region_name()} is a region of AWS",
    )


def _bad_certificate(_: BotoCoreError) -> Finding:
    return failure(
        "the certificate of AWS cannot be verified",
        "a proxy is in between: set AWS_CA_BUNDLE to its certificate; or the clock of this computer is wrong",
    )


_OF_BOTOCORE: tuple[tuple[tuple[type[BaseException], ...], Callable[[BotoCoreError], Finding]], ...] = (
    ((raised.NoRegionError,), _no_region),
    ((raised.InvalidRegionError, raised.UnknownRegionError, raised.ServiceNotInRegionError), _bad_region),
    ((raised.ProfileNotFound,), _no_profile),
    ((raised.NoCredentialsError, raised.NoAuthTokenError), _no_credentials),
    ((raised.PartialCredentialsError,), _partial_credentials),
    ((raised.SSOError, raised.TokenRetrievalError, raised.LoginError), _session_ended),
    (
        (raised.CredentialRetrievalError, raised.UnknownCredentialError, raised.MissingDependencyException),
        _unusable_credentials,
    ),
    ((raised.ConfigParseError, raised.ConfigNotFound, raised.InvalidConfigError), _bad_file),
    ((raised.SSLError,), _bad_certificate),
    ((raised.ConnectionError, raised.HTTPClientError), _no_network),
)


def region_name() -> str:
    """Return the region that commands use, for a message."""
    try:
        return str(get_session().get_config_variable("region") or "(none)")
    except BotoCoreError:  # a profile that does not exist; another sentence says so
        return os.environ.get("AWS_DEFAULT_REGION", "(none)")


def _of_profile() -> str:
    name = os.environ.get("AWS_PROFILE") or os.environ.get("AWS_DEFAULT_PROFILE")
    return f" of the profile {name}" if name else ""


def _sign_in() -> str:
    name = os.environ.get("AWS_PROFILE")
    return f"`aws sso login{f' --profile {name}' if name else ''}`, or store new temporary credentials"

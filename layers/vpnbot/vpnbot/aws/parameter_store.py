"""The parameters of SSM Parameter Store: SecureStrings, each with its whole path as its name.

The reason not to use `parameters` of Powertools: docs/decisions/0029-libraries-measured.md.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from threading import Lock
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from vpnbot.aws.error_codes import code_of
from vpnbot.aws_calls.client import Limits
from vpnbot.aws_calls.opening import Calls, open_calls
from vpnbot.aws_calls.service import PARAMETER_STORE
from vpnbot.aws_refusals import permanent_refusal
from vpnbot.errors import Retryable

LIMITS = Limits(connect_seconds=1, read_seconds=3, attempts=2, connections=4)


class ParameterStore:
    """Reads and writes parameters. `failure` says what could not be done if it may be tried again.

    Every method raises:
        Retryable: Parameter Store did not answer.
        Misconfigured: the function may not make this call.
        InvalidCall: Parameter Store rejected the call, which is a bug.
    """

    def __init__(self, failure: str) -> None:
        self._failure = failure
        self._opening = Lock()

    def read(self, names: Sequence[str]) -> Mapping[str, str]:
        """Return the decrypted values of these parameters, at most ten; one that is not stored is left out."""
        found = self._call("GetParameters", Names=list(names), WithDecryption=True)["Parameters"]
        return {parameter["Name"]: parameter["Value"] for parameter in found}

    def write(self, name: str, value: str) -> None:
        """Store a SecureString, also over an earlier value."""
        self._call("PutParameter", Name=name, Value=value, Type="SecureString", Overwrite=True)

    def delete(self, name: str) -> bool:
        """Delete a parameter; return False if it was not stored."""
        return bool(self._call("DeleteParameters", Names=[name])["DeletedParameters"])

    def last_changes(self, folder: str) -> Mapping[str, datetime]:
        """Return the names of the parameters below a path, and when each was changed last; none is decrypted."""
        changes: dict[str, datetime] = {}
        further: dict[str, str] = {}
        while True:
            page = self._call("GetParametersByPath", Path=folder, WithDecryption=False, **further)
            changes |= {found["Name"]: _time(found["LastModifiedDate"]) for found in page["Parameters"]}
            if not page.get("NextToken"):
                return changes
            further = {"NextToken": page["NextToken"]}

    def _call(self, operation: str, **parameters: Any) -> Any:
        try:
            with self._opening:
                calls = self._calls
            return calls.call(operation, parameters)
        except (BotoCoreError, ClientError) as error:
            refusal = permanent_refusal(code_of(error), "Parameter Store", "SECRETS_PATH")
            raise refusal or Retryable(self._failure) from error

    @cached_property
    def _calls(self) -> Calls:
        return open_calls(PARAMETER_STORE, LIMITS)


def _time(value: float | datetime) -> datetime:
    """Return a time: Parameter Store sends seconds since 1970, and botocore's client has read them already."""
    return value if isinstance(value, datetime) else datetime.fromtimestamp(value, UTC)

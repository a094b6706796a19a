"""Calls to the Bot API within one deadline, with the errors of the port for payment providers."""

import re
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Protocol

from vpnbot.domain.orders.provider_errors import ProviderRejected, ProviderUnavailable, WrongAccount
from vpnbot.errors import CallRejected, Misconfigured, TelegramUnavailable

LAST_CALL_SECONDS = 4.0
"""No further call begins after this time, so that a method ends within the 8 seconds of `PaymentProvider` if the
transport ends each call within 4 seconds."""

_NO_PARAMETERS: Mapping[str, object] = {}
_CODE = re.compile(r"[A-Z][A-Z0-9_]{4,}")


class Call(Protocol):
    """A call of a Bot API method, which blocks until its result is here (`BotApi.call`)."""

    def __call__(self, method: str, **parameters: object) -> object:
        """Call a method and return its result.

        Raises:
            TelegramUnavailable: Telegram throttled the call, failed or did not answer in time.
            Misconfigured: Telegram does not know the token.
            CallRejected: Telegram rejected the call.
        """
        ...


class Calls:
    """The calls of one method of the provider. Make a new one for each, because its deadline begins with it."""

    def __init__(self, call: Call, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._call = call
        self._elapsed = elapsed
        self._end = elapsed() + LAST_CALL_SECONDS

    def __call__(
        self, method: str, parameters: Mapping[str, object] = _NO_PARAMETERS, *, has_effect: bool = False
    ) -> object:
        """Call a method and return its result. `has_effect`: a call without an answer may have moved money.

        Raises:
            ProviderUnavailable: Telegram did not answer, or the deadline has passed.
            ProviderRejected: Telegram rejected the call; the reason is its error code in lower case.
            WrongAccount: Telegram does not know the token.
        """
        if self._elapsed() >= self._end:
            raise ProviderUnavailable(f"{method}: no time left", after=timedelta(minutes=1), unknown=False)
        try:
            return self._call(method, **parameters)
        except TelegramUnavailable as error:
            raise ProviderUnavailable(str(error), after=error.after, unknown=has_effect) from error
        except CallRejected as error:
            raise ProviderRejected(_reason(error.description), str(error)) from error
        except Misconfigured as error:
            raise WrongAccount(error.setting, error.remedy) from error


def _reason(description: str) -> str:
    """Return the code in a text such as "Bad Request: CHARGE_ID_INVALID", in lower case; or `rejected`."""
    code = _CODE.search(description)
    return code[0].lower() if code else "rejected"

"""Calls to the Bot API, with the errors of the port for payment providers."""

import re
from collections.abc import Mapping
from typing import Protocol

from vpnbot.domain.orders.provider_errors import ProviderRejected, ProviderUnavailable, WrongAccount
from vpnbot.errors import CallRejected, Misconfigured, TelegramSilent, TelegramUnavailable

_NO_PARAMETERS: Mapping[str, object] = {}
_CODE = re.compile(r"[A-Z][A-Z0-9_]{4,}")


class Call(Protocol):
    """A call of a Bot API method, which blocks until its result is here (`BotApi.call`).

    The transport may send it a second time: every method that this adapter calls may be repeated.
    """

    def __call__(self, method: str, **parameters: object) -> object:
        """Call a method and return its result.

        Raises:
            TelegramUnavailable: Telegram throttled the call, failed or did not answer in time.
            Misconfigured: Telegram does not know the token.
            CallRejected: Telegram rejected the call.
        """
        ...


class Calls:
    """Calls whose errors are translated."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def __call__(
        self, method: str, parameters: Mapping[str, object] = _NO_PARAMETERS, *, has_effect: bool = False
    ) -> object:
        """Call a method and return its result. `has_effect`: a call without an answer may have moved money.

        Raises:
            ProviderUnavailable: Telegram throttled the call, failed or did not answer in time.
            ProviderRejected: Telegram rejected the call; the reason is its error code in lower case.
            WrongAccount: Telegram does not know the token.
        """
        try:
            return self._call(method, **parameters)
        except TelegramUnavailable as error:
            down = isinstance(error, TelegramSilent)  # otherwise Telegram only asks to wait
            raise ProviderUnavailable(str(error), after=error.after, unknown=has_effect, down=down) from error
        except CallRejected as error:
            raise ProviderRejected(_reason(error.description), str(error)) from error
        except Misconfigured as error:
            raise WrongAccount(error.setting, error.remedy) from error


def _reason(description: str) -> str:
    """Return the code in a text such as "Bad Request: CHARGE_ID_INVALID", in lower case; or `rejected`."""
    code = _CODE.search(description)
    return code[0].lower() if code else "rejected"

"""The table of error policies: every error class has a row, and each row has the expected policy."""

from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from pkgutil import walk_packages

import pytest

import vpnbot
from vpnbot.domain.orders.provider_errors import ProviderRejected, ProviderUnavailable, UnknownPayment, WrongAccount
from vpnbot.domain.servers.operator_input import BadInput
from vpnbot.domain.servers.panel_errors import PanelNotCalled, PanelRejected, PanelTrouble, PanelUnavailable
from vpnbot.errors import (
    AllServersFull,
    AlreadyDecided,
    CallRejected,
    CapacityExhausted,
    ClaimLost,
    Conflict,
    IllegalTransition,
    InvalidCall,
    ItemExists,
    MessageGone,
    MessageRefused,
    Misconfigured,
    OutOfTime,
    PaymentNotApplied,
    Rejected,
    Retryable,
    StorageUnavailable,
    TelegramNotCalled,
    TelegramSilent,
    TelegramUnavailable,
    UnknownKeyVersion,
    UnknownServer,
    UnknownWork,
    Unreachable,
    VpnbotError,
)
from vpnbot.usecases.error_policy import ERROR_POLICIES, ErrorPolicy, OnUpdate, OnWork, policy_of
from vpnbot.usecases.payments.request_refund import NothingToSendBack
from vpnbot.usecases.ports import Metric

HOUR = timedelta(hours=1)
CENTRAL = {"vpnbot.errors", "vpnbot.domain.servers.panel_errors", "vpnbot.domain.orders.provider_errors"}
"""The modules whose classes all have a row of their own."""
WITHOUT_ROW = {
    "ApiRejected": ProviderRejected,
    "BadAddress": BadInput,
    "BadDocument": Rejected,
    "BadInput": Rejected,
    "BadText": Rejected,
    "CannotAct": Rejected,
    "ChangedMeanwhile": Rejected,
    "IllegalStep": Rejected,
    "CodeClosed": Rejected,
    "CodeRefused": Rejected,
    "DiscountGone": Rejected,
    "GiftRefused": Rejected,
    "GiftUnavailable": Rejected,
    "IdTaken": Rejected,
    "ItemChanged": Rejected,
    "LinkDeleted": Rejected,
    "TrialsTaken": Rejected,
    "UnknownItem": Rejected,
    "ConnectionBroke": PanelUnavailable,
    "KeyDuplicated": ProviderUnavailable,
    "KeysOnServer": Rejected,
    "NoRenewalOffered": Rejected,
    "NoSuchDevice": Rejected,
    "NothingToDecide": Rejected,
    "NothingToGrant": Rejected,
    "NothingToRotate": Rejected,
    "NothingToSendBack": Rejected,
    "ReturnedLately": NothingToSendBack,
    "OverLimit": Rejected,
    "CannotChange": Rejected,
    "DowntimeChanged": Rejected,
    "UnknownDowntime": Rejected,
    "ShopClosed": Rejected,
    "PanelAlreadyAdded": Rejected,
    "PictureChanged": Rejected,
    "PlanExists": Rejected,
    "RoleChanged": Rejected,
    "ServerStateChanged": Rejected,
    "TooManyOrders": Rejected,
    "TooOften": Rejected,
    "TooManyQuestions": Rejected,
    "NothingToRelay": Rejected,
    "NotOpen": Rejected,
    "GroupChanged": Rejected,
    "GroupNotReady": Rejected,
    "GroupUnknown": Rejected,
    "TrialRejected": Rejected,
    "UnknownPlan": Rejected,
    "UnknownBroadcast": Rejected,
}
"""Error classes outside `vpnbot.errors` without a row: they use the row of their base class on purpose."""


def classes(base: type[Exception] = VpnbotError) -> Iterator[type[Exception]]:
    """Yield every error class of this package."""
    for kind in base.__subclasses__():
        if kind.__module__.startswith("vpnbot."):
            yield kind
            yield from classes(kind)


def test_every_error_class_has_a_row_or_is_listed_as_using_that_of_its_base() -> None:
    for module in walk_packages(vpnbot.__path__, "vpnbot."):
        import_module(module.name)
    found = set(classes())
    central = {kind for kind in found if kind.__module__ in CENTRAL}
    assert central == set(ERROR_POLICIES) - {Exception}
    assert {kind.__name__: kind.__base__ for kind in found - central} == WITHOUT_ROW


@pytest.mark.parametrize(
    ("error", "policy"),
    [
        (Retryable("x"), ErrorPolicy(OnUpdate.REDELIVER, OnWork.WAIT, Metric.RETRIED)),
        (Conflict("x"), ErrorPolicy(OnUpdate.REDELIVER, OnWork.WAIT, Metric.RETRIED)),
        (CapacityExhausted("SERVERS", "ROOM#nl#1"), ErrorPolicy(OnUpdate.REDELIVER, OnWork.WAIT, Metric.RETRIED)),
        (StorageUnavailable("x"), ErrorPolicy(OnUpdate.REDELIVER, OnWork.WAIT, Metric.RETRIED)),
        (TelegramUnavailable("x"), ErrorPolicy(OnUpdate.REDELIVER, OnWork.WAIT, Metric.RETRIED)),
        (TelegramSilent("x"), ErrorPolicy(OnUpdate.REDELIVER, OnWork.WAIT, Metric.RETRIED)),
        (TelegramNotCalled("x"), ErrorPolicy(OnUpdate.REDELIVER, OnWork.WAIT, Metric.RETRIED)),
        (OutOfTime("x"), ErrorPolicy(OnUpdate.REDELIVER, OnWork.WAIT, Metric.RETRIED)),
        (
            PanelUnavailable(PanelTrouble.TIMED_OUT),
            ErrorPolicy(OnUpdate.REDELIVER, OnWork.WAIT, Metric.RETRIED, longest_wait=HOUR),
        ),
        (
            PanelNotCalled(PanelTrouble.TIMED_OUT),
            ErrorPolicy(OnUpdate.REDELIVER, OnWork.WAIT, Metric.RETRIED, longest_wait=HOUR),
        ),
        (UnknownKeyVersion(2), ErrorPolicy(OnUpdate.REDELIVER, OnWork.WAIT, Metric.UNKNOWN_KEY_VERSIONS)),
        (AllServersFull("x"), ErrorPolicy(OnUpdate.REDELIVER, OnWork.WAIT, Metric.RETRIED)),
        (Rejected("x"), ErrorPolicy(OnUpdate.REFUSE, OnWork.FAIL, Metric.REFUSED)),
        (IllegalTransition("x"), ErrorPolicy(OnUpdate.REFUSE, OnWork.FAIL, Metric.REFUSED)),
        (InvalidCall("x"), ErrorPolicy(OnUpdate.QUARANTINE, OnWork.FAIL, Metric.BUGS)),
        (ItemExists("PAY", "1"), ErrorPolicy(OnUpdate.QUARANTINE, OnWork.FAIL, Metric.BUGS)),
        (PaymentNotApplied("x"), ErrorPolicy(OnUpdate.QUARANTINE, OnWork.FAIL, Metric.BUGS)),
        (MessageGone("x"), ErrorPolicy(OnUpdate.REFUSE, OnWork.FAIL, Metric.REFUSED)),
        (MessageRefused("x"), ErrorPolicy(OnUpdate.REFUSE, OnWork.FAIL, Metric.REFUSED)),
        (
            PanelRejected(PanelTrouble.TIMED_OUT),
            ErrorPolicy(OnUpdate.REFUSE, OnWork.WAIT, Metric.REFUSED, longest_wait=HOUR),
        ),
        (CallRejected("sendMessage", 400, "x"), ErrorPolicy(OnUpdate.REFUSE, OnWork.FAIL, Metric.REFUSED)),
        (
            ProviderUnavailable("x"),
            ErrorPolicy(OnUpdate.REDELIVER, OnWork.WAIT, Metric.RETRIED, longest_wait=HOUR),
        ),
        (ProviderRejected("x"), ErrorPolicy(OnUpdate.REFUSE, OnWork.FAIL, Metric.REFUSED)),
        (UnknownPayment("x"), ErrorPolicy(OnUpdate.REFUSE, OnWork.FAIL, Metric.REFUSED)),
        (WrongAccount("x", "set it"), ErrorPolicy(OnUpdate.QUARANTINE, OnWork.WAIT, Metric.BUGS, longest_wait=HOUR)),
        (Unreachable("x"), ErrorPolicy(OnUpdate.ACCEPT, OnWork.FAIL, Metric.UNDELIVERED)),
        (AlreadyDecided("x"), ErrorPolicy(OnUpdate.ACCEPT, OnWork.DONE, Metric.DUPLICATES)),
        (ClaimLost("x"), ErrorPolicy(OnUpdate.ACCEPT, OnWork.LEAVE, Metric.DUPLICATES)),
        (Misconfigured("X", "set it"), ErrorPolicy(OnUpdate.QUARANTINE, OnWork.WAIT, Metric.BUGS)),
        (UnknownServer("nl"), ErrorPolicy(OnUpdate.QUARANTINE, OnWork.WAIT, Metric.BUGS)),
        (UnknownWork("x"), ErrorPolicy(OnUpdate.QUARANTINE, OnWork.WAIT, Metric.UNKNOWN_WORK)),
        (KeyError("x"), ErrorPolicy(OnUpdate.QUARANTINE, OnWork.FAIL, Metric.BUGS)),
        (VpnbotError("x"), ErrorPolicy(OnUpdate.QUARANTINE, OnWork.FAIL, Metric.BUGS)),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_the_policy_of_each_error_class(error: Exception, policy: ErrorPolicy) -> None:
    assert policy_of(error) == policy


def test_a_class_without_a_row_uses_that_of_its_nearest_base() -> None:
    class PrivateError(PanelNotCalled):  # pragma: no cover - never raised
        """An example of a private subclass of an adapter."""

    assert policy_of(PrivateError(PanelTrouble.TIMED_OUT)) == policy_of(PanelNotCalled(PanelTrouble.TIMED_OUT))

"""The storage in memory keeps the contract, so that what is proved on it holds for the real one."""

from tests.fakes.contract import (
    TestAPerson,
    TestConversations,
    TestDecisions,
    TestEffects,
    TestObservations,
    TestSmallRecords,
    TestTheLedger,
    TestTheListOfTimedWork,
)
from tests.fakes.ledger_contract import TestMoneyInTheLedger

__all__ = [
    "TestAPerson",
    "TestConversations",
    "TestDecisions",
    "TestEffects",
    "TestMoneyInTheLedger",
    "TestObservations",
    "TestSmallRecords",
    "TestTheLedger",
    "TestTheListOfTimedWork",
]

"""The in-memory storage passes the contract tests of the DynamoDB storage, so that tests on it are valid."""

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

"""The storage on DynamoDB keeps the contract."""

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

__all__ = [
    "TestAPerson",
    "TestConversations",
    "TestDecisions",
    "TestEffects",
    "TestObservations",
    "TestSmallRecords",
    "TestTheLedger",
    "TestTheListOfTimedWork",
]

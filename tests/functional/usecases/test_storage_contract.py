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

"""The promises about trials, held by the real storage on an emulated DynamoDB as they are in memory."""

from tests.functional.usecases.test_start_trial import (
    TestAConflictIsDecidedAgain,
    TestACrashAnywhereLosesNothing,
    TestASecondTrialIsImpossible,
    TestTheTrialIsOneTap,
)

__all__ = [
    "TestAConflictIsDecidedAgain",
    "TestACrashAnywhereLosesNothing",
    "TestASecondTrialIsImpossible",
    "TestTheTrialIsOneTap",
]

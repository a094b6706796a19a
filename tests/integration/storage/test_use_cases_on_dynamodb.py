"""Tests of use cases with concurrent writes and conditions, run again with the storage on an emulated DynamoDB."""

from tests.functional.usecases.test_delete_data import TestComingBack, TestKeysGoWhenThePanelConfirms
from tests.functional.usecases.test_deliver_notifications import TestABlockedBot, TestNotificationsComeInOrder
from tests.functional.usecases.test_due_handlers import TestAKindOfANewerVersion
from tests.functional.usecases.test_due_work import TestOneWorkerHasTheClaim
from tests.functional.usecases.test_provision_keys import TestALateWriteConverges
from tests.functional.usecases.test_renewals import TestARenewalOnEveryStorage
from tests.functional.usecases.test_start_trial import (
    TestAConflictIsDecidedAgain,
    TestACrashAnywhereLosesNothing,
    TestASecondTrialIsImpossible,
    TestTheTrialIsOneTap,
)

__all__ = [
    "TestABlockedBot",
    "TestAConflictIsDecidedAgain",
    "TestACrashAnywhereLosesNothing",
    "TestAKindOfANewerVersion",
    "TestALateWriteConverges",
    "TestARenewalOnEveryStorage",
    "TestASecondTrialIsImpossible",
    "TestComingBack",
    "TestKeysGoWhenThePanelConfirms",
    "TestNotificationsComeInOrder",
    "TestOneWorkerHasTheClaim",
    "TestTheTrialIsOneTap",
]

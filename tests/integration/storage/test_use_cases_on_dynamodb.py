"""Tests of use cases with concurrent writes and conditions, run again with the storage on an emulated DynamoDB."""

from tests.functional.usecases.test_delete_data import TestComingBack, TestKeysGoWhenThePanelConfirms
from tests.functional.usecases.test_deliver_notifications import TestNotificationsComeInOrder
from tests.functional.usecases.test_deliver_questions import TestOperatorsHear as _OperatorsHear
from tests.functional.usecases.test_due_handlers import TestAKindOfANewerVersion
from tests.functional.usecases.test_due_work import TestOneWorkerHasTheClaim
from tests.functional.usecases.test_kept_and_dropped_notifications import TestABlockedBot
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
    "TestOperatorsHearOfTheirChat",
    "TestTheTrialIsOneTap",
]


class TestOperatorsHearOfTheirChat:
    """The notification of a trouble is stored, whose kind is a value of an enumeration."""

    test_without_a_chat = _OperatorsHear.test_without_a_chat_in_the_settings_operators_hear_that_too
    test_a_trouble_is_forgotten = _OperatorsHear.test_a_trouble_after_which_no_question_waits_is_forgotten

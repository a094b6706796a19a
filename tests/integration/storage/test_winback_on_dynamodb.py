"""A discount to come back on DynamoDB: it is offered, used and left out as in memory, also by forty taps at once."""

from tests.functional.usecases.test_winback import TestNoOffer, TestTheDay
from tests.functional.usecases.test_winback_orders import TestOneUse
from tests.functional.usecases.test_winback_sending import TestSending

__all__ = ["TestNoOffer", "TestOneUse", "TestSending", "TestTheDay"]

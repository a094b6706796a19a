"""Gifts on DynamoDB: the condition of the write decides which of many processes has opened, or has asked back."""

from tests.functional.usecases.test_gift_refund_requests import TestTakenBack
from tests.functional.usecases.test_gifts_at_once import TestOpenings, TestRefunds

__all__ = ["TestOpenings", "TestRefunds", "TestTakenBack"]

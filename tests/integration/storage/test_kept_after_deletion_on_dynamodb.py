"""What stays after a deletion, in the table."""

from tests.functional.usecases.test_kept_after_deletion import *  # noqa: F403 - the same tests, with another shop

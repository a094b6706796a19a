"""Steps of a member of the staff with a broadcast."""

from tests.functional.conversation.harness import ChatHarness, ChatUser
from vpnbot.domain.broadcasts.broadcast import Broadcast


def the_only(harness: ChatHarness) -> Broadcast:
    """Return the broadcast that is stored."""
    (found,) = harness.shop.staff.broadcasts.latest()
    return found


def writes(admin: ChatUser, text: str = "We have a new server") -> None:
    """Write a broadcast."""
    admin.sends("/admin")
    admin.taps("📣 Broadcasts")
    admin.taps("New broadcast")
    admin.sends(text)

"""Steps of a member of the staff with a person's card."""

from tests.fakes import roles
from tests.functional.conversation.harness import ChatHarness, ChatUser
from vpnbot.domain.people.roles import Role
from vpnbot.domain.staff.acts import Act

CUSTOMER = 42


def becomes(harness: ChatHarness, user: ChatUser, role: Role | None) -> None:
    """Give a role to a person, or take it away."""
    roles.becomes(harness.shop, user.user_id, role)


def member(harness: ChatHarness, role: Role, user_id: int = 8) -> ChatUser:
    """Return a member of the staff who has used the bot."""
    user = harness.user("en", user_id)
    user.sends("/start")
    becomes(harness, user, role)
    return user


def at_card(admin: ChatUser, user_id: int = CUSTOMER) -> None:
    """Open the card of a person."""
    admin.sends("/admin")
    admin.taps("🔎 Find")
    admin.sends(str(user_id))


def acts(harness: ChatHarness) -> list[Act]:
    """Return the log of this month, the oldest act first."""
    month = f"{harness.shop.clock():%Y-%m}"
    return list(harness.shop.staff.acts.page(month, limit=100))[::-1]


def asks_to_pause(admin: ChatUser) -> None:
    """Go to the question before a person is paused."""
    at_card(admin)
    admin.taps("⏸ Pause")


def asks_for_new_link(admin: ChatUser) -> None:
    """Go to the question before a new link."""
    at_card(admin)
    admin.taps("🔗 New link")


def asks_to_give_days(admin: ChatUser) -> None:
    """Go to the question before seven days are given."""
    at_card(admin)
    admin.taps("➕ Days")
    admin.taps("+7")


def asks_to_write_note(admin: ChatUser) -> None:
    """Go to the question before a note."""
    at_card(admin)
    admin.taps("📝 Note")
    admin.sends("Pays by card")


def asks_to_send_message(admin: ChatUser) -> None:
    """Go to the question before a message."""
    at_card(admin)
    admin.taps("✉️ Write")
    admin.sends("Please load the link again")


def asks_to_move_key(admin: ChatUser) -> None:
    """Go to the question before a key is moved."""
    at_card(admin)
    admin.taps("🔑 Keys")
    admin.taps("🚚 Move a key")
    admin.taps("nl")


def asks_to_delete(admin: ChatUser) -> None:
    """Go to the question before a person's data is deleted."""
    at_card(admin)
    admin.taps("⋯ More")
    admin.taps("🗑 Delete")


def yes(staff: ChatUser) -> str:
    """Return the callback data of the button that does what the newest question asks."""
    data = staff.screen.buttons[0][0].callback_data
    assert data is not None
    return data

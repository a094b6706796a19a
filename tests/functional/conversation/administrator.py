"""Steps of an administrator in the chat: opening a server, changing a field, adding a server."""

from tests.fakes.shop import shop_in_memory
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.usecases.reconciled_servers import with_servers

ADMIN = 7
TOKEN = "t" * 48
ADDRESS = "https://ams.example.com:2053/base"
FINGERPRINT = ":".join(["AB"] * 32)


def harness_with_servers(*ids: str, capacity: int = 80, admin_id: int = ADMIN) -> ChatHarness:
    """Return a bot with these servers and an administrator."""
    shop = with_servers(shop_in_memory(), *ids, capacity=capacity)
    for server_id in ids:
        shop.tokens.stored[server_id] = f"token of {server_id}"
    return ChatHarness(shop, admin_ids=frozenset({admin_id}))


def at_server(admin: ChatUser, server_id: str = "nl") -> None:
    """Open the screen of a server."""
    admin.sends("/servers")
    admin.taps(server_id)


def at_field(admin: ChatUser, label: str) -> None:
    """Open the question for a field of the server nl."""
    at_server(admin)
    admin.taps("Change")
    admin.taps(label)


def customers(harness: ChatHarness, amount: int) -> None:
    """Let people start the trial, so that they have keys on every server."""
    for user_id in range(100, 100 + amount):
        harness.shop.on_trial(user_id)


def at_token(admin: ChatUser) -> None:
    """Begin to add a server, up to the question for its token."""
    admin.sends("/servers")
    admin.taps("Add a server")
    admin.sends(ADDRESS)


def at_confirm(admin: ChatUser) -> None:
    """Begin to add a server, up to the confirmation."""
    at_token(admin)
    admin.sends(TOKEN)
    admin.taps("Netherlands")
    admin.taps("200")


def stored(harness: ChatHarness) -> dict[str, str]:
    """Return the stored tokens by their id."""
    return harness.shop.tokens.stored

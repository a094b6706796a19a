"""The accounts of people, as the fake Telegram stores them."""

from dataclasses import dataclass


@dataclass(slots=True)
class Account:
    """A person's Telegram account; in a private chat its id is also the chat's.

    `deactivated` is an account that its owner deleted; `hides_forwards` leaves the account out of forwarded messages.
    """

    user_id: int
    first_name: str
    language: str
    username: str | None = None
    started: bool = False
    blocked: bool = False
    on_page: bool = True
    operator: bool = False
    deactivated: bool = False
    hides_forwards: bool = False

    @property
    def chat_id(self) -> int:
        """Return the id of the private chat."""
        return self.user_id

    @property
    def phone_number(self) -> str:
        """Return a phone number that belongs to nobody."""
        return f"+999{self.user_id % 10**9:09}"

    def as_user(self) -> dict[str, object]:
        """Return the Bot API's User."""
        user: dict[str, object] = {
            "id": self.user_id,
            "is_bot": False,
            "first_name": self.first_name,
            "language_code": self.language,
        }
        return user | ({"username": self.username} if self.username else {})

    def as_chat(self) -> dict[str, object]:
        """Return the Bot API's Chat."""
        chat: dict[str, object] = {"id": self.user_id, "type": "private", "first_name": self.first_name}
        return chat | ({"username": self.username} if self.username else {})

    def as_origin(self) -> dict[str, object]:
        """Return the Bot API's MessageOrigin of a message that was forwarded from this person, without its date."""
        if self.hides_forwards:
            return {"type": "hidden_user", "sender_user_name": self.first_name}
        return {"type": "user", "sender_user": self.as_user()}

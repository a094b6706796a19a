"""What an administrator's buttons say: `servers:<deed>[:<server>[:<more>]]`, within the 64 bytes of callback data."""

from enum import StrEnum

from vpnbot.telegram.messages.callbacks import Action


class ServerAction(StrEnum):
    """What is to be done."""

    LIST = "list"
    SHOW = "show"
    CHECK = "check"
    DRAIN = "drain"
    DRAIN_NOW = "drain_now"
    REOPEN = "reopen"
    REMOVE = "remove"
    REMOVE_NOW = "remove_now"
    LOST = "lost"
    LOST_NOW = "lost_now"

    ADD = "add"
    LOOK = "look"
    MOVE = "move"
    TRUST = "trust"
    CHOOSE_INBOUND = "inbound"
    CHOOSE_COUNTRY = "country"
    CHOOSE_CAPACITY = "capacity"
    ADD_NOW = "add_now"
    CANCEL = "cancel"

    CHANGE = "change"
    FIELD = "field"
    VALUE = "value"

    def on(self, *arguments: str | int) -> str:
        """Return callback data for this deed."""
        return Action.SERVERS.on(self, *(str(subject) for subject in arguments))

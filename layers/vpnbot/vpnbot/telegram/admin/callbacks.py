"""Callback data of an administrator's buttons: `servers:<action>[:<server>[:<more>]]`, at most 64 bytes."""

from enum import StrEnum

from vpnbot.telegram.messages.callbacks import Action


class ServerAction(StrEnum):
    """The actions of the buttons about servers, and about dead-lettered work."""

    LIST = "list"
    SHOW = "show"
    DETAILS = "details"
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

    DEAD_LETTERS = "dead_letters"
    RETRY = "retry"

    def on(self, *arguments: str | int) -> str:
        """Return callback data for this action."""
        return Action.SERVERS.on(self, *(str(argument) for argument in arguments))

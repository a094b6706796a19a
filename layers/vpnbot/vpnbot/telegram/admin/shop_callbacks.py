"""Callback data of an administrator's buttons about plans and the shop: `shop:<action>[:<more>…]`, up to 64 bytes."""

from enum import StrEnum

from vpnbot.telegram.messages.callbacks import Action


class ShopAction(StrEnum):
    """The actions of the buttons. The arguments of a field are plan, field, and language or duration."""

    PLANS = "plans"
    PLAN = "plan"
    PREVIEW = "preview"
    DURATION = "duration"
    FIELD = "field"
    VALUE = "value"
    CONFIRM = "confirm"
    ADD = "add"

    SETTINGS = "settings"
    SETTING = "setting"
    SET = "set"
    RULE = "rule"
    FRONT = "front"
    INVITES = "invites"
    WINBACK = "winback"
    APPS = "apps"
    HISTORY = "log"
    UNDO = "undo"

    def on(self, *arguments: str | int) -> str:
        """Return callback data for this action."""
        return Action.SHOP.on(self, *(str(argument) for argument in arguments))

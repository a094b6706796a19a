"""Make the keys that a decision made necessary at once, as far as servers have capacity and panels answer."""

from contextlib import suppress

from vpnbot.errors import AllServersFull, UnreadableItem
from vpnbot.usecases.keys.place_keys import place_keys
from vpnbot.usecases.keys.provision_keys import provision_pending
from vpnbot.usecases.ports import Context, Fleet, Session


def make_keys(session: Session, fleet: Fleet, context: Context) -> None:
    """Place the keys that a decision made necessary, and bring the panels up to date; due work does what fails."""
    with suppress(AllServersFull, UnreadableItem):  # the key stays due, and the worker reports it
        place_keys(session, fleet, context)
    provision_pending(session, fleet, context)

"""The time zone in which the staff read and type times."""

from datetime import timedelta

from vpnbot.telegram.update_context import UpdateContext


def zone_of(context: UpdateContext) -> timedelta:
    """Return how far the zone of the shop is ahead of UTC; without one, that of the sender's language."""
    return context.views.messages.zone(context.view().language)

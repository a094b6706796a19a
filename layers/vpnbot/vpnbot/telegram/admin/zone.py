"""The time zone in which the staff read and type times."""

from datetime import timedelta

from vpnbot.telegram.update_context import UpdateContext


def zone_of(context: UpdateContext) -> timedelta:
    """Return the offset of the zone of the sender's language from UTC."""
    return timedelta(minutes=int(context.views.messages.text(context.view().language, "zone-minutes", {})))

"""What the handlers of broadcasts share: the change of one, its card, and the message as people will get it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from vpnbot.domain.ads.source import advertisement_tag
from vpnbot.domain.audience.segment import Segment, SegmentKind
from vpnbot.domain.broadcasts.broadcast import UNSENT, Broadcast, State
from vpnbot.domain.broadcasts.sender import taken_by
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.staff.acts import BroadcastAct
from vpnbot.telegram.admin import broadcasts_screens as screens
from vpnbot.telegram.admin.broadcast_segments_screens import segment_words
from vpnbot.telegram.admin.broadcasts_screens import Recipients
from vpnbot.telegram.admin.server_phrases import name_of
from vpnbot.telegram.admin.stored_names import ad_named
from vpnbot.telegram.admin.zone import zone_of
from vpnbot.telegram.customer.broadcast_sender import broadcast_rows
from vpnbot.telegram.messages.reply import Present, Reply, Show
from vpnbot.telegram.messages.screen import Phrase, Screen
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.broadcasts.change_broadcast import change_broadcast
from vpnbot.usecases.ports.broadcasts import Broadcasts


def asked_before(
    context: UpdateContext,
    arguments: Sequence[str],
    what: str,
    change: Callable[[Broadcast], Broadcast],
    act: BroadcastAct,
) -> Show:
    """Make a change that was asked for: the question names its cause, so that two taps make it once."""
    name, version, question = (*arguments, "", "", "")[:3]
    cause = f"act:{context.cause.split(':')[1]}:{question}"
    entry = Entry(cause, what, context.now, context.actor)
    seen = int(version) if version.isdecimal() else -1
    return Show(card_of(context, change_broadcast(store_of(context), name, entry, change, seen=seen, act=act)))


def changed(
    context: UpdateContext,
    name: str,
    what: str,
    change: Callable[[Broadcast], Broadcast],
    *,
    seen: int | None = None,
    act: BroadcastAct | None = None,
) -> Broadcast:
    """Make a change, once for the update that asks for it, and return the broadcast as stored."""
    entry = Entry(context.cause, what, context.now, context.actor)
    return change_broadcast(store_of(context), name, entry, change, seen=seen, act=act)


def presented(context: UpdateContext, broadcast: Broadcast, language: str) -> Reply:
    """Return the message as people will get it, and the card below it."""
    content = broadcast.content_for(language)
    if content is None:
        return Show(card_of(context, broadcast))
    return Present(content, broadcast_rows(broadcast), card_of(context, broadcast))


def card_of(context: UpdateContext, broadcast: Broadcast) -> Screen:
    """Return the card of a broadcast; one that is being sent shows the figures so far."""
    languages = dict(context.views.messages.names)
    if broadcast.state in UNSENT:
        return screens.card(
            broadcast, people_of(context, broadcast), languages, context.now, _outside_hours(context, broadcast)
        )
    if broadcast.state in {State.RUNNING, State.PAUSED, State.CANCELLED}:
        broadcast = replace(broadcast, figures=store_of(context).progress(broadcast.id).figures)
    return screens.card(broadcast, None, languages, context.now)


def _outside_hours(context: UpdateContext, broadcast: Broadcast) -> str:
    """Return the hours of the shop if a scheduled broadcast begins outside them, in the zone of its schedule."""
    hours, begins_at = context.views.front.hours, broadcast.starts_at
    inside = begins_at is None or hours.in_zone(zone_of(context)).open_at(begins_at)
    return "" if inside or broadcast.state is not State.SCHEDULED else str(hours)


def people_of(context: UpdateContext, broadcast: Broadcast) -> Recipients:
    """Return the people who belong to a broadcast now."""
    audience = context.staff().audience
    count = audience.count(broadcast.recipients.criteria(context.now))
    return Recipients(segment_of(context, broadcast.segment), count, exact=audience.complete())


def segment_of(context: UpdateContext, segment: Segment) -> Phrase:
    """Return the words of a segment; a server that is not in the catalogue any more is named by its id."""
    if segment.kind is SegmentKind.CAME_BY and (tag := advertisement_tag(segment.value)):
        return segment_words(segment, ad_named(context, tag))
    if segment.kind is not SegmentKind.ON_SERVER:
        return segment_words(segment, "")
    servers = {listing.server.id: listing.server for listing in context.fleet.catalogue.listings()}
    server = servers.get(segment.value)
    return segment_words(segment, name_of(server) if server else segment.value)


def question_of(context: UpdateContext) -> str:
    """Return what names the question that this update draws: the number of the update."""
    return context.cause.rpartition(":")[2]


def about(arguments: Sequence[str]) -> tuple[str, int]:
    """Return the id of a broadcast and the version that was shown; −1 if it is missing."""
    name, version = (*arguments, "", "")[:2]
    return name, int(version) if version.isdecimal() else -1


def store_of(context: UpdateContext) -> "Broadcasts":
    """Return the stored broadcasts."""
    return context.staff().broadcasts


def mine(context: UpdateContext, broadcast: Broadcast) -> Broadcast:
    """Return a broadcast for which this member is responsible now: the message that was tapped shows its progress."""
    message = context.content.get("message")
    found = message.get("message_id") if isinstance(message, Mapping) else None
    return taken_by(broadcast, context.session.person.id, found if isinstance(found, int) else None)

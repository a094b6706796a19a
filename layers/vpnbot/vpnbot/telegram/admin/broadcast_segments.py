"""For whom a broadcast is: the segment, the value of a segment that needs one, and the language of the readers."""

from collections.abc import Sequence
from dataclasses import replace

from aiogram.fsm.context import FSMContext

from vpnbot.domain.audience.segment import WITH_VALUE, SegmentKind
from vpnbot.domain.broadcasts.broadcast import Broadcast, State
from vpnbot.telegram.admin import broadcast_segments_screens as screens
from vpnbot.telegram.admin.broadcast_changes import card_of, changed, people_of, segment_of, store_of
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import Phrase
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.audience.segment_values import Counted, people_by_server, people_by_source
from vpnbot.usecases.broadcasts.change_broadcast import stored


async def ask_whom(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """Ask for the segment."""
    return _whom(context, _draft(context, next(iter(arguments), "")))


async def choose_segment(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """Take the segment."""
    name, segment = (*arguments, "", "")[:2]
    if segment not in screens.OFFERED:
        return Show(card_of(context, stored(store_of(context), name)))
    return _taken(context, name, SegmentKind(segment), "")


async def ask_value(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """Ask for the value of a segment that needs one, each with its people, page by page."""
    name, segment, page = (*arguments, "", "", "")[:3]
    broadcast = _draft(context, name)
    if segment not in WITH_VALUE:
        return _whom(context, broadcast)
    kind = SegmentKind(segment)

    def words_of(each: Counted) -> Phrase:
        return segment_of(context, replace(broadcast.segment, kind=kind, value=each.value))

    values = _values(context, broadcast, kind)
    return Show(screens.values(broadcast, kind, values, words_of, int(page) if page.isdecimal() else 0))


async def choose_value(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """Take a segment with its value; one that is not there any more is asked for again."""
    name, segment, chosen = (*arguments, "", "", "")[:3]
    broadcast = _draft(context, name)
    if segment not in WITH_VALUE:
        return _whom(context, broadcast)
    kind = SegmentKind(segment)
    values = (each.value for each in _values(context, broadcast, kind))
    found = next((each for each in values if screens.mark_of(each) == chosen), None)
    return _whom(context, broadcast) if found is None else _taken(context, name, kind, found)


async def choose_language(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """Take the language of the readers."""
    name, language = (*arguments, "", "")[:2]
    chosen = language if language in context.views.messages.languages else None

    def read_by(each: Broadcast) -> Broadcast:
        return each.with_segment(replace(each.segment, language=chosen))

    return _whom(context, changed(context, name, "language", read_by))


def _draft(context: UpdateContext, name: str) -> Broadcast:
    broadcast = stored(store_of(context), name)
    broadcast.allow(State.DRAFT)
    return broadcast


def _values(context: UpdateContext, broadcast: Broadcast, kind: SegmentKind) -> Sequence[Counted]:
    audience, recipients = context.staff().audience, broadcast.recipients
    if kind is SegmentKind.CAME_BY:
        return people_by_source(recipients, audience, context.now)
    servers = [listing.server.id for listing in context.fleet.catalogue.listings()]
    return people_by_server(recipients, servers, audience, context.now)


def _taken(context: UpdateContext, name: str, kind: SegmentKind, value: str) -> Show:
    def for_them(each: Broadcast) -> Broadcast:
        return each.with_segment(replace(each.segment, kind=kind, value=value))

    return _whom(context, changed(context, name, "segment", for_them))


def _whom(context: UpdateContext, broadcast: Broadcast) -> Show:
    languages = dict(context.views.messages.names)
    return Show(screens.to_whom(broadcast, people_of(context, broadcast), languages))

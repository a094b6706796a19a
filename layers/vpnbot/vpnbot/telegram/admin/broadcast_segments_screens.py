"""The screens that choose for whom a broadcast is."""

from collections.abc import Callable, Mapping, Sequence
from itertools import batched
from zlib import crc32

from vpnbot.domain.audience.facts import DIRECTLY, INVITED, OTHER_LINK
from vpnbot.domain.audience.segment import WITH_VALUE, Segment, SegmentKind
from vpnbot.domain.broadcasts.broadcast import Broadcast
from vpnbot.telegram.admin.broadcasts_screens import Recipients
from vpnbot.telegram.customer.broadcast_progress import on
from vpnbot.telegram.messages.screen import Button, Phrase, Screen, phrase, rows
from vpnbot.usecases.audience.segment_values import Counted

OFFERED = tuple(kind for kind in SegmentKind if kind not in WITH_VALUE)
"""The segments that can be chosen at once: those that need no further value."""
_PAGE = 8
_LONGEST_NAME = 24


def to_whom(broadcast: Broadcast, people: Recipients, languages: Mapping[str, str]) -> Screen:
    """Return the choice of the segment and of the language, with how many people belong to it now."""
    segment = broadcast.segment
    segments = [
        Button(_chosen(phrase(f"segment-{each}"), each is segment.kind), action=on("segment", broadcast, each))
        for each in OFFERED
    ]
    further = [
        Button(_chosen(phrase(f"segment-{each}-any"), each is segment.kind), action=on("values", broadcast, each))
        for each in SegmentKind
        if each in WITH_VALUE
    ]
    readers: list[tuple[str | None, Phrase | str]] = [(None, phrase("segment-all-languages")), *languages.items()]
    by_language = tuple(
        Button(_chosen(name, code == segment.language), action=on("language", broadcast, code or "all"))
        for code, name in readers
    )
    words = phrase("broadcast-who", segment=people.whom, count=people.words)
    pairs = batched([*segments, *further], 2, strict=False)
    return Screen((words,), rows(*pairs, by_language[:1], by_language[1:], (_back(broadcast, "one"),)))


def values(
    broadcast: Broadcast,
    kind: SegmentKind,
    found: Sequence[Counted],
    words_of: Callable[[Counted], Phrase],
    page: int,
) -> Screen:
    """Return a page of the values of a segment, each with how many people are in it, and its words."""
    pages = list(batched(found, _PAGE, strict=False)) or [()]
    number = min(page, len(pages) - 1)
    chosen = broadcast.segment.value if kind is broadcast.segment.kind else None
    choices = [
        Button(
            _chosen(phrase("segment-counted", segment=words_of(each), count=each.people), each.value == chosen),
            action=on("value", broadcast, kind, mark_of(each.value)),
        )
        for each in pages[number]
    ]
    earlier = Button("⬅️", action=on("values", broadcast, kind, number - 1)) if number else None
    later = Button("➡️", action=on("values", broadcast, kind, number + 1)) if number + 1 < len(pages) else None
    words = phrase(f"broadcast-values-{kind}" if found else "broadcast-values-none")
    return Screen((words,), rows(*((each,) for each in choices), (earlier, later), (_back(broadcast, "who"),)))


def segment_words(segment: Segment, name: str) -> Phrase:
    """Return the words of a segment; `name` is that of the server or the ad link that it is about, if it is."""
    match segment.kind:
        case SegmentKind.CAME_BY if segment.value in {DIRECTLY, INVITED, OTHER_LINK}:
            return phrase(f"segment-came_by-{segment.value}")
        case SegmentKind.CAME_BY:
            return phrase("segment-came_by", tag=name[:_LONGEST_NAME])
        case SegmentKind.ON_SERVER:
            return phrase("segment-on_server", server=name[:_LONGEST_NAME])
        case kind:
            return phrase(f"segment-{kind}")


def mark_of(value: str) -> str:
    """Return what stands for a value in callback data, in which a long one has no room."""
    return f"{crc32(value.encode()):08x}"


def _chosen(label: Phrase | str, chosen: bool) -> Phrase | str:
    return phrase("shop-chosen", choice=label) if chosen else label


def _back(broadcast: Broadcast, action: str) -> Button:
    return Button(phrase("button-back"), action=on(action, broadcast))

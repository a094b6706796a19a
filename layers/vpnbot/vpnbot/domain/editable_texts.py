"""The texts for customers that the staff may word themselves, in each language."""

from collections.abc import Iterator, Mapping

LONGEST_TEXT = 1000
"""Characters as typed: all texts together stay far below the limit of an item of 400 kB."""

EDITABLE = (
    "home-new",
    "home-making",
    "home-making-longer",
    "home-used-up",
    "home-last-day",
    "home-expired",
    "home-trial-used",
    "home-paused",
    "connect-first",
    "connect-again",
    "platform",
    "plans",
    "support-ask",
    "support-sent",
    "support-too-many",
    "terms",
    "privacy",
    "my-data",
    "notice-key_ready",
    "notice-not_connected_hour",
    "notice-not_connected_day",
    "notice-traffic_nearly",
    "notice-reminder_day",
    "notice-reminder_hours",
    "notice-expiry",
    "notice-expiry-paid",
    "notice-aftercare",
)
"""The ids of the messages. All are shown as text, none as a caption."""

_COUNTS = (1, 2, 5, 21)
SAMPLES: Mapping[str, tuple[str | int, ...]] = {
    "days": _COUNTS,
    "years": _COUNTS,
    "devices": _COUNTS,
    "limit": (50,),
    "left": ("2 d 4 h",),
    "end": ("25 Nov, 14:05 UTC",),
    "keep": ("25 Dec, 14:05 UTC",),
    "platform": ("iPhone, iPad",),
    "app": ("Happ",),
}
"""What an argument can be: each number chooses another form in one of the languages."""


def subject_of(key: str) -> str:
    """Return the subject of the history of a text."""
    return f"text#{key}"


def sample_arguments(variables: frozenset[str]) -> Iterator[Mapping[str, str | int]]:
    """Yield arguments of a message, so that each form that depends on one number is rendered."""
    for number in range(max((len(SAMPLES[name]) for name in variables), default=1)):
        yield {name: SAMPLES[name][number % len(SAMPLES[name])] for name in variables}

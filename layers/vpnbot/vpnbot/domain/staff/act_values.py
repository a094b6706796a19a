"""What an act of the staff on the shop was about, as the log of acts stores it: settings with their new values."""

import json
import re
from collections.abc import Iterator, Mapping

from vpnbot.domain.payments.setting_field import SettingField

_NAMES = "|".join(sorted(SettingField, key=len, reverse=True))
_SETTING = re.compile(rf"(?:^|, )({_NAMES}) ")
"""Where a setting begins in a value of an earlier release: `trial_days 7, news all`, with a dash for no value."""


def stored_settings(changed: Mapping[SettingField, str]) -> str:
    """Return settings with their new values as one text."""
    return json.dumps(changed, ensure_ascii=False)


def read_settings(stored: str) -> Iterator[tuple[str, str]]:
    """Yield the settings in a stored text with their values; "" is no value.

    What none of our releases has written is yielded as a setting of this name without a value.
    """
    try:
        changed = json.loads(stored)
    except ValueError:
        yield from _of_an_earlier_release(stored)
        return
    pairs = changed.items() if isinstance(changed, dict) else ((stored, ""),)
    yield from ((str(field), str(value)) for field, value in pairs)


def _of_an_earlier_release(stored: str) -> Iterator[tuple[str, str]]:
    before, *pairs = _SETTING.split(stored)
    if before:
        yield before, ""
    for field, value in zip(pairs[::2], pairs[1::2], strict=True):
        yield field, "" if value in {"–", "-"} else value

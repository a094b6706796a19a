"""The look of each state of a subscription."""

from vpnbot.web_pages.look import BUSY, Look, Tone

_LOOKS = {
    "running": Look("shield", Tone.GOOD),
    "renews": Look("shield", Tone.GOOD),
    "last_day": Look("clock", Tone.WARN),
    "making": Look("hourglass", Tone.WARN),
    "expired": Look("power", Tone.OFF),
    "used_up": Look("empty", Tone.WARN),
    "paused": Look("pause", Tone.OFF),
    "no_server": BUSY,
}


def look_of(state: str) -> Look:
    """Return the look of a state, see `LinkView.state`."""
    return _LOOKS[state]

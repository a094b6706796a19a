"""The link with which a person invites: `start=r_<code>`. The code is derived from the person, and hides the id."""

from urllib.parse import urlencode

from vpnbot.domain.bot_link import INVITE_MARK, bot_address
from vpnbot.domain.keys.key_ring import KeyRing, PersonId

_MALFORMED = "other"
"""What is kept of a payload that begins like an invitation and is none."""


def invite_link(username: str, code: str) -> str:
    """Return the address that opens the bot, and names who has invited."""
    return f"{bot_address(username)}?start={INVITE_MARK}{code}"


def share_link(address: str, text: str) -> str:
    """Return the address at which Telegram asks to whom an address is sent, with a text that can be changed."""
    return f"https://t.me/share/url?{urlencode({'url': address, 'text': text})}"


def source_and_inviter(payload: str, ring: KeyRing) -> tuple[str, PersonId | None]:
    """Return what is kept of the payload of an invitation as the source of a person, and who has invited.

    The code is not part of the source: statistics and the index of the audience name no person.
    """
    inviter = ring.inviter_of(payload.removeprefix(INVITE_MARK))
    return (_MALFORMED, None) if inviter is None else (INVITE_MARK.rstrip("_"), inviter)

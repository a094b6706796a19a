"""The mark of people who came by an advertisement: `a_` and the tag of its link, in the payload of `/start`."""

import re

ADVERTISEMENT = "a_"
"""With this begins the payload of a link in an advertisement; its tag follows."""

TAG_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
"""What tags consist of: 32 characters without those that look alike."""
TAG_LENGTH = 8
_OWN_TAG = re.compile(f"[{TAG_LETTERS}]{{{TAG_LENGTH}}}")


def advertisement_tag(came_from: str | None) -> str:
    """Return the tag in the payload by which a person came, whatever it is; empty: they came otherwise."""
    tag = came_from.removeprefix(ADVERTISEMENT) if came_from and came_from.startswith(ADVERTISEMENT) else ""
    return "" if "|" in tag else tag


def own_tag(came_from: str | None) -> str:
    """Return the tag in such a payload if it can be that of a link of the shop; else empty."""
    tag = advertisement_tag(came_from)
    return tag if _OWN_TAG.fullmatch(tag) else ""

"""Who a person is to us, what their key is called on a panel, and the token of their link: all of it derived.

Everything is HMAC-SHA256 under a versioned ring of secrets, so that a retry arrives at the same names by itself and
finds its own client instead of making a second one.
"""

import hmac
import re
from base64 import b32encode, b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import NewType
from uuid import UUID

PersonId = NewType("PersonId", str)
"""A person, under a keyed hash of their Telegram id: 32 hexadecimal digits."""

LINK_TOKEN_LENGTH = 43
_NAME = re.compile(r"v_[a-z2-7]{16}")
_MARK = re.compile(r"vpnbot ([0-9a-f]{32}) [0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Versions of the key secret. New keys use the highest; people are named under the lowest, for life."""

    versions: Mapping[int, bytes]

    @property
    def current(self) -> int:
        """The version that new keys are derived under."""
        return max(self.versions)

    def person_id(self, user_id: int) -> PersonId:
        """Return the name under which we know a Telegram user."""
        return PersonId(self._mac(min(self.versions), "person", str(user_id))[:16].hex())

    def _mac(self, version: int, *parts: str) -> bytes:
        return hmac.digest(self.versions[version], "\x1f".join(parts).encode(), sha256)

    def credentials(self, person_id: PersonId, key: "Key") -> "Credentials":
        """Return what a key is called on every panel.

        Raises:
            KeyError: the ring no longer holds the key's version.
        """
        mac = self._mac(key.secret_version, "client", person_id, key.seed, str(key.generation))
        names = b32encode(self._mac(key.secret_version, "names", person_id, key.seed, str(key.generation)))
        text = names.decode().rstrip("=").lower()
        name = f"v_{text[:16]}"
        return Credentials(UUID(bytes=mac[:16], version=4), name, text[16:32], self._mark(person_id, name))

    def maker(self, name: str, mark: str) -> PersonId | None:
        """Return whose client this is if we made it, as its mark proves; None when we did not.

        Such a mark cannot be written without the key secret, so a client of another system is never taken for ours.
        """
        found = _MARK.fullmatch(mark)
        if found is None:
            return None
        person_id = PersonId(found.group(1))
        genuine = hmac.compare_digest(mark.encode(), self._mark(person_id, name).encode())
        return person_id if genuine else None

    def _mark(self, person_id: PersonId, name: str) -> str:
        proof = self._mac(min(self.versions), "mark", person_id, name)
        return f"vpnbot {person_id} {proof[:8].hex()}"

    def link_token(self, person_id: PersonId, key: "Key") -> str:
        """Return the token of a person's subscription link: 43 URL-safe characters that die with the key."""
        mac = self._mac(key.secret_version, "link", person_id, key.seed, str(key.generation))
        return urlsafe_b64encode(bytes.fromhex(person_id) + mac[:16]).decode().rstrip("=")

    def link_token_matches(self, token: str, person_id: PersonId, key: "Key") -> bool:
        """Tell in constant time whether `token` is the living token of this person's key."""
        return hmac.compare_digest(token.encode(), self.link_token(person_id, key).encode())


@dataclass(frozen=True, slots=True)
class Key:
    """What a person's credentials are derived from; committed before any panel is called."""

    secret_version: int
    seed: str
    generation: int = 1

    def rotated(self, secret_version: int) -> "Key":
        """Return the key that follows this one: the same person's, under other names and another link."""
        return Key(secret_version, self.seed, self.generation + 1)

    @property
    def tag(self) -> str:
        """A short name that tells two keys of one person apart."""
        return f"{self.seed[:8]}.{self.generation}"


@dataclass(frozen=True, slots=True)
class Credentials:
    """A key's names on a panel. `email` and `sub_id` keep to the letters a 3x-ui panel takes: a-z, 0-9, `_`.

    `mark` stands in the client's comment and proves that we made it.
    """

    client_id: UUID
    email: str
    sub_id: str
    mark: str = ""


def may_be_ours(name: str) -> bool:
    """Tell whether a client's name has the shape that `KeyRing.credentials` gives; only its mark proves more.

    Such names have one order everywhere: by bytes, in SQL of any collation, in DynamoDB.
    """
    return _NAME.fullmatch(name) is not None


def link_url(public_url: str, token: str) -> str:
    """Return the address of a subscription link; `public_url` is a scheme and a host, without a slash at the end."""
    return f"{public_url}/s/{token}"


def person_of_token(token: str) -> PersonId | None:
    """Return whose link this would be; whether the token is genuine only their key can tell."""
    if len(token) != LINK_TOKEN_LENGTH:
        return None
    try:
        raw = b64decode(token + "=", altchars=b"-_", validate=True)
    except ValueError:
        return None
    return PersonId(raw[:16].hex())

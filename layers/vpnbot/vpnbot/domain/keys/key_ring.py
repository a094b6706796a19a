"""Derivation of person ids, of the credentials of keys, and of the tokens of links.

All of them are HMAC-SHA256 values under a versioned ring of secrets: a retry derives the same names, and so finds the
client that an earlier attempt created instead of creating a second one.
"""

import hmac
import re
from base64 import b32encode, b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import NewType, assert_never
from uuid import UUID

from vpnbot.errors import UnknownKeyVersion

PersonId = NewType("PersonId", str)
"""A person, under a keyed hash of their Telegram id: 32 hexadecimal digits."""

LINK_TOKEN_LENGTH = 43
INVITE_CODE_LENGTH = 22
_NAME = re.compile(r"v_[a-z2-7]{16}")
_MARK = re.compile(r"vpnbot ([0-9a-f]{32}) [0-9a-f]{16}")
_PERSON = re.compile(r"[0-9a-f]{32}")


def is_person_id(text: str) -> bool:
    """Tell whether a text has the form of a person's id."""
    return _PERSON.fullmatch(text) is not None


class Derivation(StrEnum):
    """How the credentials of a key's client are derived: the values that open a server, user id and subscription id.

    SHARED: the same on every server of a person; only keys of earlier releases have it, until they are rotated or
    moved. PER_SERVER: different on each server, so that a stolen panel opens no other server.
    """

    SHARED = "shared"
    PER_SERVER = "server"


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The versions of the key secret. New keys use the highest version; person ids always use the lowest."""

    versions: Mapping[int, bytes]

    @property
    def current(self) -> int:
        """The version from which new keys are derived."""
        return max(self.versions)

    def person_id(self, user_id: int) -> PersonId:
        """Return the id of the person with this Telegram user id."""
        return PersonId(self._mac(min(self.versions), "person", str(user_id))[:16].hex())

    def _mac(self, version: int, *parts: str) -> bytes:
        secret = self.versions.get(version)
        if secret is None:
            raise UnknownKeyVersion(version)
        return hmac.digest(secret, "\x1f".join(parts).encode(), sha256)

    def client_name(self, person_id: PersonId, key: "Key") -> str:
        """Return the name of a key's client, the same on every panel: it opens nothing.

        Raises:
            UnknownKeyVersion: the ring lacks the version with which the key was made.
        """
        return f"v_{self._names(person_id, key)[:16]}"

    def credentials(self, person_id: PersonId, key: "Key", server_id: str, derivation: "Derivation") -> "Credentials":
        """Return the credentials of a key's client on one server; `derivation` says how that client's are derived.

        Raises:
            UnknownKeyVersion: the ring lacks the version with which the key was made.
        """
        parts = (person_id, key.seed, str(key.generation))
        match derivation:
            case Derivation.SHARED:
                client_id = self._mac(key.secret_version, "client", *parts)[:16]
                sub_id = self._names(person_id, key)[16:32]
            case Derivation.PER_SERVER:
                mac = self._mac(key.secret_version, "server client", *parts, server_id)
                client_id, sub_id = mac[:16], _base32(mac[16:])[:16]
            case _:
                assert_never(derivation)
        name = self.client_name(person_id, key)
        return Credentials(UUID(bytes=client_id, version=4), name, sub_id, self._mark(person_id, name))

    def _names(self, person_id: PersonId, key: "Key") -> str:
        return _base32(self._mac(key.secret_version, "names", person_id, key.seed, str(key.generation)))

    def maker(self, name: str, mark: str) -> PersonId | None:
        """Return the person for whom vpnbot created a client of this name; None if its mark does not prove that.

        A valid mark cannot be written without the key secret, so no client of another system is taken for ours.
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
        """Return the token of a person's subscription link: 43 URL-safe characters, valid as long as the key.

        Raises:
            UnknownKeyVersion: the ring lacks the version with which the key was made.
        """
        mac = self._mac(key.secret_version, "link", person_id, key.seed, str(key.generation))
        return urlsafe_b64encode(bytes.fromhex(person_id) + mac[:16]).decode().rstrip("=")

    def link_token_matches(self, token: str, person_id: PersonId, key: "Key") -> bool:
        """Tell in constant time whether `token` is the token of this key of this person.

        Raises:
            UnknownKeyVersion: as `link_token`.
        """
        return hmac.compare_digest(token.encode(), self.link_token(person_id, key).encode())

    def device_id(self, person_id: PersonId, hwid: str) -> str:
        """Return the id of a device of a person, 32 hexadecimal digits; another person's device has another one."""
        return self._mac(min(self.versions), "device", person_id, hwid)[:16].hex()

    def promo_mac(self, batch_id: str, number: int) -> bytes:
        """Return what proves a one-time promo code: 32 bytes, the same for good."""
        return self._mac(min(self.versions), "promo", batch_id, str(number))

    def ad_mac(self, cause: str) -> bytes:
        """Return from what the tag of the ad link that a cause has made follows: 32 bytes, the same for good."""
        return self._mac(min(self.versions), "ad link", cause)

    def invite_code(self, person_id: PersonId) -> str:
        """Return the code with which a person invites: 22 URL-safe characters, the same for good.

        It is a permutation of the id, so that nothing is stored for it, and the id cannot be read from it: panels and
        links have that.
        """
        from vpnbot.domain.keys.permutation import permuted  # few functions make codes

        return urlsafe_b64encode(permuted(bytes.fromhex(person_id), self._invite_mac)).decode().rstrip("=")

    def inviter_of(self, code: str) -> PersonId | None:
        """Return the person of a code; None if it is malformed. Whether there is such a person, it does not tell."""
        from vpnbot.domain.keys.permutation import restored

        raw = _decoded(code, INVITE_CODE_LENGTH)
        return None if raw is None else PersonId(restored(raw, self._invite_mac).hex())

    def _invite_mac(self, number: int, half: bytes) -> bytes:
        return self._mac(min(self.versions), "invite", str(number), half.hex())

    def gift_mac(self, gift_id: str, generation: int) -> str:
        """Return what proves the link of a gift with this number: 22 URL-safe characters, the same for good."""
        mac = self._mac(min(self.versions), "gift", gift_id, str(generation))
        return urlsafe_b64encode(mac[:16]).decode().rstrip("=")

    def demo_payment_token(self, order_id: str) -> str:
        """Return the token that opens the page of the demo provider for one order: 43 URL-safe characters."""
        return urlsafe_b64encode(self._mac(min(self.versions), "demo payment", order_id)).decode().rstrip("=")

    def demo_payment_token_matches(self, token: str, order_id: str) -> bool:
        """Tell in constant time whether `token` opens the page of the demo provider for this order."""
        return hmac.compare_digest(token.encode(), self.demo_payment_token(order_id).encode())


@dataclass(frozen=True, slots=True)
class Key:
    """The values from which credentials and link are derived; committed before any panel is called."""

    secret_version: int
    seed: str
    generation: int = 1

    def rotated(self, secret_version: int) -> "Key":
        """Return the next key of the same person, which has other names on the panel and another link."""
        return Key(secret_version, self.seed, self.generation + 1)

    @property
    def tag(self) -> str:
        """A short name, different for each key of a person."""
        return f"{self.seed[:8]}.{self.generation}"


@dataclass(frozen=True, slots=True)
class Credentials:
    """The names of a key's client on a panel.

    `client_id` is the VLESS user id. `email` is the client's name. `sub_id` opens the panel's own subscription.
    `email` and `sub_id` have only characters that a 3x-ui panel accepts: a-z, 0-9, `_`. `mark` is the client's
    comment, which proves that vpnbot created the client.
    """

    client_id: UUID
    email: str
    sub_id: str
    mark: str = ""


def _base32(raw: bytes) -> str:
    return b32encode(raw).decode().rstrip("=").lower()


def may_be_ours(name: str) -> bool:
    """Tell whether a client's name has the form that `KeyRing.credentials` gives; only the mark is a proof.

    Names of this form sort the same by bytes, in SQL with any collation, and in DynamoDB.
    """
    return _NAME.fullmatch(name) is not None


def link_url(public_url: str, token: str) -> str:
    """Return the address of a subscription link; `public_url` is a scheme and a host, without a slash at the end."""
    return f"{public_url}/s/{token}"


def person_of_token(token: str) -> PersonId | None:
    """Return the person that a token names; None if it is malformed. `KeyRing.link_token_matches` verifies it."""
    raw = _decoded(token, LINK_TOKEN_LENGTH)
    return None if raw is None else PersonId(raw[:16].hex())


def _decoded(text: str, length: int) -> bytes | None:
    """Return the bytes of a text that `urlsafe_b64encode` has made, of so many characters; None if it is another."""
    if len(text) != length:
        return None
    padded = text + "=" * (-length % 4)
    try:
        raw = b64decode(padded, altchars=b"-_", validate=True)
    except ValueError:
        return None
    is_only_form = urlsafe_b64encode(raw).decode() == padded  # the last character has bits that do not count
    return raw if is_only_form else None

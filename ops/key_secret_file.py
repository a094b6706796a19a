"""A copy of the key secret outside AWS: text that the program `age` encrypts and decrypts with a passphrase.

Format: https://age-encryption.org/v1. `age --decrypt FILE` reads it without vpnbot.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pyrage

from vpnbot.aws.secrets import parse_key_ring
from vpnbot.errors import Misconfigured, Rejected

SHORTEST_PASSPHRASE = 12
"""Characters; age makes each guess take about a second."""


@dataclass(frozen=True, slots=True)
class KeySecret:
    """The ring of key secrets of one stack, as it is stored in Parameter Store."""

    stack: str
    ring: str

    def encrypted(self, passphrase: str) -> str:
        """Return the copy, in lines of text that can also be printed.

        Raises:
            Rejected: the passphrase is too short.
        """
        if len(passphrase) < SHORTEST_PASSPHRASE:
            raise Rejected(f"the passphrase needs {SHORTEST_PASSPHRASE} characters or more")
        content = json.dumps({"stack": self.stack, "key_secret": json.loads(self.ring)})
        encrypted: bytes = pyrage.passphrase.encrypt(content.encode(), passphrase, armored=True)
        return encrypted.decode()

    @classmethod
    def decrypted(cls, text: str, passphrase: str) -> "KeySecret":
        """Read a copy.

        Raises:
            Rejected: the passphrase is another one, the text is not complete, or it is no copy of a key secret.
        """
        try:
            content = json.loads(pyrage.passphrase.decrypt(text.strip().encode(), passphrase))
            secret = cls(content["stack"], json.dumps(content["key_secret"]))
            parse_key_ring(secret.ring)
        except pyrage.DecryptError as error:
            raise Rejected("the passphrase is another one, or the file is not complete") from error
        except (ValueError, KeyError, TypeError, Misconfigured) as error:
            raise Rejected("the file is no copy of a key secret") from error
        return secret

    def merged_into(self, stored: str | None) -> str:
        """Return the ring with the versions of both, this copy and what is stored now.

        Raises:
            Rejected: they have different secrets under one version, so one of them is not of this shop.
        """
        if not stored:
            return self.ring
        copy, present = json.loads(self.ring), _versions(stored)
        different = [version for version in copy if present.get(version, copy[version]) != copy[version]]
        if different:
            raise Rejected(
                f"version {', '.join(different)} of the stored key secret is another one than in the file; with "
                "--replace the file's is stored, and people who first came with the other one are new to the shop"
            )
        return json.dumps(dict(sorted((present | copy).items(), key=lambda version: int(version[0]))))


def _versions(stored: str) -> Mapping[str, str]:
    """Return the versions of a stored ring; a ring that is damaged has none that must be kept."""
    try:
        parse_key_ring(stored)
    except Misconfigured:
        return {}
    versions: Mapping[str, str] = json.loads(stored)
    return versions

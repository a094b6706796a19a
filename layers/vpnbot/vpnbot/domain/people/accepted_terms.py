"""Which texts a person has accepted: the terms and the privacy policy, as they were shown."""

from hashlib import sha256

_DIGITS = 12


def terms_version(language: str, *texts: str) -> str:
    """Return the version of texts in a language, as "en-3f2a9c1b04de"; any change of a text makes another one.

    A text is what the bot shows, or the address at which the operator has published it.
    """
    return f"{language}-{sha256(chr(0).join(texts).encode()).hexdigest()[:_DIGITS]}"

"""The name of a language, in the language of the reader."""

from vpnbot.localization.messages import Messages


def language_called(messages: Messages, reader: str, code: str) -> str:
    """Return what `reader` calls the language with a code.

    Without such a word it is the language's own name, and for a language that the bot does not have the code.
    """
    try:
        return messages.text(reader, f"language-{code}")
    except KeyError:
        return messages.names.get(code, code)

"""The length of texts as Telegram counts it: in UTF-16 code units (Bot API, MessageEntity), so an emoji has two."""


def shortened(text: str, longest: int) -> str:
    """Return a text of at most `longest` UTF-16 units; a longer one is cut between characters, and ends with "…"."""
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) <= 2 * longest:
        return text
    return units[: 2 * (longest - 1)].decode("utf-16-le", "ignore") + "…"

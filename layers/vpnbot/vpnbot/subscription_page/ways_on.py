"""Where a page leads on: to a screen of the bot, and to support."""

from dataclasses import dataclass

from vpnbot.domain.bot_link import Start, bot_address

_SUPPORT_SCHEMES = ("https://", "http://", "tg://")


@dataclass(frozen=True, slots=True)
class WaysOn:
    """`bot_username` is the name of the bot, None: not known. `support_url` is the address that operators have set.

    A support address with another scheme than https, http or tg is ignored.
    """

    bot_username: str | None = None
    support_url: str | None = None

    def bot(self, start: Start) -> str | None:
        """Return the address that opens the bot at a screen; None if the name of the bot is not known."""
        return bot_address(self.bot_username, start) if self.bot_username else None

    @property
    def support(self) -> str | None:
        """The address to write to: that of the operators, or otherwise the bot, which passes questions on."""
        if self.support_url and self.support_url.startswith(_SUPPORT_SCHEMES):
            return self.support_url
        return self.bot(Start.WRITE)

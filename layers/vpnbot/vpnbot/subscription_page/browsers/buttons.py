"""The buttons of the pages."""

from vpnbot.domain.bot_link import Start
from vpnbot.localization.messages import Messages
from vpnbot.subscription_page.ways_on import WaysOn
from vpnbot.web_pages.markup import Html, html, joined


def button(shape: str, url: str, label: str) -> Html:
    """Return a link that looks like a button; `shape` are its CSS classes."""
    return html('<a class="$shape" href="$url">$label</a>', shape=shape, url=url, label=label)


def ways_on_buttons(
    messages: Messages, language: str, ways: WaysOn, start: Start, *, first: Html | None = None
) -> Html:
    """Return the buttons that lead on: `first`, the bot at a screen, and support. The first is the main button."""
    bot, support = ways.bot(start), ways.support
    buttons = [first] if first else []
    if bot is not None:
        buttons.append(button("button" if buttons else "button primary", bot, messages.text(language, "page-bot")))
    if support is not None:
        buttons.append(button("button", support, messages.text(language, "page-support")))
    return html('<p class="actions">$buttons</p>', buttons=joined(buttons)) if buttons else Html("")

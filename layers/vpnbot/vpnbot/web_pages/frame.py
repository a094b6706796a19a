"""The frame of every page, and a page with only a text."""

from collections.abc import Sequence
from dataclasses import dataclass

from vpnbot.localization.messages import Messages
from vpnbot.web_pages.look import BUSY, GONE, PLAIN, Look
from vpnbot.web_pages.markup import Html, file, html, joined
from vpnbot.web_pages.responses import STYLES, PageResponse, page

_NOTHING = Html("")
_LOOKS = {"gone": GONE, "busy": BUSY}


@dataclass(frozen=True, slots=True)
class Head:
    """What a page says of itself; if its address is sent in a chat, messengers show it to everybody there."""

    title: str
    description: str = ""
    look: Look = PLAIN


def message_page(
    status: int,
    name: str,
    messages: Messages,
    language: str,
    headers: dict[str, str] | None = None,
    *,
    head: Head | None = None,
    actions: Html = _NOTHING,
) -> PageResponse:
    """Return a page with only a text: the message `page-<name>`, below `page-<name>-title` or the title of `head`."""
    head = head or Head(messages.text(language, f"page-{name}-title"), look=_LOOKS[name])
    body = html(
        '<main class="cards alone"><section class="card message tone-$tone"><div class="orb">$icon</div>'
        "<h1>$title</h1><p>$words</p>$actions</section></main>",
        tone=head.look.tone,
        icon=head.look.icon,
        title=head.title,
        words=messages.text(language, f"page-{name}"),
        actions=actions,
    )
    return page(status, framed(messages, language, head, body), headers=headers)


def framed(
    messages: Messages,
    language: str,
    head: Head,
    body: Html,
    *,
    styles: Sequence[str] = STYLES,
    script: str | None = None,
    switch: str = "",
) -> Html:
    """Return a whole page: head, name of the shop, links to the other languages, `body`, the named styles and script.

    `switch` is the part of the query that the links to other languages keep, such as `open=happ&`.
    """
    return html(
        file("shell.html"),
        language=language,
        title=head.title,
        tab_icon=head.look.tab_icon,
        brand=messages.shop_name(language),
        description=_description(head.description),
        shield=file("shield.svg"),
        styles=joined(html("<style>$css</style>", css=file(name)) for name in styles),
        languages_label=messages.text(language, "page-languages"),
        languages=joined(_language_link(messages, each, switch) for each in messages.languages if each != language),
        body=body,
        script=html("<script>$script</script>", script=file(script)) if script else "",
    )


def _description(text: str) -> Html:
    """Return the metadata with a description (Open Graph protocol, ogp.me); empty without one."""
    if not text:
        return Html("")
    return html(
        '<meta name="description" content="$text">\n<meta property="og:description" content="$text">\n', text=text
    )


def _language_link(messages: Messages, language: str, switch: str) -> Html:
    """Return the link to the same page in a language, named in it. The language of the chat stays."""
    return html(
        '<a href="?${switch}lang=$language" lang="$language" hreflang="$language">$name</a>',
        switch=switch,
        language=language,
        name=messages.text(language, "page-in-this-language"),
    )

"""The frame of every page, and a page with only a text."""

from collections.abc import Sequence

from vpnbot.localization.messages import Messages
from vpnbot.web_pages.markup import Html, file, html, joined
from vpnbot.web_pages.responses import STYLES, PageResponse, page


def message_page(
    status: int, name: str, messages: Messages, language: str, headers: dict[str, str] | None = None
) -> PageResponse:
    """Return a page with only a text: the messages `page-<name>-title` and `page-<name>`."""
    title = messages.text(language, f"page-{name}-title")
    body = html(
        '<main class="cards alone"><section class="card message"><div class="orb">$icon</div>'
        "<h1>$title</h1><p>$words</p></section></main>",
        icon=file("shield.svg"),
        title=title,
        words=messages.text(language, f"page-{name}"),
    )
    return page(status, framed(messages, language, title, body), headers=headers)


def framed(
    messages: Messages,
    language: str,
    title: str,
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
        title=title,
        brand=messages.shop_name(language),
        shield=file("shield.svg"),
        styles=joined(html("<style>$css</style>", css=file(name)) for name in styles),
        languages_label=messages.text(language, "page-languages"),
        languages=joined(_language_link(messages, each, each == language, switch) for each in messages.languages),
        body=body,
        script=html("<script>$script</script>", script=file(script)) if script else "",
    )


def _language_link(messages: Messages, language: str, current: bool, switch: str) -> Html:
    return html(
        '<a href="?${switch}lang=$language" lang="$language" hreflang="$language"$current>$name</a>',
        switch=switch,
        language=language,
        current=Html(' aria-current="true"') if current else "",
        name=messages.text(language, "language-name"),
    )

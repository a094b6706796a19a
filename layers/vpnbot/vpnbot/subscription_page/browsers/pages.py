"""The pages for browsers."""

from vpnbot.domain.bot_link import Start
from vpnbot.domain.keys.vpn_apps import App
from vpnbot.subscription_page.browsers.buttons import ways_on_buttons
from vpnbot.subscription_page.browsers.connect_card import connect_card
from vpnbot.subscription_page.browsers.devices_card import devices_card
from vpnbot.subscription_page.browsers.looks import look_of
from vpnbot.subscription_page.browsers.share_card import share_card
from vpnbot.subscription_page.browsers.status_card import help_card, status_card, stopped_card
from vpnbot.subscription_page.link_view import LinkView
from vpnbot.subscription_page.ways_on import WaysOn
from vpnbot.web_pages.frame import Head, framed, message_page
from vpnbot.web_pages.markup import Html, file, html, joined
from vpnbot.web_pages.responses import PageResponse, page


def person_page(view: LinkView, user_agent: str, ways: WaysOn) -> PageResponse:
    """Return the customer's page: the standing of the subscription and, while it works, how to connect."""
    cards = _cards(view, user_agent, ways)
    body = html(
        '<main class="$shape"><h1 class="unseen">$title</h1>$cards</main>',
        shape="cards" if view.has_keys else "cards alone",
        title=view.title,
        cards=joined(cards),
    )
    shell = framed(view.messages, view.language, _head(view), body, script="page.js")
    return page(200, shell, script="page.js")


def preview_page(view: LinkView, ways: WaysOn) -> PageResponse:
    """Return the page for programs that only look: the name of the shop, and nothing about the person or the keys."""
    buttons = ways_on_buttons(view.messages, view.language, ways, Start.HOME)
    head = Head(view.title, view.text("page-preview"))
    return message_page(200, "preview", view.messages, view.language, head=head, actions=buttons)


def _head(view: LinkView) -> Head:
    return Head(view.title, view.text("page-preview"), look_of(view.state))


def _cards(view: LinkView, user_agent: str, ways: WaysOn) -> tuple[Html, ...]:
    if not view.has_keys:
        return (stopped_card(view, ways),)
    return (
        status_card(view),
        connect_card(view, user_agent),
        share_card(view),
        devices_card(view, ways),
        help_card(view, ways),
    )


def opening_page(view: LinkView, app: App) -> PageResponse:
    """Return a page that opens the link in an app: at once if the browser allows it, otherwise after a tap.

    Raises:
        Rejected: the app cannot be opened with a link.
    """
    body = html(
        """<main class="cards alone"><section class="card message tone-plain">
<div class="orb">$icon</div>
<h1>$heading</h1><p>$hint</p>
<p class="actions"><a class="button primary" id="open" href="$link">$open</a>
<a class="button" href="$back">$other</a></p>
</section></main>""",
        icon=file("opening.svg"),
        heading=view.text("page-opening", app=app.title),
        hint=view.text("page-opening-hint", app=app.title),
        link=app.opening(view.url),
        open=view.text("page-open-in", app=app.title),
        back=f"{view.url}?lang={view.language}",
        other=view.text("page-opening-back", app=app.title),
    )
    title = view.text("page-opening", app=app.title)
    shell = framed(view.messages, view.language, Head(title), body, script="opening.js", switch=f"open={app.id}&")
    return page(200, shell, script="opening.js")

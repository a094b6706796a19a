"""The screens of links in advertisements: the list, the card of one with what it has brought, and the questions."""

from collections.abc import Iterator, Sequence

from vpnbot.domain.ads.link import AdLink, LinkState
from vpnbot.domain.bot_link import bot_address
from vpnbot.domain.statistics.link_figures import LinkFigures
from vpnbot.telegram.admin.areas import Area
from vpnbot.telegram.admin.made_at import time_of
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.screen import Button, Phrase, Screen, phrase, rows
from vpnbot.telegram.messages.view import ADMIN

BACK = Button(phrase("button-ads-back"), action=Area.ADS.on("list"))
_NEW = Button(phrase("button-ad-new"), action=Area.ADS.on("new"))
_MOST_CURRENCIES = 2


def listed(links: Sequence[AdLink], *, more: bool) -> Screen:
    """Return a page of the links; `more`: there are older ones."""
    lines = [
        (Button(phrase("ad-line", state=str(link.state), title=link.title), action=_on(link, "one")),)
        for link in links
    ]
    made_at = links[-1].made_at if more else None
    older = None
    if made_at is not None:
        older = Button(phrase("button-promos-older"), action=Area.ADS.on("list", time_of(made_at)))
    return Screen((phrase("ads" if links else "ads-none"),), rows((_NEW,), *lines, (older,), (ADMIN,)))


def card(link: AdLink, figures: LinkFigures, bot_username: str) -> Screen:
    """Return the card of a link with its figures; one that was deleted can only be read."""
    text = tuple(_facts(link, figures))
    if link.state is LinkState.DELETED:
        return Screen((text,), rows((BACK, ADMIN)))
    live = link.state is LinkState.LIVE
    copied, code = None, None
    if live and bot_username:
        copied = Button(phrase("button-promo-link"), copy=_address(link, bot_username))
        code = Button(phrase("button-ad-qr"), action=_on(link, "qr"))
    step = "pause" if live else "resume"
    return Screen(
        (text,),
        rows(
            (copied, code),
            (
                Button(phrase("button-ad-name"), action=_on(link, "name")),
                Button(phrase("button-ad-cost"), action=_on(link, "cost")),
            ),
            (
                Button(phrase(f"button-promo-{step}"), action=_versioned(link, step)),
                Button(phrase("button-ad-delete"), action=_on(link, "ask_delete")),
            ),
            (BACK, ADMIN),
        ),
    )


def _facts(link: AdLink, figures: LinkFigures) -> Iterator[Phrase]:
    yield phrase("ad-line", state=str(link.state), title=link.title)
    yield phrase("ad-people", people=figures.people, trials=figures.trials, payers=figures.payers)
    for money in figures.revenue[:_MOST_CURRENCIES]:
        yield phrase("ad-revenue", amount=money)
    for money in figures.refunds[:_MOST_CURRENCIES]:
        yield phrase("ad-refunds", amount=money)
    each = figures.cost_per_payer(link.cost)
    if link.cost is not None and each is not None:
        yield phrase("ad-cost-each", amount=link.cost, each=each)
    elif link.cost is not None:
        yield phrase("ad-cost", amount=link.cost)


def code(link: AdLink, bot_username: str) -> Screen:
    """Return the address of a link as a QR code."""
    hide = Button(phrase("button-hide"), action=Action.HIDE)
    return Screen((phrase("ad-code", title=link.title),), rows((hide,)), qr=_address(link, bot_username))


def ask(tag: str, *, cost: bool = False) -> Screen:
    """Ask for the name of a link, or for its cost; without a tag it is a new one."""
    back = Button(phrase("button-back"), action=Area.ADS.on("one", tag)) if tag else BACK
    return Screen((phrase("ad-ask-cost" if cost else "ad-ask-title"),), rows((back, ADMIN)))


def ask_deletion(link: AdLink) -> Screen:
    """Ask before a link is deleted."""
    yes = Button(phrase("button-ad-delete"), action=_versioned(link, "delete"))
    no = Button(phrase("button-promo-cancel"), action=_on(link, "one"))
    return Screen((phrase("ad-ask-delete", title=link.title),), rows((yes, no)))


def _address(link: AdLink, bot_username: str) -> str:
    return f"{bot_address(bot_username)}?start={link.payload}"


def _on(link: AdLink, tap: str) -> str:
    return Area.ADS.on(tap, link.id)


def _versioned(link: AdLink, tap: str) -> str:
    return Area.ADS.on(tap, link.id, link.version)

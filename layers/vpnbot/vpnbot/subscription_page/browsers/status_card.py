"""The cards about the subscription: its status, why it does not work, and help."""

from vpnbot.domain.bot_link import Start
from vpnbot.domain.people.standing import Standing
from vpnbot.domain.subscriptions.traffic import Warned
from vpnbot.subscription_page.browsers.buttons import button, ways_on_buttons
from vpnbot.subscription_page.browsers.looks import look_of
from vpnbot.subscription_page.link_view import LinkView
from vpnbot.subscription_page.ways_on import WaysOn
from vpnbot.web_pages.markup import Html, html, joined

_CIRCLE = 100
_LARGE_CHARACTERS = 7
"""The longest text in the ring in large letters; a longer text is smaller."""


def status_card(view: LinkView) -> Html:
    """Return the card of a subscription that works: the time left, and what is granted."""
    return html(
        """<section class="card status $state tone-$tone" aria-labelledby="standing"><div class="hero">$ring<div>
<h2 id="standing"><span class="dot" aria-hidden="true"></span>$name</h2><p>$sentence</p></div></div>
<dl class="facts">$facts</dl>$traffic$demo</section>""",
        state=view.state,
        tone=look_of(view.state).tone,
        ring=_ring(view),
        name=view.text(f"page-state-{view.state}"),
        sentence=view.sentence,
        facts=joined(_facts(view)),
        traffic=_traffic_bar(view),
        demo="" if view.carries_traffic else html('<p class="note">$words</p>', words=view.text("page-demo")),
    )


def stopped_card(view: LinkView, ways: WaysOn) -> Html:
    """Return the card of a subscription that does not work: the reason, and what to do."""
    again = button("button primary", f"{view.url}?lang={view.language}", view.text("page-again"))
    return html(
        """<section class="card message status $state tone-$tone"><div class="orb">$icon</div>
<h2>$name</h2><p>$sentence</p>$telegram$buttons</section>""",
        state=view.state,
        tone=look_of(view.state).tone,
        icon=look_of(view.state).icon,
        name=view.text(f"page-state-{view.state}"),
        sentence=view.sentence,
        telegram=html("<p>$words</p>", words=view.text("page-telegram-stays")) if view.telegram_only else "",
        buttons=ways_on_buttons(
            view.messages, view.language, ways, _start(view), first=again if view.standing.making else None
        ),
    )


def _start(view: LinkView) -> Start:
    """Return the screen of the bot that fits a subscription that does not work."""
    match view.standing:
        case Standing.EXPIRED | Standing.LINK_GONE | Standing.USED_UP:
            return Start.PLANS
        case Standing.RUNNING | Standing.LAST_DAY:
            return Start.CHECK
        case Standing.PAUSED:
            return Start.WRITE
        case _:
            return Start.HOME


def help_card(view: LinkView, ways: WaysOn) -> Html:
    """Return the card for people whose VPN does not work although the subscription runs."""
    return html(
        """<section class="card help" aria-labelledby="help">
<h2 id="help">$title</h2><p>$words</p>$buttons</section>""",
        title=view.text("page-help"),
        words=view.text("page-help-words"),
        buttons=ways_on_buttons(view.messages, view.language, ways, Start.CHECK),
    )


def _ring(view: LinkView) -> Html:
    left = view.text("page-left")
    share = view.left / view.whole_time if view.whole_time else 0
    return html(
        """<div class="ring"><svg viewBox="0 0 120 120" aria-hidden="true">
<circle class="track" cx="60" cy="60" r="52"/>
<circle class="left" cx="60" cy="60" r="52" pathLength="$circle" stroke-dasharray="$shown $circle"/></svg>
<p><strong$size>$left</strong> <span>$word</span></p></div>""",
        circle=_CIRCLE,
        shown=max(1, min(_CIRCLE, round(share * _CIRCLE))),
        size="" if len(left) <= _LARGE_CHARACTERS else Html(' class="long"'),
        left=left,
        word=view.text("page-left-word"),
    )


def _facts(view: LinkView) -> list[Html]:
    facts = {"page-fact-until": view.text("page-until"), "page-fact-devices": view.text("page-devices")}
    if view.used_bytes or view.limit_bytes:
        facts["page-fact-traffic"] = view.text("page-traffic-of" if view.limit_bytes else "page-traffic")
    return [
        html("<div><dt>$name</dt><dd>$value</dd></div>", name=view.text(name), value=value)
        for name, value in facts.items()
    ]


def _traffic_bar(view: LinkView) -> Html:
    """Return a bar of the used traffic; empty without a limit."""
    limit = view.limit_bytes
    if not limit:
        return Html("")
    return html(
        '<meter class="traffic" min="0" max="$limit" high="$high" value="$used" aria-label="$label"></meter>',
        limit=limit,
        high=limit * Warned.NEARLY // 100,
        used=min(view.used_bytes, limit),
        label=view.text("page-fact-traffic"),
    )

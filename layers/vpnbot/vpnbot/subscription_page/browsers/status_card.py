"""The cards about the subscription: its status, why it does not work, and help."""

from vpnbot.domain.subscriptions.traffic import Warned
from vpnbot.subscription_page.link_view import LinkView
from vpnbot.web_pages.markup import Html, file, html, joined

_CIRCLE = 100
_LARGE_CHARACTERS = 7
"""The longest text in the ring in large letters; a longer text is smaller."""


def status_card(view: LinkView) -> Html:
    """Return the card of a subscription that works: the time left, and what is granted."""
    return html(
        """<section class="card status $standing" aria-labelledby="standing"><div class="hero">$ring<div>
<h2 id="standing"><span class="dot" aria-hidden="true"></span>$state</h2><p>$sentence</p></div></div>
<dl class="facts">$facts</dl>$traffic$demo</section>""",
        standing=view.standing_name,
        ring=_ring(view),
        state=view.text(f"page-state-{view.standing_name}"),
        sentence=view.sentence,
        facts=joined(_facts(view)),
        traffic=_traffic_bar(view),
        demo="" if view.carries_traffic else html('<p class="note">$words</p>', words=view.text("page-demo")),
    )


def stopped_card(view: LinkView, support_url: str | None) -> Html:
    """Return the card of a subscription that does not work: the reason, and what to do."""
    making = view.standing.making
    buttons = (
        _button("button primary", f"{view.url}?lang={view.language}", view.text("page-again")) if making else "",
        _button("button", support_url, view.text("page-support")) if support_url is not None else "",
    )
    return html(
        """<section class="card message status $standing"><div class="orb">$icon</div>
<h2>$state</h2><p>$sentence</p>$telegram<p class="actions">$buttons</p></section>""",
        standing=view.standing_name,
        icon=file("shield.svg"),
        state=view.text(f"page-state-{view.standing_name}"),
        sentence=view.sentence,
        telegram=html("<p>$words</p>", words=view.text("page-telegram-stays")) if view.telegram_only else "",
        buttons=joined(Html(button) for button in buttons),
    )


def help_card(view: LinkView, support_url: str | None) -> Html:
    """Return the card for people whose VPN does not work although the subscription runs."""
    return html(
        """<section class="card help" aria-labelledby="help">
<h2 id="help">$title</h2><p>$words</p>$button</section>""",
        title=view.text("page-help"),
        words=view.text("page-help-words"),
        button=_button("button", support_url, view.text("page-support")) if support_url is not None else "",
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


def _button(shape: str, url: str, label: str) -> Html:
    return html('<a class="$shape" href="$url">$label</a>', shape=shape, url=url, label=label)

"""The card with the devices of a person; they are removed in the chat, because a link may have leaked."""

from vpnbot.domain.bot_link import Start
from vpnbot.domain.keys.devices import Device
from vpnbot.domain.people.device_places import device_limit, devices_of, without_place
from vpnbot.subscription_page.browsers.buttons import button
from vpnbot.subscription_page.link_view import LinkView
from vpnbot.subscription_page.ways_on import WaysOn
from vpnbot.web_pages.markup import Html, html, joined


def devices_card(view: LinkView, ways: WaysOn) -> Html:
    """Return the card; empty as long as no app has said which device it runs on."""
    person, now = view.served.person, view.served.now
    listed = devices_of(person).listed(now)
    if not listed:
        return Html("")
    over = without_place(person, now, limited=view.limited)
    limit = device_limit(person, limited=view.limited)
    title = "page-my-devices-any" if limit is None else "page-my-devices"
    return html(
        """<section class="card listed" aria-labelledby="listed"><h2 id="listed">$title</h2>
<ul class="others">$rows</ul><p>$hint</p>$change</section>""",
        title=view.text(title, count=len(listed) - len(over), limit=limit or 0),
        rows=joined(_row(view, each, has_place=each not in over) for each in listed),
        hint=view.text("page-devices-hint"),
        change=_change(view, ways),
    )


def _change(view: LinkView, ways: WaysOn) -> Html:
    bot = ways.bot(Start.DEVICES)
    if bot is None:
        return Html("")
    return html('<p class="actions">$button</p>', button=button("button", bot, view.text("page-devices-change")))


def _row(view: LinkView, device: Device, *, has_place: bool) -> Html:
    system = f"{device.system} · " if device.system and device.model else ""  # else it is the name
    words = view.text("page-device-seen" if has_place else "page-device-over", at=view.time(device.last_at))
    return html(
        "<li><h3>$name</h3><p>$system$seen</p></li>",
        name=device.name or view.text("page-device-unnamed"),
        system=system,
        seen=words,
    )

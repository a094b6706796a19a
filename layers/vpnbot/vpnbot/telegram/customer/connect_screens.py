"""The screens of connecting a device: the devices, an app, other apps, the QR code."""

from vpnbot.domain.keys.vpn_apps import COMPUTERS, TVS, App, Platform, app_named
from vpnbot.domain.offered_apps import offered_apps
from vpnbot.telegram.customer.payment_words import end_argument, plan_title
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.screen import Button, Phrase, Rows, Screen, phrase, rows
from vpnbot.telegram.messages.view import BROKEN, HOME, View

_DEVICE_ROWS = (
    (Platform.IOS, Platform.ANDROID),
    (Platform.WINDOWS, Platform.MAC),
    (Platform.LINUX,),
)
ANY_TV = "tv"
"""Stands for a platform in the button of all TVs."""
PAGE = "page"
"""In the button of a QR code: for the camera of a computer, on which it opens the person's page."""
_OF_BOUGHT = {"connect-first": "connect-first-paid", "notice-key_ready": "notice-key_ready-paid"}
"""The variants of messages for a plan that was bought, of which no number of days is known."""


def connect(view: View, *, first: bool = False) -> Screen:
    """Return the choice of a device; `first`: the text is about the new key."""
    return Screen((granted(view, "connect-first" if first else "connect-again"), *demo_note(view)), devices())


def devices() -> Rows:
    """Return a button for each platform, and one for the home screen."""
    platforms = tuple(
        tuple(Button(platform_name(platform), action=Action.PLATFORM.on(platform)) for platform in line)
        for line in _DEVICE_ROWS
    )
    tv = Button(phrase("button-tv"), action=Action.PLATFORM.on(ANY_TV))
    return (*platforms[:-1], (*platforms[-1], tv), (HOME,))


def granted(view: View, message: str) -> Phrase:
    """Return a message with the devices and the end of the subscription, and the days of a trial.

    For a plan that was bought it is the variant with the plan's title, if there is one.
    """
    end = end_argument(view.person.subscription.ends_at or view.now, view.now)
    if view.plan.is_trial:
        return phrase(message, days=view.person.subscription.whole_time.days, devices=view.plan.devices, end=end)
    title = plan_title(view.plan, view.language)
    return phrase(_OF_BOUGHT.get(message, message), plan=title, devices=view.plan.devices, end=end)


def platform(view: View, on: Platform, app: App) -> Screen:
    """Return the three steps for an app on a platform; they are done on that device, and read on a phone."""
    if on in TVS:
        return _tv(view, on, app)
    computer = on in COMPUTERS
    url, several = view.open_in_app_url(app.id), len(offered_apps(on, view.apps)) > 1
    here = (
        Button(phrase("button-download" if computer else "button-install"), url=app.install_url(on, view.language)),
        Button(phrase("button-open"), url=url) if url else None,
    )
    there = (
        _copy(view),
        Button(phrase("button-qr"), action=Action.QR.on(app.id, PAGE) if computer else Action.QR.on(app.id)),
    )
    return Screen(
        (
            phrase("steps-computer" if computer else "platform", platform=platform_name(on), app=app.title),
            *demo_note(view),
        ),
        rows(
            *((there, here) if computer else (here, there)),
            (Button(phrase("button-other-app"), action=Action.APPS.on(on)) if several else None, BROKEN),
            (Button(phrase("button-devices"), action=Action.CONNECT),),
        ),
    )


def choose_tv() -> Screen:
    """Return the choice of a kind of TV."""
    kinds = tuple(Button(platform_name(on), action=Action.PLATFORM.on(on)) for on in TVS)
    return Screen((phrase("which-tv"),), rows(kinds, (Button(phrase("button-devices"), action=Action.CONNECT),)))


def _tv(view: View, on: Platform, app: App) -> Screen:
    """Return the steps for a TV: its app shows a QR code, which a phone scans to give it the link."""
    store = app.stores_on(on, view.language)[0]
    return Screen(
        (phrase("steps-tv", platform=platform_name(on), app=app.title), *demo_note(view)),
        rows(
            (
                Button(phrase("button-store", store=store.title), url=store.url),
                Button(phrase("button-to-tv"), url=app.web_import) if app.web_import else None,
            ),
            (_copy(view),),
            (BROKEN,),
            (Button(phrase("button-devices"), action=Action.CONNECT),),
        ),
    )


def _copy(view: View) -> Button | None:
    return Button(phrase("button-copy"), copy=view.link) if view.link else None


def other_apps(view: View, on: Platform) -> Screen:
    """Return the choice of an app for a platform."""
    choices = tuple((Button(app.title, action=Action.APP.on(on, app.id)),) for app in offered_apps(on, view.apps))
    back = (Button(phrase("button-back"), action=Action.PLATFORM.on(on)), HOME)
    return Screen((phrase("other-apps", platform=platform_name(on)),), (*choices, back))


def qr(view: View, app_id: str, reader: str = "") -> Screen | None:
    """Return the link as a QR code for an app, or for a camera (`PAGE`).

    None without a link, or for an unknown app.
    """
    app = app_named(app_id)
    if view.link is None or app is None:
        return None
    caption = phrase("qr-page") if reader == PAGE else phrase("qr", app=app.title)
    return Screen(
        (caption, *demo_note(view)), rows((Button(phrase("button-hide"), action=Action.HIDE),)), qr=view.link
    )


def platform_name(on: Platform) -> Phrase:
    """Return the name of a platform."""
    return phrase(f"platform-{on}")


def demo_note(view: View) -> tuple[Phrase, ...]:
    """Return a note that demo keys carry no traffic; empty for other keys."""
    return (phrase("connect-demo"),) if view.demo else ()

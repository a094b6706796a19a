"""The terms and the privacy policy: their screens, their buttons, and which version a person accepts."""

from vpnbot.domain.people.accepted_terms import terms_version
from vpnbot.domain.people.standing import Standing
from vpnbot.localization.messages import MessageArgument, Messages
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.screen import Button, Phrase, Screen, phrase, rows
from vpnbot.telegram.messages.view import HOME, View

type _Text = tuple[str, dict[str, MessageArgument]]


def terms_button(view: View, label: str = "button-terms", action: str = Action.TERMS) -> Button:
    """Return the button to the terms: to the full text of the operator, or to the screen of the bot with `action`."""
    url = view.front.terms_url
    return Button(phrase(label), url=url) if url else Button(phrase(label), action=action)


def privacy_button(view: View) -> Button:
    """Return the button to the privacy policy, like `terms_button`."""
    url, label = view.front.privacy_url, phrase("button-privacy")
    return Button(label, url=url) if url else Button(label, action=Action.PRIVACY)


def terms(view: View, back: str = "") -> Screen:
    """Return who offers the VPN, and the terms in short; `back` is the callback data of the screen before it."""
    return _screen(view, _terms(view), view.front.terms_url, back)


def privacy(view: View) -> Screen:
    """Return who keeps data, which and how long."""
    return _screen(view, _privacy(view), view.front.privacy_url)


def accepted(view: View, messages: Messages) -> str:
    """Return the version of the texts that this person accepts now: those of the operator, or those of the bot."""
    texts = (
        address or "\n".join(messages.text(view.language, message, arguments) for message, arguments in own)
        for address, own in ((view.front.terms_url, _terms(view)), (view.front.privacy_url, _privacy(view)))
    )
    return terms_version(view.language, *texts)


def _terms(view: View) -> tuple[_Text, ...]:
    return ("terms", {}), ("terms-refunds", {"days": view.front.refund_days})


def _privacy(view: View) -> tuple[_Text, ...]:
    return (("privacy", {"years": view.front.retention_years}),)


def _screen(view: View, texts: tuple[_Text, ...], full_text: str, back: str = "") -> Screen:
    full = Button(phrase("button-full-text"), url=full_text) if full_text else None
    before = back or ("" if view.standing is Standing.NEW else Action.SETTINGS)
    lines = tuple(Phrase(message, arguments) for message, arguments in texts)
    back_button = Button(phrase("button-back"), action=before) if before else None
    return Screen((*_name(view), *lines), rows((full,), (view.support,), (back_button, HOME)))


def _name(view: View) -> tuple[Phrase, ...]:
    return (phrase("home-name", name=view.shop_name),) if view.shop_name else ()

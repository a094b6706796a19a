"""The terms and the privacy policy: their screens, their buttons, and which version a person accepts."""

from vpnbot.domain.people.accepted_terms import terms_version
from vpnbot.domain.people.standing import Standing
from vpnbot.localization.messages import MessageArgument, Messages
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.screen import Button, Phrase, Screen, phrase, rows
from vpnbot.telegram.messages.view import HOME, View

_BACK = Button(phrase("button-back"), action=Action.SETTINGS)

type _Text = tuple[str, dict[str, MessageArgument]]


def terms_button(view: View, label: str = "button-terms") -> Button:
    """Return the button to the terms: to the full text of the operator, or to the screen of the bot."""
    url = view.front.terms_url
    return Button(phrase(label), url=url) if url else Button(phrase(label), action=Action.TERMS)


def privacy_button(view: View) -> Button:
    """Return the button to the privacy policy, like `terms_button`."""
    url, label = view.front.privacy_url, phrase("button-privacy")
    return Button(label, url=url) if url else Button(label, action=Action.PRIVACY)


def terms(view: View) -> Screen:
    """Return who offers the VPN, and the terms in short."""
    return _screen(view, _terms(view), view.front.terms_url)


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


def _screen(view: View, texts: tuple[_Text, ...], full_text: str) -> Screen:
    full = Button(phrase("button-full-text"), url=full_text) if full_text else None
    back = None if view.standing is Standing.NEW else _BACK
    lines = tuple(Phrase(message, arguments) for message, arguments in texts)
    return Screen((*_name(view), *lines), rows((full,), (view.support,), (back, HOME)))


def _name(view: View) -> tuple[Phrase, ...]:
    return (phrase("home-name", name=view.shop_name),) if view.shop_name else ()

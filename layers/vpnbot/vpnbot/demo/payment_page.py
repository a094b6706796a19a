"""The page on which a demo payment is paid or declined."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlencode

from vpnbot.demo.payment_actions import Action, DemoPaymentActions
from vpnbot.domain.keys.key_ring import KeyRing
from vpnbot.domain.orders.order_id import is_order_id
from vpnbot.domain.orders.reports import ReportedState
from vpnbot.domain.payments.declines import REMEDIES
from vpnbot.localization.formatting import format_money, format_time
from vpnbot.localization.messages import Messages
from vpnbot.localization.periods import plain_period
from vpnbot.providers.demo.payments import DemoPayment
from vpnbot.web_pages.frame import Head, framed, message_page
from vpnbot.web_pages.markup import Html, html, joined
from vpnbot.web_pages.responses import STYLES, PageResponse, page, see_other

_STYLES = (*STYLES, "demo_payment.css")
_BUTTONS = (Action.SILENT, Action.LATER, Action.TWICE, Action.LESS)

type Notify = Callable[[DemoPayment], None]
"""Notifies the shop of a payment, as every provider does."""


class DemoPaymentPage:
    """Answers `GET` and `POST /payments/demo/{order}`. The token in the address opens the page of one order.

    A form that another site posts has no such token, so no further protection against it is needed.
    """

    def __init__(
        self, actions: DemoPaymentActions, ring: Callable[[], KeyRing], clock: Callable[[], datetime], notify: Notify
    ) -> None:
        self._actions = actions
        self._ring = ring
        self._clock = clock
        self._notify = notify
        self._messages = Messages()

    def show(self, order_id: str, token: str, language: str, accepts: str = "") -> PageResponse:
        """Return the page; 404 for a wrong token or an unknown order. `accepts` is the header Accept-Language."""
        payment = self._found(order_id, token)
        if payment is None:
            return message_page(404, "gone", self._messages, self._language(language, accepts))
        return self._page(payment, token, self._language(language, payment.language))

    def act(self, order_id: str, token: str, language: str, form: str) -> PageResponse:
        """Do what a posted form asks for, and return the redirection to the page, which shows what became of it."""
        payment = self._found(order_id, token)
        if payment is None:
            return message_page(404, "gone", self._messages, self._language(language))
        fields = {name: values[-1] for name, values in parse_qs(form, max_num_fields=10).items()}
        if fields.get("action") in set(Action):
            action = Action(fields["action"])
            changed = self._actions.act(payment, action, reason=fields.get("reason", ""), save="save" in fields)
            for each in changed:
                self._notify(each)
        return see_other(f"?{urlencode({'t': token, 'lang': self._language(language, payment.language)})}")

    def try_later(self, language: str) -> PageResponse:
        """Return the page after a temporary failure, status 503."""
        return message_page(503, "busy", self._messages, self._language(language), {"retry-after": "1"})

    def _found(self, order_id: str, token: str) -> DemoPayment | None:
        if not is_order_id(order_id) or not self._ring().demo_payment_token_matches(token, order_id):
            return None
        return self._actions.shown(order_id)

    def _language(self, wanted: str, otherwise: str = "") -> str:
        if wanted in self._messages.languages:
            return wanted
        return self._messages.closest(re.split("[,;]", otherwise)[0].strip())

    def _page(self, payment: DemoPayment, token: str, language: str) -> PageResponse:
        words = _Words(self._messages, language)
        can_be_paid = payment.can_be_paid(self._clock())
        period = plain_period(self._messages, language, timedelta(seconds=payment.seconds))
        body = html(
            """<main class="cards alone"><section class="card pay">
<p class="note">$demo</p><h1>$price</h1><p>$what</p>$state</section></main>""",
            demo=words("demo-pay-no-money"),
            price=format_money(self._messages, language, payment.price),
            what=words("demo-pay-what", plan=payment.plan, period=period),
            state=_form(words, payment) if can_be_paid else self._outcome(words, payment),
        )
        title, switch = words("demo-pay-title"), f"{urlencode({'t': token})}&"
        whole = framed(self._messages, language, Head(title), body, styles=_STYLES, switch=switch)
        return page(200, whole, styles=_STYLES, has_form=can_be_paid)

    def _outcome(self, words: "_Words", payment: DemoPayment) -> Html:
        state, paid_at = payment.state(self._clock()), payment.paid_at
        if state is ReportedState.PENDING and paid_at is not None:
            text = words("demo-pay-later-chosen", time=format_time(self._messages, words.language, paid_at))
        elif state is ReportedState.SUCCEEDED:
            text = words("demo-pay-done", price=format_money(self._messages, words.language, payment.money))
        elif payment.reason:
            text = words("demo-pay-declined", reason=words.reason(payment.reason))
        else:
            text = words("demo-pay-over")
        return html('<div class="outcome" role="status"><p>$text</p></div>', text=text)


class _Words:
    """The messages of the page in one language."""

    def __init__(self, messages: Messages, language: str) -> None:
        self._messages = messages
        self.language = language

    def __call__(self, message: str, **arguments: str | int) -> str:
        return self._messages.text(self.language, message, arguments)

    def reason(self, reason: str) -> str:
        """Return the words of a decline, beginning with a capital letter."""
        text = self(f"decline-{reason}", means="card")
        return text[:1].upper() + text[1:]


def _form(words: _Words, payment: DemoPayment) -> Html:
    return html(
        """<form method="post" class="pay-form">
<label class="check"><input type="checkbox" name="save" value="yes"$checked><span>$save</span></label>
<button class="button primary" name="action" value="pay">$pay</button>
<fieldset><legend>$faults</legend>$buttons</fieldset>
<fieldset><legend>$decline_title</legend>
<label for="reason">$reason_label</label><select id="reason" name="reason">$reasons</select>
<button class="button" name="action" value="decline">$decline</button></fieldset></form>""",
        checked=Html(" checked") if payment.saves else "",
        save=words("demo-pay-save"),
        pay=words("demo-pay-pay"),
        faults=words("demo-pay-faults"),
        buttons=joined(_buttons(words, payment)),
        decline_title=words("demo-pay-decline-title"),
        reason_label=words("demo-pay-reason"),
        reasons=joined(
            html('<option value="$id">$words</option>', id=reason, words=words.reason(reason)) for reason in REMEDIES
        ),
        decline=words("demo-pay-decline"),
    )


def _buttons(words: _Words, payment: DemoPayment) -> Sequence[Html]:
    shown = [action for action in _BUTTONS if action is not Action.LESS or payment.smaller is not None]
    return [
        html(
            '<button class="button" name="action" value="$action">$words</button>',
            action=action,
            words=words(f"demo-pay-{action}"),
        )
        for action in shown
    ]

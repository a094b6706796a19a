"""The page on which a payment is paid: every test card, other ways, and saved methods; in Russian and English."""

import json
from collections.abc import Awaitable, Callable
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from aiohttp import web

from local.yookassa.cards import CARDS, Card
from local.yookassa.errors import ApiError
from local.yookassa.objects import Payment
from local.yookassa.shop import Shop

_FILES = Path(__file__).parent / "page"
LANGUAGES = ("ru", "en")


class PayPage:
    """Serves `/pay/<payment>`; `acted` is awaited after each payment, and may send notifications."""

    def __init__(self, shop: Shop, acted: Callable[[], Awaitable[None]]) -> None:
        self._shop = shop
        self._acted = acted

    def add_routes(self, router: web.UrlDispatcher, root: str) -> None:
        """Serve below a path."""
        router.add_get(f"{root}/pay/{{id}}", self._show)
        router.add_post(f"{root}/pay/{{id}}", self._pay)

    async def _show(self, request: web.Request) -> web.Response:
        self._shop.settle()
        payment = self._shop.payments.get(request.match_info["id"])
        language = _language(request)
        if payment is None:
            return _page(language, _paragraph(language, "unknown"), status=404)
        if payment.state != "pending":
            return _result(language, payment)
        return _page(language, _summary(language, payment) + self._choices(language, payment))

    async def _pay(self, request: web.Request) -> web.Response:
        form = await request.post()
        language = _language(request)
        payment_id, way = request.match_info["id"], str(form.get("way", ""))
        try:
            card = CARDS.get(way)
            if card is not None and card.confirmed and "code" not in form:
                return _page(language, _code_form(language, card))
            payment = self._shop.pay_by_card(payment_id, way) if card else self._paid_otherwise(payment_id, way)
        except ApiError as error:
            shown = self._shop.payments.get(payment_id)
            if shown is None:
                return _page(language, _paragraph(language, "unknown"), status=404)
            return _result(language, shown, status=error.status)
        await self._acted()
        return _result(language, payment)

    def _paid_otherwise(self, payment_id: str, way: str) -> Payment:
        if way == "cancel":
            return self._shop.decline(payment_id, "expired_on_confirmation")
        return self._shop.pay_by_method(payment_id, way)

    def _choices(self, language: str, payment: Payment) -> str:
        saved = [(method.id, method.title) for method in self._shop.saved_for(payment)]
        cards = [(card.number, _card_title(language, card)) for card in CARDS.values()]
        others = ["yoo_money"] if self._shop.test else ["yoo_money", "sbp"]
        ways = [*saved, *cards, *((name, words(language)[name]) for name in others)]
        options = "".join(f'<option value="{escape(way)}">{escape(title)}</option>' for way, title in ways)
        note = _paragraph(language, "saves") if payment.asked.get("save_payment_method") else ""
        return (
            f'<form method="post"><label for="way">{escape(words(language)["way"])}</label>'
            f'<select id="way" name="way">{options}</select>{note}'
            f"<button>{escape(words(language)['pay'])} {_price(payment)}</button></form>"
            f'<form method="post"><input type="hidden" name="way" value="cancel">'
            f'<button class="quiet">{escape(words(language)["give_up"])}</button></form>'
        )


@cache
def words(language: str) -> dict[str, str]:
    """Return the words of the page in a language."""
    found: dict[str, str] = json.loads((_FILES / f"{language}.json").read_text(encoding="utf-8"))
    return found


def _language(request: web.Request) -> str:
    """Return the language that is asked for, or that of the browser; Russian if it has neither."""
    asked = request.query.get("lang") or request.headers.get("Accept-Language", "")[:2]
    return asked if asked in LANGUAGES else LANGUAGES[0]


def _card_title(language: str, card: Card) -> str:
    said = words(language)[f"reason_{card.reason}"] if card.reason else words(language)["works"]
    code = f", {words(language)['asks_code']}" if card.confirmed else ""
    return f"{card.kind} •• {card.last4}: {said}{code}"


def _code_form(language: str, card: Card) -> str:
    return (
        f'<form method="post"><input type="hidden" name="way" value="{card.number}">'
        f'<label for="code">{escape(words(language)["code"])}</label>'
        f'<input id="code" name="code" inputmode="numeric" value="123456">'
        f"<button>{escape(words(language)['confirm'])}</button></form>"
    )


def _summary(language: str, payment: Payment) -> str:
    description = escape(str(payment.asked.get("description", "")))
    test = _paragraph(language, "test") if payment.test else ""
    return f"<h1>{_price(payment)}</h1><p>{description}</p>{test}"


def _result(language: str, payment: Payment, status: int = 200) -> web.Response:
    texts = words(language)
    said = texts.get(f"state_{payment.state}", texts["unknown"])
    reason = texts.get(f"reason_{payment.reason[1]}", payment.reason[1]) if payment.reason else ""
    back = payment.asked.get("confirmation", {}).get("return_url", "")
    link = f'<a class="button" href="{escape(back)}">{escape(texts["back"])}</a>' if back else ""
    why = f'<p class="reason">{escape(reason)}</p>' if reason else ""
    shown = f"<h1>{escape(said)}</h1>{why}{_summary(language, payment)}{link}"
    return _page(language, shown, status)


def _paragraph(language: str, word: str) -> str:
    return f"<p>{escape(words(language)[word])}</p>"


def _price(payment: Payment) -> str:
    return escape(f"{payment.money.text.replace('.', ',')} ₽")


def _page(language: str, content: str, status: int = 200) -> web.Response:
    template = Template((_FILES / "pay.html").read_text(encoding="utf-8"))
    other = next(one for one in LANGUAGES if one != language)
    text = template.substitute(
        language=language,
        title=escape(words(language)["title"]),
        content=content,
        other=other,
        other_name=escape(words(other)["name"]),
    )
    return web.Response(text=text, content_type="text/html", status=status)

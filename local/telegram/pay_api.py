"""The API of the payment sheet and of a person's Stars on the chat page.

The paths are below /chat/api.

    GET  people/{id}/invoices/{slug}   {title, description, amount, renews, stars}; `renews`: it is charged every 30
         days; `stars` is the person's balance
    POST people/{id}/invoices/{slug}   press *Pay* → {checkout_id}, or {error: "balance_too_low"}
    GET  checkouts/{checkout_id}       {state, error}: waiting, paid, declined (`error` is the bot's text), timed_out
    GET  people/{id}/stars             {stars, subscriptions: [{charge, title, amount, until, renews, can_resume}]}
    POST people/{id}/stars             {stars} sets the balance; {charge, renews} turns the renewal of a subscription
         off or on → as GET
"""

from aiohttp import web

from local.telegram.checkouts import BalanceTooLow
from local.telegram.fake_telegram import FakeTelegram
from local.telegram.invoices import Invoice
from local.telegram.star_subscriptions import Subscription
from local.telegram.wallet import Wallet

LARGEST_BALANCE = 1_000_000_000


class PayApi:
    """Serves the payment sheets of one fake Telegram."""

    def __init__(self, telegram: FakeTelegram) -> None:
        self._telegram = telegram

    def mount(self, app: web.Application) -> None:
        """Add the routes."""
        invoice = "/chat/api/people/{id:\\d+}/invoices/{slug}"
        app.router.add_get(invoice, self._sheet)
        app.router.add_post(invoice, self._pay)
        app.router.add_get("/chat/api/checkouts/{id:\\d+}", self._checkout)
        app.router.add_get("/chat/api/people/{id:\\d+}/stars", self._stars)
        app.router.add_post("/chat/api/people/{id:\\d+}/stars", self._change)

    async def _sheet(self, request: web.Request) -> web.Response:
        wallet, invoice = self._wallet(request), self._invoice(request)
        return web.json_response(
            {
                "title": invoice.title,
                "description": invoice.description,
                "amount": invoice.amount,
                "renews": invoice.period is not None,
                "stars": wallet.stars,
            }
        )

    async def _pay(self, request: web.Request) -> web.Response:
        wallet, invoice = self._wallet(request), self._invoice(request)
        try:
            checkout = await wallet.pays(invoice.link, wait=False)
        except BalanceTooLow:
            return web.json_response({"error": "balance_too_low"})
        return web.json_response({"checkout_id": checkout.id})

    async def _checkout(self, request: web.Request) -> web.Response:
        checkout = self._telegram.checkouts.find(request.match_info["id"])
        if checkout is None:
            raise web.HTTPNotFound(text="no such checkout")
        return web.json_response({"state": checkout.state, "error": checkout.error})

    async def _stars(self, request: web.Request) -> web.Response:
        return web.json_response(self._stars_json(self._wallet(request)))

    async def _change(self, request: web.Request) -> web.Response:
        wallet = self._wallet(request)
        match await _json(request):
            case {"stars": int() as stars} if 0 <= stars <= LARGEST_BALANCE:
                wallet.has(stars)
            case {"charge": str() as charge, "renews": bool() as renews}:
                subscription = wallet.subscribed.find(wallet.account.user_id, charge)
                if subscription is None:
                    raise web.HTTPNotFound(text="no such subscription")
                if renews:
                    wallet.subscribed.resume(subscription)
                else:
                    wallet.subscribed.cancel(subscription)
            case _:
                raise web.HTTPBadRequest(text="stars, or charge and renews")
        return web.json_response(self._stars_json(wallet))

    def _stars_json(self, wallet: Wallet) -> dict[str, object]:
        listed = [self._subscription_json(known) for known in wallet.subscriptions]
        return {"stars": wallet.stars, "subscriptions": listed}

    def _subscription_json(self, known: Subscription) -> dict[str, object]:
        return {
            "charge": known.first_charge,
            "title": known.invoice.title,
            "amount": known.invoice.amount,
            "until": known.expires_at.isoformat(),
            "renews": known.renews,
            "can_resume": self._telegram.subscriptions.can_resume(known),
        }

    def _wallet(self, request: web.Request) -> Wallet:
        try:
            return self._telegram.wallet(int(request.match_info["id"]))
        except KeyError as error:
            raise web.HTTPNotFound(text="no such person") from error

    def _invoice(self, request: web.Request) -> Invoice:
        invoice = self._telegram.invoices.find(request.match_info["slug"])
        if invoice is None:
            raise web.HTTPNotFound(text="no such invoice")
        return invoice


async def _json(request: web.Request) -> object:
    try:
        return await request.json()
    except ValueError as error:
        raise web.HTTPBadRequest(text="JSON expected") from error

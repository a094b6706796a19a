"""The part of the control panel's API that shows what brings customers; `api.py` describes the whole API.

POST growth                {"what": …, "user_id"?: …} plays what people do before a new person comes, and returns
     {payload}: that of the link with which this person comes. `what` is one of
     "code", "ad"       the operator makes a promo code, or an ad link, in their chat, at the first request
     "invite", "gift"   the person of `user_id` shows the link of their invitation, or buys a gift in Stars
     "budget"           the operator limits trials to one a day, or ends the limit → {trials_a_day}
     "winback"          the person of `user_id` buys time in Stars if they have not paid for any, and time passes,
         for all people, until it has ended and they are offered a discount to come back → {winback}: "offered", or
         why not, then no time passes: "off" (in the settings), "blocked", "news" (stopped), "paused", "recent"
         (offered within 180 days), "renews", "not_sold"; "not_yet": time has passed, but something holds it back
"""

from collections.abc import Mapping

from aiohttp import web

from local.control_panel.chat_steps import buttons, buys, taps
from local.control_panel.requests import Body, json_handler
from local.control_panel.winback import WinbackInUse, WinbackSteps
from local.ledger_view import LedgerView
from local.telegram.checkouts import BalanceTooLow
from local.telegram.person import NotOnScreenError, Person
from local.telegram.wallet import NoInvoiceError
from vpnbot.domain.shop import SHOP
from vpnbot.storage.plans.records import SETTINGS

_AD_NAMES = {"ru": "Блог"}
_AD_NAME = "Blog"


class GrowthApi:
    """Plays the steps before a new person comes by a link, or a person who has left is asked to come back."""

    def __init__(self, system: WinbackInUse) -> None:
        self._system = system
        self._winback = WinbackSteps(system)
        self._made: dict[str, str] = {}

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Add the route below /control/api."""
        router.add_post("/control/api/growth", json_handler(self.play))

    async def play(self, body: Body) -> Body:
        """Play the steps of one kind of link, or change the limit of trials.

        Raises:
            ValueError: there is no such kind, or a screen does not have what the steps need.
        """
        try:
            match body:
                case {"what": "code" | "ad" as what}:
                    if what not in self._made:
                        self._made[what] = await (self._code if what == "code" else self._ad)(self._operator())
                    return {"payload": self._made[what]}
                case {"what": "invite", "user_id": int() as user_id}:
                    return {"payload": await self._invitation(self._system.telegram.person_by_id(user_id))}
                case {"what": "gift", "user_id": int() as user_id}:
                    return {"payload": await self._gift(self._system.telegram.person_by_id(user_id))}
                case {"what": "budget"}:
                    return await self._limit(self._operator())
                case {"what": "winback", "user_id": int() as user_id}:
                    return {"winback": await self._winback.play(self._system.telegram.person_by_id(user_id))}
        except (NotOnScreenError, NoInvoiceError, BalanceTooLow) as error:
            raise ValueError(str(error)) from error
        raise ValueError('"what" is "code", "ad", "budget"; or "invite", "gift", "winback" with a "user_id"')

    def _operator(self) -> Person:
        accounts = self._system.telegram.conversations.accounts.values()
        operator = next((account for account in accounts if account.operator), None)
        if operator is None:
            raise ValueError("the run has no operator")
        return self._system.telegram.person_by_id(operator.user_id)

    async def _code(self, operator: Person) -> str:
        await operator.sends("/admin")
        for data in ("adm:code:list", "adm:code:new", "adm:code:any", "adm:code:make:"):
            await taps(operator, data)
        return _payload(operator)

    async def _ad(self, operator: Person) -> str:
        await operator.sends("/admin")
        for data in ("adm:ads:list", "adm:ads:new"):
            await taps(operator, data)
        await operator.sends(_AD_NAMES.get(operator.account.language, _AD_NAME))
        return _payload(operator)

    async def _invitation(self, person: Person) -> str:
        await _opens(person)
        await person.taps_data("invite", on=person.screen)
        return _payload(person)

    async def _gift(self, person: Person) -> str:
        await _opens(person)
        await person.taps_data("buy::::g", on=person.screen)
        await buys(person, self._system.telegram, self._system.settle)
        await taps(person, "gift:show:")
        return _payload(person)

    async def _limit(self, operator: Person) -> Body:
        wanted = 0 if trials_a_day(self._system.ledger) else 1
        await operator.sends("/admin")
        await operator.taps_data("shop:setting:trials_a_day", on=operator.screen)
        await operator.sends(str(wanted))
        return {"trials_a_day": trials_a_day(self._system.ledger)}


def trials_a_day(ledger: LedgerView) -> int:
    """Return how many trials the shop begins in a day; 0: as many as are wanted."""
    settings: Mapping[str, object] = ledger.item(SHOP, SETTINGS).get("body", {})
    return int(str(settings.get("trials_a_day", 0)))


async def _opens(person: Person) -> None:
    if not person.account.started:
        await person.sends("/start")


def _payload(person: Person) -> str:
    """Return the payload of the link that the newest screen copies."""
    link = next((button.value for button in buttons(person.screen) if button.kind == "copy"), "")
    payload = link.partition("start=")[2]
    if not payload:
        raise ValueError(f"{person.account.first_name} sees no link, but {person.screen.labels}")
    return payload

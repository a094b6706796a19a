"""How people of a scenario buy, and what the table then has of their money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession, ClientTimeout

from local.journey.harness import ONE_ON_EACH, Actor, Harness
from local.system import System
from vpnbot.storage.table import from_text

WORKING_CARD = "5555555555554444"
STARS, CARD, CRYPTO, DEMO = "Telegram Stars", "Card or SBP", "Crypto Pay", "Demo payment"
WAYS = (STARS, CARD, CRYPTO, DEMO)
"""The ways to pay, as the buttons name them."""
_FORMS: Mapping[str, Mapping[str, str]] = {
    CARD: {"way": WORKING_CARD},
    CRYPTO: {"asset": "USDT"},
    DEMO: {"action": "pay"},
}


@dataclass(frozen=True, slots=True)
class Buyer(Actor):
    """A person who buys."""

    system: System

    async def chooses(self, words: str) -> str:
        """Tap the first button of the newest screen that has these words; return the address that it opens.

        Raises:
            LookupError: there is no such button.
        """
        labels = [label.replace("\u00a0", " ") for label in self.person.screen.labels]
        found = [number for number, label in enumerate(labels) if words in label]
        if not found:
            raise LookupError(f"{self.name} sees no button with {words!r}, but {labels}")
        return (await self.taps(self.person.screen.labels[found[0]])).opened_url

    async def orders(
        self, way: str, plan: str = "Standard", duration: str = "1 month", *, renews: bool = False
    ) -> str:
        """Go from the home screen to an order, and return the link with which it is paid."""
        await self.comes_to_confirmation(way, plan, duration)
        if renews:
            await self.chooses("Auto-renew: off")
        await self.chooses("Pay")
        return await self.payment_link()

    async def comes_to_confirmation(self, way: str, plan: str = "Standard", duration: str = "1 month") -> None:
        """Go from the home screen to the confirmation of a purchase."""
        await self.says("/start")
        for words in ("Plans", plan, duration, way):
            await self.chooses(words)

    async def payment_link(self) -> str:
        """Return the link of the newest screen with which an order is paid."""
        return await self.chooses("Pay")

    async def pays(
        self, way: str, link: str, *, page_fails: bool = False, form: Mapping[str, str] | None = None
    ) -> None:
        """Pay as a person does: on the payment sheet, or on the provider's page.

        `form` is what is chosen on the page. `page_fails`: the page is expected to answer with an error.

        Raises:
            ValueError: the page answers otherwise than expected.
        """
        self.transcript.event(f"{self.name} pays on the {'sheet' if way == STARS else 'page'} of {way}")
        if way == STARS:
            await self.system.telegram.wallet(self.user_id).pays(link)
        else:
            status, text = await _submit(link, form or _FORMS[way])
            if (status >= 400) is not page_fails:
                raise ValueError(f"the page answers {status}: {text[:200]}")
        await self.system.settle()
        self.reads()

    async def buys(self, way: str, plan: str = "Standard", duration: str = "1 month") -> None:
        """Order and pay."""
        await self.pays(way, await self.orders(way, plan, duration))

    async def opens_payment(self, number: int = 0) -> None:
        """Open one of the own payments; 0 is the newest."""
        await self.says("/start")
        await self.chooses("Plans")
        await self.chooses("Payments")
        await self.taps(self.person.screen.labels[number])

    async def asks_for_refund(self) -> None:
        """Ask for the newest payment back."""
        await self.opens_payment()
        await self.chooses("Refund")
        await self.chooses("Ask for it")
        await self.system.settle()


@dataclass(frozen=True, slots=True)
class Books:
    """What the table has of one person's money, as of now."""

    items: Mapping[str, Mapping[str, Any]]

    @classmethod
    def of(cls, buyer: Buyer) -> "Books":
        """Read a person's items."""
        return cls(buyer.system.ledger.items(buyer.user_id))

    @property
    def bought_lots(self) -> int:
        """How many lots of the present time were bought."""
        return sum(lot["source"] != "trial" for lot in self.items["SUB"]["body"].get("lots", ()))

    @property
    def credited(self) -> Sequence[str]:
        """What the ledger says of each payment that was received."""
        return [str(entry["what"]) for cause, entry in self.entries if _is_money(cause)]

    @property
    def entries(self) -> Sequence[tuple[str, Mapping[str, Any]]]:
        """The entries of the ledger with their causes."""
        return [
            (key.removeprefix("LOG#"), item["body"]) for key, item in self.items.items() if key.startswith("LOG#")
        ]

    @property
    def open_orders(self) -> int:
        """How many orders wait for their payment or for a decision.

        An order that is paid in Stars stays due for a day, until Telegram's list has its payment.
        """
        orders = (item for key, item in self.items.items() if key.startswith("ORDER#") and "#" not in item["pk"])
        return sum(order["body"].get("status") != "paid" for order in orders)

    @property
    def money_left(self) -> Mapping[str, int]:
        """What was paid less what was sent back, in minor units by currency, without sums of zero."""
        sums: dict[str, int] = {}
        for _, entry in self.entries:
            if money := entry.get("money"):
                sums[money["currency"]] = sums.get(money["currency"], 0) + int(money["minor"])
        return {currency: minor for currency, minor in sums.items() if minor}

    @property
    def seconds(self) -> int:
        """The time that the ledger says was granted, less what was taken back."""
        return sum(int(entry.get("seconds") or 0) for _, entry in self.entries)

    @property
    def seconds_of_subscription(self) -> int:
        """The time from the beginning of the subscription to its end."""
        body = self.items["SUB"]["body"]
        return round((from_text(body["ends_at"]) - from_text(body["starts_at"])).total_seconds())

    def adds_up(self, used: int = 0) -> bool:
        """Return whether the ledger explains the time of the subscription, up to a second for each decision.

        `used` are the seconds of the ledger that were over before the subscription began.
        """
        return abs(self.seconds - used - self.seconds_of_subscription) <= len(self.entries)


def promise_paid_once(
    harness: Harness, buyer: Buyer, *, payments: int = 1, says: str = "received", used: int = 0
) -> None:
    """Check that a number of payments counted once each: time, ledger, message, keys."""
    say, books = harness.transcript, Books.of(buyer)
    said = len(buyer.messages_with(says))
    seen = (books.bought_lots, len(books.credited), said, books.open_orders)
    words = "one lot, one payment in the ledger, one message, no order waits"
    if payments > 1:
        words = f"{payments} payments: as many lots, entries in the ledger and messages"
    say.promise(words, seen == (payments, payments, payments, 0), seen)
    promise_adds_up(harness, buyer, books, used)


def promise_adds_up(harness: Harness, buyer: Buyer, books: Books | None = None, used: int = 0) -> None:
    """Check that the ledger explains the time, and that each server has one working key."""
    say, books = harness.transcript, books or Books.of(buyer)
    say.promise("the ledger adds up to the time", books.adds_up(used), (books.seconds, books.seconds_of_subscription))
    works = {
        server: sum(client.enable for client in clients)
        for server, clients in harness.system.panels.clients(buyer.user_id).items()
    }
    say.promise("one working key on each of three servers", works == ONE_ON_EACH, works)


def new_buyer(harness: Harness, name: str) -> Buyer:
    """Return a new person with a phone."""
    return Buyer(harness.system.person(name), harness.transcript, harness.system)


async def buyer_on_trial(harness: Harness, name: str) -> Buyer:
    """Return a new person who has started the bot and taken the trial."""
    buyer = new_buyer(harness, name)
    await buyer.says("/start")
    await buyer.taps("Try free")
    return buyer


def _is_money(cause: str) -> bool:
    return cause.startswith("payment:") and cause.endswith(":succeeded")


async def _submit(link: str, form: Mapping[str, str]) -> tuple[int, str]:
    async with ClientSession(timeout=ClientTimeout(total=30)) as browser, browser.post(link, data=form) as response:
        return response.status, await response.text()

"""Receipts by email: the address is asked for once, changed, shown and forgotten; an operator reads of a refusal."""

import json
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from local.journey.buying import CARD, Buyer, buyer_on_trial, promise_paid_once
from local.journey.harness import Harness
from local.yookassa.faults import FaultKind

FIRST, SECOND = "rita@example.com", "rita@example.net"
_REGISTERED = timedelta(minutes=10)
_ERASED = timedelta(hours=3)


async def receipts_by_email(harness: Harness) -> None:
    """Rita gets her receipts by email, and deletes everything later."""
    yookassa = harness.system.providers.yookassa.shop
    operator = Buyer(harness.operator().person, harness.transcript, harness.system)
    yookassa.fiscal = True
    await _make_receipts(harness, operator, "email")
    try:
        rita = await buyer_on_trial(harness, "Rita")
        await _first_purchase(harness, rita)
        await _changed_address(harness, rita, operator)
        await _shown_and_forgotten(harness, rita)
    finally:
        await _make_receipts(harness, operator, "off")
        yookassa.fiscal = False


async def _first_purchase(harness: Harness, rita: Buyer) -> None:
    say = harness.transcript
    await rita.comes_to_confirmation(CARD)
    say.promise("her email is asked for before the first purchase", "Send your email" in rita.person.screen.text)
    await rita.says("rita at example.com")
    wrong = rita.person.screen.text
    say.promise("a wrong one is refused kindly, and asked for again", "Please send it again" in wrong, wrong)
    await rita.says(FIRST)
    await _pays(rita)
    promise_paid_once(harness, rita)
    given = [payment.asked["receipt"]["customer"] for payment in _payments(harness, rita)]
    say.promise("YooKassa gets it for the receipt", given == [{"email": FIRST}], given)
    await _opens_receipt(rita)
    say.promise("the receipt is on its way", f"on its way to {FIRST}" in rita.person.screen.text)
    await harness.time_passes(_REGISTERED, "ten minutes later it is registered")
    await _opens_receipt(rita)
    shown = rita.person.screen.text
    say.promise("its numbers are shown", f"sent to {FIRST}" in shown and "FD\u00a03986" in shown, shown)


async def _changed_address(harness: Harness, rita: Buyer, operator: Buyer) -> None:
    say = harness.transcript
    await harness.time_passes(timedelta(days=1), "a day later")
    await rita.comes_to_confirmation(CARD)
    labels = rita.person.screen.labels
    say.promise("the next purchase keeps the address, and asks nothing", f"✉️ {FIRST}" in labels, labels)
    await rita.chooses(FIRST)
    await rita.says(SECOND)
    say.promise("it can be changed there", f"✉️ {SECOND}" in rita.person.screen.labels, rita.person.screen.labels)
    harness.system.providers.yookassa.faults.order(FaultKind.RECEIPT_CANCELED)
    await _pays(rita)
    promise_paid_once(harness, rita, payments=2)
    say.event("the tax service refuses this receipt")
    await harness.time_passes(_REGISTERED, "ten minutes later")
    operator.reads()
    say.promise("the operators read of it once", len(operator.messages_with("receipt was not registered")) == 1)
    await _opens_receipt(rita)
    refused = rita.person.screen.text
    say.promise("she reads that it is being sorted out", "we'll sort it out" in refused, refused)
    await _opens_receipt(rita, 1)
    first = rita.person.screen.text
    say.promise("the first receipt stays where it was sent", f"sent to {FIRST}" in first, first)


async def _shown_and_forgotten(harness: Harness, rita: Buyer) -> None:
    say = harness.transcript
    await _opens_her_data(rita)
    await rita.chooses("Download")
    files = [message.document for message in rita.person.messages if message.document]
    data = json.loads(files[-1].content) if files else {"profile": {}, "orders": []}
    profile = data["profile"].get("receipt_contact")
    orders = sorted(str(order["receipt_contact"]) for order in data["orders"])
    say.promise("her data has the addresses", (profile, orders) == (SECOND, [FIRST, SECOND]), (profile, orders))
    await _opens_her_data(rita)
    await rita.chooses("Delete")
    await rita.chooses("Delete everything")
    await harness.time_passes(_ERASED, "three hours later")
    items = harness.system.ledger.items(rita.user_id)
    left = [key for key, item in items.items() if "rita@" in str(item)]
    say.promise("nothing of hers has an address any more", not left, left)
    kept = sorted(key.partition("#")[0] for key in items if key.startswith("ORDER#"))
    say.promise("what the law makes us keep of the two payments stays", kept == ["ORDER", "ORDER"], sorted(items))


async def _make_receipts(harness: Harness, operator: Buyer, choice: str) -> None:
    """Let the operator switch receipts on or off; a function may know the settings of half a minute ago."""
    await operator.says("/shop")
    await operator.chooses("Settings")
    await operator.chooses(f"Receipts: {choice}")
    await harness.time_passes(timedelta(minutes=1), "a minute later")


async def _pays(rita: Buyer) -> None:
    await rita.chooses("Pay")
    await rita.pays(CARD, await rita.payment_link())


async def _opens_receipt(rita: Buyer, number: int = 0) -> None:
    await rita.opens_payment(number)
    await rita.chooses("Receipt")


async def _opens_her_data(rita: Buyer) -> None:
    await rita.says("/start")
    await rita.chooses("Settings")
    await rita.chooses("My data")


def _payments(harness: Harness, buyer: Buyer) -> list[Any]:
    """Return what YooKassa was asked for by a person's orders."""
    mine = harness.person_id(buyer)
    made = harness.system.providers.yookassa.shop.payments.values()
    return [payment for payment in made if payment.asked.get("metadata", {}).get("person") == mine]


RECEIPT_SCENARIOS: tuple[Callable[[Harness], Coroutine[Any, Any, None]], ...] = (receipts_by_email,)

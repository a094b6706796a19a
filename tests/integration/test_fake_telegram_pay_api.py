"""The API of the payment sheet and of a person's Stars on the chat page."""

from datetime import timedelta
from typing import Any

from tests.integration.stars_invoices import PERIOD, invoice_link, ready
from tests.integration.telegram_harness import Harness, delivered, person_with_chat, run_scenario


async def ask(harness: Harness, method: str, path: str, body: object = None, status: int = 200) -> dict[str, Any]:
    """Send a request to the API; return the answer."""
    url = f"{harness.base}/chat/api/{path}"
    async with harness.http.request(method, url, json=body) as response:
        assert response.status == status
        answer: dict[str, Any] = await response.json() if status == 200 else {}
        return answer


def path_of(link: str, user_id: int) -> str:
    """Return the path of the payment sheet behind a link."""
    return f"people/{user_id}/invoices/{link.partition('$')[2]}"


def test_the_sheet_shows_the_invoice_and_pays_it() -> None:
    async def scenario(harness: Harness) -> None:
        await ready(harness)
        anna = await person_with_chat(harness)
        sheet = path_of(await invoice_link(harness, subscription_period=PERIOD), anna.user_id)
        assert await ask(harness, "GET", sheet) == {
            "title": "Standard",
            "description": "VPN for 30 days",
            "amount": 199,
            "renews": True,
            "stars": 10_000,
        }
        checkout = f"checkouts/{(await ask(harness, 'POST', sheet))['checkout_id']}"
        await harness.telegram.idle()
        assert await ask(harness, "GET", checkout) == {"state": "paid", "error": ""}
        messages = await harness.http.get(f"{harness.base}/chat/api/people/{anna.user_id}/messages")
        assert (await messages.json())[-1]["service"] == {
            "kind": "successful_payment",
            "amount": 199,
            "title": "",
            "description": "",
        }

    run_scenario(scenario)


def test_the_sheet_says_why_nothing_was_paid() -> None:
    async def scenario(harness: Harness) -> None:
        await ready(harness, {"ok": False, "error_message": "Out of date"})
        anna = await person_with_chat(harness)
        sheet = path_of(await invoice_link(harness), anna.user_id)
        declined = f"checkouts/{(await ask(harness, 'POST', sheet))['checkout_id']}"
        await harness.telegram.idle()
        assert await ask(harness, "GET", declined) == {"state": "declined", "error": "Out of date"}
        harness.checkout = {}
        silent = f"checkouts/{(await ask(harness, 'POST', sheet))['checkout_id']}"
        await harness.telegram.idle()
        assert (await ask(harness, "GET", silent))["state"] == "waiting"
        harness.now += timedelta(seconds=11)
        assert (await ask(harness, "GET", silent))["state"] == "timed_out"
        stars = f"people/{anna.user_id}/stars"
        assert (await ask(harness, "POST", stars, {"stars": 198}))["stars"] == 198
        assert await ask(harness, "POST", sheet) == {"error": "balance_too_low"}

    run_scenario(scenario)


def test_a_subscription_is_turned_off_and_on() -> None:
    async def scenario(harness: Harness) -> None:
        await ready(harness)
        anna = await person_with_chat(harness)
        charge = (
            await harness.telegram.wallet(anna.user_id).pays(await invoice_link(harness, subscription_period=PERIOD))
        ).charge
        stars = f"people/{anna.user_id}/stars"
        (listed,) = (await ask(harness, "GET", stars))["subscriptions"]
        until = (harness.now + timedelta(seconds=PERIOD)).isoformat()
        expected = {"charge": charge, "title": "Standard", "amount": 199, "until": until, "can_resume": True}
        assert listed == {**expected, "renews": True}
        for renews in (False, True):
            (listed,) = (await ask(harness, "POST", stars, {"charge": charge, "renews": renews}))["subscriptions"]
            assert listed["renews"] is renews
        await harness.telegram.idle()
        assert [change["state"] for change in delivered(harness, "subscription")] == ["canceled", "active"]

    run_scenario(scenario)


def test_wrong_requests_are_rejected() -> None:
    async def scenario(harness: Harness) -> None:
        anna = harness.telegram.person("Anna")
        await ask(harness, "GET", f"people/{anna.user_id}/invoices/none", status=404)
        await ask(harness, "GET", "people/1/stars", status=404)
        await ask(harness, "GET", "checkouts/1", status=404)
        stars = f"people/{anna.user_id}/stars"
        await ask(harness, "POST", stars, {"charge": "none", "renews": False}, status=404)
        rejected: tuple[object, ...] = ({"stars": -1}, {"stars": "many"}, {}, [], {"charge": 5}, None)
        for wrong in rejected:
            await ask(harness, "POST", stars, wrong, status=400)

    run_scenario(scenario)

"""A subscription in Stars in the running system: bought in the chat, renewed by Telegram, turned off by either."""

from datetime import timedelta

import pytest

from local.telegram.person import Person
from local.telegram.screen import plain_label
from local.telegram.star_subscriptions import Subscription
from tests.e2e.running_demo import Ask, RunningDemo, play, take_trial

MONTH = timedelta(days=30)


async def subscribes(demo: RunningDemo, person: Person) -> Subscription:
    """Buy a month in Stars with automatic renewal; return the subscription that Telegram has."""
    await take_trial(person)
    await person.sends("/plans")
    for label in ("Standard", "1\xa0month", "Telegram Stars", "🔁 Auto-renew: off", "Pay"):
        await person.taps(starting_with(person, label))
    opened = await person.taps(starting_with(person, "Pay"))
    wallet = demo.system.telegram.wallet(person.user_id)
    await wallet.pays(opened.opened_url)
    await demo.system.settle()
    (subscription,) = wallet.subscriptions
    return subscription


def starting_with(person: Person, label: str) -> str:
    """Return the whole label of the first button of the newest message that begins like this, emoji aside."""
    labels = person.screen.labels
    found = [each for each in labels if plain_label(each).startswith(plain_label(label))]
    assert found, f"no button {label!r} in {labels}"
    return found[0]


def test_telegram_renews_a_month_and_the_person_turns_it_off_with_one_tap(demo: RunningDemo) -> None:
    async def scenario(_: Ask, person: Person) -> None:
        subscription = await subscribes(demo, person)
        await demo.system.advance(MONTH - timedelta(days=2))
        assert person.sees("Telegram will take 199")
        await demo.system.advance(timedelta(days=3))
        assert person.sees("✅ Renewed for")
        await person.taps("Turn off auto-renew")
        await demo.system.settle()
        assert not subscription.renews
        await demo.system.advance(MONTH + timedelta(days=3))
        assert person.sees("VPN is off")

    play(demo, scenario)


def test_a_person_turns_it_off_in_telegram_and_reads_so(demo: RunningDemo) -> None:
    async def scenario(_: Ask, person: Person) -> None:
        subscription = await subscribes(demo, person)
        await demo.system.telegram.wallet(person.user_id).cancels(subscription)
        await demo.system.settle()
        assert person.sees("Auto-renew is off in Telegram")

    play(demo, scenario)


@pytest.mark.parametrize("fault", ["renewal_unmarked", "renewal_first_charge"])
def test_a_renewal_that_telegram_marks_wrongly_counts_once(demo: RunningDemo, fault: str) -> None:
    async def scenario(ask: Ask, person: Person) -> None:
        await subscribes(demo, person)
        await ask("POST", "faults/payments", {"fault": fault})
        await demo.system.advance(MONTH + timedelta(hours=1))
        renewed = [message for message in person.messages if "✅ Renewed for" in message.text]
        assert len(renewed) == 1
        assert "VPN until" in renewed[0].text

    play(demo, scenario)

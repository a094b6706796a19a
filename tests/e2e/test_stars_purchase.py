"""A purchase with Telegram Stars through the running functions: paid in the chat, also when Telegram misbehaves."""

from datetime import timedelta

from local.telegram.checkouts import Checkout, CheckoutState
from local.telegram.payment_faults import PaymentFault
from local.telegram.person import Person
from tests.e2e.running_demo import Ask, RunningDemo, play, take_trial


async def orders(person: Person) -> str:
    """Go from the home screen to the order of the first offer; return the invoice link."""
    await take_trial(person)
    await person.taps("Home")
    await person.taps("Plans")
    for _ in range(4):  # plan, duration, way to pay, confirmation
        await person.taps(person.screen.labels[0])
    return (await person.taps(person.screen.labels[0])).opened_url


async def pays(demo: RunningDemo, person: Person) -> Checkout:
    """Order and pay; return the attempt once all work is done."""
    link = await orders(person)
    checkout = await demo.system.telegram.wallet(person.user_id).pays(link)
    await demo.system.settle()
    return checkout


def received(person: Person) -> int:
    """Return how many messages say that the payment was received."""
    return sum("received" in message.text for message in person.messages if message.from_bot)


def test_a_payment_that_is_reported_twice_counts_once(demo: RunningDemo) -> None:
    async def scenario(_: Ask, person: Person) -> None:
        demo.system.telegram.faults.payments.order(PaymentFault.PAYMENT_TWICE)
        demo.system.telegram.faults.payments.order(PaymentFault.CHECKOUT_TWICE)
        checkout = await pays(demo, person)
        assert checkout.state is CheckoutState.PAID
        assert received(person) == 1
        link = checkout.invoice.link
        again = await demo.system.telegram.wallet(person.user_id).pays(link)
        assert (again.state, bool(again.error)) == (CheckoutState.DECLINED, True)

    play(demo, scenario)


def test_a_payment_that_is_never_reported_is_found_in_the_list_of_transactions(demo: RunningDemo) -> None:
    async def scenario(_: Ask, person: Person) -> None:
        demo.system.telegram.faults.payments.order(PaymentFault.PAYMENT_LOST)
        await pays(demo, person)
        assert received(person) == 0
        await demo.system.advance(timedelta(hours=2))
        assert received(person) == 1

    play(demo, scenario)


def test_the_link_of_another_person_is_not_charged(demo: RunningDemo) -> None:
    async def scenario(_: Ask, person: Person) -> None:
        link = await orders(person)
        stranger = demo.system.telegram.wallet(demo.system.person("Boris").user_id)
        checkout = await stranger.pays(link)
        assert (checkout.state, bool(checkout.error), stranger.stars) == (CheckoutState.DECLINED, True, 10_000)

    play(demo, scenario)

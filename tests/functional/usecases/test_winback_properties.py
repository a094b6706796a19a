"""Random lives of people who are offered a discount to come back: at most one message in half a year, and one use.

Two people buy, let their time end, order with and without the discount, enter a code, pay late and twice, get money
back, are paused, want no news, block the bot, delete their data and return, in any order; processes end.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.fakes.faults import Crash
from tests.fakes.shop import Shop, shop_in_memory, update
from tests.functional.usecases.discounting import HALF, cancels, orders
from tests.functional.usecases.ordering import OFFER, applies, card, paid_report, sent_back_elsewhere
from tests.functional.usecases.redeeming import enters, offers
from tests.functional.usecases.winning import AFTER, DAY, HOUR, MONTH, wins_back
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.notifications import Notification, NotificationKind
from vpnbot.domain.orders.reports import PaymentReport, ReportedState
from vpnbot.domain.payments.shop_settings import Switch
from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.subscription import Subscription
from vpnbot.domain.subscriptions.time_credit import Source
from vpnbot.domain.winback import AGAIN_AFTER, VALID_FOR, of_winback
from vpnbot.errors import Rejected, TelegramSilent, TelegramUnavailable, Unreachable, VpnbotError
from vpnbot.usecases.people.change_profile import reactivate, switch_news
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.subscriptions.suspend_subscription import resume, suspend

PEOPLE = (42, 43)
people = st.sampled_from(PEOPLE)
which = st.integers(0, 20)


def has_time(subscription: Subscription, now: datetime) -> bool:
    """Tell whether a person has time, or time that waits for a key."""
    return subscription.waits_for_key or subscription.entitled(now)


class Lives(RuleBasedStateMachine):
    """Two people and a provider; each message with an offer is judged at the moment at which it is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.shop: Shop = shop_in_memory()
        self.sent: dict[PersonId, list[datetime]] = {}
        self.whole: dict[str, set[str]] = {}
        self.wrong: list[str] = []
        self.sends = self.shop.sender.notify
        self.shop.sender.notify = self.judges  # type: ignore[method-assign]  # the fake, in this shop alone
        wins_back(self.shop)
        offers(self.shop, HALF)

    def judges(self, person: Person, notification: Notification, now: datetime) -> None:
        """Find what is wrong with an offer to this person now, and send it; an error here would only be logged."""
        if notification.kind is not NotificationKind.WINBACK:
            self.sends(person, notification, now)
            return
        stored = next(found for each in PEOPLE if (found := self.shop.look(each)).id == person.id)
        user, earlier = stored.user, self.sent.setdefault(person.id, [])
        paid = {report.person for report in self.reports(ReportedState.SUCCEEDED)}
        until = [each.until for each in stored.discounts if of_winback(each.source)]
        self.wrong += [
            name
            for name, right in {
                "it is unwanted": user.known and user.news and user.reachable and not stored.paused,
                "there is time left": not has_time(stored.subscription, now),
                "the person has never paid": person.id in paid,
                "the last one is too recent": not earlier or now - earlier[-1] >= AGAIN_AFTER,
                "its end is not true": until == [now + VALID_FOR]
                and notification.arguments["until"] == (now + VALID_FOR).isoformat(),
            }.items()
            if not right
        ]
        said = len(self.shop.sender.said)
        try:
            self.sends(person, notification, now)
        finally:
            earlier.extend([now] * (len(self.shop.sender.said) - said))

    def does(self, do: Callable[[], object]) -> None:
        """Do something that may end the process, or meet an error that its caller knows."""
        try:
            do()
        except (VpnbotError, Rejected):
            pass
        except Crash:
            self.shop.queue.claims.clear()

    def reports(self, *states: ReportedState) -> list[PaymentReport]:
        """Return the payments at the provider in these states."""
        return [report for report in card(self.shop).payments.values() if report.state in states]

    @initialize(person=people)
    def begins(self, person: int) -> None:
        """Let the first offer come early in most lives."""
        self.buys(person)
        self.time_passes(int((MONTH + AFTER) / HOUR) + 1)

    @rule(person=people)
    def buys(self, person: int) -> None:
        self.does(lambda: self.shop.arrives(person))
        self.does(lambda: orders(self.shop, person))
        order = self.shop.look(person).open_purchase
        if order is not None:
            for report in self.reports(ReportedState.PENDING):
                if report.order == order.id:
                    self._pays(report)
        self.does(lambda: self.shop.settles(minutes=2))
        self.remembers()

    @rule(person=people, further=st.sampled_from((-50, 1, 60)))
    def lets_it_end(self, person: int, further: int) -> None:
        """Let a person buy, and the time pass until before or after the day of the offer."""
        self.buys(person)
        self.time_passes(int((MONTH + AFTER) / HOUR) + further)

    @rule(person=people)
    def orders(self, person: int) -> None:
        self.does(lambda: orders(self.shop, person))

    @rule(person=people)
    def cancels(self, person: int) -> None:
        order = self.shop.look(person).open_purchase
        if order is not None:
            self.does(lambda: cancels(self.shop, order, person))

    def _pays(self, report: PaymentReport) -> None:
        card(self.shop).pays(report.payment_id)
        self.does(lambda: applies(self.shop, card(self.shop).payments[report.payment_id]))

    @precondition(lambda self: self.reports(ReportedState.PENDING))
    @rule(number=which)
    def pays(self, number: int) -> None:
        pending = self.reports(ReportedState.PENDING)
        self._pays(pending[number % len(pending)])

    @precondition(lambda self: self.reports(ReportedState.SUCCEEDED))
    @rule(number=which)
    def pays_once_more(self, number: int) -> None:
        ended = self.reports(ReportedState.SUCCEEDED)
        known = ended[number % len(ended)]
        person = next(each for each in PEOPLE if self.shop.person_id(each) == known.person)
        again = paid_report(self.shop, known.order or "", money=known.money, user_id=person)
        self.does(lambda: applies(self.shop, again))

    @precondition(lambda self: self.reports(ReportedState.SUCCEEDED))
    @rule(number=which)
    def is_sent_back(self, number: int) -> None:
        paid = self.reports(ReportedState.SUCCEEDED)
        report = paid[number % len(paid)]
        if card(self.shop).left(report.payment_id) == report.money.amount_minor:
            self.does(lambda: sent_back_elsewhere(self.shop, report.payment_id, report.money))

    @rule(person=people)
    def enters_a_code(self, person: int) -> None:
        self.does(lambda: enters(self.shop, HALF.id, person))

    @rule(person=people)
    def tries_free(self, person: int) -> None:
        self.does(lambda: self.shop.on_trial(person))

    @rule(person=people, wanted=st.booleans())
    def wants_news(self, person: int, wanted: bool) -> None:
        self.does(lambda: switch_news(self.shop.open(person), self.shop.context, update(), wanted=wanted))

    @rule(person=people, pause=st.booleans())
    def is_paused(self, person: int, pause: bool) -> None:
        act = suspend if pause else resume
        self.does(lambda: act(self.shop.open(person), self.shop.fleet, self.shop.context, update(), "admin:1"))

    @rule(person=people)
    def deletes(self, person: int) -> None:
        self.does(lambda: delete_data(self.shop.open(person), self.shop.fleet, self.shop.context, update()))

    @rule(person=people)
    def comes(self, person: int) -> None:
        self.does(lambda: self.shop.arrives(person))
        self.does(lambda: reactivate(self.shop.open(person), self.shop.context, update()))

    @rule(switch=st.sampled_from(Switch), days=st.sampled_from((1, 3, 10)))
    def settings_change(self, switch: Switch, days: int) -> None:
        self.does(lambda: wins_back(self.shop, winback=switch, winback_days=days))

    @rule(hours=st.sampled_from((1, 25, 80, 24 * 8, 24 * 31, 24 * 190)))
    def time_passes(self, hours: int) -> None:
        end = self.shop.clock.now + timedelta(hours=hours)
        while self.shop.clock.now < end:
            self.does(lambda: self.shop.until(end, step=HOUR))

    @rule(step=st.integers(0, 15))
    def a_process_will_end(self, step: int) -> None:
        self.shop.faults.crash_at_step(step)

    @rule(
        point=st.sampled_from(("say.before", "say.after")),
        error=st.sampled_from((TelegramSilent("no answer"), TelegramUnavailable("wait"), Unreachable("blocked"))),
    )
    def telegram_fails(self, point: str, error: Exception) -> None:
        if point == "say.before" or isinstance(error, TelegramSilent):  # a definite no comes before the message
            self.shop.faults.at(point, error)

    @invariant()
    def each_offer_was_right_and_has_bought_one_time_at_most(self) -> None:
        self.remembers()
        assert self.wrong == []
        assert all(len(lots) <= 1 for lots in self.whole.values()), self.whole

    def remembers(self) -> None:
        """Remember what was bought at a lower price."""
        for each in PEOPLE:
            person = self.shop.look(each)
            for lot in person.subscription.lots:
                if lot.source is Source.BOUGHT:
                    self._remember(each, lot.id, whole=lot.bought_seconds == OFFER.seconds)

    def _remember(self, user_id: int, lot_id: str, *, whole: bool) -> None:
        """Remember the time of a whole offer that was bought at the price of a discount to come back."""
        order_id = lot_id.partition("+")[0]
        with self.shop.faults.quiet():
            order = self.shop.open(user_id).recall(order_id).order(order_id)
        if whole and order is not None and of_winback(order.offer.discount):
            self.whole.setdefault(order.offer.discount, set()).add(lot_id)

    def teardown(self) -> None:
        """Let everything work again, and a week pass; nothing may be stuck, and no use lost in between."""
        shop, provider = self.shop, card(self.shop)
        shop.faults.clear()
        shop.queue.claims.clear()
        for report in self.reports(ReportedState.PENDING):
            provider.declines(report.payment_id, "expired_on_confirmation")
        for report in self.reports(ReportedState.SUCCEEDED):
            applies(shop, report)
        shop.reconciliations.make_due("card", shop.clock())
        shop.until(shop.clock.now + 8 * DAY, step=timedelta(hours=6))
        self.each_offer_was_right_and_has_bought_one_time_at_most()
        for each in PEOPLE:
            assert shop.look(each).user.reserved == (), "each use is final, or given back"
        assert shop.index.dead_lettered() == []


TestLives = Lives.TestCase
TestLives.settings = settings(
    max_examples=80, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)

"""Builders for the storage contract, whose tests run over the table in memory and over DynamoDB."""

from dataclasses import replace
from datetime import timedelta
from typing import Protocol

from tests.fakes.clock import START
from tests.fakes.offers import bought
from tests.fakes.table import Row
from vpnbot.domain.answers import Answer, AnswerKind
from vpnbot.domain.effects import Effect
from vpnbot.domain.invites.reward import Reward, RewardState
from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.devices import Device, Devices
from vpnbot.domain.keys.key_ring import Derivation, Key
from vpnbot.domain.keys.link_fetch import LinkFetch
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.money import Money
from vpnbot.domain.notifications import NotificationKind, notification
from vpnbot.domain.orders.followups import PendingReceipt, RenewalStop
from vpnbot.domain.orders.method import PaymentMethod
from vpnbot.domain.orders.offer import ListPrice, Offer
from vpnbot.domain.orders.order import Order, OrderKind, OrderStatus
from vpnbot.domain.orders.order_id import new_order_id
from vpnbot.domain.orders.payment import Payment, PaymentState
from vpnbot.domain.orders.refund import Refund, RefundReason
from vpnbot.domain.orders.reports import ReceiptReport
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.questions import Question, QuestionKind
from vpnbot.domain.scheduling import (
    Due,
)
from vpnbot.domain.servers.server_watch import ServerWatch
from vpnbot.domain.subscriptions.plan import TRIAL, Plan
from vpnbot.domain.subscriptions.renewal import Renewal, RenewalState
from vpnbot.domain.subscriptions.subscription import Subscription
from vpnbot.domain.topics import Topic, TopicState
from vpnbot.domain.winback import Winback, WinbackState
from vpnbot.usecases.ports import Session

KEY = Key(1, "5eed" * 8)
ENDPOINT = Endpoint("nl.example", 443, "k" * 43, "www.example.com", "ab12")
CHAT = "7:42:42"
FSM_KEY = f"FSM#{CHAT}"


OFFER = Offer(
    "30d",
    Plan("standard", timedelta(), devices=2, traffic_limit_bytes=10**11, keys=3, titles={"en": "Standard"}),
    timedelta(days=30),
    Money(29900, "RUB"),
    ListPrice(29900, 2592000),
    ListPrice(29900, 2592000),
    4,
)
_WAITS = Payment("pay-0", "100", OFFER.price, link="https://pay.example/1", valid_until=START + timedelta(hours=1))
AWAITING = Order(
    new_order_id(START, "0" * 32),
    OrderKind.PURCHASE,
    OFFER,
    "yookassa",
    "0" * 32,
    START,
    OrderStatus.AWAITING,
    account="100",
    contact="ann@example.com",
    payments=(_WAITS,),
    promised_until=START + timedelta(days=33),
    due=Due(START + timedelta(minutes=2)),
)
_PAID = Payment(
    "pay-1",
    "100",
    OFFER.price,
    PaymentState.CREDITED,
    paid_at=START,
    surplus_minor=100,
    payer=42,
    lot="lot-1",
    receipt=ReceiptReport("succeeded", "1", "2", "3"),
)
CLOSED = Order(
    new_order_id(START + timedelta(seconds=1), "1" * 32),
    OrderKind.RENEWAL,
    OFFER,
    "yookassa",
    "0" * 32,
    START,
    OrderStatus.PAID,
    payments=(_PAID,),
    closed_at=START,
    course=3,
)
RENEWAL = Renewal(
    OFFER,
    "yookassa",
    "100",
    "Visa •• 4477",
    START,
    CLOSED.id,
    RenewalState.FAILING,
    course=0,
    noticed_at=START + timedelta(hours=1),
    delivered_at=START + timedelta(hours=2),
    charge_at=START + timedelta(hours=26),
    tries=2,
    tried_at=START + timedelta(hours=26),
    retry_at=START + timedelta(hours=35),
    payer=42,
    first_payment_id="charge-1",
    renews_until=START + timedelta(days=30),
)
REFUND = Refund(CLOSED.id, 1, "yookassa", "100", "pay-1", Money(100, "RUB"), RefundReason.SURPLUS, START, whole=False)


class Outside(Protocol):
    """Direct access to stored items outside the people's own partitions."""

    def row(self, partition: str, key: str) -> Row | None: ...

    def put_counter(self, partition: str, key: str, taken: int, limit: int) -> None: ...


def entry(cause: str, what: str = "something") -> Entry:
    """Return a ledger entry."""
    return Entry(cause, what, START)


def met(session: Session, cause: str = "update:1:1") -> Person:
    """Commit a first contact."""
    user = session.person.user.met(42, "en", None, START)
    return session.commit(replace(session.person, user=user), entry(cause, "met"))


def commit(session: Session, *effects: Effect) -> Person:
    """Commit only effects."""
    return session.commit(session.person, effects=effects)


def in_order(person: Person) -> Person:
    """Return a person with their keys in the order in which a load returns them."""
    return replace(person, accesses=tuple(sorted(person.accesses, key=lambda access: access.server_id)))


def with_every_item(person: Person) -> Person:
    """Return a person who has items of each kind, whose fields differ from their defaults."""
    plan = Plan("month", timedelta(days=30), devices=3, traffic_limit_bytes=10**12)
    lagging = Access(
        "de",
        KEY,
        Wanted.ENABLED,
        devices=3,
        traffic_limit_bytes=10**12,
        due=Due(START, 2),
        name="v_ann",
        derivation=Derivation.PER_SERVER,
    )
    ready = replace(
        Access("nl", KEY, Wanted.DISABLED, devices=3).applied(1, ENDPOINT), used_bytes=2**40, last_error="slow"
    )
    subscription = bought(Subscription().trial_started(TRIAL, KEY).begun(START), plan, START, KEY).suspended(START)
    key_ready = notification(NotificationKind.KEY_READY, "event:key_ready:1", START, name="Ann «№1»")
    return replace(
        person,
        user=replace(person.user, opinion="good", wants_plans=True, due=Due(START + timedelta(days=1), 1)),
        subscription=subscription,
        accesses=(lagging, ready),
        outbox=(key_ready, replace(key_ready, id=key_ready.id + "2", due=None)),
        questions=(
            Question("2026-03-01T12:00:00.000000Z#update:1:9", "Why «slow»?", Due(START + timedelta(minutes=2))),
            Question(
                "2026-03-01T12:00:01.000000Z#update:1:10",
                due=Due(START + timedelta(minutes=2, seconds=1)),
                message_id=77,
                album="13-4",
                kind=QuestionKind.EDIT,
            ),
        ),
        answers=(
            Answer(
                "2026-03-01T12:00:02.000000Z#update:1:11",
                -100_500,
                78,
                Due(START + timedelta(minutes=2, seconds=2), 1),
                album="13-5",
                kind=AnswerKind.EDIT,
                html="<b>«so»</b>",
                caption=True,
                asked_in=81,
            ),
        ),
        topic=Topic(
            TopicState.CLOSED,
            -100_500,
            79,
            creating=True,
            card_id=80,
            closed_there=True,
            due=Due(START + timedelta(minutes=3)),
        ),
        fetch=LinkFetch(START, START + timedelta(microseconds=1), "happ", KEY.tag),
        devices=Devices(
            (Device("de" * 16, "happ", START, START + timedelta(days=1), model="Pixel 8", system="Android 15"),),
            rejected_at=START,
            version=3,
        ),
        watches=(ServerWatch("nl", START, Due(START + timedelta(minutes=5))),),
    )


REWARD = Reward(
    id="kPn3Q0aZbYcXdWeVfUgThS",
    inviter="1" * 32,
    order_id=CLOSED.id,
    payment_id="pay-1",
    paid_minor=29_900,
    worth=29_900 * 10**6,
    least=10_000 * 10**6,
    reward_seconds=604_800,
    welcome_seconds=432_000,
    earned_at=START,
    state=RewardState.GRANTING,
    approved=True,
    due=Due(START, 1),
)

WINBACK = Winback(START, WinbackState.SENDING, percent=30, offered_at=START + timedelta(days=3), due=Due(START, 1))


def with_money_items(person: Person) -> Person:
    """Return a person who has items about money of each kind, whose fields differ from their defaults."""
    return replace(
        person,
        orders=(AWAITING,),
        refunds=(replace(REFUND, due=Due(START, 3)),),
        receipts=(PendingReceipt(CLOSED.id, "yookassa", "100", "pay-1", START, "refund-1", Due(START)),),
        stops=(RenewalStop("stars", "7", 42, "charge-1", START, Due(START + timedelta(hours=1))),),
        methods=(PaymentMethod("yookassa", "100", "secret-1", "Visa •• 4477", START, CLOSED.id),),
        reward=REWARD,
        winback=WINBACK,
        subscription=replace(person.subscription, renewal=RENEWAL),
    )


def with_a_key(person: Person, key: Key | None = KEY) -> Person:
    """Return a person on trial with this key, or with no key."""
    return replace(person, subscription=replace(Subscription().trial_started(TRIAL, KEY), key=key))

"""The export names everything that is stored about a person, also what is only stored for some minutes."""

import json
from dataclasses import replace

from tests.fakes.contract import AWAITING, CLOSED, REFUND, RENEWAL, REWARD, WINBACK
from tests.fakes.shop import Shop
from tests.functional.usecases.ordering import PAYMENTS, deletes
from vpnbot.domain.answers import new_answer
from vpnbot.domain.notifications import NotificationKind, notification
from vpnbot.domain.orders.discount import Discount, ReservedUse
from vpnbot.domain.orders.followups import PendingReceipt, RenewalStop
from vpnbot.domain.orders.method import PaymentMethod
from vpnbot.domain.payments.money_events import PaymentColumn
from vpnbot.domain.people.items import items_of, sort_key
from vpnbot.domain.people.person import Person
from vpnbot.domain.questions import new_question
from vpnbot.domain.servers.server_watch import ServerWatch
from vpnbot.domain.topics import Topic
from vpnbot.usecases.people.export_data import export_data


def _with_everything(shop: Shop) -> Person:
    shop.on_trial()
    shop.connects()
    now, session = shop.clock(), shop.open()
    user = replace(
        session.person.user,
        banned=True,
        receipt_contact="me@example.com",
        opinion="good",
        discount=Discount("promo:SPRING", percent=15),
        reserved=(ReservedUse("promo:AUTUMN", 1, "ROOM#0"),),
    )
    everything = replace(
        session.person.with_renewal(RENEWAL),
        user=user,
        outbox=(notification(NotificationKind.RESUMED, "admin:1", now),),
        questions=(new_question(3017, "update:1:77", now),),
        answers=(new_answer(-100, 5, "update:1:78", now),),
        topic=Topic(chat_id=-100, thread_id=3018),
        watches=(ServerWatch("watched-server", now),),
        orders=(replace(AWAITING, offer=replace(AWAITING.offer, discount="promo:AUTUMN")), CLOSED),
        refunds=(REFUND,),
        receipts=(PendingReceipt(CLOSED.id, "yookassa", "100", "receipt-payment", now),),
        stops=(RenewalStop("stars", "1", 42, "stopped-charge", now),),
        methods=(PaymentMethod("yookassa", "100", "secret-id", "Visa •• 4477", now, CLOSED.id),),
        reward=REWARD,
        winback=WINBACK,
    )
    return session.commit(everything)


def test_every_kind_of_item_is_in_the_export(shop: Shop) -> None:
    person = _with_everything(shop)
    text = export_data(shop.open(), shop.people, shop.context).decode()
    document = json.loads(text)
    names_of = {
        "USER": ["me@example.com", "good", "paused_by_operator", "trial_used", "promo:SPRING", "promo:AUTUMN"],
        "SUB": ["Visa •• 4477", "failing"],
        "FETCH": ["link_loaded", "happ"],
        "ACCESS": ['"server": "nl"'],
        "OUT": ["resumed"],
        "RELAYIN": ['"your_message": 3017'],
        "RELAYOUT": ["answers_to_be_sent", "written_at"],
        "TOPIC": ["conversation_with_support", "3018"],
        "WATCH": ["watched-server"],
        "ORDER": [AWAITING.id, CLOSED.id, "ann@example.com"],
        "REFUND": ["refunds_on_their_way"],
        "RECEIPT": ["receipt-payment"],
        "STOP": ["stopped-charge"],
        "METHOD": ["saved_payment_methods"],
        "WINBACK": ["last_offered_a_discount_to_come_back_at", '"state": "sending"', "winback:2026"],
        "REWARD": ["own_first_payment_has_earned_a_reward", '"state": "granting"'],
    }
    kinds = {sort_key(item).partition("#")[0] for item in items_of(person).values()}
    assert kinds == names_of.keys()
    missing = [(kind, name) for kind in kinds for name in names_of[kind] if name not in text]
    assert missing == []
    assert document["profile"]["paused_by_operator"] is True
    assert document["profile"]["trial_used"] is True
    assert document["messages_to_be_sent"] == ["resumed"]
    assert "secret-id" not in text


def test_the_export_after_a_return_has_what_was_kept(shop: Shop) -> None:
    shop.on_trial()
    order = PAYMENTS[PaymentColumn.CREDITED](shop)
    deletes(shop)
    shop.settles(minutes=30)
    shop.arrives()
    document = json.loads(export_data(shop.open(), shop.people, shop.context))
    assert [kept["number"] for kept in document["orders"]] == [order.id]
    assert document["orders"][0]["receipt_contact"] is None
    assert document["profile"]["trial_used"] is True

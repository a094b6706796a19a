"""The handlers of due work that belongs to one person: they load the person and check the claim."""

from collections.abc import Mapping

from vpnbot.domain.answers import Answer
from vpnbot.domain.invites.reward import Reward
from vpnbot.domain.keys.access import Access
from vpnbot.domain.notifications import Notification, NotificationKind
from vpnbot.domain.orders.followups import PendingReceipt, RenewalStop
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.refund import Refund
from vpnbot.domain.people.user import User
from vpnbot.domain.questions import Question
from vpnbot.domain.scheduling import (
    ADVANCE_SUBSCRIPTION,
    DELIVER_NOTIFICATION,
    ERASE_HISTORY,
    FOLLOW_ORDER,
    FOLLOW_RECEIPT,
    FOLLOW_REWARD,
    OFFER_WINBACK,
    PROVISION,
    RELAY_ANSWER,
    RELAY_QUESTION,
    REMOVE_TOPIC,
    SEND_REFUND,
    STOP_RENEWAL,
    WATCH_SERVER,
    DueItem,
    WorkKind,
)
from vpnbot.domain.servers.server_watch import ServerWatch
from vpnbot.domain.subscriptions.subscription import Subscription
from vpnbot.domain.topics import Topic
from vpnbot.domain.winback import Winback
from vpnbot.usecases.keys.place_keys import place_keys
from vpnbot.usecases.keys.provision_keys import provision_key, provision_pending
from vpnbot.usecases.payments.charge_renewal import is_still_sold
from vpnbot.usecases.payments.follow_order import follow_order
from vpnbot.usecases.payments.send_refund import send_refund
from vpnbot.usecases.people.delete_data import erase_history
from vpnbot.usecases.ports import (
    Session,
)
from vpnbot.usecases.scheduling.worker_ports import Handler, WorkerPorts, for_person
from vpnbot.usecases.servers.watch_server import adopt_watch
from vpnbot.usecases.subscriptions.advance_subscription import advance_subscription
from vpnbot.usecases.support.deliver_answers import deliver_answers
from vpnbot.usecases.support.deliver_questions import deliver_questions


def _advance(_: Subscription, __: DueItem, session: Session, ports: WorkerPorts) -> None:
    advance_subscription(session, ports.context, lambda offer: is_still_sold(offer, ports.payments))
    place_keys(session, ports.fleet, ports.context)
    provision_pending(session, ports.fleet, ports.context, notify=True)


def _provision(access: Access, _: DueItem, session: Session, ports: WorkerPorts) -> None:
    provision_key(session, ports.fleet, ports.context, access, notify=True)


def _adopt(stored: ServerWatch, _: DueItem, session: Session, ports: WorkerPorts) -> None:
    adopt_watch(stored, session, ports.fleet, ports.context)


def _erase(user: User, item: DueItem, session: Session, ports: WorkerPorts) -> None:
    retention = ports.payments.sales.settings.load().retention
    erase_history(user, item, session, ports.people, ports.context, ports.index, retention)


def _deliver(message: Notification, _: DueItem, session: Session, ports: WorkerPorts) -> None:
    """Move a question of an earlier release; `for_person` delivers all other notifications after every handler."""
    if message.kind is NotificationKind.SUPPORT_QUESTION:
        from vpnbot.usecases.support.adopt_question import move_to_questions  # rare work

        move_to_questions(session, ports.context, message)


def _relay(question: Question, _: DueItem, session: Session, ports: WorkerPorts) -> None:
    deliver_questions(session, ports.operators, ports.context, {question.id})


def _answer(answer: Answer, _: DueItem, session: Session, ports: WorkerPorts) -> None:
    deliver_answers(session, ports.people, ports.operators, ports.context, {answer.id})


def _remove_topic(_: Topic, item: DueItem, session: Session, ports: WorkerPorts) -> None:
    from vpnbot.usecases.support.remove_topic import remove_topic  # rare work

    remove_topic(item, session, ports.operators, ports.context)


def _follow(order: Order, item: DueItem, session: Session, ports: WorkerPorts) -> None:
    follow_order(order, item, session, ports.payments, ports.context, ports.index)
    place_keys(session, ports.fleet, ports.context)
    provision_pending(session, ports.fleet, ports.context, notify=True)


def _refund(refund: Refund, item: DueItem, session: Session, ports: WorkerPorts) -> None:
    send_refund(refund, item, session, ports.payments, ports.context, ports.index)
    provision_pending(session, ports.fleet, ports.context)


def _receipt(receipt: PendingReceipt, item: DueItem, session: Session, ports: WorkerPorts) -> None:
    from vpnbot.usecases.payments.follow_receipt import follow_receipt  # rare work

    follow_receipt(receipt, item, session, ports.payments, ports.context, ports.index)


def _stop(stop: RenewalStop, _: DueItem, session: Session, ports: WorkerPorts) -> None:
    from vpnbot.usecases.payments.stop_renewal import stop_renewal  # rare work

    stop_renewal(stop, session, ports.payments, ports.context)


def _reward(_: Reward, __: DueItem, session: Session, ports: WorkerPorts) -> None:
    from vpnbot.usecases.invites.follow_reward import Rewarding, follow_reward  # rare work

    most = ports.payments.sales.settings.load().rewards_a_month
    follow_reward(session, Rewarding(ports.people, ports.fleet.ring, most), ports.context)
    place_keys(session, ports.fleet, ports.context)
    provision_pending(session, ports.fleet, ports.context, notify=True)


def _winback(_: Winback, __: DueItem, session: Session, ports: WorkerPorts) -> None:
    from vpnbot.usecases.winback.offer_winback import WinbackPorts, offer_winback  # rare work

    offer_winback(session, WinbackPorts(ports.people, ports.payments.sales, ports.sender), ports.context)


PERSON_HANDLERS: Mapping[WorkKind, Handler] = {
    ERASE_HISTORY: for_person(User, _erase),
    ADVANCE_SUBSCRIPTION: for_person(Subscription, _advance),
    PROVISION: for_person(Access, _provision),
    DELIVER_NOTIFICATION: for_person(Notification, _deliver),
    RELAY_QUESTION: for_person(Question, _relay, notify=False),
    RELAY_ANSWER: for_person(Answer, _answer, notify=False),
    REMOVE_TOPIC: for_person(Topic, _remove_topic, notify=False),
    WATCH_SERVER: for_person(ServerWatch, _adopt),
    FOLLOW_ORDER: for_person(Order, _follow),
    SEND_REFUND: for_person(Refund, _refund),
    FOLLOW_RECEIPT: for_person(PendingReceipt, _receipt),
    STOP_RENEWAL: for_person(RenewalStop, _stop),
    FOLLOW_REWARD: for_person(Reward, _reward),
    OFFER_WINBACK: for_person(Winback, _winback),
}

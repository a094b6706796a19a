"""The receiver of updates: load the sender, call the handler, commit, then send the reply and notifications."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramAPIError

from vpnbot.correlation import note
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.errors import AlreadyDecided, Misconfigured, OutOfTime, Retryable, VpnbotError
from vpnbot.telegram.aiogram_runtime.event_loops import EventLoops
from vpnbot.telegram.bot_api.incoming_update import Incoming, UnknownUpdate, json_values
from vpnbot.telegram.customer.notifications import TelegramNotificationSender
from vpnbot.telegram.messages.callbacks import action_of
from vpnbot.telegram.messages.reply import Reply, Silence
from vpnbot.telegram.messages.reply_sender import ReplySender, callback_answer, checkout_answer
from vpnbot.telegram.update_context import Services, UpdateContext
from vpnbot.telegram.updates.after_deletion import is_older_than_deletion, reply_after_deletion
from vpnbot.telegram.updates.current_reply import current_reply
from vpnbot.telegram.updates.fsm_storage import conversation_of, staging
from vpnbot.telegram.updates.handler_reply import handler_reply
from vpnbot.telegram.updates.readable_update import readable_update
from vpnbot.telegram.updates.secret_messages import extract_secret, redacted
from vpnbot.telegram.updates.user_locks import UserLocks
from vpnbot.usecases.error_policy import OnUpdate, policy_of
from vpnbot.usecases.notifications.deliver_notifications import deliver_notifications
from vpnbot.usecases.people.change_profile import note_names, reactivate
from vpnbot.usecases.people.ensure_user import ensure_user
from vpnbot.usecases.ports import Log, Metric, Session, UpdateQuarantine

LONGEST_RETRY_SECONDS = 3600
"""The longest Retry-After that Telegram's server accepts (tdlib/telegram-bot-api, WebhookActor.cpp)."""
REDELIVERED_FOR = timedelta(minutes=10)
"""How long Telegram is asked to deliver a message again; then it is quarantined, so that its queue continues."""
_SPARE_SECONDS = 2.0


QUARANTINED_HEADER = "x-vpnbot-quarantined"
"""The header of a response to an update that was quarantined, so that a replay knows that it was not handled."""


@dataclass(frozen=True, slots=True)
class WebhookResponse:
    """The response to Telegram's server, which delivers the update again unless the status is 2xx.

    `method` is a Bot API call that Telegram makes from the body of the response. `quarantined`: the update was stored
    in the quarantine, which Telegram need not know, but a replay.
    """

    status: int
    method: dict[str, Any] | None = None
    retry_after_seconds: int | None = None
    quarantined: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery of an update. `seconds_left` returns the remaining time of the invocation."""

    body: bytes
    public_url: str | None
    seconds_left: Callable[[], float]


class Receiver:
    """Handles updates. Safe to use from several threads; updates of one person are handled one after the other."""

    def __init__(
        self,
        *,
        bot: Bot,
        dispatcher: Dispatcher,
        services: Services,
        quarantine: UpdateQuarantine,
        log: Log,
    ) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._services = services
        self._metrics = services.context.metrics
        self._views = services.views
        self._quarantine = quarantine
        self._log = log
        self._sender = TelegramNotificationSender(bot, services.views)
        self._loops = EventLoops()
        self._user_locks = UserLocks()

    def receive(self, delivery: Delivery) -> WebhookResponse:
        """Handle one update, and return the response. Raises nothing: `ERROR_POLICIES` covers all errors."""
        try:
            incoming = Incoming.parse(json_values(delivery.body))
        except UnknownUpdate as error:
            self._log.info("update ignored", str(error))
            self._metrics.count(Metric.UNKNOWN_UPDATES)
            return WebhookResponse(200)
        self._log.begin("update", f"update:{incoming.update_id}")
        note(queue=incoming.queue, action=action_of(incoming.callback_data))
        try:
            with self._user_locks.take(incoming.user_id, delivery.seconds_left() - _SPARE_SECONDS):
                method = self._loops.run(self._handle(incoming, delivery))
            note(outcome="answered")
            return WebhookResponse(200, method)
        except Exception as error:  # noqa: BLE001 - the table has all classes, and a bug must not block the queue
            return self._recover(incoming, error)

    def close(self) -> None:
        """Close the event loops."""
        self._loops.close()

    async def _handle(self, incoming: Incoming, delivery: Delivery) -> dict[str, Any] | None:
        person_id = self._services.fleet.ring().person_id(incoming.user_id)
        note(person=person_id)
        services = self._services
        session = services.payments.sales.settings.read_beside(lambda: services.people.open(person_id))
        session.names = incoming.names
        cause = self._cause(incoming)
        answering = self._in_support_chat(incoming)
        secret = (
            await extract_secret(incoming, session, self._bot, in_support_chat=answering)
            if incoming.private
            else None
        )
        context = self._services.for_update(
            session,
            cause,
            incoming.user_id,
            delivery.public_url,
            secret,
            in_support_chat=answering,
            content=incoming.raw[incoming.queue],
        )
        with staging(incoming.user_id, session, incoming.queue, incoming.update_id):
            reply = await self._decide(incoming, context)
            note_names(session, self._services.context)
            session.flush()
        _check_time(delivery)
        code = incoming.language_code if incoming.pre_checkout_query_id is not None else None
        language = session.person.user.language or self._views.messages.closest(code)
        method = await ReplySender(self._bot, incoming, self._views.messages, language).send(reply)
        if not incoming.private and not isinstance(reply, Silence):
            self._count_in_group(incoming)
        for changed in (session, *context.others):
            self._deliver(changed)
        return method

    def _count_in_group(self, incoming: Incoming) -> None:
        """Count a reply in a group among the messages that the group may get in a minute."""
        with suppress(VpnbotError):
            self._services.operators.records.take(incoming.chat_id, 1, self._services.context.clock())

    def _deliver(self, session: Session) -> None:
        """Send the notifications, questions and answers of this update; if that fails, due work sends them."""
        context = self._services.context
        try:
            deliver_notifications(session, self._services.people, context, self._sender)
        except Exception as error:  # noqa: BLE001 - due work tries again, and dead-letters it in the end
            self._log.warning("notifications left to due work", error, (TelegramAPIError,))
        for deliver in (self._deliver_questions, self._deliver_answers):
            try:
                deliver(session)
            except Exception as error:  # noqa: BLE001 - as above
                self._log.warning("messages of support left to due work", error, (TelegramAPIError,))

    def _deliver_questions(self, session: Session) -> None:
        if session.person.questions:
            from vpnbot.usecases.support.deliver_questions import deliver_questions

            deliver_questions(session, self._services.operators, self._services.context)

    def _deliver_answers(self, session: Session) -> None:
        if session.person.answers:
            from vpnbot.usecases.support.deliver_answers import deliver_answers

            deliver_answers(session, self._services.people, self._services.operators, self._services.context)

    async def _decide(self, incoming: Incoming, context: UpdateContext) -> Reply:
        session = context.session
        if incoming.blocked is not None and incoming.private:
            return self._record_reachable(incoming, context)
        if settled := reply_after_deletion(incoming, context):
            return settled
        if incoming.private:
            self._ensure_known(incoming, context)
        elif not incoming.carries_payment and not _heard_in_group(incoming, context):
            return Silence()
        if session.states.moved(incoming.queue, incoming.update_id) and (again := self._current(incoming, context)):
            return again
        update, unread = readable_update(incoming, self._bot)
        if unread:
            self._log.info("update read in part", unread)
            self._metrics.count(Metric.PARTLY_READ_UPDATES)
        return await handler_reply(self._dispatcher, self._bot, update, context)

    def _in_support_chat(self, incoming: Incoming) -> bool:
        """Tell whether this is a message in the operators' chat, or a tap there on a button of the staff."""
        if incoming.private and "reply_to_message" not in incoming.raw[incoming.queue]:
            return False  # in a private chat operators answer only so
        from vpnbot.telegram.updates.group_updates import in_support_chat

        return in_support_chat(incoming, self._services.operators)

    def _current(self, incoming: Incoming, context: UpdateContext) -> Reply | None:
        """Return the reply to an update that has moved a conversation before, perhaps without a reply.

        None: it has left no outcome and no question, so that a handler can do no more than show a screen.
        """
        state, data = conversation_of(context.session, self._bot.id, incoming.chat_id, incoming.user_id)
        return current_reply(context, state, data)

    def _ensure_known(self, incoming: Incoming, context: UpdateContext) -> None:
        """Create the user at the first contact, and record that a user who had blocked the bot uses it again.

        Nothing is written for a pre-checkout query, which must be answered within seconds, and for an update that the
        user did not cause.
        """
        if incoming.pre_checkout_query_id is not None or not incoming.from_user:
            return
        language = self._views.messages.closest(incoming.language_code)
        person = ensure_user(
            context.session, self._services.context, context.cause, incoming.chat_id, language, incoming.came_from
        )
        if not person.user.reachable:
            reactivate(context.session, self._services.context, context.cause)

    def _record_reachable(self, incoming: Incoming, context: UpdateContext) -> Reply:
        person = context.session.person
        if person.user.known and not is_older_than_deletion(incoming, person.user):
            if incoming.blocked:
                from vpnbot.usecases.people.record_blocked import record_blocked

                record_blocked(self._services.people, person, context.now)
            else:
                reactivate(context.session, self._services.context, context.cause)
        return Silence()

    def _recover(self, incoming: Incoming, error: Exception) -> WebhookResponse:
        policy = policy_of(error)
        on_update = _on_update(incoming, error)
        write = self._log.error if on_update is OnUpdate.QUARANTINE else self._log.warning
        write("update not handled", error, (TelegramAPIError,))
        note(outcome=on_update.name.lower(), error=type(error).__name__)
        self._metrics.count(policy.metric)
        if on_update is OnUpdate.REDELIVER and not self._too_old(incoming):
            after = error.after if isinstance(error, Retryable) else timedelta(seconds=1)
            return WebhookResponse(
                503, retry_after_seconds=min(max(round(after.total_seconds()), 1), LONGEST_RETRY_SECONDS)
            )
        quarantined = on_update in {OnUpdate.QUARANTINE, OnUpdate.REDELIVER}
        if quarantined and incoming.pre_checkout_query_id is None:
            try:
                kept = self._kept(incoming, error)
            except Retryable:
                return WebhookResponse(503, retry_after_seconds=1)
            if not kept:
                return WebhookResponse(200)
        visible = on_update in {OnUpdate.QUARANTINE, OnUpdate.REFUSE}
        method = self._apology(incoming) if visible else self._silent_answer(incoming)
        return WebhookResponse(200, method, quarantined=quarantined and incoming.pre_checkout_query_id is None)

    def _kept(self, incoming: Incoming, error: Exception) -> bool:
        """Put an update into the quarantine; return False if its sender has deleted their data since.

        An update that the quarantine never accepts is lost, because it would block the queue for a day. While the
        operator has to correct the quarantine, that is so for an old message; a payment is requested again.

        Raises:
            Retryable: Telegram has to deliver it again.
        """
        try:
            update, reason = self._for_quarantine(incoming), type(error).__name__
            sender, about_money = self._sender_of(incoming), incoming.carries_payment
            if not self._quarantine.put(sender, update, reason, sent_at=incoming.sent_at, about_money=about_money):
                self._log.info("update not quarantined", "its sender has deleted their data since")
                return False
        except Retryable:
            raise
        except Exception as rejection:
            waits = isinstance(rejection, Misconfigured) and (incoming.carries_payment or not self._too_old(incoming))
            self._log.error("update not quarantined" if waits else "update lost", rejection)
            self._metrics.count(policy_of(rejection).metric if waits else Metric.LOST_UPDATES)
            if waits:
                raise Retryable("the quarantine waits for the operator") from rejection
            return True
        self._metrics.count(Metric.QUARANTINED_UPDATES)
        return True

    def _sender_of(self, incoming: Incoming) -> PersonId | None:
        """Return who sent an update; None while the operator has to correct the key secret."""
        try:
            return self._services.fleet.ring().person_id(incoming.user_id)
        except Misconfigured:
            return None

    def _for_quarantine(self, incoming: Incoming) -> dict[str, Any]:
        """Return an update for the quarantine; an administrator's text is removed, because it may be a token."""
        return redacted(incoming.raw) if incoming.user_id in self._views.admin_ids else incoming.raw

    def _apology(self, incoming: Incoming) -> dict[str, Any] | None:
        messages, language = self._views.messages, self._views.messages.closest(incoming.language_code)
        if incoming.callback_query_id is not None:
            return callback_answer(incoming, messages.text(language, "toast-went-wrong"), alert=True)
        if incoming.pre_checkout_query_id is not None:
            return self._silent_answer(incoming)
        if not incoming.private or incoming.blocked is not None:
            return None
        return {"method": "sendMessage", "chat_id": incoming.chat_id, "text": messages.text(language, "went-wrong")}

    def _silent_answer(self, incoming: Incoming) -> dict[str, Any] | None:
        """Return the answer that Telegram waits for; a pre-checkout query is rejected."""
        messages, language = self._views.messages, self._views.messages.closest(incoming.language_code)
        failed = checkout_answer(incoming, messages.text(language, "checkout-failed"))
        return failed or callback_answer(incoming, None)

    def _too_old(self, incoming: Incoming) -> bool:
        """Tell whether an update is too old to be requested again; so is one without a date that never expires."""
        if incoming.sent_at is None:
            return not incoming.expires
        return self._services.context.clock() - incoming.sent_at > REDELIVERED_FOR

    def _cause(self, incoming: Incoming) -> str:
        return f"update:{self._bot.id}:{incoming.update_id}"


def _on_update(incoming: Incoming, error: Exception) -> OnUpdate:
    """Return the policy for an update: one with a payment that is not decided yet is quarantined, never dropped."""
    policy = policy_of(error).update
    settled = policy is OnUpdate.REDELIVER or isinstance(error, AlreadyDecided)
    return policy if settled or not incoming.carries_payment else OnUpdate.QUARANTINE


def _heard_in_group(incoming: Incoming, context: UpdateContext) -> bool:
    """Tell whether an update from a group reaches the handlers; the rules are imported with the first one."""
    from vpnbot.telegram.updates.group_updates import heard_in_group

    return heard_in_group(incoming, context)


def _check_time(delivery: Delivery) -> None:
    if delivery.seconds_left() < _SPARE_SECONDS:
        raise OutOfTime("the invocation is about to end; the next delivery sends the reply")

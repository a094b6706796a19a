"""The receiver of updates: load the sender, call the handler, commit, then send the reply and notifications."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramAPIError

from vpnbot.correlation import note
from vpnbot.domain.ads.source import ADVERTISEMENT
from vpnbot.domain.bot_link import INVITE_MARK
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.errors import OutOfTime, VpnbotError
from vpnbot.telegram.aiogram_runtime.event_loops import EventLoops
from vpnbot.telegram.bot_api.incoming_update import Incoming, UnknownUpdate, json_values
from vpnbot.telegram.customer.notifications import TelegramNotificationSender
from vpnbot.telegram.messages.callbacks import action_of
from vpnbot.telegram.messages.reply import Reply, Silence
from vpnbot.telegram.messages.reply_sender import ReplySender
from vpnbot.telegram.update_context import Services, UpdateContext
from vpnbot.telegram.updates.after_deletion import is_older_than_deletion, reply_after_deletion
from vpnbot.telegram.updates.current_reply import current_reply
from vpnbot.telegram.updates.failed_updates import FailedUpdates
from vpnbot.telegram.updates.fsm_storage import conversation_of, staging
from vpnbot.telegram.updates.handler_reply import handler_reply
from vpnbot.telegram.updates.left_picker import is_picking, leaves_picker
from vpnbot.telegram.updates.readable_update import readable_tap, readable_update
from vpnbot.telegram.updates.secret_messages import extract_secret
from vpnbot.telegram.updates.tap_routes import TapRoutes
from vpnbot.telegram.updates.user_locks import UserLocks
from vpnbot.telegram.updates.webhook_response import WebhookResponse
from vpnbot.usecases.notifications.deliver_notifications import deliver_notifications
from vpnbot.usecases.people.change_profile import note_names, reactivate
from vpnbot.usecases.people.ensure_user import ensure_user
from vpnbot.usecases.ports import Log, Metric, Session, UpdateQuarantine

_SPARE_SECONDS = 2.0


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
        taps: TapRoutes,
        services: Services,
        quarantine: UpdateQuarantine,
        log: Log,
    ) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._taps = taps
        self._services = services
        self._metrics = services.context.metrics
        self._views = services.views
        self._failed = FailedUpdates(services, quarantine, log)
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
            return self._failed.response_to(incoming, error)

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
            picking = is_picking(context, self._bot.id, incoming)
            reply = await self._decide(incoming, context)
            left = picking and leaves_picker(reply, context, self._bot.id, incoming)
            note_names(session, self._services.context)
            session.flush()
        _check_time(delivery)
        code = incoming.language_code if incoming.pre_checkout_query_id is not None else None
        language = session.person.user.language or self._views.messages.closest(code)
        sender = ReplySender(self._bot, incoming, self._views.messages, language)
        if left:
            await sender.remove_picker()
        method = await sender.send(reply)
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
        return await handler_reply(self._handled(incoming, context), context)

    async def _handled(self, incoming: Incoming, context: UpdateContext) -> Any:
        """Return what the handler of an update returns."""
        if incoming.queue == "callback_query":
            tap, unread = readable_tap(incoming, self._bot)
            self._note_unread(unread)
            return await self._taps.reply(self._bot, tap, context)
        update, unread = readable_update(incoming, self._bot)
        self._note_unread(unread)
        return await self._dispatcher.feed_update(self._bot, update, context=context)

    def _note_unread(self, unread: str) -> None:
        if unread:
            self._log.info("update read in part", unread)
            self._metrics.count(Metric.PARTLY_READ_UPDATES)

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
        known = context.session.person.user.known
        came_from, inviter = (None, None) if known else self._source(incoming.came_from)
        person = ensure_user(
            context.session, self._services.context, context.cause, incoming.chat_id, language, came_from, inviter
        )
        if not person.user.reachable:
            reactivate(context.session, self._services.context, context.cause)

    def _source(self, payload: str | None) -> tuple[str | None, PersonId | None]:
        """Return what is kept of the payload of the first `/start`, and who has invited the sender."""
        if payload is not None and payload.startswith(ADVERTISEMENT):
            from vpnbot.usecases.ads.first_source import first_source

            return first_source(payload, self._services.payments.links), None
        if payload is None or not payload.startswith(INVITE_MARK):
            return payload, None
        from vpnbot.domain.invites.link import source_and_inviter

        return source_and_inviter(payload, self._services.fleet.ring())

    def _record_reachable(self, incoming: Incoming, context: UpdateContext) -> Reply:
        person = context.session.person
        if person.user.known and not is_older_than_deletion(incoming, person.user):
            if incoming.blocked:
                from vpnbot.usecases.people.record_blocked import record_blocked

                record_blocked(self._services.people, person, context.now)
            else:
                reactivate(context.session, self._services.context, context.cause)
        return Silence()

    def _cause(self, incoming: Incoming) -> str:
        return f"update:{self._bot.id}:{incoming.update_id}"


def _heard_in_group(incoming: Incoming, context: UpdateContext) -> bool:
    """Tell whether an update from a group reaches the handlers; the rules are imported with the first one."""
    from vpnbot.telegram.updates.group_updates import heard_in_group

    return heard_in_group(incoming, context)


def _check_time(delivery: Delivery) -> None:
    if delivery.seconds_left() < _SPARE_SECONDS:
        raise OutOfTime("the invocation is about to end; the next delivery sends the reply")

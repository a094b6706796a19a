"""The context of one update for its handler: the sender, their session, and the ports for use cases."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.roles import Right, Role, may
from vpnbot.domain.people.standing import Standing, standing
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.telegram.messages.view import View
from vpnbot.telegram.messages.view_factory import ViewFactory
from vpnbot.usecases.ports import Context, DeadLetters, Fleet, Operators, PaymentPorts, People, Session, StaffPorts


def administrator(person_id: PersonId) -> str:
    """Return a member of the staff as an actor in a ledger: `admin:<person id>`."""
    return f"admin:{person_id}"


@dataclass(frozen=True, slots=True)
class Secret:
    """The text of a message with a secret; `removed`: the message was deleted from the chat."""

    text: str
    removed: bool


@dataclass(frozen=True, slots=True)
class Services:
    """The ports that handlers pass to use cases, and the factory of views; the same for every update.

    `staff` returns the ports for the staff, whose modules are imported at its first call.
    """

    context: Context
    people: People
    fleet: Fleet
    operators: Operators
    views: ViewFactory
    dead_letters: DeadLetters
    payments: PaymentPorts
    staff: Callable[[], StaffPorts]

    def for_update(
        self,
        session: Session,
        cause: str,
        user_id: int,
        public_url: str | None,
        secret: Secret | None,
        *,
        in_support_chat: bool,
        content: Mapping[str, object],
    ) -> "UpdateContext":
        """Return the context of one update; the arguments are the fields of `UpdateContext`."""
        return UpdateContext(
            clock=self.context.clock,
            metrics=self.context.metrics,
            new_seed=self.context.new_seed,
            news=self.context.news,
            session=session,
            people=self.people,
            fleet=self.fleet,
            operators=self.operators,
            views=self.views,
            dead_letters=self.dead_letters,
            payments=self.payments,
            staff=self.staff,
            cause=cause,
            user_id=user_id,
            public_url=public_url,
            secret=secret,
            in_support_chat=in_support_chat,
            content=content,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateContext(Context):
    """One update.

    `cause` names the update in the ledger; `user_id` is the Telegram id of the sender. `public_url` is scheme and
    host of the address of the request. `secret` is the secret that the message contained; it was removed from the
    update. `in_support_chat`: the update is a message in the operators' chat for questions. `content` is the content
    of the update as Telegram delivered it, in JSON values: what it reports about money is read from it. `others` are
    the sessions of other people that a handler has opened.
    """

    session: Session
    people: People
    fleet: Fleet
    operators: Operators
    views: ViewFactory
    dead_letters: DeadLetters
    payments: PaymentPorts
    staff: Callable[[], StaffPorts]
    cause: str
    user_id: int
    public_url: str | None
    secret: Secret | None = None
    in_support_chat: bool = False
    content: Mapping[str, object] = field(default_factory=dict)
    others: list[Session] = field(default_factory=list)

    @property
    def person(self) -> Person:
        """The person as of the last load or commit, with all scheduled events until now applied."""
        return self.session.person.as_of(self.now)

    @property
    def standing(self) -> Standing:
        """The standing of the person now."""
        return standing(self.person, self.now)

    @property
    def trial(self) -> Plan:
        """The plan of the trial."""
        return self.views.front.trial

    @property
    def now(self) -> datetime:
        """The present time, aware and in UTC."""
        return self.clock()

    @property
    def role(self) -> Role | None:
        """The role of the sender, as just loaded; None: a customer. Administrators of the deployment are owners."""
        return Role.OWNER if self.user_id in self.views.admin_ids else self.session.person.user.role

    def may(self, right: Right) -> bool:
        """Tell whether the role of the sender includes a right."""
        return may(self.role, right)

    @property
    def actor(self) -> str:
        """The sender as a member of the staff, for a ledger."""
        return administrator(self.session.person.id)

    @property
    def bot_name(self) -> str:
        """The name of the bot, whose message was tapped; empty if neither the update nor the settings name it."""
        message = self.content.get("message")
        sender = message.get("from") if isinstance(message, Mapping) else None
        name = sender.get("username") if isinstance(sender, Mapping) else None
        return name if isinstance(name, str) else self.views.front.bot_username or ""

    def view(self) -> View:
        """Return the view of the person, from which screens are built."""
        view = self.views.view(self.person, self.now, self.public_url)
        return view if self.role is None else replace(view, role=self.role)

    def open(self, person_id: PersonId) -> Session:
        """Load another person; notifications that are committed for that person are delivered after this update."""
        session = self.people.open(person_id)
        self.others.append(session)
        return session

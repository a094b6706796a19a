"""What a handler is given with one update: who sent it, what it may decide, and the ports that use cases take."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.standing import Standing, standing
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.telegram.messages.view import View
from vpnbot.telegram.messages.view_factory import ViewFactory
from vpnbot.usecases.ports import Context, Fleet, People, Session


@dataclass(frozen=True, slots=True)
class Secret:
    """What a message held that answered a question for a secret, and whether it could be deleted from the chat."""

    text: str
    removed: bool


@dataclass(frozen=True, slots=True)
class Services:
    """The ports that handlers pass to use cases, and what makes views; the same for every update."""

    context: Context
    people: People
    fleet: Fleet
    views: ViewFactory

    def for_update(
        self, session: Session, cause: str, user_id: int, public_url: str | None, secret: Secret | None
    ) -> "UpdateContext":
        """Return the context of one update; the arguments are the fields of `UpdateContext`."""
        return UpdateContext(
            clock=self.context.clock,
            metrics=self.context.metrics,
            new_seed=self.context.new_seed,
            session=session,
            people=self.people,
            fleet=self.fleet,
            views=self.views,
            cause=cause,
            user_id=user_id,
            public_url=public_url,
            secret=secret,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateContext(Context):
    """One update.

    `cause` names the update in the ledger; `user_id` is the Telegram user whom Telegram names as the sender.
    `public_url` is the address that the request came to. `secret` is the text of a message that answered a question
    for a secret: the update no longer holds it. `others` are the partitions of other people that a handler opened.
    """

    session: Session
    people: People
    fleet: Fleet
    views: ViewFactory
    cause: str
    user_id: int
    public_url: str | None
    secret: Secret | None = None
    others: list[Session] = field(default_factory=list)

    @property
    def person(self) -> Person:
        """The person as of the last load or commit, with every transition applied that time has passed."""
        return self.session.person.as_of(self.now)

    @property
    def standing(self) -> Standing:
        """How that person stands now."""
        return standing(self.person, self.now)

    @property
    def trial(self) -> Plan:
        """What the trial grants."""
        return self.views.trial

    @property
    def now(self) -> datetime:
        """The time."""
        return self.clock()

    @property
    def administers(self) -> bool:
        """Whether the sender is an administrator."""
        return self.user_id in self.views.admin_ids

    @property
    def actor(self) -> str:
        """The name of the sender as an administrator, in the ledger of the servers."""
        return f"admin:{self.session.person.id}"

    def view(self) -> View:
        """Return what screens are drawn from."""
        view = self.views.view(self.person, self.now, self.public_url)
        return replace(view, administers=True) if self.administers else view

    def open(self, person_id: PersonId) -> Session:
        """Load another person; the notifications that are committed for them are delivered with this update."""
        session = self.people.open(person_id)
        self.others.append(session)
        return session

"""Give a person a role among the staff, or take it away. The administrators of the deployment stay owners."""

from dataclasses import replace

from vpnbot.domain.notifications import NotificationKind, notification
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.roles import Role
from vpnbot.domain.staff.acts import Act, ActKind, written
from vpnbot.errors import AlreadyDecided, Rejected
from vpnbot.usecases.decide import Decision, decide
from vpnbot.usecases.ports import Context, Session


class RoleChanged(Rejected):
    """The person has changed since the question was shown: show it again."""


def change_role(
    session: Session, context: Context, cause: str, actor: str, role: Role | None, version: int
) -> Person:
    """Commit the role, and notify the person. A repetition changes nothing. Return the person.

    Raises:
        RoleChanged: the person is not as the question has shown them, or has deleted their data.
        Conflict, StorageUnavailable: try again later.
    """
    now = context.clock()

    def changed(person: Person) -> Decision:
        if person.user.version != version or not person.user.known:
            raise RoleChanged("the person has changed since the question was shown")
        words = notification(NotificationKind.ROLE, cause, now, role=str(role or ""))
        before, after = str(person.user.role or ""), replace(person, user=replace(person.user, role=role))
        act = Act(cause, ActKind.ROLE, actor, person.id, now, value=str(role or ""), before=before, told=True)
        return Decision(after.with_notifications(words), effects=(written(act),))

    try:
        return decide(session, Entry(cause, "role changed", now, actor), changed, context.metrics)
    except AlreadyDecided:
        return session.person

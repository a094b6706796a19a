"""The members of the staff: who they are, and their roles. Owners only; each change is asked once."""

from collections.abc import Sequence

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from vpnbot.domain.people.person import Person
from vpnbot.domain.people.roles import Right, Role
from vpnbot.domain.staff.name import name_of
from vpnbot.domain.staff.query import asked_in
from vpnbot.telegram.admin.areas import Area
from vpnbot.telegram.admin.draft_state import leave
from vpnbot.telegram.admin.states import Appointing
from vpnbot.telegram.customer.home import show_current
from vpnbot.telegram.messages.packed_ids import packed_person, unpacked_person
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import Button, Phrase, Screen, phrase, rows
from vpnbot.telegram.messages.view import ADMIN
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.ports import Session
from vpnbot.usecases.staff.change_role import RoleChanged, change_role
from vpnbot.usecases.staff.find_people import find_people

ADD = "add"
_YES, _NONE = "yes", "none"
_ROLES = {_NONE: None, **{str(role): role for role in Role}}


async def tap(_: CallbackQuery, context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """List the members; show one; ask about a role, and change it."""
    await leave(context, state)
    if list(arguments) == [ADD]:
        await state.set_state(Appointing.typing)
        return Show(Screen((phrase("team-add"),), rows((_back(), ADMIN))))
    agreed = list(arguments[:1]) == [_YES]
    named = arguments[1:] if agreed else arguments
    found = unpacked_person(named[0]) if named else None
    name = named[1] if len(named) > 1 else ""
    if found is None:
        return Show(_members(context))
    session = context.open(found)
    if not session.person.user.known:
        return Show(_members(context))
    if name not in _ROLES:
        return Show(_member(session.person))
    known = [int(text) for text in named[2:] if text.isascii() and text.isdecimal() and len(text) < 16]
    if agreed and len(known) == 2:
        return _change(context, session, _ROLES[name], known[0], known[1])
    return Show(_question(context, session.person, _ROLES[name]))


async def typed(_: Message, context: UpdateContext) -> Reply:
    """Take a message that names the person who becomes a member."""
    if not context.may(Right.STAFF):
        return show_current(context)
    found = find_people(asked_in(context.content), context.staff(), context.people, context.fleet)
    if len(found.people) == 1 and found.people[0].user.known:
        return Show(_member(found.people[0]))
    return Show(Screen((phrase("team-unknown"),), rows((_back(), ADMIN))))


def _change(context: UpdateContext, session: Session, role: Role | None, version: int, update: int) -> Reply:
    cause = f"act:{context.cause.split(':')[1]}:{update}"
    try:
        person = change_role(session, context, cause, context.actor, role, version)
    except RoleChanged:
        screen = _question(context, session.person, role)
        return Show(screen.headed(phrase("act-changed")))
    return Show(_members(context).headed(phrase("team-done", name=name_of(person), role=_role(person.user.role))))


def _members(context: UpdateContext) -> Screen:
    """Return the list: owners of the deployment are not in it, because its settings name them."""
    listed = context.staff().members.listed()
    buttons = []
    for person_id, role in listed:
        person = context.people.open(person_id).person
        label = phrase("team-member", name=name_of(person)[:24], role=_role(role))
        buttons.append((Button(label, action=Area.TEAM.on(packed_person(person_id))),))
    add = Button(phrase("button-team-add"), action=Area.TEAM.on(ADD))
    words = phrase("team", owners=len(context.views.admin_ids), count=len(listed))
    return Screen((words,), rows(*buttons, (add,), (ADMIN,)))


def _member(person: Person) -> Screen:
    def on(role: Role | None) -> Button | None:
        name = str(role) if role else _NONE
        label = phrase(f"button-role-{name}")
        chosen = Area.TEAM.on(packed_person(person.id), name)
        return None if role is person.user.role else Button(label, action=chosen)

    words = phrase("team-one", name=name_of(person), role=_role(person.user.role))
    return Screen((words,), rows((on(Role.SUPPORT), on(Role.ADMIN)), (on(Role.OWNER), on(None)), (_back(), ADMIN)))


def _question(context: UpdateContext, person: Person, role: Role | None) -> Screen:
    update = context.cause.rpartition(":")[2]
    name = str(role) if role else _NONE
    yes = Area.TEAM.on(_YES, packed_person(person.id), name, person.user.version, update)
    words = phrase("team-ask", name=name_of(person), old=_role(person.user.role), new=_role(role))
    can = phrase(f"role-may-{name}")
    cancel = Button(phrase("button-act-cancel"), action=Area.TEAM.on(packed_person(person.id)))
    return Screen((words, can), rows((Button(phrase("button-act-yes"), action=yes), cancel)))


def _role(role: Role | None) -> Phrase:
    return phrase(f"role-{role}") if role else phrase("role-none")


def _back() -> Button:
    return Button(phrase("button-team"), action=Area.TEAM.on())

"""How the staff sees a person named."""

from vpnbot.domain.people.person import Person

_SHOWN_ID_CHARACTERS = 8


def name_of(person: Person) -> str:
    """Return the username of a person, else the shown name, else the beginning of the id."""
    user = person.user
    return f"@{user.username}" if user.username else user.shown_name or person.id[:_SHOWN_ID_CHARACTERS]

"""The screens of changing one field of a server."""

from collections.abc import Sequence

from vpnbot.domain.servers.panel_errors import PanelTrouble
from vpnbot.domain.servers.server import Inbound, Listing
from vpnbot.domain.servers.server_field import Field
from vpnbot.telegram.admin.add_server_screens import inbound_label
from vpnbot.telegram.admin.callbacks import ServerAction
from vpnbot.telegram.admin.server_phrases import capacities, countries, name_of, trouble, trust
from vpnbot.telegram.messages.screen import Button, Phrase, Rows, Screen, phrase, rows

_MENU = (
    (Field.TITLE, Field.COUNTRY),
    (Field.CAPACITY, Field.ADDRESS),
    (Field.TOKEN, Field.INBOUND),
    (Field.LIMITED,),
)
_NO_INBOUND = "0"


def menu(listing: Listing) -> Screen:
    """Return the screen with the fields that can be changed."""
    server_id = listing.server.id
    choices = tuple(
        tuple(
            Button(phrase(f"button-field-{field}"), action=ServerAction.FIELD.on(server_id, field)) for field in line
        )
        for line in _MENU
    )
    back = Button(phrase("button-back"), action=ServerAction.SHOW.on(server_id))
    return Screen((phrase("change-what", name=name_of(listing.server)),), rows(*choices, (back,)))


def ask(listing: Listing, field: Field, inbounds: Sequence[Inbound] = (), problem: Phrase | None = None) -> Screen:
    """Return the question for a field; `problem` is a line above it about the last answer."""
    server = listing.server
    text = phrase(
        f"change-{field}", name=name_of(server), capacity=server.capacity, taken=listing.taken, address=server.address
    )
    other_inbound = {Field.INBOUND: server.limited_inbound_id, Field.LIMITED: server.inbound_id}.get(field)
    fitting = [inbound for inbound in inbounds if inbound.obstacle is None and inbound.id != other_inbound]
    question = Screen((text,), rows(*_choices(server.id, field, fitting), (_cancel(server.id),)))
    return question.headed(problem) if problem else question


def certificate(listing: Listing, trouble_met: PanelTrouble, fingerprint: str) -> Screen:
    """Return the question whether the shown certificate is that of the operator's panel."""
    return Screen(
        (trouble(trouble_met), phrase("adding-certificate", fingerprint=fingerprint)),
        rows((trust(listing.server.id, fingerprint),), (_cancel(listing.server.id),)),
    )


def _choices(server_id: str, field: Field, inbounds: Sequence[Inbound]) -> Rows:
    match field:
        case Field.TITLE:
            return ((Button(phrase("button-no-title"), action=ServerAction.VALUE.on(server_id, field, "")),),)
        case Field.COUNTRY:
            return countries(ServerAction.VALUE, server_id, field)
        case Field.CAPACITY:
            return capacities(ServerAction.VALUE, server_id, field)
        case Field.INBOUND | Field.LIMITED:
            choices = tuple(
                (Button(inbound_label(inbound), action=ServerAction.VALUE.on(server_id, field, inbound.id)),)
                for inbound in inbounds
            )
            none = Button(phrase("button-no-limited"), action=ServerAction.VALUE.on(server_id, field, _NO_INBOUND))
            return (*choices, (none,)) if field is Field.LIMITED else choices
    return ()


def _cancel(server_id: str) -> Button:
    return Button(phrase("button-back"), action=ServerAction.CHANGE.on(server_id))

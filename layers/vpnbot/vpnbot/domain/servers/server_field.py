"""The fields of a server that an operator can change, one at a time."""

from dataclasses import replace
from enum import StrEnum

from vpnbot.domain.servers.operator_input import capacity, country_code, inbound_id, title
from vpnbot.domain.servers.panel_address import panel_address
from vpnbot.domain.servers.server import Server


class Field(StrEnum):
    """A field that can be changed. LIMITED is the inbound where only Telegram can be reached."""

    TITLE = "title"
    COUNTRY = "country"
    CAPACITY = "capacity"
    ADDRESS = "address"
    TOKEN = "token"  # noqa: S105 - a field, not a token
    INBOUND = "inbound"
    LIMITED = "limited"
    CERTIFICATE = "cert"


def with_field(server: Server, field: Field, text: str) -> Server:
    """Return a server with one field as the operator typed it; an empty text removes a title, `0` a limited inbound.

    A panel at another address has another certificate: a pinned one is removed with the old address. The token is not
    a part of the server and is not changed here.

    Raises:
        BadInput: the text is not a valid value.
    """
    match field:
        case Field.TITLE:
            return replace(server, title=title(text) if text else "")
        case Field.COUNTRY:
            return replace(server, country=country_code(text))
        case Field.CAPACITY:
            return replace(server, capacity=capacity(text))
        case Field.ADDRESS:
            address = panel_address(text)
            return server if address == server.address else replace(server, address=address, certificate_sha256=None)
        case Field.INBOUND:
            return replace(server, inbound_id=inbound_id(text))
        case Field.LIMITED:
            return replace(server, limited_inbound_id=inbound_id(text) or None)
        case Field.CERTIFICATE:
            return replace(server, certificate_sha256=text or None)
        case Field.TOKEN:
            return server

"""The address of a panel as an operator pastes it, and the server id that is derived from it."""

import re
from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

from vpnbot.domain.network_address import InvalidAddress, NetworkAddress, network_address
from vpnbot.domain.servers.operator_input import BadInput

_LONGEST_NAME = 24
_LONGEST_ADDRESS = 200
_USUAL_PORTS = {"https": 443, "http": 80}
_PAGE = re.compile(
    r"/panel(/(api-docs|clients|groups|hosts|inbounds|nodes|outbounds?|routing|settings|xray)(/.*)?)?/*$"
)
"""The path of a page of 3x-ui, below the base path. The base path itself may contain `/panel`."""


class BadAddress(BadInput):
    """The text is not the address of a panel; the message is a code."""


def panel_address(text: str) -> str:
    """Return `https://host[:port][/base-path]` for an address copied from a browser.

    Raises:
        BadAddress: `no_host`, `bad_port`, `credentials` (a user name or password would be stored in clear text),
            `not_https` (the token would be sent in clear text; only a loopback address may use http).
    """
    given = text.strip()
    if len(given) > _LONGEST_ADDRESS:
        raise BadAddress("no_host")
    parts = _split(given if "://" in given else f"https://{given}")
    address, port = _host(parts), _port(parts)
    if parts.username is not None or parts.password is not None:
        raise BadAddress("credentials")
    if parts.scheme != "https" and not (parts.scheme == "http" and address.is_loopback):
        raise BadAddress("not_https")
    path = _PAGE.sub("", parts.path.rstrip("/"))
    shown_port = "" if port in {None, _USUAL_PORTS[parts.scheme]} else f":{port}"
    return f"{parts.scheme}://{address.url_host}{shown_port}{path.rstrip('/')}"


def server_id_for(address: str, country: str, taken: Collection[str]) -> str:
    """Return an id for a server: the first label of its panel's host name or, for an IP address, the country.

    It has lower-case letters, digits and dashes, and a number at its end if the plain id is `taken`.
    """
    host = _host(urlsplit(address))
    label = country if host.is_ip else host.host.partition(".")[0]
    plain = re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")
    name = plain[:_LONGEST_NAME].strip("-") or "server"
    number, chosen = 1, name
    while chosen in taken:
        number += 1
        chosen = f"{name[: _LONGEST_NAME - 3]}-{number}"
    return chosen


def _split(text: str) -> SplitResult:
    try:
        return urlsplit(text)
    except ValueError as error:
        raise BadAddress("no_host") from error


def _host(parts: SplitResult) -> NetworkAddress:
    try:
        address = network_address(parts.hostname or "")
    except InvalidAddress as error:
        raise BadAddress("no_host") from error
    if address.port is not None or not (address.is_ip or "." in address.host or address.host == "localhost"):
        raise BadAddress("no_host")
    return address


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError as error:
        raise BadAddress("bad_port") from error

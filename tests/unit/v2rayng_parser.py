"""How v2rayNG reads a VLESS link: its parser, written again in Python without any code of ours.

Source: 2dust/v2rayNG, fmt/VlessFmt.kt, fmt/FmtBase.kt, util/Utils.kt, over java.net.URI (RFC 2396).
"""

import re
from dataclasses import dataclass
from ipaddress import IPv6Address

_URI = re.compile(
    r"(?P<scheme>[a-z]+)://(?P<user>[^@/?#]*)@(?P<host>[^/?#]*):(?P<port>\d+)/?\?(?P<query>[^#]*)#(?P<tail>.*)"
)
_HOST_NAME = re.compile(r"([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.?")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")


class UnreadableLinkError(Exception):
    """The app shows no server for this link, or crashes."""


@dataclass(frozen=True)
class Profile:
    """A server as the app stores it."""

    password: str
    server: str
    port: int
    remarks: str
    parameters: dict[str, str]


def parse(link: str) -> Profile:
    """Return the server that the app stores for a link.

    Raises:
        UnreadableLinkError: the app cannot read the link.
    """
    if not link.isascii() or any(ord(character) <= 32 for character in link):
        raise UnreadableLinkError("java.net.URI does not accept these characters")
    match = _URI.fullmatch(link)
    if match is None or match["scheme"] != "vless":
        raise UnreadableLinkError("not a VLESS link")
    return Profile(
        password=match["user"],
        server=_server(match["host"]),
        port=int(match["port"]),
        # URI.getFragment decodes once, and the app once more.
        remarks=_decoded(_decoded(match["tail"])) or "none",
        parameters=dict(_pair(part) for part in match["query"].split("&")),
    )


def _pair(part: str) -> tuple[str, str]:
    # Kotlin: it.split("=").let { (k, v) -> … } takes the first two pieces, and throws when there is only one.
    pieces = part.split("=")
    if len(pieces) < 2:
        raise UnreadableLinkError(f"a parameter without a value: {part}")
    return pieces[0], _decoded(pieces[1])


def _decoded(text: str) -> str:
    """Return `URLDecoder.decode(text.replace("+", "%2B"))`; the text itself where that throws."""
    if "%" in _ESCAPE.sub("", text):
        return text
    found = b"".join(
        bytes.fromhex(piece) if number % 2 else piece.encode() for number, piece in enumerate(_ESCAPE.split(text))
    )
    return found.decode("utf-8", "replace")


def _server(host: str) -> str:
    if host.startswith("["):
        return str(IPv6Address(host.removeprefix("[").removesuffix("]")))
    if not _HOST_NAME.fullmatch(host):
        raise UnreadableLinkError(f"java.net.URI finds no host in {host}")
    return host

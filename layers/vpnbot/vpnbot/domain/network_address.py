"""The one parser of network addresses: what panels and operators write as a host, with or without a port."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

_LONGEST_HOST = 253
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)
_PORT = re.compile(r"[0-9]{1,5}", re.ASCII)
_BRACKETED = re.compile(r"\[([^\[\]]*)\](?::([^:]*))?")


class InvalidAddress(ValueError):
    """The text is not a host, or not a host and a port; the message is that text, shortened."""

    def __init__(self, text: str) -> None:
        super().__init__(text[:100])


@dataclass(frozen=True, slots=True)
class NetworkAddress:
    """A host, and a port from 1 to 65535 if the text named one.

    `host` is a name in lower case and in ASCII form (punycode), or an IP address in its shortest form, without
    brackets.
    """

    host: str
    port: int | None = None

    @property
    def is_ip(self) -> bool:
        """Whether the host is an IP address, not a name."""
        return _ip(self.host) is not None

    @property
    def is_global(self) -> bool:
        """Whether the host is an IP address that can be reached from the Internet."""
        ip = _ip(self.host)
        return ip is not None and ip.is_global

    @property
    def is_loopback(self) -> bool:
        """Whether the host is this machine."""
        ip = _ip(self.host)
        return self.host == "localhost" or (ip is not None and ip.is_loopback)

    @property
    def url_host(self) -> str:
        """The host as URLs contain it: an IPv6 address is in brackets."""
        return f"[{self.host}]" if ":" in self.host else self.host


def network_address(text: str) -> NetworkAddress:
    """Parse a host or `host:port`; an IPv6 address with a port is in brackets, one without a port may be.

    Raises:
        InvalidAddress: the text is neither; for example a URL, a socket's path, or a number that is not an address.
    """
    given = text.strip()
    bracketed = _BRACKETED.fullmatch(given)
    if bracketed:
        host, port = bracketed.group(1), bracketed.group(2)
        if not isinstance(_ip(host), IPv6Address):
            raise InvalidAddress(text)
    elif given.count(":") == 1:
        host, _, port = given.partition(":")
    else:
        host, port = given, None
    return NetworkAddress(_host(host, text), None if port is None else _port(port, text))


def _host(host: str, text: str) -> str:
    ip = _ip(host)
    if ip is not None:
        return str(ip)
    try:
        # The codec of the standard library follows IDNA 2003, as browsers did; it also turns full stops of other
        # scripts into dots.
        name = host.encode("idna").decode().lower().removesuffix(".")
    except UnicodeError as error:
        raise InvalidAddress(text) from error
    labels = name.split(".")
    last_is_a_number = labels[-1].isdigit()  # then it is an IP address that is mistyped, such as 203.0.113
    if len(name) > _LONGEST_HOST or last_is_a_number or not all(_LABEL.fullmatch(label) for label in labels):
        raise InvalidAddress(text)
    return name


def _port(port: str, text: str) -> int:
    if not _PORT.fullmatch(port) or not 1 <= int(port) <= 65535:
        raise InvalidAddress(text)
    return int(port)


def _ip(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return None if "%" in host else ip_address(host)  # a zone means something only on one machine
    except ValueError:
        return None

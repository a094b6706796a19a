"""A request for a subscription link, and which kind of client sent it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from vpnbot.domain.keys.devices import DeviceHeaders
from vpnbot.domain.keys.key_ring import LINK_TOKEN_LENGTH
from vpnbot.domain.keys.link_lookers import LookerKind, looker_of_user_agent, unknown_looker
from vpnbot.domain.keys.vpn_apps import OTHER_APP, app_of_user_agent
from vpnbot.subscription_page.formats import Form

_TOKEN = re.compile(rf"[A-Za-z0-9_-]{{{LINK_TOKEN_LENGTH}}}")


class HttpRequest(Protocol):
    """An HTTP request; header names are in lower case. `own_url` is scheme and host of its address, if known."""

    @property
    def method(self) -> str: ...

    @property
    def path(self) -> str: ...

    @property
    def headers(self) -> Mapping[str, str]: ...

    @property
    def query(self) -> Mapping[str, str]: ...

    @property
    def path_parameters(self) -> Mapping[str, str]: ...

    @property
    def own_url(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Request:
    """A request for a subscription link. Missing headers and parameters are empty texts.

    `origin` is scheme and host of the address of the request. `open` is the app to open the link in. `device` is what
    an app says about its device; None if it says nothing.
    """

    path: str
    origin: str
    token: str = ""
    user_agent: str = ""
    accept: str = ""
    accept_language: str = ""
    language: str = ""
    open: str = ""
    format: str = ""
    if_none_match: str = ""
    head: bool = False
    device: DeviceHeaders | None = None

    @classmethod
    def of(cls, request: HttpRequest) -> "Request":
        """Read an HTTP request."""
        token = request.path_parameters.get("token", "")
        return cls(
            path=request.path,
            origin=request.own_url or "",
            # A malformed token is treated like an unknown token.
            token=token if _TOKEN.fullmatch(token) else "",
            user_agent=request.headers.get("user-agent", ""),
            accept=request.headers.get("accept", ""),
            accept_language=request.headers.get("accept-language", ""),
            language=request.query.get("lang", ""),
            open=request.query.get("open", ""),
            format=request.query.get("format", ""),
            if_none_match=request.headers.get("if-none-match", ""),
            head=request.method == "HEAD",
            device=_device(request.headers),
        )

    def has(self, tag: str) -> bool:
        """Tell whether the client has the response with this entity tag (RFC 9110, 13.1.2: weak comparison)."""
        known = [value.strip().removeprefix("W/") for value in self.if_none_match.split(",")]
        return tag in known or known == ["*"]

    @property
    def looker(self) -> LookerKind | None:
        """What kind of program only looks at the link; None for a VPN app or a browser."""
        known = looker_of_user_agent(self.user_agent)
        if known is not None:
            return known.kind
        return None if app_of_user_agent(self.user_agent) else unknown_looker(self.user_agent)

    @property
    def app(self) -> str | None:
        """The id of the VPN app that sent the request; None for a browser, and for a program that only looks.

        A command-line tool gets keys if it names their format: so operators see what an app gets.
        """
        if self.looker is not None:
            return OTHER_APP if self.looker is LookerKind.TOOL and self.format in set(Form) else None
        known = app_of_user_agent(self.user_agent)
        if known is not None:
            return known.id
        if "text/html" in self.accept.lower() and self.format not in set(Form):
            return None
        return OTHER_APP

    @property
    def fetching_app(self) -> str | None:
        """The id of the app whose request is recorded as a fetch; None if nothing is recorded."""
        return None if self.head or self.looker is not None else self.app


def _device(headers: Mapping[str, str]) -> DeviceHeaders | None:
    names = ("x-hwid", "x-device-model", "x-device-os", "x-ver-os")
    return DeviceHeaders.of(*(headers.get(name, "") for name in names))

"""Requests subscription links as VPN apps and browsers do, and parses the responses."""

import json
from base64 import b64decode
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import yaml

from tests.fakes.servers import server
from tests.fakes.shop import USER_ID, Shop, update
from vpnbot.domain.payments.shop_settings import Front
from vpnbot.domain.servers.server import PanelKind
from vpnbot.localization.messages import Messages
from vpnbot.subscription_page.request import Request
from vpnbot.subscription_page.service import SubscriptionPageService
from vpnbot.usecases.people.ensure_user import ensure_user
from vpnbot.web_pages.responses import PageResponse

PUBLIC_URL = "https://vpn.example.com"
SUPPORT = "https://t.me/example_support"
BOT = "example_bot"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36"
SING_BOX = "SFA/1.12.4 (Build 500; sing-box 1.12.4; language en_US)"
CLASH = "FlClash/v0.8.80 clash-verge Platform/android"
WORDING = Messages()
HTML = "text/html,application/xhtml+xml,*/*;q=0.8"


class LinkClient:
    """Requests the link of one person, as an app or as a browser."""

    def __init__(
        self,
        shop: Shop,
        *,
        support_url: str | None = SUPPORT,
        public_url: str | None = PUBLIC_URL,
        bot: str | None = BOT,
    ) -> None:
        self.links = SubscriptionPageService(
            shop.people,
            shop.fleet,
            shop.context,
            WORDING,
            front=lambda: Front(shop.trial, support_url, bot_username=bot),
            public_url=public_url,
        )
        person = shop.look()
        key = person.subscription.key
        self.token = shop.ring.link_token(person.id, key) if key else ""

    def fetch(self, user_agent: str, accept: str, *, token: str | None = None, **rest: Any) -> PageResponse:
        """Request the link; an empty `token` is an invalid one. `rest` are further fields of the request."""
        sent_token = self.token if token is None else token
        request = Request(
            path=f"/s/{sent_token}", origin="https://own.example.net", token=sent_token, user_agent=user_agent
        )
        return self.links.answer(replace(request, accept=accept, **rest))

    def app(
        self, user_agent: str = "Happ/4.6.0/ios/26", *, token: str | None = None, accept: str = "*/*", **rest: Any
    ) -> PageResponse:
        """Request the link as a VPN app; `rest` are fields of the request: `format`, `if_none_match`, `head`."""
        return self.fetch(user_agent, accept, token=token, **rest)

    def browser(self, user_agent: str = IPHONE, *, token: str | None = None, **rest: str) -> PageResponse:
        """Request the link in a browser; `rest` are fields of the request: `language`, `open`, `accept_language`."""
        return self.fetch(user_agent, HTML, token=token, **rest)


def demo_servers(shop: Shop, *ids: str) -> None:
    """Make these servers demo servers, which carry no traffic, and store their endpoint with the existing keys."""
    for server_id in ids or ("nl",):
        known = server(server_id, kind=PanelKind.DEMO)
        assert known.endpoint is not None
        presented = known.presented(known.endpoint)
        shop.servers.put(replace(known, endpoint=presented))
        session = shop.open()
        for access in session.person.living_accesses:
            session.observe(access, replace(access, endpoint=presented))


def on_trial_in(shop: Shop, language: str) -> None:
    """Start the trial of a person whose Telegram app uses this language."""
    ensure_user(shop.open(), shop.context, update(), USER_ID, language, None)
    shop.tries(update())


def lines(response: PageResponse) -> list[str]:
    """Return the share links in a response to an app."""
    return b64decode(response.body).decode().splitlines()


def remarks(response: PageResponse) -> list[str]:
    """Return the names of the share links, which an app on Xray-core shows in its list."""
    return [unquote(line.partition("#")[2]) for line in lines(response)]


def is_placeholder(response: PageResponse) -> bool:
    """Return whether the only share link is a placeholder: it carries a message and connects to no server."""
    (line,) = lines(response)
    return line.startswith(f"vless://{UUID(int=0)}@127.0.0.1:1?")


def decoded(header: str) -> str:
    """Return the text of a header that is encoded in base64."""
    assert header.startswith("base64:")
    return b64decode(header.removeprefix("base64:")).decode()


def sing_box(response: PageResponse) -> dict[str, Any]:
    """Return a sing-box configuration."""
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    configuration: dict[str, Any] = json.loads(response.body)
    return configuration


def outbounds(response: PageResponse, kind: str = "vless") -> list[dict[str, Any]]:
    """Return the outbounds of one type in a sing-box configuration."""
    return [outbound for outbound in sing_box(response)["outbounds"] if outbound["type"] == kind]


def clash(response: PageResponse) -> dict[str, Any]:
    """Return a Clash configuration, as a YAML parser reads it."""
    assert response.headers["content-type"] == "text/yaml; charset=utf-8"
    configuration: dict[str, Any] = yaml.safe_load(response.body)
    return configuration


class Page(HTMLParser):
    """The parsed page: its language, links, loaded resources, attributes, checked inputs and visible text."""

    def __init__(self, response: PageResponse) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.attributes: set[str] = set()
        self.checked: list[str] = []
        self.language = ""
        self.text = ""
        self._invisible = False
        self.feed(response.body)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect links, loaded resources and checked inputs."""
        named = {name: value or "" for name, value in attrs}
        self.attributes |= named.keys()
        self._invisible = tag in {"style", "script"}
        if tag == "html":
            self.language = named["lang"]
        if tag == "a":
            self.links.append(named["href"])
        if "src" in named or tag == "link":
            self.loads.append(named.get("src") or named["href"])
        if "checked" in named:
            self.checked.append(named["value"])

    def handle_endtag(self, tag: str) -> None:
        """End a style or a script."""
        self._invisible = False

    def handle_data(self, data: str) -> None:
        """Collect the visible text."""
        self.text += "" if self._invisible else data

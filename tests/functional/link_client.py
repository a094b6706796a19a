"""The client of subscription links with a person behind it, and whoever comes to it."""

from base64 import b64decode
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from tests.fakes.servers import server
from tests.fakes.shop import USER_ID, Shop, update
from vpnbot.domain.servers.server import PanelKind
from vpnbot.localization.messages import Messages
from vpnbot.subscription_page.request import Request
from vpnbot.subscription_page.responses import PageResponse
from vpnbot.subscription_page.service import SubscriptionPageService
from vpnbot.usecases.people.ensure_user import ensure_user

HOME = "https://vpn.example.com"
SUPPORT = "https://t.me/example_support"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36"
WORDING = Messages()
HTML = "text/html,application/xhtml+xml,*/*;q=0.8"


class LinkClient:
    """The link of one person, and who comes to it."""

    def __init__(self, shop: Shop, *, support_url: str | None = SUPPORT, public_url: str | None = HOME) -> None:
        self.links = SubscriptionPageService(
            shop.people,
            shop.fleet,
            shop.context,
            WORDING,
            trial=shop.trial,
            public_url=public_url,
            support_url=support_url,
        )
        person = shop.look()
        key = person.subscription.key
        self.token = shop.ring.link_token(person.id, key) if key else ""

    def ask(self, user_agent: str, accept: str, *, token: str | None = None, **rest: Any) -> PageResponse:
        """Ask as anybody."""
        chosen = self.token if token is None else token
        request = Request(path=f"/s/{chosen}", origin="https://own.example.net", token=chosen, user_agent=user_agent)
        return self.links.answer(replace(request, accept=accept, **rest))

    def app(
        self, user_agent: str = "Happ/4.6.0/ios/26", *, token: str | None = None, accept: str = "*/*", **rest: Any
    ) -> PageResponse:
        """Ask as a VPN app; `rest` are fields of the request: `format`, `if_none_match`, `head`."""
        return self.ask(user_agent, accept, token=token, **rest)

    def browser(self, user_agent: str = IPHONE, *, token: str | None = None, **rest: str) -> PageResponse:
        """Ask as a person; `rest` are fields of the request: `language`, `open`, `accept_language`."""
        return self.ask(user_agent, HTML, token=token, **rest)


def demo_servers(shop: Shop, *ids: str) -> None:
    """Let the catalogue hold servers that carry nothing, and so let the keys be that are there already."""
    for server_id in ids or ("nl",):
        known = server(server_id, kind=PanelKind.DEMO)
        assert known.endpoint is not None
        presented = known.presented(known.endpoint)
        shop.servers.put(replace(known, endpoint=presented))
        session = shop.open()
        for access in session.person.living_accesses:
            session.observe(access, replace(access, endpoint=presented))


def speaks(shop: Shop, language: str) -> None:
    """Let a person of this language take the trial."""
    ensure_user(shop.open(), shop.context, update(), USER_ID, language, None)
    shop.tries(update())


def lines(answer: PageResponse) -> list[str]:
    """Return the share links in an answer to an app."""
    return b64decode(answer.body).decode().splitlines()


def remarks(answer: PageResponse) -> list[str]:
    """Return the names of the lines that an app on Xray-core shows."""
    return [unquote(line.partition("#")[2]) for line in lines(answer)]


def leads_nowhere(answer: PageResponse) -> bool:
    """Tell whether the one line that an app shows has nothing behind it."""
    (line,) = lines(answer)
    return line.startswith(f"vless://{UUID(int=0)}@127.0.0.1:1?")


def words(header: str) -> str:
    """Return the words of a header."""
    assert header.startswith("base64:")
    return b64decode(header.removeprefix("base64:")).decode()


class Page(HTMLParser):
    """What is on a page."""

    def __init__(self, answer: PageResponse) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.attributes: set[str] = set()
        self.chosen: list[str] = []
        self.language = ""
        self.text = ""
        self._silent = False
        self.feed(answer.body)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what leads on, what is loaded, what is chosen."""
        named = {name: value or "" for name, value in attrs}
        self.attributes |= named.keys()
        self._silent = tag in {"style", "script"}
        if tag == "html":
            self.language = named["lang"]
        if tag == "a":
            self.links.append(named["href"])
        if "src" in named or tag == "link":
            self.loads.append(named.get("src") or named["href"])
        if "checked" in named:
            self.chosen.append(named["value"])

    def handle_endtag(self, tag: str) -> None:
        """Leave a style or a script."""
        self._silent = False

    def handle_data(self, data: str) -> None:
        """Collect what can be read."""
        self.text += "" if self._silent else data

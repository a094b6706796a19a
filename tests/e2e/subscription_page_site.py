"""The subscription page of one person on loopback, and a person for each state that it can show."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from tests.fakes.contract import RENEWAL
from tests.fakes.shop import Shop, shop_in_memory
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.selling import notified, one_plan, open_shop
from tests.functional.conversation.situations import SITUATIONS, key_ready, limited_to
from tests.functional.link_client import BOT, SUPPORT, WORDING, LinkClient, demo_servers
from tests.functional.test_subscription_page_states import lose_keys
from vpnbot.domain.keys.devices import DeviceHeaders
from vpnbot.domain.payments.shop_settings import Front
from vpnbot.domain.subscriptions.renewal import RenewalState
from vpnbot.errors import StorageUnavailable
from vpnbot.subscription_page.request import Request
from vpnbot.subscription_page.service import SubscriptionPageService

type Reach = Callable[[ChatUser], None]
"""Brings a person into a state."""


class Site:
    """Serves the subscription page of one person on loopback. `broken`: the storage does not answer."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.broken = False
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"site": self}))
        self._server = server
        self.address = f"http://127.0.0.1:{server.server_port}"
        person = shop.look()
        assert person.subscription.key
        self.token = shop.ring.link_token(person.id, person.subscription.key)
        self.links = SubscriptionPageService(
            shop.people,
            shop.fleet,
            shop.context,
            WORDING,
            front=lambda: Front(shop.trial, SUPPORT, bot_username=BOT),
            public_url=self.address,
        )

    @property
    def link(self) -> str:
        """The person's link."""
        return f"{self.address}/s/{self.token}"

    def __enter__(self) -> "Site":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    site: Site

    def do_GET(self) -> None:
        """Answer as the Lambda function does."""
        place = urlsplit(self.path)
        query = dict(parse_qsl(place.query))
        token = place.path.removeprefix("/s/")
        if self.site.broken:
            self.site.shop.faults.at("query", StorageUnavailable("busy", after=timedelta(seconds=1)))
        answer = self.site.links.answer(
            Request(
                path=place.path,
                origin=self.site.address,
                token=token if token == self.site.token else "",
                user_agent=query.get("as", self.headers.get("user-agent", "")),
                accept=self.headers.get("accept", ""),
                language=query.get("lang", ""),
                open=query.get("open", ""),
            )
        )
        body = answer.body.encode()
        self.send_response(answer.status)
        for name, value in {**answer.headers, "content-length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name http.server gives it
        """Write no log."""


@dataclass(frozen=True, slots=True)
class State:
    """One state of the page: how a person gets there, and what the request for it adds to the address.

    `dead`: the link is another one. `broken`: the storage does not answer.
    """

    reach: Reach
    query: str = ""
    dead: bool = False
    broken: bool = False

    def site(self) -> Site:
        """Return a new site with a person in this state."""
        shop = shop_in_memory()
        demo_servers(shop, "nl", "de")
        user = ChatHarness(shop).user("en")
        with ThreadPoolExecutor(
            1
        ) as pool:  # the event loop of the browser runs in this thread, that of the bot there
            pool.submit(self.reach, user).result()
        site = Site(shop)
        if self.broken:
            site.broken = True
        return site

    def address(self, site: Site, language: str) -> str:
        """Return the address of the page in a language."""
        link = f"{site.address}/s/nobodys" if self.dead else site.link
        return f"{link}?lang={language}{self.query}"


def _paid(user: ChatUser) -> None:
    SITUATIONS["expired"](user)
    card = open_shop(user.harness, one_plan())
    user.harness.deliver(user.tap("buy:standard:30d:yookassa:1", user.screen.id))
    user.taps("💳 Pay")
    card.pays(card.last())
    notified(user, card, card.last())
    limited_to(user, 50_000_000_000)
    session = user.harness.shop.open()
    access = next(iter(session.person.living_accesses))
    session.observe(access, replace(access, used_bytes=12_400_000_000))


def _renews(user: ChatUser) -> None:
    SITUATIONS["last_day"](user)
    session = user.harness.shop.open()
    course = session.person.subscription.course
    session.commit(session.person.with_renewal(replace(RENEWAL, state=RenewalState.ON, course=course)))


def _devices(user: ChatUser) -> None:
    """Let apps on three devices load the link, one more than have a place."""
    key_ready(user)
    client = LinkClient(user.harness.shop)
    for name in ("iPhone 17 Pro Max", "MacBook Pro 16-inch", "A phone with a rather long name"):
        client.app(device=DeviceHeaders(name, name, "iOS 26.1"))


def _no_server(user: ChatUser) -> None:
    key_ready(user)
    lose_keys(user.harness.shop)


STATES = {
    "trial": State(SITUATIONS["key_ready"]),
    "paid": State(_paid),
    "last_day": State(SITUATIONS["last_day"]),
    "renews": State(_renews),
    "expired": State(SITUATIONS["expired"]),
    "making": State(SITUATIONS["making_key"]),
    "paused": State(SITUATIONS["paused"]),
    "used_up": State(SITUATIONS["used_up"]),
    "devices": State(_devices),
    "no_server": State(_no_server),
    "dead_link": State(SITUATIONS["key_ready"], dead=True),
    "trouble": State(SITUATIONS["key_ready"], broken=True),
    "opening": State(SITUATIONS["key_ready"], query="&open=happ"),
    "preview": State(SITUATIONS["key_ready"], query="&as=TelegramBot"),
}
"""Every state, by name."""

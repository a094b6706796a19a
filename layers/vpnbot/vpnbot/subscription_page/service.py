"""The subscription page: from a request to its response."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from math import ceil

from vpnbot.domain.bot_link import Start
from vpnbot.domain.keys.key_ring import link_url
from vpnbot.domain.keys.vpn_apps import app_named
from vpnbot.domain.payments.shop_settings import Front
from vpnbot.errors import Retryable
from vpnbot.localization.messages import Messages
from vpnbot.subscription_page.apps.response import for_app
from vpnbot.subscription_page.link_view import LinkView
from vpnbot.subscription_page.request import Request
from vpnbot.subscription_page.ways_on import WaysOn
from vpnbot.usecases.error_policy import policy_of
from vpnbot.usecases.keys.serve_link import ServedLink, serve_link
from vpnbot.usecases.ports import Context, Fleet, People
from vpnbot.web_pages.responses import PageResponse, small_json, text

HEALTHY = json.dumps({"status": "ok"})


class SubscriptionPageService:
    """Answers `GET /s/{token}` and `GET /health`.

    `public_url` is scheme and host of links; None: those of the request. `front` returns the trial, the name of the
    bot and the address of the support, to which pages lead. `beside` calls a function, and reads at
    the same time what `front` returns.
    """

    def __init__(
        self,
        people: People,
        fleet: Fleet,
        context: Context,
        messages: Messages,
        *,
        front: Callable[[], Front],
        public_url: str | None,
        beside: Callable[[Callable[[], ServedLink | None]], ServedLink | None] = lambda read: read(),
    ) -> None:
        self._people = people
        self._fleet = fleet
        self._context = context
        self._messages = messages
        self._front = front
        self._public_url = public_url
        self._beside = beside

    def answer(self, request: Request) -> PageResponse:
        """Return the response; it is the same for a token that is malformed, unknown, or of a rotated or deleted key.

        The response to HEAD is that to GET without the body, and no fetch is recorded.

        Raises:
            UnreadableItem: this version cannot read the subscription.
        """
        response = self._answer(request)
        return replace(response, body="") if request.head else response

    def _answer(self, request: Request) -> PageResponse:
        if request.path == "/health":
            return small_json(HEALTHY)
        try:
            view = self._view(request)
        except Retryable as error:
            return self._try_later(request, error)
        if request.app is not None:
            return for_app(view, request, self._help_of(view)) if view else text(404, "")
        return self._for_browser(request, view)

    def _view(self, request: Request) -> LinkView | None:
        served = self._beside(
            lambda: serve_link(
                request.token,
                self._people,
                self._fleet,
                self._context,
                app=request.fetching_app,
                device=request.device,
                limited=lambda: self._front().device_limit,
            )
        )
        if served is None:
            return None
        front = self._front()
        return LinkView(
            served=served,
            url=link_url(self._public_url or request.origin, request.token),
            trial=front.trial,
            carries_traffic=served.person.carries_traffic,
            messages=self._messages,
            language=self._language(request, served.person.user.language),
            apps=front.apps,
            limited=front.device_limit,
        )

    def _ways_on(self) -> WaysOn:
        front = self._front()
        return WaysOn(front.bot_username, front.support_url)

    def _help_of(self, view: LinkView) -> str | None:
        """Return the address of the support button of an app; for a device without a place, the list of devices."""
        ways = self._ways_on()
        return (ways.bot(Start.DEVICES) if view.served.rejected else None) or ways.support

    def _for_browser(self, request: Request, view: LinkView | None) -> PageResponse:
        from vpnbot.subscription_page.browsers.pages import opening_page, person_page, preview_page

        if view is None:
            return self._message(404, "gone", Start.HOME, request)
        if request.looker is not None:
            return preview_page(view, self._ways_on())
        app = app_named(request.open)
        if app is not None and app.deep_link is not None and view.standing.works:
            return opening_page(view, app)
        return person_page(view, request.user_agent, self._ways_on())

    def internal_error(self, request: Request) -> PageResponse:
        """Return the response after a bug, status 500; apps keep the keys that they have."""
        return self._failed(request, 500, {})

    def _try_later(self, request: Request, error: Retryable) -> PageResponse:
        self._context.metrics.count(policy_of(error).metric)
        return self._failed(request, 503, {"retry-after": str(max(1, ceil(error.after.total_seconds())))})

    def _failed(self, request: Request, status: int, headers: dict[str, str]) -> PageResponse:
        if request.app is not None:
            return text(status, "", headers)
        return self._message(status, "busy", Start.CHECK, request, headers)

    def _message(
        self, status: int, name: str, start: Start, request: Request, headers: dict[str, str] | None = None
    ) -> PageResponse:
        """Return a page without personal facts, which leads to a screen of the bot and to support."""
        from vpnbot.subscription_page.browsers.buttons import ways_on_buttons
        from vpnbot.web_pages.frame import message_page

        language = self._language(request)
        buttons = ways_on_buttons(self._messages, language, self._ways_on(), start)
        return message_page(status, name, self._messages, language, headers, actions=buttons)

    def _language(self, request: Request, stored: str | None = None) -> str:
        if request.language in self._messages.languages:
            return request.language
        return self._messages.closest(stored or re.split("[,;]", request.accept_language)[0].strip())

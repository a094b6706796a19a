"""The routes of a panel."""

import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from local.three_x_ui.answers import (
    client_json,
    done,
    inbound_json,
    listed_json,
    option_json,
    page_json,
    rejected,
    traffic_json,
)
from local.three_x_ui.inbounds import Inbound
from local.three_x_ui.links import links_of
from local.three_x_ui.state import PanelState, Rejection

API = "/panel/api"
_PAGE_SIZE, _LARGEST_PAGE = 25, 200
_PACKED_IN_LOOP_BYTES = 1 << 16
"""Larger answers are compressed in another thread."""

type Json = dict[str, Any]
type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Routes:
    """Answers as a panel does. `core` returns the state of Xray and the versions; None right after a start."""

    def __init__(self, state: PanelState, language: str, core: Callable[[], Json | None], *, old: bool) -> None:
        self._state = state
        self._language = language
        self._core = core
        self._old = old

    def add_to(self, router: web.UrlDispatcher, base_path: str) -> None:
        """Serve below a base path."""
        root = f"{base_path}{API}"
        router.add_get(f"{root}/inbounds/options", self._answer(self._options))
        router.add_get(f"{root}/inbounds/list", self._answer(self._inbounds))
        router.add_get(f"{root}/inbounds/get/{{id}}", self._answer(self._inbound, "obtain"))
        router.add_post(f"{root}/inbounds/add", self._answer(self._add_inbound))
        router.add_post(f"{root}/inbounds/del/{{id}}", self._answer(self._delete_inbound))
        router.add_get(f"{root}/server/status", self._answer(self._status))
        if self._old:
            return
        router.add_get(f"{root}/server/fail2banStatus", self._answer(self._fail2ban))
        router.add_get(f"{root}/hosts/list", self._answer(self._hosts))
        router.add_get(f"{root}/hosts/byInbound/{{id}}", self._answer(self._hosts))
        router.add_post(f"{root}/hosts/add", self._answer(self._add_hosts))
        clients = f"{root}/clients"
        router.add_get(f"{clients}/list", self._answer(self._clients))
        router.add_get(f"{clients}/list/paged", self._answer(self._page))
        router.add_get(f"{clients}/get/{{email}}", self._answer(self._client, "obtain"))
        router.add_get(f"{clients}/links/{{email}}", self._answer(self._links, "obtain"))
        router.add_get(f"{clients}/traffic/{{email}}", self._answer(self._traffic))
        router.add_post(f"{clients}/add", self._answer(self._add))
        router.add_post(f"{clients}/update/{{email}}", self._answer(self._update))
        router.add_post(f"{clients}/del/{{email}}", self._answer(self._delete))
        router.add_post(f"{clients}/resetTraffic/{{email}}", self._answer(self._reset_traffic))
        router.add_post(f"{clients}/{{email}}/attach", self._answer(self._attach))
        router.add_post(f"{clients}/{{email}}/detach", self._answer(self._detach))
        router.add_post(f"{clients}/onlines", self._answer(self._onlines))

    def _answer(self, act: Callable[[web.Request, Json], Json], word: str = "wrong") -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                body = json.loads(await request.text() or "{}")
                return packed(act(request, body))
            except Rejection as rejection:
                return web.json_response(rejected(str(rejection), self._language, word))
            except (ValueError, TypeError, AttributeError):
                return web.json_response(rejected("invalid request", self._language))

        return handle

    def _options(self, _: web.Request, __: Json) -> Json:
        return done([option_json(inbound) for inbound in self._state.inbounds.values()])

    def _inbounds(self, _: web.Request, __: Json) -> Json:
        return done([self._with_clients(inbound) for inbound in self._state.inbounds.values()])

    def _inbound(self, request: web.Request, _: Json) -> Json:
        number = request.match_info["id"]
        if not number.isdecimal():
            return rejected(f'strconv.Atoi: parsing "{number}": invalid syntax', self._language, "")
        return done(self._with_clients(self._state.inbound(int(number))))

    def _with_clients(self, inbound: Inbound) -> Json:
        return inbound_json(inbound, self._state.in_inbound(inbound.id))

    def _add_inbound(self, _: web.Request, body: Json) -> Json:
        return done(inbound_json(self._state.add_inbound(body), None), self._language, "inbound-added")

    def _delete_inbound(self, request: web.Request, _: Json) -> Json:
        number = int(request.match_info["id"])
        self._state.delete_inbound(number)
        return done(number, self._language, "inbound-deleted")

    def _hosts(self, request: web.Request, _: Json) -> Json:
        """Show all groups of Hosts, or those of one inbound; the newest first."""
        wanted = request.match_info.get("id")
        groups = [group for group in self._state.hosts if wanted is None or int(wanted) in group.inbound_ids]
        return done([group.shown for group in groups])

    def _add_hosts(self, _: web.Request, body: Json) -> Json:
        first_id = 1 + sum(len(group.inbound_ids) * len(group.addresses) for group in self._state.hosts)
        group = self._state.add_hosts(body)
        return done(group.rows(first_id, int(time.time() * 1000)), self._language, "host-added")

    def _links(self, request: web.Request, _: Json) -> Json:
        client = self._state.client(request.match_info["email"])
        return done(links_of(client, self._state.inbounds, request.url.host or ""))

    def _fail2ban(self, _: web.Request, __: Json) -> Json:
        works = self._state.limits_devices
        return done({"enabled": True, "installed": works, "usable": works, "windows": False})

    def _status(self, _: web.Request, __: Json) -> Json:
        return done(self._core())

    def _clients(self, _: web.Request, __: Json) -> Json:
        return done([listed_json(client) for client in sorted(self._state.clients.values(), key=lambda one: one.row)])

    def _page(self, request: web.Request, _: Json) -> Json:
        asked = request.query
        size = min(int(asked.get("pageSize") or _PAGE_SIZE), _LARGEST_PAGE) or _PAGE_SIZE
        number = max(int(asked.get("page") or 1), 1)
        found = self._state.in_order()
        if wanted := int(asked.get("inbound") or 0):
            found = [client for client in found if wanted in client.inbound_ids]
        if needle := asked.get("search", "").lower():
            found = [
                client for client in found if needle in f"{client.email} {client.sub_id} {client.comment}".lower()
            ]
        if asked.get("sort") != "email":
            found = sorted(found, key=lambda client: client.row)
        elif asked.get("order") == "descend":
            found = found[::-1]
        shown = found[(number - 1) * size : number * size]
        return done(page_json(shown, found, len(self._state.clients), number, size))

    def _client(self, request: web.Request, _: Json) -> Json:
        client = self._state.client(request.match_info["email"])
        used = client.up + client.down
        shown = {"client": client_json(client), "externalLinks": [], "inboundIds": list(client.inbound_ids)}
        return done({**shown, "usedTraffic": used})

    def _traffic(self, request: web.Request, _: Json) -> Json:
        client = self._state.clients.get(request.match_info["email"])
        return done(traffic_json(client) if client else None)

    def _add(self, _: web.Request, body: Json) -> Json:
        self._state.add(body)
        return done(None, self._language, "added")

    def _update(self, request: web.Request, body: Json) -> Json:
        self._state.update(request.match_info["email"], body)
        return done(None, self._language, "updated")

    def _delete(self, request: web.Request, _: Json) -> Json:
        self._state.delete(request.match_info["email"])
        return done(None, self._language, "deleted")

    def _reset_traffic(self, request: web.Request, _: Json) -> Json:
        client = self._state.client(request.match_info["email"])
        client.up = client.down = 0
        return done(None, self._language, "reset")

    def _attach(self, request: web.Request, body: Json) -> Json:
        self._state.attach(request.match_info["email"], body.get("inboundIds") or [])
        return done(None, self._language, "added")

    def _detach(self, request: web.Request, body: Json) -> Json:
        self._state.detach(request.match_info["email"], body.get("inboundIds") or [])
        return done(None, self._language, "deleted")

    def _onlines(self, _: web.Request, __: Json) -> Json:
        return done([])


def packed(answer: Json) -> web.Response:
    """Return an answer, compressed if the client accepts that, as a panel does."""
    text = json.dumps(answer, separators=(",", ":"))
    response = web.Response(text=text, content_type="application/json", zlib_executor_size=_PACKED_IN_LOOP_BYTES)
    response.enable_compression()
    return response

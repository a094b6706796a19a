"""The control panel's HTTP API, for the cards beside the chat page and for scripts. Paths are below /control/api.

    GET  state?user_id=…       {now, offset_seconds, next, parked, panels, crashes, telegram, payments, providers,
         busy, environments, totals, last_update_id, people, trials_a_day, zone_minutes}
         next is {what, at, in_seconds, person_id, user_id, sort_key} or null; `what` is an event of the timeline
         (first_hour, first_day, reminder_day, reminder_hours, expiry, aftercare, link_end, renewal_notice,
         renewal_charge) or work (provision, deliver, erase_history, look_after_server, retry); with a user_id it is
         the next item of that person, or of any person if that one has none
         parked is the dead-lettered work
         people is how many accounts Telegram has
         zone_minutes is how far the zone of the times in this person's chat is ahead of UTC
         panels is {server_id: {down, latency_ms, clients, lost, known_as}}: the panels in the catalogue, how many
         clients each has, how many wiped clients are not restored yet, and the panel's name in the catalogue
         kills is {function: method}: processes that end with their next call of this method
         telegram is {refusals, lost_answers, slow}: how many injected faults are not used yet, and whether it is slow
         payments is {fault: how often it has still to happen}, providers the same by provider
    POST time                  → state. One of
         {"advance_seconds": n}          work that becomes due is done at its time
         {"to": "next", "user_id"?: …}   until just after the next due item, of that person if there is one
         {"outage_seconds": n}           no function runs meanwhile
    POST faults/panel          {"down": bool, "latency_ms": n, "server_id"?: …} a panel refuses connections, or
         answers each call with this delay; all panels, if none is named → {panels}
    POST panels/restart        {"server_id"?: …} every connection is closed, no client is lost → {panels}
    POST panels/wipe           {"server_id": …} a panel that was reinstalled: it has no client → {panels}
    GET  panels/spare          {server_id, country, address, token, added}: a panel that runs and is not in the
         catalogue, for an operator to add in the chat; `added` is true afterwards
    POST faults/crash          {"function"?: "telegram_webhook", "point": "commit.before" or "commit.after"}
    POST faults/telegram       a fault of the Bot API, see telegram_faults.py
    POST faults/payments       {"fault": …, "value"?: …, "times"?: n} a fault of payments in Stars, see
         local/telegram/payment_faults.py → {payments}. {"user_id", "subscription": state, "payload"} reports a change
         of a subscription, {"user_id", "refund": charge, "amount", "payload"} a refund, also of what never was;
         {"bot_stars": n} sets the bot's balance. {"provider": "yookassa" or "crypto_pay", "fault": …, "value"?: …,
         "times"?: n, "on"?: call or event} a fault of this provider, see provider_faults.py → {providers}
    POST faults/deliver_again  {"update_id"?: … or "user_id"?: …, "times"?: n} the last update, of that person or of
         all, if not said → outcome
    POST faults/clear          {"only"?: "panels", "crashes", "telegram" or "payments"} removes faults → state
    GET  outcome?update_id=…   {update_id, user_id, delivered, answers, done, keys}: how often Telegram delivered it,
         the status codes, how many decisions it made, how many clients of this person each panel has, by server,
         without servers that have none
    POST apps                  a VPN app on a device loads a person's link, see vpn_apps.py
    POST growth, people, faults/kill   what brings customers, see growth.py; many people, and the end of a process,
         see many_people.py
    GET  taps?limit=20         what each update cost, newest first, all its attempts together, with the person and the
         action that caused it:
         {update_id, user_id, name, what, tap, attempts, errors, calls, init_ms, cost}
    GET  people/{id}/items     {items, changes}: the person's partitions, and the changes since the last request

Errors are 400 with {"error": …}.
"""

import asyncio
from datetime import timedelta
from typing import Any, Protocol

from aiohttp import web

from local.chat_zone import zone_minutes
from local.clock import CrashOrders
from local.control_panel.growth import GrowthApi, trials_a_day
from local.control_panel.many_people import ManyPeopleApi, PeopleInUse
from local.control_panel.payment_faults import order_payment_fault
from local.control_panel.provider_faults import ProviderFaults
from local.control_panel.requests import Body, error_response, json_handler
from local.control_panel.telegram_faults import order_telegram_fault, state_of
from local.control_panel.update_summary import summary_of
from local.control_panel.vpn_apps import LinksInUse, VpnAppsApi
from local.control_panel.vpn_panels import PanelsInUse, VpnPanelsApi
from local.control_panel.winback import WinbackInUse
from local.demo_secrets import DemoSecrets
from local.due_list import DueEntry, DueList
from local.meter import Cost, Meter, Reading
from local.payment_providers import FakeProviders
from local.runtime import Runtime

_JUST_AFTER = timedelta(seconds=1)
_WEBHOOK = "telegram_webhook"


class ControlledSystem(PanelsInUse, PeopleInUse, LinksInUse, WinbackInUse, Protocol):
    """What the control panel uses of the running system."""

    crashes: CrashOrders
    providers: FakeProviders
    secrets: DemoSecrets
    runtime: Runtime
    meter: Meter
    due: DueList

    async def next_due(self, person_id: str | None = None) -> DueEntry | None:
        """Return the next due item, of one person if given."""
        ...

    async def outage(self, by: timedelta) -> None:
        """Advance virtual time while no function runs."""
        ...


class ControlPanelApi:
    """The API over one system."""

    def __init__(self, system: ControlledSystem) -> None:
        self._system = system
        self._panels = VpnPanelsApi(system)
        self._provider_faults = ProviderFaults(system.providers)
        self._parts = (self._panels, ManyPeopleApi(system), VpnAppsApi(system), GrowthApi(system))

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Serve everything under /control/api."""
        router.add_get("/control/api/state", self._state)
        router.add_get("/control/api/outcome", self._outcome)
        router.add_get("/control/api/taps", self._taps)
        router.add_get("/control/api/people/{id:\\d+}/items", self._items)
        router.add_post("/control/api/time", json_handler(self.move_time))
        router.add_post("/control/api/faults/crash", json_handler(self.fault_crash))
        router.add_post("/control/api/faults/telegram", json_handler(self.fault_telegram))
        router.add_post("/control/api/faults/payments", json_handler(self.fault_payments))
        router.add_post("/control/api/faults/deliver_again", json_handler(self.deliver_again))
        router.add_post("/control/api/faults/clear", json_handler(self.clear_faults))
        for part in self._parts:
            part.add_routes(router)

    async def state(self, user_id: int | None = None) -> Body:
        """Return the body of `GET state`."""
        system = self._system
        following, dead_lettered, panels = await asyncio.gather(
            self._next_for(user_id), asyncio.to_thread(system.due.dead_lettered), self._panels.state()
        )
        now = system.clock.now()
        coming = following and {
            **following.as_json(),
            "in_seconds": (following.at - now).total_seconds(),
            "user_id": system.ledger.user_of(following.person_id, system.telegram.conversations.accounts),
        }
        return {
            "now": now.isoformat(),
            "offset_seconds": system.clock.offset.total_seconds(),
            "next": coming,
            "parked": [entry.as_json() for entry in dead_lettered],
            "panels": panels,
            "crashes": system.crashes.waiting,
            "kills": system.kills.waiting,
            "telegram": state_of(system.telegram.faults),
            "payments": system.telegram.faults.payments.waiting,
            "providers": self._provider_faults.waiting,
            "busy": system.runtime.busy,
            "environments": system.runtime.processes,
            "totals": sum((reading.cost for reading in system.meter.readings), Cost()).as_json(),
            "last_update_id": system.telegram.updates.last_id,
            "people": len(system.telegram.conversations.accounts),
            "trials_a_day": await asyncio.to_thread(trials_a_day, system.ledger),
            "zone_minutes": await asyncio.to_thread(zone_minutes, system.ledger, system.telegram, user_id),
        }

    async def move_time(self, body: Body) -> Body:
        """Move virtual time as the body of `POST time` says.

        Raises:
            ValueError: the body is not one of the three forms, or no work is due.
        """
        system = self._system
        match body:
            case {"to": "next"}:
                following = await self._next_for(body.get("user_id"))
                if following is None:
                    raise ValueError("no work is due")
                await system.advance(max(following.at - system.clock.now(), timedelta()) + _JUST_AFTER)
            case {"advance_seconds": int() | float() as seconds} if seconds >= 0:
                await system.advance(timedelta(seconds=seconds))
            case {"outage_seconds": int() | float() as seconds} if seconds >= 0:
                await system.outage(timedelta(seconds=seconds))
            case _:
                raise ValueError('one of "advance_seconds", "outage_seconds" (0 or more), "to": "next"')
        return await self.state()

    async def fault_crash(self, body: Body) -> Body:
        """Plan a crash at a named point."""
        self._system.crashes.order(str(body.get("function", _WEBHOOK)), str(body.get("point")))
        return {"crashes": self._system.crashes.waiting}

    async def fault_telegram(self, body: Body) -> Body:
        """Order a fault of the Bot API."""
        order_telegram_fault(self._system.telegram.faults, body)
        return {}

    async def fault_payments(self, body: Body) -> Body:
        """Order a fault of payments, or report what never was."""
        if "provider" in body:
            await self._provider_faults.order(body)
            return {"providers": self._provider_faults.waiting}
        return order_payment_fault(self._system.telegram, body)

    async def clear_faults(self, body: Body) -> Body:
        """Remove all injected faults, or those of one kind."""
        only = body.get("only")
        if only in {None, "telegram"}:
            self._system.telegram.faults.clear()
        if only == "payments":
            self._system.telegram.faults.payments.clear()
        if only in {None, "payments"}:
            self._provider_faults.clear()
        if only in {None, "crashes"}:
            for function in list(self._system.crashes.waiting):
                self._system.crashes.take(function)
            self._system.kills.clear()
        if only in {None, "panels"}:
            await self._system.panels.set_faults()
        return await self.state()

    async def deliver_again(self, body: Body) -> Body:
        """Deliver an update again that the bot has already accepted."""
        telegram = self._system.telegram
        update_id = int(body.get("update_id") or self._last_update(body.get("user_id")))
        for _ in range(int(body.get("times", 1))):
            telegram.deliver_again(update_id)
            await telegram.idle()
        return await self.outcome(update_id)

    async def outcome(self, update_id: int) -> Body:
        """Return the outcome of one update."""
        system = self._system
        deliveries = system.telegram.journal.deliveries_of(update_id)
        user_id = _user_in(deliveries[0].queue) if deliveries else 0
        cause = f"update:{system.secrets.bot_id}:{update_id}"
        return {
            "update_id": update_id,
            "user_id": user_id,
            "delivered": len(deliveries),
            "answers": [delivery.status for delivery in deliveries],
            "done": await asyncio.to_thread(system.ledger.times_done, user_id, cause),
            "keys": system.panels.keys(user_id),
        }

    def taps(self, limit: int) -> list[Body]:
        """Return the costs of the last updates, newest first."""
        attempts: dict[int, list[Reading]] = {}
        for reading in self._system.meter.readings:
            if reading.update_id is not None:
                attempts.setdefault(reading.update_id, []).append(reading)
        newest = list(reversed(attempts.items()))[:limit]
        updates = self._system.telegram.updates
        return [summary_of(updates.find(update_id)) | _tap(update_id, readings) for update_id, readings in newest]

    async def _next_for(self, user_id: int | None) -> DueEntry | None:
        """Return the next due item of a person, or of any person if that one has none."""
        own = user_id and await self._system.next_due(self._system.ledger.ring.person_id(user_id))
        return own or await self._system.next_due()

    def _last_update(self, user_id: int | None = None) -> int:
        for delivery in reversed(self._system.telegram.journal.deliveries):
            if user_id in {None, _user_in(delivery.queue)}:
                return delivery.update_id
        raise ValueError("nothing was delivered yet")

    async def _state(self, request: web.Request) -> web.Response:
        user_id = request.query.get("user_id", "")
        return web.json_response(await self.state(int(user_id) if user_id.isdecimal() else None))

    async def _outcome(self, request: web.Request) -> web.Response:
        try:
            update_id = int(request.query.get("update_id") or self._last_update())
        except ValueError as error:
            return error_response(error)
        return web.json_response(await self.outcome(update_id))

    async def _taps(self, request: web.Request) -> web.Response:
        limit = request.query.get("limit", "20")
        return web.json_response({"taps": self.taps(int(limit) if limit.isdecimal() else 20)})

    async def _items(self, request: web.Request) -> web.Response:
        user_id, ledger = int(request.match_info["id"]), self._system.ledger
        items = await asyncio.to_thread(ledger.items, user_id)
        changes = await asyncio.to_thread(ledger.changes, user_id)
        readable = {key: {name: _readable(value) for name, value in item.items()} for key, item in items.items()}
        return web.json_response({"items": readable, "changes": [change.as_json() for change in changes]})


def _user_in(queue: str) -> int:
    return int(queue.split(":")[1])


def _tap(update_id: int, readings: list[Reading]) -> Body:
    return {
        "update_id": update_id,
        "attempts": len(readings),
        "errors": [reading.error for reading in readings if reading.error],
        "calls": [dict(reading.calls) for reading in readings],
        "init_ms": [reading.init_ms for reading in readings if reading.init_ms],
        "cost": sum((reading.cost for reading in readings), Cost()).as_json(),
    }


def _readable(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _readable(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_readable(inner) for inner in value]
    return value if isinstance(value, str | bool | type(None)) else str(value)

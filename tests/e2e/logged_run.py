"""One run of the whole system with everything that goes wrong while people buy, and all lines of its logs."""

import base64
import json
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from aiohttp import ClientSession

from local.crypto_pay.faults import CallFault, NotificationFault
from local.journey.buying import CARD, CRYPTO, DEMO, STARS, WAYS, Buyer
from local.journey.harness import ONE_ON_EACH
from local.journey.transcript import Transcript
from local.options import Options
from local.panels import SPARE
from local.system import SUPPORT_CHAT_ID, System
from local.telegram.person import NotOnScreenError
from local.yookassa.fake_yookassa import SECRET_KEY, SHOP_ID
from local.yookassa.faults import FaultKind
from local.yookassa.forgeries import Forgery
from vpnbot.domain.shop import SHOP

NAME, EMAIL = "Xanthippe-Quist", "xanthippe.quist@example.org"
QUESTION = "Why is my aubergine purple?"
MINUTE = timedelta(minutes=1)
_ALL_LEVELS = {
    "POWERTOOLS_LOG_LEVEL": "DEBUG",
    "AWS_LAMBDA_LOG_FORMAT": "JSON",
    "AWS_LAMBDA_LOG_LEVEL": "DEBUG",
}
"""An operator who looks for a fault may set these; Lambda itself sets the last two for its logging controls."""


@dataclass
class LoggedRun:
    """The lines of all functions, and what must not be in them, by a name for the reader of a failure."""

    lines: list[str] = field(default_factory=list)
    secrets: dict[str, str] = field(default_factory=dict)

    def leaks(self) -> dict[str, str]:
        """Return the first line that has each of the secrets that are in some line."""
        return {
            name: next(line for line in self.lines if secret in line)[:2000]
            for name, secret in self.secrets.items()
            if any(secret in line for line in self.lines)
        }


async def everything_goes_wrong() -> LoggedRun:
    """Let one person buy in every way, with every kind of failure, and return the logs."""
    run = LoggedRun()

    def keep(environment: str, line: str) -> None:
        run.lines.append(f"{environment} {line}")

    async with System(Options(scheduled=False, on_log=keep, variables=_ALL_LEVELS)) as system:
        _with_receipts(system)
        buyer = Buyer(system.person(NAME), Transcript(lambda _line: None), system)
        _know(run, "the Telegram id", str(buyer.user_id))
        await _purchases(system, buyer)
        assert any(EMAIL in message.text for message in buyer.person.messages), "the address was never asked for"
        assert buyer.messages_with("received"), [message.text for message in buyer.person.messages]
        _know_keys(run, system, buyer, await _link(buyer))
        await _renewal_refund_and_question(system, buyer)
        await _panels_fail(system, buyer)
        await _unreadable_input(system, buyer, run)
        await _deleted(buyer)
        await system.advance(2 * timedelta(hours=1))
        _know_secrets(run, system)
    return run


def _know(run: LoggedRun, name: str, secret: str) -> None:
    assert len(secret) >= 8, name
    run.secrets[name] = secret


def _know_secrets(run: LoggedRun, system: System) -> None:
    basic = base64.b64encode(f"{SHOP_ID}:{SECRET_KEY}".encode()).decode()
    known = {
        "the name": NAME,
        "the e-mail": EMAIL,
        "the question": QUESTION,
        "the bot token": system.secrets.bot_token,
        "the secret part of the bot token": system.secrets.bot_token.partition(":")[2],
        "the webhook secret": system.secrets.webhook_secret,
        "the key secret": json.loads(system.secrets.key_secret)["1"],
        "the Crypto Pay token": system.secrets.cryptopay_token.partition(":")[2],
        "the secret key of the shop": SECRET_KEY,
        "the authorization header": basic,
        "a share link": "vless://",
        **{f"the token of {place}": system.panels.named(place).token for place in (*ONE_ON_EACH, SPARE.server_id)},
    }
    for name, secret in known.items():
        _know(run, name, secret)


def _know_keys(run: LoggedRun, system: System, buyer: Buyer, link: str) -> None:
    _know(run, "the token of the link", link.rpartition("/")[2])
    for server, clients in system.panels.clients(buyer.user_id).items():
        for client in clients:
            _know(run, f"the id of the key on {server}", client.uuid)


def _with_receipts(system: System) -> None:
    """Let the shop ask for an address for receipts, and offer every way to pay."""
    providers = ["stars", "yookassa", "crypto_pay", "demo"]
    system.aws.client("dynamodb").put_item(
        TableName=system.template.tables[0].name,
        Item={
            "pk": {"S": SHOP},
            "sk": {"S": "SETTINGS"},
            "version": {"N": "1"},
            "body": {
                "M": {
                    "providers": {"L": [{"S": name} for name in providers]},
                    "receipts": {"S": "email"},
                }
            },
        },
    )


async def _tries(*steps: Awaitable[object]) -> None:
    """Do what may lead to another screen than in a run without faults."""
    for step in steps:
        with suppress(LookupError, ValueError, NotOnScreenError):
            await step


async def _purchases(system: System, buyer: Buyer) -> None:
    await buyer.says(f"/start from_{NAME}")
    await buyer.taps("Try free")
    for way in WAYS:
        for fault in _faults_of(way):
            _order_fault(system, way, fault)
            await _tries(_orders(buyer, way))
            await system.advance(3 * MINUTE)
            await _tries(_pays(buyer, way))
            await system.advance(3 * MINUTE)
        await _orders(buyer, way)
        await _pays(buyer, way)
        await system.advance(3 * MINUTE)


def _faults_of(way: str) -> tuple[FaultKind | CallFault | NotificationFault | int, ...]:
    match way:
        case _ if way == CARD:
            kinds = FaultKind
            answers = (kinds.UNAUTHORIZED, kinds.ERROR_UNDONE, kinds.LOST_ANSWER, kinds.HTML, kinds.GARBAGE)
            return (*answers, kinds.UNKNOWN_STATUS, kinds.THROTTLED, kinds.NOTIFICATION_TWICE)
        case _ if way == CRYPTO:
            calls = (CallFault.UNAUTHORIZED, CallFault.ERROR, CallFault.CUT, CallFault.NOT_JSON)
            return (*calls, CallFault.NOT_AN_OBJECT, NotificationFault.WRONG_SIGNATURE)
        case _ if way == STARS:
            return (500, 401, 400)
        case _:
            return ()


def _order_fault(system: System, way: str, fault: FaultKind | CallFault | NotificationFault | int) -> None:
    match fault:
        case FaultKind():
            system.providers.yookassa.faults.order(fault)
        case CallFault() | NotificationFault():
            system.providers.crypto_pay.faults.add(fault)
        case _:
            system.telegram.faults.next_calls_fail(fault, method="createInvoiceLink")
    assert way in WAYS


async def _orders(buyer: Buyer, way: str) -> None:
    await buyer.says("/start")
    await buyer.chooses("Plans")
    await _tries(buyer.chooses("Choose again"))  # if an order waits for its payment
    for words in ("Standard", "1 month", way):
        await buyer.chooses(words)
    if "Send your email" in buyer.person.screen.text:
        await buyer.says(EMAIL)
    await buyer.chooses("Pay")


async def _pays(buyer: Buyer, way: str) -> None:
    link = await buyer.payment_link()
    if not link:
        raise LookupError("no link to pay with")
    await buyer.pays(way, link)


async def _link(buyer: Buyer) -> str:
    link = await buyer.copies_link()
    assert "/s/" in link
    return link


async def _renewal_refund_and_question(system: System, buyer: Buyer) -> None:
    system.providers.yookassa.faults.order(FaultKind.ERROR_UNDONE)
    await buyer.says("/start")
    await buyer.chooses("Plans")
    await _tries(buyer.asks_for_refund())
    operator = Buyer(system.telegram.person_by_id(SUPPORT_CHAT_ID), buyer.transcript, system)
    await _tries(operator.chooses("Send"), operator.chooses("Yes, send"))
    await system.advance(30 * MINUTE)
    await buyer.says("/paysupport")
    await _tries(buyer.chooses("Write to us"))
    system.telegram.faults.next_calls_fail(403, times=3, method="copyMessage")
    await buyer.says(QUESTION)
    await system.advance(30 * MINUTE)


async def _panels_fail(system: System, buyer: Buyer) -> None:
    panel = system.panels.named("amsterdam")
    right = panel.token
    panel.token = "another token than the one that is stored"
    for act in (panel.faults.down, panel.faults.not_json, panel.faults.error_after_acting, panel.faults.lost_answer):
        act(2)
    await _tries(_orders(buyer, DEMO), _pays(buyer, DEMO))
    await system.advance(10 * MINUTE)
    panel.token = right
    panel.faults.waiting.clear()
    await system.advance(30 * MINUTE)


async def _unreadable_input(system: System, buyer: Buyer, run: LoggedRun) -> None:
    """Send to the functions what they cannot read, with personal data and secrets of other senders in it."""
    sender = {"id": buyer.user_id, "is_bot": False, "first_name": NAME}
    chat = {"id": buyer.user_id, "type": "private", "first_name": NAME}
    strange = {"currency": "XTR", "total_amount": "many", "invoice_payload": EMAIL, "telegram_payment_charge_id": 7}
    bodies: tuple[object, ...] = (
        {"update_id": 1, "message": {"message_id": 1, "from": sender, "chat": chat, "successful_payment": strange}},
        {
            "update_id": 2,
            "message": {"message_id": 2, "from": sender, "chat": chat, "date": "soon", "text": QUESTION},
        },
        {"update_id": 3, "callback_query": {"id": 5, "from": sender, "data": EMAIL}},
        {"update_id": 4, "message": {"from": {"id": NAME}, "chat": chat}},
        {"update_id": 5, "unknown": {"from": sender, "text": QUESTION}},
        {"update_id": 6, "pre_checkout_query": {"id": "7", "from": sender, "invoice_payload": EMAIL}},
        [NAME],
    )
    secret = {"X-Telegram-Bot-Api-Secret-Token": system.secrets.webhook_secret}
    wrong = {"X-Telegram-Bot-Api-Secret-Token": "another-secret-of-a-stranger"}
    _know(run, "the secret of a stranger", "another-secret-of-a-stranger")
    async with ClientSession(system.base) as session:
        for body in bodies:
            await (await session.post("/telegram", json=body, headers=secret)).read()
        await (await session.post("/telegram", data=f"{{{NAME}", headers=secret)).read()
        await (await session.post("/telegram", json=bodies[0], headers=wrong)).read()
        for provider in ("yookassa", "crypto_pay", "demo", "unknown"):
            for data in (f"{{{EMAIL}", json.dumps({"event": NAME, "object": {"id": EMAIL}}), json.dumps([EMAIL])):
                await (await session.post(f"/payments/{provider}", data=data)).read()
        unknown = run.secrets["the token of the link"][::-1]
        _know(run, "the token of another link", unknown)
        await (await session.get(f"/s/{unknown}")).read()
        await (await session.get(f"/s/{EMAIL}")).read()
    for forgery in Forgery:
        payment_id = next(reversed(system.providers.yookassa.shop.payments))
        await system.providers.yookassa.forge(forgery, payment_id)
    await system.settle()


async def _deleted(buyer: Buyer) -> None:
    await buyer.says("/start")
    for words in ("Settings", "My data", "Delete", "Delete everything"):
        await buyer.chooses(words)

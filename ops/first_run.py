"""The questions of a first run: token, administrators, language, support chat, e-mail of alarms, payment providers.

Nothing is stored here: an operator who stops at a question, with Ctrl-C or by closing the terminal, changes nothing.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from secrets import token_urlsafe

import typer
from botocore.session import get_session

from ops.answers import Answers
from ops.configure import CRYPTO_PAY, YOOKASSA, Secrets
from ops.telegram_inbox import LONGEST_LIST, Inbox
from ops.template import parameter
from vpnbot.errors import CallRejected, Misconfigured, Rejected, TelegramUnavailable
from vpnbot.telegram.bot_api.client import BotApi

FIND, NONE = "find", "none"
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class Bot:
    """The bot whose token was given."""

    token: str
    api: BotApi
    username: str


def ask_region(default: str) -> str:
    """Ask for the region until it is one of AWS's."""
    session = get_session()
    known = {
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions("lambda", partition)
    }
    while True:
        answer = str(typer.prompt("The AWS region, best near your customers", default=default)).strip()
        if answer in known:
            return answer
        print(f"AWS has no region {answer}. Examples: eu-central-1 (Frankfurt), eu-north-1 (Stockholm).")


def ask_token(stored: str | None, given: str | None, connect: Callable[[str], BotApi]) -> Bot:
    """Ask for the token until Telegram knows it; a token of another bot than the stored one must be confirmed.

    Raises:
        TelegramUnavailable: Telegram does not answer, and the operator does not want to try again.
    """
    if not stored and not given:
        print("A bot is made by @BotFather (https://t.me/BotFather): send it /newbot, choose a name, copy the token.")
    question = "The token from @BotFather" + (" (Enter keeps the stored one)" if stored else "")
    while True:
        token = (
            given or str(typer.prompt(question, hide_input=True, default=stored or "", show_default=False)).strip()
        )
        given = None
        try:
            bot = _connected(token, connect)
        except Misconfigured as error:
            print(f"{error.remedy[0].upper()}{error.remedy[1:]}.")
            continue
        if stored and stored.partition(":")[0] != str(bot.api.bot_id):
            print(
                f"This is another bot than before: @{bot.username}. People stay with the old bot until they open it."
            )
            if not typer.confirm("Use this bot from now on?", default=False):
                continue
        print(f"✔ The bot is @{bot.username}.")
        return bot


def _connected(token: str, connect: Callable[[str], BotApi]) -> Bot:
    while True:
        try:
            api = connect(token)
            return Bot(token, api, str(api.call("getMe")["username"]))
        except TelegramUnavailable as error:
            print(f"Telegram does not answer: {error}.")
            if not typer.confirm("Try again?", default=True):
                raise


def ask_administrators(bot: Bot, stored: str) -> str:
    """Ask who operates the bot in the chat; return their ids, separated by commas, the first one first."""
    print("Administrators operate the bot in the chat. The first one gets customers' questions if there is no group.")
    while True:
        answer = _or_find("Their Telegram ids, or", stored)
        found = _found_people(bot) if answer == FIND else answer
        if found:
            checked = _checked("AdminIds", found.replace(" ", ""))
            if checked:
                return checked


def ask_language(stored: str) -> str:
    """Ask for the language of the messages that operators get in the chat."""
    language = parameter("OperatorLanguage")
    words = f"The language of messages about alarms in the chat: {' or '.join(language.allowed)}"
    while True:
        checked = _checked(language.name, str(typer.prompt(words, default=stored or language.default)))
        if checked:
            return checked


def ask_support_chat(bot: Bot, stored: str) -> str:
    """Ask for the group that gets customers' questions; return its id, or nothing."""
    print("Customers' questions can go to a group in which your helpers answer. Without one, the first administrator")
    print("gets them.")
    while True:
        answer = _or_find(f"The id of the group, {NONE}, or", stored, default=stored or NONE)
        if answer == NONE:
            return ""
        found = _found_group(bot) if answer == FIND else answer
        if found and _is_member(bot, found):
            checked = _checked("SupportChatId", found)
            if checked:
                return checked


def _or_find(question: str, stored: str, default: str = "") -> str:
    words = f"{question} '{FIND}' to find them by a message to the bot"
    return str(typer.prompt(words, default=default or stored or FIND)).strip()


def _inbox(bot: Bot) -> tuple[Inbox, str] | None:
    """Return the inbox and the parameter of its links; None if new messages to the bot cannot be read here."""
    webhook = bot.api.call("getWebhookInfo")
    reason = ""
    if webhook.get("url"):
        reason = f"The bot's messages go to {webhook['url']} already"
    elif webhook.get("pending_update_count", 0) >= LONGEST_LIST:
        reason = f"{LONGEST_LIST} messages or more wait for the bot, and Telegram shows the oldest ones first"
    if reason:
        print(f"{reason}, so they cannot be read here. Type the id instead:")
        print("send any message to @userinfobot, which answers with your id; for a group, add it there.")
        return None
    invitation = token_urlsafe(6)
    return Inbox(bot.api, invitation), invitation


def _found_people(bot: Bot) -> str:
    opened = _inbox(bot)
    if opened is None:
        return ""
    inbox, invitation = opened
    print(
        f"Open https://t.me/{bot.username}?start={invitation} and press Start. Waiting for five minutes …", flush=True
    )
    found: list[str] = []
    for person in _guarded(inbox.people()):
        how = "opened the link" if person.invited else "wrote to the bot"
        if typer.confirm(f"{person.name}, id {person.id}, {how}. An administrator?", default=person.invited):
            found.append(str(person.id))
            if not typer.confirm("Is there another administrator? They open the same link.", default=False):
                break
    if not found:
        print("No administrator was found.")
    return ",".join(dict.fromkeys(found))


def _found_group(bot: Bot) -> str:
    opened = _inbox(bot)
    if opened is None:
        return ""
    inbox, invitation = opened
    print(f"Open https://t.me/{bot.username}?startgroup={invitation} and choose the group. Waiting …", flush=True)
    for group in _guarded(inbox.groups()):
        if typer.confirm(f"The group {group.title}, id {group.id}?", default=True):
            return str(group.id)
    print("No group was found.")
    return ""


def _guarded[T](found: Iterator[T]) -> Iterator[T]:
    try:
        yield from found
    except CallRejected as error:
        print(f"The bot's messages cannot be read: {error.description}. Stop the other program, or type the id.")


def _is_member(bot: Bot, chat: str) -> bool:
    try:
        title = bot.api.call("getChat", chat_id=chat).get("title") or "the chat"
    except CallRejected as error:
        print(f"The bot cannot write to {chat} ({error.description}): add @{bot.username} to the group first.")
        return False
    print(f"✔ Questions go to {title}.")
    return True


def _checked(name: str, value: str) -> str:
    try:
        return parameter(name).checked(value)
    except Rejected as error:
        print(f"{error}.")
        return ""


def ask_alarms(stored: Mapping[str, str], *, needed: bool) -> Mapping[str, str]:
    """Ask for the e-mail address of alarms and, if there is one, for the budget, of which only a mail warns."""
    found = {"AlarmEmail": _ask_email(stored.get("AlarmEmail", ""), needed=needed)}
    default = stored.get("MonthlyBudget") or parameter("MonthlyBudget").default
    while found["AlarmEmail"] and "MonthlyBudget" not in found:
        question = "Dollars a month for the whole AWS account, of which a mail warns in time; 0 for none"
        checked = _checked("MonthlyBudget", str(typer.prompt(question, default=default)))
        found |= {"MonthlyBudget": checked} if checked else {}
    return found


def _ask_email(stored: str, *, needed: bool) -> str:
    words = "The e-mail address that alarms go to" + ("" if needed else f", or {NONE}")
    while True:
        answer = str(typer.prompt(words, default=stored or (None if needed else NONE))).strip()
        if answer == NONE and not needed:
            return ""
        if _EMAIL.fullmatch(answer):
            return answer
        print(f"{answer} is no e-mail address.")


def ask_providers(stored: Secrets) -> tuple[str, ...]:
    """Ask which payment providers beside Telegram Stars are used; return the names of the secrets to ask for."""
    print("Telegram Stars need no account. Other providers can be added later with `configure --yookassa`.")
    asked: tuple[str, ...] = ()
    for title, names in (("YooKassa", YOOKASSA), ("Crypto Pay", CRYPTO_PAY)):
        if all(stored.get(name) for name in names):
            print(f"✔ {title} is stored.")
        elif typer.confirm(f"Take payments with {title}?", default=False):
            asked += names
    return asked


def stored_or(answers: Answers, deployed: Mapping[str, str], name: str) -> str:
    """Return the stored answer for a parameter, or the value of the deployed stack."""
    return answers.parameters.get(name, deployed.get(name, ""))

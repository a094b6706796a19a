"""Somebody taps any button that is still shown, and writes where a text is asked for, by chance but repeatably."""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiogram.types import InlineKeyboardButton

from tests.fakes.provider import FakeProvider
from tests.functional.conversation.bot_session import BOT_ID, ChatMessage
from tests.functional.conversation.busy_shop import PAYER
from tests.functional.conversation.harness import ChatHarness, ChatUser, Update
from tests.functional.conversation.label_width import too_wide
from tests.functional.conversation.operators_group import GROUP, OperatorsGroup
from tests.functional.conversation.selling import notified
from tests.functional.conversation.shown_words import LONGEST_SCREEN_WORDS, messages_of, words_in, words_of
from vpnbot.domain.orders.reports import ReportedState
from vpnbot.telegram.messages.button_styles import Style
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.packed_ids import packed_person
from vpnbot.telegram.messages.renderer import Renderer
from vpnbot.telegram.messages.screen import Screen
from vpnbot.telegram.updates.fsm_storage import conversation_of
from vpnbot.telegram.updates.webhook_response import WebhookResponse

LOST = frozenset(
    (
        *("here-is-current", "act-question-gone", "server-unknown", "shop-unknown-plan", "person-gone"),
        *("broadcast-changed", "outage-changed", "act-changed", "shop-changed-meanwhile", "server-changed-meanwhile"),
        "promo-changed",
    )
)
"""What a button shows when its screen is no longer true. No button of the newest screen may show it."""
_WRITTEN: Mapping[str, tuple[str, ...]] = {
    "Adding": ("https://s1.example.com:2053/base", "t" * 48, "NL", "200", "http://x"),
    "Changing": ("https://s2.example.com:2053/base", "u" * 48, "FI", "90", "Fast one"),
    "Finding": ("42", str(PAYER), "@nobody", "https://vpn.example/s/abc", "✖️ Cancel"),
    "Acting": ("5", "400", "Wants a receipt by email, asked twice"),
    "Appointing": ("110", "@nobody"),
    "Shopkeeping": ("5", "299 RUB, 199 ⭐", "Standard", "12h", "https://example.com/help", "-", "me@mail.example"),
    "Entering": ("SPRING", "wrong", "FRIENDS", "what is a code?"),
    "Advertising": ("Our channel", "5000", "60 USD", "Ж" * 40),
    "Naming": ("SUMMER", "SPRING", "привет!"),
    "Broadcasting": ("We have a new server", "21:30", "Our channel https://t.me/example", "yesterday"),
    "Wording": ("Be kind.", "{ $days", "<b>open", "Free: { $days } d on { $devices }."),
    "Buying": ("me@mail.example", "+49 30 1234567", "no address"),
    "Support": ("It doesn't connect", "Hello?"),
}
"""What is written in each group of FSM states; some of it does not fit the question."""
_DELETIONS = frozenset(f"{Action.ADMIN}:act:{tap}x" for tap in "yq")
"""The kinds of the buttons that delete the data of a person after the question, told or quietly."""
_NONSENSE = ("?", "Ж" * 300, "0", "<b>&", "one two\nthree")
_CUSTOMERS_COMMANDS = ("/start", "/payments", "/connect", "/help", "/support", "/terms", "/privacy", "/settings")
_STAFF_COMMANDS = (*_CUSTOMERS_COMMANDS, "/admin", "/servers", "/shop", "/find")


@dataclass(frozen=True, slots=True)
class Place:
    """A button that is shown, and where."""

    chat: int
    message: ChatMessage
    button: InlineKeyboardButton

    @property
    def data(self) -> str:
        """The callback data."""
        return str(self.button.callback_data)


@dataclass
class Screens:
    """The screens behind the texts that were rendered."""

    by_text: dict[str, tuple[Screen, Renderer]] = field(default_factory=dict)

    def recording(self, render: Callable[[Renderer, Screen], str]) -> Callable[[Renderer, Screen], str]:
        """Return a function that renders screens and remembers them."""

        def rendered(renderer: Renderer, screen: Screen) -> str:
            text = render(renderer, screen)
            self.by_text[text] = (screen, renderer)
            return text

        return rendered


@dataclass
class Tapping:
    """One person who taps. `path` is what they did; `tapped` counts the kinds of callback data."""

    user: ChatUser
    chance: random.Random
    screens: Screens
    staff: bool
    path: list[str] = field(default_factory=list)
    tapped: Counter[str] = field(default_factory=Counter)
    shown: set[str] = field(default_factory=set)
    newest: set[tuple[int, int]] = field(default_factory=set)
    """The messages that the last update has shown to this person."""
    outdated: bool = False
    """Whether workers have changed something that is shown since then."""

    @property
    def harness(self) -> ChatHarness:
        """The bot."""
        return self.user.harness

    def goes_on(self) -> None:
        """Do one thing, and check what it shows."""
        state, luck = self._state, self.chance.random()
        if luck < 0.02:
            self._waits()
        elif luck < 0.06 or not (buttons := list(self._buttons())):
            self._writes(self.chance.choice(_STAFF_COMMANDS if self.staff else _CUSTOMERS_COMMANDS))
        elif state in _WRITTEN and luck < 0.5:
            self._writes(self.chance.choice((*_WRITTEN[state], *_WRITTEN[state], self.chance.choice(_NONSENSE))))
        else:
            self._taps(self._chosen(buttons))

    @property
    def _state(self) -> str:
        """The group of FSM states in which a text of this person is expected; empty: in none."""
        session = self.harness.shop.open(self.user.user_id)
        state, _ = conversation_of(session, BOT_ID, self.user.user_id, self.user.user_id)
        return (state or "").partition(":")[0]

    def _buttons(self) -> Iterator[Place]:
        """Yield the buttons of the messages that are still shown."""
        for chat in (self.user.user_id, GROUP) if self.staff else (self.user.user_id,):
            for message in self.harness.telegram.messages(chat)[-8:]:
                for button in (button for row in message.buttons for button in row):
                    if button.callback_data is not None:
                        yield Place(chat, message, button)

    def _chosen(self, buttons: list[Place]) -> Place:
        """Choose a button: mostly on the newest screen, and mostly of a kind that was seldom tapped."""
        self.shown |= {kind_of(place.data) for place in buttons}
        newest = [place for place in buttons if (place.chat, place.message.id) in self.newest]
        choices = newest if newest and self.chance.random() < 0.8 else buttons
        if all(self._deletes_itself(place.data) for place in choices):
            choices = buttons
        weights = [self._weight(place.data) for place in choices]
        return self.chance.choices(choices, weights)[0]

    def _weight(self, data: str) -> float:
        weight = float(1 / (1 + self.tapped[kind_of(data)]) ** 2)
        if self._deletes_itself(data):
            # It ends the role, and with it the walk of a member of the staff; a customer has no keys after it.
            return 0 if self.staff else weight / 10
        return weight

    def _deletes_itself(self, data: str) -> bool:
        """Tell whether a button deletes the data of the person who taps, in the own settings or as an act."""
        acted = kind_of(data) in _DELETIONS and packed_person(self.user.person.id) in data
        return kind_of(data) == Action.DELETE_ALL or acted

    def _waits(self) -> None:
        minutes = self.chance.choice((1, 5, 45))
        pays = self._pays if self.chance.random() < 0.5 else lambda: None

        def act() -> None:
            pays()
            self.harness.passes(minutes=minutes)

        self._does(f"waits {minutes} minutes", act)
        self.newest.clear()

    def _pays(self) -> None:
        """Pay by card what this person has begun to pay, if anything."""
        person, card = self.user.person, self.harness.shop.providers.known["yookassa"]
        assert isinstance(card, FakeProvider)
        for order in person.orders:
            for report in card.find(order):
                if order.open and report.state is ReportedState.PENDING:
                    card.pays(report.payment_id)
                    notified(self.user, card, report.payment_id)
                    self.path.append(f"pays {order.id}")

    def _writes(self, text: str) -> None:
        calls = len(self.harness.telegram.calls)
        response = self._does(f"writes {text[:40]!r}", lambda: self.user.sends(text))
        in_response = response is not None and response.method is not None
        assert in_response or len(self.harness.telegram.calls) > calls, self._told("nothing was answered")

    def _taps(self, place: Place) -> None:
        fresh, kind = not self.outdated and (place.chat, place.message.id) in self.newest, kind_of(place.data)
        self.tapped[kind] += 1
        calls = len(self.harness.telegram.calls)
        where = "in the group " if place.chat == GROUP else ""
        answer = self._does(
            f"taps {where}{place.button.text!r} ({place.data}) of {place.message.words[:60]!r}",
            lambda: self.harness.deliver(self._update(place)),
        )
        self._works()
        method = (answer.method or {}) if answer else {}
        assert method, self._told("the tap is not answered")
        toast = str(method.get("text") or "")
        assert words_in(toast) <= LONGEST_SCREEN_WORDS, self._told(toast)
        in_group = place.chat == GROUP and not kind.startswith(Action.DESK)
        changed = self.newest or toast or len(self.harness.telegram.calls) > calls
        assert changed or in_group, self._told("nothing happens")
        if fresh:
            lost = LOST & {name for key in self.newest for name in self._messages(key)}
            assert not lost, self._told(f"a button of the newest screen is answered with {lost}")

    def _works(self) -> None:
        """Let workers do what a tap has made due, as between two taps; what they change may make a screen old."""
        before = self._shown_and_sent()
        self.harness.shop.minute()
        self.outdated = before != self._shown_and_sent()

    def _shown_and_sent(self) -> tuple[object, ...]:
        chats = {chat: dict(messages) for chat, messages in self.harness.telegram.chats.items()}
        return chats, [each.state for each in self.harness.shop.staff.broadcasts.latest(limit=50)]

    def _update(self, place: Place) -> Update:
        if place.chat != GROUP:
            return self.user.tap(place.data, place.message.id)
        chat = OperatorsGroup(self.harness).chat
        shown: dict[str, Any] = {"message_id": place.message.id, "date": 1, "chat": chat, "text": "…"}
        if place.message.thread is not None:
            shown |= {"message_thread_id": place.message.thread, "is_topic_message": True}
        return self.user.tap(place.data, place.message.id, message=shown)

    def _does(self, what: str, act: Callable[[], WebhookResponse | None]) -> WebhookResponse | None:
        """Do something, and check every message that it has changed in any chat."""
        self.path.append(what)
        chats = self.harness.telegram.chats
        before = {chat: dict(messages) for chat, messages in chats.items()}
        answer = act()
        assert answer is None or answer.status == 200, self._told(f"status {answer.status}")
        assert not self.harness.quarantine.updates, self._told(str(self.harness.quarantine.updates))
        self.newest.clear()
        for chat, messages in chats.items():
            changed = [each for number, each in messages.items() if before.get(chat, {}).get(number) != each]
            for message in changed:
                self._check(chat, message)
            if changed and chat > 0:
                self._check_that_it_leads_on(max(changed, key=lambda each: each.id))
        return answer

    def _check(self, chat: int, message: ChatMessage) -> None:
        if chat in {self.user.user_id, GROUP}:
            self.newest.add((chat, message.id))
        known = self.screens.by_text.get(message.text)
        amount = words_of(*known) if known else words_in(message.text)
        assert amount <= LONGEST_SCREEN_WORDS, self._told(f"{amount} words: {message.words}")
        styles = [button.style for row in message.buttons for button in row]
        assert sum(style in {Style.PRIMARY, Style.SUCCESS} for style in styles) <= 1, self._told(str(styles))
        if known:
            assert not too_wide(message.labels), self._told(f"wider than their buttons: {too_wide(message.labels)}")

    def _check_that_it_leads_on(self, message: ChatMessage) -> None:
        """Check the last of what was shown; a text as customers will see it is shown above a screen."""
        if message.text in self.screens.by_text and message.document is None:
            leads = [button for row in message.buttons for button in row if button.callback_data or button.url]
            assert leads, self._told(f"no button leads on from: {message.words}")

    def _messages(self, key: tuple[int, int]) -> set[str]:
        chat, number = key
        known = self.screens.by_text.get(self.harness.telegram.chats[chat][number].text)
        return messages_of(known[0]) if known else set()

    def _told(self, problem: str) -> str:
        """Return what is wrong, and the way to it."""
        steps = "\n  ".join(self.path[-25:])
        return f"{problem}\n  after {len(self.path)} steps, the last of which are:\n  {steps}"


def kind_of(data: str) -> str:
    """Return the kind of callback data: without what names a person, an order, a server or another thing."""
    action, *arguments = data.split(":")
    if action == Action.ADMIN and arguments[:1] == ["act"]:
        return f"{action}:act:{arguments[1]}"
    if action == Action.MONEY:
        return f"{action}:{arguments[0]}"
    words = [each for each in arguments[:2] if each.replace("_", "").isalpha() and each.islower() and len(each) < 16]
    return ":".join((action, *words[: 2 if action == Action.ADMIN else 1]))

"""A member of the staff finds people, and opens their cards."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.functional.conversation.acting import CUSTOMER, at_card, member
from tests.functional.conversation.administrator import ADMIN, harness_with_servers
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.selling import open_shop
from tests.functional.conversation.shown_words import words_in
from tests.functional.conversation.test_button_graph import LONGEST_SCREEN_WORDS
from vpnbot.domain.ads.link import AdLink
from vpnbot.domain.keys.link_fetch import LinkFetch
from vpnbot.domain.orders.order_id import shown_number
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.roles import Role
from vpnbot.usecases.people.export_data import export_data


@pytest.fixture
def harness() -> ChatHarness:
    """A bot with a server and an administrator."""
    return harness_with_servers("nl")


@pytest.fixture
def ann(harness: ChatHarness) -> "_Named":
    """A customer on trial whom Telegram shows with names."""
    ann = _Named(harness, CUSTOMER, "en")
    ann.sends("/start")
    ann.taps("Try free")
    return ann


ANN = {"username": "Ann_Lee", "first_name": "Ann", "last_name": "Lee"}


@dataclass
class _Named(ChatUser):
    names: dict[str, str] = field(default_factory=lambda: dict(ANN))

    def user(self) -> dict[str, Any]:
        return super().user() | self.names


def _asked(admin: ChatUser, text: str) -> None:
    admin.sends("/admin")
    admin.taps("🔎 Find")
    admin.sends(text)


@pytest.mark.parametrize("text", ["42", "@ann_lee", "https://t.me/Ann_Lee", "t.me/ann_lee?x=1", "tg://user?id=42"])
def test_a_person_is_found_by_id_and_by_name(ann: "_Named", admin: ChatUser, text: str) -> None:
    _asked(admin, text)
    admin.sees("@Ann_Lee (Ann Lee), id 42", "active, Free trial")
    assert len(admin.screen.words.split()) <= LONGEST_SCREEN_WORDS


@pytest.mark.parametrize(
    ("answers", "shown"),
    [(("bad",), "had problems"), (("bad", "slow"), "opinion: slow"), (("bad", "good"), "")],
)
def test_the_card_names_the_last_problem_before_all_else(
    ann: "_Named", admin: ChatUser, answers: tuple[str, ...], shown: str
) -> None:
    for answer in answers:
        ann.harness.deliver(ann.tap(f"opinion:{answer}", ann.screen.id))
    _asked(admin, "42")
    front = admin.screen.words.partition("🔑")[0]
    assert ("💬" in front) is bool(shown)
    assert shown in front
    assert len(admin.screen.words.split()) <= LONGEST_SCREEN_WORDS


@pytest.mark.parametrize(
    ("payload", "english", "russian"),
    [
        ("", "directly", "напрямую"),
        ("a_abcdefgh", "ad “Summer”", "реклама «Summer»"),
        ("a_" + "b" * 8, f"ad “{'x' * 24}”", f"реклама «{'x' * 24}»"),
        ("a_summer", "another link", "другая ссылка"),
        ("a_hgfedcba", "another link", "другая ссылка"),
        ("r_AAAAAAAAAAAAAAAAAAAAAA", "a friend's link", "ссылка друга"),
        ("g_k7", "a gift link", "ссылка на подарок"),
        ("p_k7", "a promo link", "ссылка с промокодом"),
        ("vk-group", "another link", "другая ссылка"),
    ],
)
def test_the_card_says_in_words_where_a_person_came_from(
    harness: ChatHarness, payload: str, english: str, russian: str
) -> None:
    for number, link in enumerate((AdLink("abcdefgh", "Summer"), AdLink("b" * 8, "x" * 32))):
        harness.shop.links.decide(None, link, Entry(f"act:1:{number}", "made", harness.shop.clock(), "admin:1"))
    ann = _Named(harness, CUSTOMER, "en")
    ann.sends(f"/start {payload}".strip())
    ann.taps("Try free")
    for administrator, words in ((harness.user("en", ADMIN), english), (harness.user("ru", ADMIN), russian)):
        administrator.sends("/settings")
        administrator.taps({"en": "English", "ru": "Русский"}[administrator.language])
        administrator.sends("/find")
        administrator.sends("42")
        administrator.sees(f", {words}")
        assert "_" not in administrator.screen.words.partition("🚪")[2]
        assert words_in(administrator.screen.text) <= LONGEST_SCREEN_WORDS


@pytest.mark.parametrize(("app", "shown"), [("v2raytun", "📱 v2RayTun,"), ("", "📱 —,")])
def test_the_card_names_the_app_as_people_know_it(
    harness: ChatHarness, ann: "_Named", admin: ChatUser, app: str, shown: str
) -> None:
    key, now = ann.person.subscription.key, harness.shop.clock()
    assert key is not None
    harness.shop.people.open(ann.person.id).record_load(key, LinkFetch(now, now, app, key.tag))
    _asked(admin, "42")
    admin.sees(shown)


def test_the_card_of_a_person_who_has_deleted_their_data_shows_nothing_empty(ann: "_Named", admin: ChatUser) -> None:
    mark = ann.person.id
    ann.sends("/settings")
    for label in ("My data", "Delete", "Delete everything"):
        ann.taps(label)
    _asked(admin, f"#id_{mark}")
    assert admin.screen.words == f"👤 {mark[:8]} deleted their data 💳 No payments"
    assert "🔎 Again" in admin.screen.labels[-1]


def test_a_person_is_found_by_link_token_client_and_mark(
    harness: ChatHarness, ann: "_Named", admin: ChatUser
) -> None:
    key = ann.person.subscription.key
    assert key is not None
    token = harness.shop.ring.link_token(ann.person.id, key)
    for text in (f"https://vpn.example/s/{token}?open=happ", token, f"#id_{ann.person.id}"):
        _asked(admin, text)
        admin.sees("@Ann_Lee")
    _asked(admin, harness.shop.ring.client_name(ann.person.id, key))
    admin.sees("@Ann_Lee")


def test_a_key_finds_nobody_and_the_answer_says_what_does(ann: "_Named", admin: ChatUser) -> None:
    _asked(admin, "vless://4d7a2c1e-0000-4000-8000-000000000000@host:443?type=tcp#name")
    admin.sees("A key doesn't say whose it is")


@pytest.mark.parametrize(
    "content",
    [
        {"text": "Hello", "forward_origin": {"type": "user", "date": 1, "sender_user": {"id": 42, "is_bot": False}}},
        {"contact": {"phone_number": "+7", "first_name": "Ann", "user_id": 42}},
        {"users_shared": {"request_id": 1, "users": [{"user_id": 42}], "user_ids": [42]}},
    ],
)
def test_a_person_is_found_by_what_telegram_tells(ann: "_Named", admin: ChatUser, content: dict[str, Any]) -> None:
    admin.sends("/admin")
    admin.taps("🔎 Find")
    admin.harness.deliver(admin.message(**content))
    admin.sees("@Ann_Lee")


def test_a_hidden_sender_and_an_unknown_id_find_nobody(ann: "_Named", admin: ChatUser) -> None:
    admin.sends("/admin")
    admin.taps("🔎 Find")
    hidden = {"type": "hidden_user", "date": 1, "sender_user_name": "Ann"}
    admin.harness.deliver(admin.message(text="Hello", forward_origin=hidden))
    admin.sees("They hide their account")
    admin.sends("43")
    admin.sees("No such person")
    admin.sends("@nobody_has_it")
    admin.sees("No such person")


def test_a_name_that_changed_hands_finds_its_bearer_and_else_who_had_it(
    harness: ChatHarness, ann: "_Named", admin: ChatUser
) -> None:
    harness.passes(days=2)
    ann.names = {"first_name": "Ann"}
    _asked(admin, "@ann_lee")
    admin.sees("@Ann_Lee")
    ann.sends("/start")
    assert ann.person.user.username == ""
    _asked(admin, "@ann_lee")
    admin.sees("No such person")
    heir = _Named(harness, 77, "en")
    heir.sends("/start")
    _asked(admin, "@ann_lee")
    admin.sees("id 77")


def test_other_names_are_stored_once_a_day_unless_a_decision_stores_them(harness: ChatHarness, ann: "_Named") -> None:
    version = ann.person.user.version
    ann.names = {"first_name": "Anna"}
    harness.deliver(ann.tap("settings"))
    assert (ann.person.user.shown_name, ann.person.user.version) == ("Ann Lee", version)
    harness.passes(hours=25)
    version = ann.person.user.version
    harness.deliver(ann.tap("settings"))
    assert (ann.person.user.shown_name, ann.person.user.version) == ("Anna", version + 1)
    ann.names = {"first_name": "Anja"}
    ann.sends("/start")
    ann.harness.deliver(ann.tap("lang:ru"))
    assert ann.person.user.shown_name == "Anja"


def test_names_are_in_the_export_and_leave_with_the_data(harness: ChatHarness, ann: "_Named") -> None:
    exported = json.loads(export_data(harness.shop.open(CUSTOMER), harness.shop.people, harness.shop.context))
    assert exported["profile"]["username"] == "Ann_Lee"
    assert exported["profile"]["shown_name"] == "Ann Lee"
    for label in ("Home", "Settings", "My data", "🗑 Delete", "🗑 Delete everything"):
        ann.taps(label)
    user = ann.person.user
    assert (user.username, user.shown_name, user.named_at) == ("", "", None)
    assert list(harness.shop.staff.finding.by_username("ann_lee", limit=5)) == []


def test_who_came_last_is_listed_first(harness: ChatHarness, ann: "_Named", admin: ChatUser) -> None:
    harness.passes(minutes=1)
    harness.user("en", 77).sends("/start")
    admin.sends("/admin")
    admin.taps("🔎 Find")
    admin.taps("🆕 Latest")
    labels = [row[0] for row in admin.screen.labels]
    ours = [label for label in labels if "@Ann_Lee" in label or label.startswith("A ·")]
    assert ours[-1].startswith("@Ann_Lee"), labels
    assert len(ours) >= 2, labels


@pytest.mark.parametrize(("language", "words"), [("en", ("🔑 1/1", "ago")), ("ru", ("🔑 1/1", "назад"))])
def test_the_card_shows_keys_and_app_in_both_languages(
    harness: ChatHarness, ann: "_Named", language: str, words: tuple[str, str]
) -> None:
    harness.shop.connects(CUSTOMER)
    owner = harness.user("ru" if language == "ru" else "en", ADMIN)
    owner.sends("/admin")
    owner.taps("🔎")
    owner.sends("42")
    owner.sees(*words)


def test_the_tabs_of_the_card(ann: "_Named", admin: ChatUser) -> None:
    for tab, words in (("📜", "trial started"), ("🔑 Keys", "nl: works"), ("🧾", "has no orders"), ("⋯", "rarely")):
        at_card(admin)
        admin.taps(tab)
        admin.sees(words)
        admin.taps("👤 Card")
        admin.sees("@Ann_Lee")


def test_the_ledger_says_what_each_decision_has_changed(ann: "_Named", admin: ChatUser) -> None:
    at_card(admin)
    admin.taps("📜")
    words = admin.screen.words.replace("\N{NO-BREAK SPACE}", " ")
    assert "ends: — → 4 Mar, 12:00 UTC" in words
    assert "trial used: no → yes" in words
    assert "keys changed: 1" in words
    assert "revision" not in words


def test_support_sees_the_card_without_the_acts_of_administrators(harness: ChatHarness, ann: "_Named") -> None:
    support = member(harness, Role.SUPPORT)
    at_card(support)
    labels = [label for row in support.screen.labels for label in row]
    assert "➕ Days" in labels
    assert not {"🔁 Plan", "⏸ Pause", "⋯ More"} & set(labels)


def test_a_person_is_found_by_the_number_of_an_order(harness: ChatHarness, ann: "_Named", admin: ChatUser) -> None:
    open_shop(harness)
    harness.deliver(ann.tap("pay:standard:30d:yookassa:0", ann.screen.id))
    order = ann.person.orders[0]
    for text in (order.id, shown_number(order.id), f"№{shown_number(order.id).lower()}"):
        _asked(admin, text)
        admin.sees("@Ann_Lee")
    at_card(admin)
    admin.taps("🧾 Orders")
    admin.taps(f"№{shown_number(order.id)}")
    admin.sees(shown_number(order.id))

"""Invitations in the chat: the link and what it brings, the friend who comes by it, settings, the owner's yes."""

from urllib.parse import parse_qs, urlparse

import pytest

from tests.functional.conversation import situations
from tests.functional.conversation.acting import acts
from tests.functional.conversation.administrator import ADMIN
from tests.functional.conversation.bot_session import BOT_NAME
from tests.functional.conversation.harness import ChatHarness, ChatUser, Language
from tests.functional.conversation.label_width import too_wide
from tests.functional.conversation.shown_words import LONGEST_SCREEN_WORDS, words_in
from tests.functional.usecases.inviting import buys, rewards, state_of
from vpnbot.domain.invites.reward import RewardState
from vpnbot.domain.staff.acts import RewardAct

FRIEND = 77


@pytest.fixture
def harness() -> ChatHarness:
    """A shop in which people invite friends."""
    harness = ChatHarness(admin_ids=frozenset({ADMIN}))
    rewards(harness.shop, welcome_days=7)
    return harness


@pytest.fixture
def admin(harness: ChatHarness) -> ChatUser:
    """The owner."""
    return harness.user("en", ADMIN)


def invites(user: ChatUser) -> str:
    """Let a person with a running VPN open the screen; return the link."""
    situations.running(user)
    user.taps("Invite friends" if user.language == "en" else "Пригласить друзей")
    return user.link("Copy" if user.language == "en" else "Скопировать")


def friend_comes(harness: ChatHarness, link: str, user_id: int = FRIEND) -> ChatUser:
    """Let a friend open the link."""
    friend = harness.user("en", user_id)
    friend.sends(f"/start {parse_qs(urlparse(link).query)['start'][0]}")
    return friend


class TestInviting:
    """The screen says what a friend brings and what the friends have brought; the link hides who has it."""

    def test_from_home_with_the_link_to_share_to_copy_and_as_a_picture(self, harness: ChatHarness) -> None:
        user = harness.user()
        link = invites(user)
        user.sees("When a friend pays for the first time, each of you gets +7 days.", "Came: 0 · paid: 0")
        user.sees_buttons("📤 Share / 📋 Copy | QR / 🏠 Home")
        assert link.startswith(f"https://t.me/{BOT_NAME}?start=r_")
        shared = urlparse(user.link("Share"))
        assert (shared.netloc, shared.path) == ("t.me", "/share/url")
        assert parse_qs(shared.query) == {"url": [link], "text": ["I use this VPN, and the trial is free."]}
        assert user.person.id not in link
        user.taps("QR")
        user.sees("scan it with the camera")
        assert user.screen.picture
        user.sees_buttons("🙈 Hide")

    def test_from_the_settings(self, harness: ChatHarness) -> None:
        user = harness.user()
        situations.running(user)
        user.taps("⚙️ Settings")
        user.taps("Invite friends")
        user.sees("Came: 0")

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"welcome_days": 3}, "+7 days for you, +3 for the friend."),
            ({"welcome_days": 0}, "for the first time, you get +7 days."),
            ({"reward_days": 0}, "pays for the first time, the friend gets +7 days."),
            ({"reward_days": 1, "welcome_days": 1}, "each of you gets +1 day."),
        ],
    )
    def test_the_days_are_those_of_the_settings(
        self, harness: ChatHarness, changes: dict[str, int], words: str
    ) -> None:
        rewards(harness.shop, **{"welcome_days": 7, **changes})
        user = harness.user()
        invites(user)
        user.sees(words)

    @pytest.mark.parametrize("off", [{"invites": "off"}, {"reward_days": 0, "welcome_days": 0}])
    def test_where_a_friend_brings_nothing_there_is_no_button_and_an_old_one_leads_home(
        self, harness: ChatHarness, off: dict[str, object]
    ) -> None:
        rewards(harness.shop, **off)
        user = harness.user()
        situations.running(user)
        assert "Invite" not in str(user.screen.labels)
        for data in ("invite", "invite:qr"):
            harness.deliver(user.tap(data, user.screen.id))
            user.sees("VPN is on")

    @pytest.mark.parametrize("language", ["en", "ru"])
    def test_the_friend_reads_what_the_invitation_brings(self, harness: ChatHarness, language: Language) -> None:
        link = invites(harness.user())
        friend = harness.user(language, FRIEND)
        friend.sends(f"/start {parse_qs(urlparse(link).query)['start'][0]}")
        friend.sees("👥 Friend's bonus: +7 days when you pay." if language == "en" else "👥 Бонус от друга: +7 дней")
        assert words_in(friend.screen.text) <= LONGEST_SCREEN_WORDS
        stranger = harness.user(language, 78)
        stranger.sends("/start")
        assert "👥" not in stranger.screen.text
        rewards(harness.shop, welcome_days=0)
        friend.sends("/start")
        assert "👥" not in friend.screen.text

    def test_who_comes_is_counted_once_and_finds_the_trial(self, harness: ChatHarness) -> None:
        user = harness.user()
        link = invites(user)
        friend = friend_comes(harness, link)
        friend.sees("3 days free")
        assert (friend.person.user.came_from, friend.person.user.invited_by) == ("r", user.person.id)
        friend_comes(harness, link)
        harness.again()
        harness.deliver(user.tap("invite", user.screen.id))
        user.sees("Came: 1 · paid: 0 · days earned: 0")

    def test_a_friend_who_pays_brings_days_to_both_who_read_of_it(self, harness: ChatHarness) -> None:
        user = harness.user()
        friend = friend_comes(harness, invites(user))
        buys(harness.shop, FRIEND)
        harness.passes(minutes=30)
        for _ in range(5):
            harness.passes(days=1)
            harness.passes(minutes=5)
        assert any("🎉 Your friend paid: +7 days" in message.words for message in user.chat)
        assert any("+7 days for coming by a friend's invitation" in message.words for message in friend.chat)
        harness.deliver(user.tap("invite", user.screen.id))
        user.sees("Came: 1 · paid: 1 · days earned: 7")

    @pytest.mark.parametrize("code", ["", "x", "r", "A" * 21, "A" * 23, "!" * 22, "AAAAAAAAAAAAAAAAAAAAAB"])
    def test_a_link_that_names_nobody_is_a_plain_start(self, harness: ChatHarness, code: str) -> None:
        user = harness.user()
        user.sends(f"/start r_{code}")
        user.sees("3 days free")
        assert (user.person.user.came_from, user.person.user.invited_by) == ("other", None)

    def test_the_card_of_the_friend_says_where_they_come_from(self, harness: ChatHarness, admin: ChatUser) -> None:
        friend_comes(harness, invites(harness.user()))
        admin.sends("/admin")
        admin.taps("🔎 Find")
        admin.sends(str(FRIEND))
        admin.sees("a friend's link")


class TestSettings:
    """An owner switches invitations on, and says what a friend brings."""

    def test_they_are_off_until_an_owner_switches_them_on(self, harness: ChatHarness, admin: ChatUser) -> None:
        rewards(harness.shop, invites="off")
        admin.sends("/shop")
        admin.taps("⚙️ Settings")
        admin.taps("👥 Invitations")
        admin.sees("Off: people see no button")
        admin.taps("Invite friends: off")
        admin.sees("Saved", "Both get days")
        assert harness.views.front.invites
        admin.taps("Undo")
        assert not harness.views.front.invites

    @pytest.mark.parametrize(
        ("label", "answer", "field", "refused"),
        [
            ("Who invites: 7 d", "14", "reward_days", "91"),
            ("The friend: 7 d", "0", "welcome_days", "91"),
            ("From 100 paid", "300", "reward_minimum", "1000001"),
            ("Days given after: 3 d", "5", "reward_hold_days", "61"),
            ("A month: 10", "2", "rewards_a_month", "1001"),
        ],
    )
    def test_each_value_is_typed_and_checked(
        self, harness: ChatHarness, admin: ChatUser, label: str, answer: str, field: str, refused: str
    ) -> None:
        admin.sends("/shop")
        admin.taps("⚙️ Settings")
        admin.taps("👥 Invitations")
        admin.taps(label)
        admin.sends(refused)
        admin.sees("❌")
        admin.sends(answer)
        admin.sees("Saved")
        assert getattr(harness.shop.sales.settings.load(fresh=True), field) == int(answer)
        harness.again()
        admin.sees("Saved")


class TestDeciding:
    """A reward above the number of a month waits for the owner."""

    @pytest.fixture(autouse=True)
    def _waiting(self, harness: ChatHarness, admin: ChatUser) -> None:
        admin.sends("/start")
        friend_comes(harness, invites(harness.user()))
        rewards(harness.shop, rewards_a_month=0)
        buys(harness.shop, FRIEND)
        for _ in range(5):
            harness.passes(days=1)
            harness.passes(minutes=5)
        assert state_of(harness.shop, FRIEND) is RewardState.WAITING

    def _opens(self, admin: ChatUser) -> None:
        admin.sends("/admin")
        admin.sees("Days for invitations to decide: 1")
        admin.taps("Needs you: 1")
        admin.taps("👥")
        admin.sees("has got days for 0 friends", "Give 7 more")

    def test_a_yes_is_given_once(self, harness: ChatHarness, admin: ChatUser) -> None:
        self._opens(admin)
        screen = admin.screen.id
        data = admin.screen.buttons[0][0].callback_data
        admin.taps("✅ Give")
        admin.sees("Both get their days")
        harness.again()
        admin.sees("Both get their days")
        harness.deliver(admin.tap(data, screen))
        admin.sees("nothing to decide")
        harness.passes(minutes=5)
        assert state_of(harness.shop, FRIEND) is RewardState.GRANTED
        assert [act.kind for act in acts(harness)] == [RewardAct.GIVE_REWARD]
        admin.taps("⚠️ Needs you")
        admin.sees("Nothing waits for you")

    def test_a_no(self, harness: ChatHarness, admin: ChatUser) -> None:
        self._opens(admin)
        admin.taps("✖️ Don't give")
        admin.sees("There are no days for this payment.")
        harness.passes(minutes=5)
        assert state_of(harness.shop, FRIEND) is None
        assert [act.kind for act in acts(harness)] == [RewardAct.REFUSE_REWARD]

    @pytest.mark.parametrize("data", ["adm:gain", "adm:gain:x", "adm:gain:x:yes"])
    def test_a_button_that_names_nothing_says_so(self, harness: ChatHarness, admin: ChatUser, data: str) -> None:
        admin.sends("/admin")
        harness.deliver(admin.tap(data, admin.screen.id))
        admin.sees("nothing to decide")

    def test_a_customer_cannot_decide(self, harness: ChatHarness, admin: ChatUser) -> None:
        self._opens(admin)
        data = admin.screen.buttons[0][0].callback_data
        friend = harness.user("en", FRIEND)
        harness.deliver(friend.tap(data, 1))
        assert state_of(harness.shop, FRIEND) is RewardState.WAITING


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_screen_is_short_and_its_labels_fit(harness: ChatHarness, language: Language) -> None:
    user, admin = harness.user(language), harness.user(language, ADMIN)
    admin.sends("/start")
    shown = []
    link = invites(user)
    shown.append(user.screen)
    user.taps("QR")
    shown.append(user.screen)
    friend_comes(harness, link)
    rewards(harness.shop, rewards_a_month=0)
    buys(harness.shop, FRIEND)
    for _ in range(5):
        harness.passes(days=1)
        harness.passes(minutes=5)
    for data in ("shop:invites", "shop:setting:reward_days", "adm:wait"):
        harness.deliver(admin.tap(data, admin.screen.id))
        shown.append(admin.screen)
    admin.taps("👥")
    shown.append(admin.screen)
    for screen in shown:
        assert words_in(screen.words) <= LONGEST_SCREEN_WORDS, screen.words
        assert too_wide(screen.labels) == [], screen.labels

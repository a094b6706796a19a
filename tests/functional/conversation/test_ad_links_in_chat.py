"""Ad links in the chat: the staff make them, people come by them, and the card says what they have brought."""

import pytest

from tests.fakes.faults import Crash
from tests.functional.conversation.acting import acts, member
from tests.functional.conversation.administrator import ADMIN
from tests.functional.conversation.bot_session import BOT_NAME
from tests.functional.conversation.harness import ChatHarness, ChatUser, Language
from tests.functional.conversation.operating import pays
from tests.functional.conversation.selling import open_shop
from tests.functional.conversation.shown_words import LONGEST_SCREEN_WORDS, words_in
from vpnbot.domain.ads.link import AdLink, LinkState
from vpnbot.domain.ads.source import own_tag
from vpnbot.domain.money import Money
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.roles import Role
from vpnbot.domain.staff.acts import LinkAct


@pytest.fixture
def harness() -> ChatHarness:
    return ChatHarness(admin_ids=frozenset({ADMIN}))


def makes(admin: ChatUser, title: str = "Our channel") -> AdLink:
    """Make a link, and return it."""
    admin.sends("/admin")
    admin.taps("🔗 Ad links")
    admin.taps("➕ New link")
    admin.sends(title)
    return stored(admin.harness)


def stored(harness: ChatHarness) -> AdLink:
    """Return the newest link."""
    return harness.shop.links.latest()[0]


def comes(harness: ChatHarness, link: AdLink, user_id: int) -> ChatUser:
    """Let a person come by a link."""
    user = harness.user(user_id=user_id)
    user.sends(f"/start {link.payload}")
    return user


def looks(admin: ChatUser, title: str = "Our channel") -> None:
    """Look at the card of a link."""
    admin.sends("/admin")
    admin.taps("🔗 Ad links")
    admin.taps(title)


class TestMaking:
    """A link is made with its name, once, and can be copied and scanned."""

    def test_a_link_has_a_tag_that_is_not_guessed_from_its_name(self, harness: ChatHarness, admin: ChatUser) -> None:
        link = makes(admin)
        admin.sees("✅ Created", "🟢 Our channel", "New people: 0, trials: 0, paid: 0")
        admin.sees_buttons(
            "🔗 Copy link | ▦ QR code / ✏️ Name | 💰 Cost / ⏸ Pause | 🗑 Delete / 🔗 All links | 👑 Shop"
        )
        assert own_tag(link.payload) == link.id
        (copied,) = (button.copy_text for row in admin.screen.buttons for button in row if button.copy_text)
        assert copied.text == f"https://t.me/{BOT_NAME}?start=a_{link.id}"
        assert [(act.kind, act.value) for act in acts(harness)] == [(LinkAct.MAKE_LINK, "Our channel")]
        harness.passes(minutes=1)
        assert link.id != makes(admin, "Our channel").id

    def test_the_picture_has_the_same_address(self, harness: ChatHarness, admin: ChatUser) -> None:
        makes(admin)
        admin.taps("▦ QR code")
        assert admin.screen.picture is not None
        admin.sees("🔗 Our channel")
        admin.sees_buttons("🙈 Hide")

    @pytest.mark.parametrize("point", ["links.decide.before", "links.decide.after"])
    def test_a_crash_makes_no_second_link(self, harness: ChatHarness, admin: ChatUser, point: str) -> None:
        admin.sends("/admin")
        admin.taps("🔗 Ad links")
        admin.taps("➕ New link")
        harness.shop.faults.at(point, Crash())
        with pytest.raises(Crash):
            admin.sends("Our channel")
        harness.again()
        admin.sees("✅ Created", "🟢 Our channel")
        assert len(harness.shop.links.latest()) == 1
        assert len(acts(harness)) == 1

    def test_a_message_that_is_delivered_again_after_its_answer_shows_the_link(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        makes(admin)
        harness.again()
        admin.sees("✅ Created", "🟢 Our channel")
        assert len(harness.shop.links.latest()) == 1

    def test_a_name_that_is_too_long_is_asked_for_again(self, harness: ChatHarness, admin: ChatUser) -> None:
        admin.sends("/admin")
        admin.taps("🔗 Ad links")
        admin.taps("➕ New link")
        admin.sends("x" * 33)
        admin.sees("1 to 32 characters", "What is this ad called?")
        admin.sends("Bob")
        admin.sees("🟢 Bob")


class TestFigures:
    """The card says what the people brought who came by the link, and what each payer has cost."""

    def test_people_trials_payers_money_and_the_cost_of_each(self, harness: ChatHarness, admin: ChatUser) -> None:
        card = open_shop(harness)
        link = makes(admin)
        first, second = comes(harness, link, 101), comes(harness, link, 102)
        comes(harness, link, 103)
        comes(harness, link, 101)  # is known: a second click counts nothing
        harness.user(user_id=104).sends("/start")
        for user in (first, second):
            user.taps("Try free")
        pays(first, card)
        looks(admin)
        admin.sees("New people: 3, trials: 2, paid: 1", "Revenue: 299 ₽")
        admin.taps("💰 Cost")
        admin.sends("a lot")
        admin.sees("💰 Send amounts")
        admin.sends("5000")
        admin.sees("✅ Saved.", "Cost: 5,000 ₽, 5,000 ₽ for each who paid")
        assert stored(harness).cost == Money(500_000, "RUB")
        admin.taps("💰 Cost")
        admin.sends("60 USD")
        admin.sees("Cost: $60")
        admin.taps("💰 Cost")
        admin.sends("0")
        assert "Cost:" not in admin.screen.text
        assert [act.kind for act in acts(harness)][-3:] == [LinkAct.COST_OF_LINK] * 3

    def test_money_that_went_back_is_named(self, harness: ChatHarness, admin: ChatUser) -> None:
        card = open_shop(harness)
        link = makes(admin)
        payment = pays(comes(harness, link, 101), card)
        pays(comes(harness, link, 102), card)
        card.sends_back(payment, Money(29_900, "RUB"))
        harness.shop.reconciliations.make_due("yookassa", harness.shop.clock())
        harness.shop.settles(minutes=10)
        looks(admin)
        admin.sees("paid: 2", "Revenue: 299 ₽", "Returned: 299 ₽")

    def test_a_tag_that_is_not_ours_or_paused_or_deleted_counts_as_another_link(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        link = makes(admin)
        admin.taps("⏸ Pause")
        admin.sees("⏸ Our channel")
        admin.sees_buttons("✏️ Name | 💰 Cost / ▶️ Go on | 🗑 Delete / 🔗 All links | 👑 Shop")
        assert comes(harness, link, 101).person.user.came_from == "other"
        admin.taps("▶️ Go on")
        assert comes(harness, link, 102).person.user.came_from == link.payload
        harness.user(user_id=103).sends("/start a_abcdefgh")
        assert harness.user(user_id=103).person.user.came_from == "other"
        admin.taps("🗑 Delete")
        admin.sees("Delete Our channel?")
        admin.taps("🗑 Delete")
        admin.sees("No ad links yet")
        assert comes(harness, link, 104).person.user.came_from == "other"
        kept = harness.shop.links.get(link.id)
        assert kept is not None
        assert kept.state is LinkState.DELETED

    def test_a_link_that_cannot_be_looked_for_keeps_the_contact_for_later(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        link = makes(admin)
        harness.shop.faults.at("links.get", Crash())
        with pytest.raises(Crash):
            comes(harness, link, 101)
        harness.again()
        assert harness.user(user_id=101).person.user.came_from == link.payload


class TestKeeping:
    """A link gets another name, and each step is about what was shown."""

    def test_another_name(self, harness: ChatHarness, admin: ChatUser) -> None:
        link = makes(admin)
        admin.taps("✏️ Name")
        admin.sends("Ann's channel")
        admin.sees("✅ Saved.", "🟢 Ann's channel")
        assert harness.shop.links.get(link.id) == stored(harness)

    def test_a_name_for_a_card_that_is_old_changes_nothing(self, harness: ChatHarness, admin: ChatUser) -> None:
        link = makes(admin)
        admin.taps("✏️ Name")
        now = stored(harness)
        entry = Entry("act:1:9", "paused", harness.shop.clock(), "admin:1")
        harness.shop.links.decide(now, now.paused(), entry)
        admin.sends("Ann's channel")
        admin.sees("It has changed since", "⏸ Our channel")
        assert stored(harness).title == link.title

    def test_a_button_of_a_card_that_is_old_decides_nothing(self, harness: ChatHarness, admin: ChatUser) -> None:
        makes(admin)
        old = next(button for row in admin.screen.buttons for button in row if "Pause" in button.text)
        admin.taps("⏸ Pause")
        admin.taps("▶️ Go on")
        harness.deliver(admin.tap(old.callback_data, admin.screen.id))
        admin.sees("It has changed since", "🟢 Our channel")

    def test_the_list_has_pages(self, harness: ChatHarness, admin: ChatUser) -> None:
        for number in range(10):
            harness.passes(minutes=1)
            makes(admin, f"Ad {number}")
        admin.taps("🔗 All links")
        assert ["🟢 Ad 9"] in admin.screen.labels
        admin.taps("➡️ Older")
        admin.taps("Ad 0")
        admin.sees("🟢 Ad 0")

    def test_what_is_typed_about_a_link_that_is_gone_leads_to_the_list(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        makes(admin)
        admin.taps("💰 Cost")
        now = stored(harness)
        harness.shop.links.decide(now, now.deleted(), Entry("act:1:9", "deleted", harness.shop.clock(), "admin:1"))
        admin.sends("5000")
        admin.sees("It has changed since", "⚪️ Our channel")
        admin.sees_buttons("🔗 All links | 👑 Shop")

    def test_the_support_has_none(self, harness: ChatHarness) -> None:
        support = member(harness, Role.SUPPORT)
        support.sends("/admin")
        assert "🔗 Ad links" not in str(support.screen.labels)
        harness.deliver(support.tap("adm:ads:new", support.screen.id))
        assert "ad called" not in support.screen.text

    @pytest.mark.parametrize("data", ["adm:ads:one:zzzzzzzz", "adm:ads:qr", "adm:ads:pause:zzzzzzzz:1", "adm:ads:x"])
    def test_a_button_that_names_nothing_shows_the_list(
        self, harness: ChatHarness, admin: ChatUser, data: str
    ) -> None:
        admin.sends("/admin")
        harness.deliver(admin.tap(data, admin.screen.id))
        admin.sees("No ad links yet")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_longest_card_is_short(harness: ChatHarness, language: Language) -> None:
    card = open_shop(harness)
    admin = harness.user(language, ADMIN)
    admin.sends("/admin")
    harness.deliver(admin.tap("adm:ads:new", admin.screen.id))
    admin.sends("our big new channel")
    link = stored(harness)
    payment = pays(comes(harness, link, 101), card)
    pays(comes(harness, link, 102), card)
    card.sends_back(payment, Money(29_900, "RUB"))
    harness.shop.reconciliations.make_due("yookassa", harness.shop.clock())
    harness.shop.settles(minutes=10)
    harness.deliver(admin.tap(f"adm:ads:cost:{link.id}", admin.screen.id))
    admin.sends("5000 USD")
    assert link.title in admin.screen.text
    assert words_in(admin.screen.text) <= LONGEST_SCREEN_WORDS, admin.screen.text

"""Promo codes in the chat: the staff make them, people enter them by hand or by a link."""

from dataclasses import replace

import pytest

from tests.fakes.clock import START
from tests.fakes.faults import Crash
from tests.functional.conversation.acting import acts, member
from tests.functional.conversation.administrator import ADMIN
from tests.functional.conversation.harness import ChatHarness, ChatUser, Language
from tests.functional.conversation.selling import open_shop
from tests.functional.conversation.shown_words import LONGEST_SCREEN_WORDS, words_in, words_of
from tests.unit.money_screens import MESSAGES
from vpnbot.domain.money import Money
from vpnbot.domain.people.roles import Role
from vpnbot.domain.promo.code import CodeEffect, CodeState, PromoCode
from vpnbot.domain.promo.entered import ONE_TIME_LENGTH
from vpnbot.domain.staff.acts import PromoAct
from vpnbot.telegram.admin.promo_drafts import Draft, Options
from vpnbot.telegram.admin.promo_screens import Results, card
from vpnbot.telegram.messages.renderer import Renderer


@pytest.fixture
def harness() -> ChatHarness:
    return ChatHarness(admin_ids=frozenset({ADMIN}))


def makes(admin: ChatUser, name: str = "SPRING") -> None:
    """Make a code with what is offered first: 7 days, 100 uses, once each, for 30 days."""
    admin.sends("/admin")
    admin.taps("🎟 Promo codes")
    admin.taps("➕ New code")
    admin.sends(name)
    admin.taps("✅ Create")


def begins(user: ChatUser, code: str = "SPRING") -> None:
    """Let a new person open the link of a code, and accept the terms with it."""
    user.sends(f"/start p_{code}")
    user.taps("🎟")


def stored(harness: ChatHarness, name: str = "SPRING") -> PromoCode:
    """Return a code as stored."""
    code = harness.shop.codes.get(name)
    assert code is not None
    return code


class TestMaking:
    """A code is made in a few taps, once."""

    def test_a_code_with_the_values_that_are_offered(self, harness: ChatHarness, admin: ChatUser) -> None:
        makes(admin, "spring")
        admin.sees("✅ Created", "🟢 SPRING: +7 days", "Used: 0 of 100", "Until 31 Mar")
        code = stored(harness)
        assert (code.days, code.total, code.per_person, code.newcomers) == (7, 100, 1, False)
        assert [(act.kind, act.value) for act in acts(harness)] == [(PromoAct.MAKE_CODE, "SPRING")]

    def test_every_value_can_be_changed_before(self, harness: ChatHarness, admin: ChatUser) -> None:
        admin.sends("/admin")
        admin.taps("🎟 Promo codes")
        admin.taps("➕ New code")
        admin.sends("SPRING")
        for field, value in (
            ("🎁 7 days", "+30 days"),
            ("👥 100 uses", "∞"),
            ("👤 Once each", "3"),
            ("🕓 For 30 days", "∞"),
        ):
            admin.taps(field)
            admin.taps(value)
        admin.taps("🌍 For everybody")
        admin.sees_buttons(
            "🎁 30 days | ⭐ Their own plan / 👥 No limit | 👤 3 times each / ▶️ From now | 🕓 No end / "
            "🌱 For new people / 🔑 One code for all / ✅ Create / "
            "🎟 All codes | 👑 Shop"
        )
        admin.taps("✅ Create")
        admin.sees("+30 days", "Used: 0", "Each person: 3 times", "For new people")
        code = stored(harness)
        assert (code.days, code.total, code.per_person, code.ends_at) == (30, None, 3, None)
        assert code.newcomers

    def test_a_random_name(self, harness: ChatHarness, admin: ChatUser) -> None:
        admin.sends("/admin")
        admin.taps("🎟 Promo codes")
        admin.taps("➕ New code")
        admin.taps("🎲 Make one")
        admin.taps("✅ Create")
        (code,) = harness.shop.codes.latest()
        assert len(code.id) == 8

    def test_two_taps_on_create_are_one_code_and_one_act(self, harness: ChatHarness, admin: ChatUser) -> None:
        makes(admin)
        again = harness.delivered[-1]
        harness.deliver({**again, "update_id": harness.update_id()})
        admin.sees("🟢 SPRING")
        assert len(acts(harness)) == 1
        assert stored(harness).version == 1

    def test_a_name_that_is_taken_or_impossible_is_asked_for_again(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        makes(admin)
        admin.taps("🎟 All codes")
        admin.taps("➕ New code")
        admin.sends("SPRING")
        admin.sees("SPRING exists already")
        admin.sends("привет!")
        admin.sees("That can't be a code")
        admin.sends("SUMMER")
        admin.taps("✅ Create")
        assert [code.id for code in harness.shop.codes.latest()] in (["SUMMER", "SPRING"], ["SPRING", "SUMMER"])

    def test_a_crash_before_the_answer_makes_no_second_code(self, harness: ChatHarness, admin: ChatUser) -> None:
        admin.sends("/admin")
        admin.taps("🎟 Promo codes")
        admin.taps("➕ New code")
        admin.sends("SPRING")
        harness.shop.faults.at("codes.decide.after", Crash())
        with pytest.raises(Crash):
            admin.taps("✅ Create")
        harness.again()
        admin.sees("✅ Created")
        assert len(acts(harness)) == 1


class TestOneTimeCodes:
    """A batch is made as a code is, and its codes come as a file."""

    def test_the_codes_come_as_a_file_and_each_works(self, harness: ChatHarness, admin: ChatUser) -> None:
        admin.sends("/admin")
        admin.taps("🎟 Promo codes")
        admin.taps("➕ New code")
        admin.sends("GIFT")
        admin.taps("👥 100 uses")
        admin.taps("∞")
        admin.taps("🔑 One code for all")
        admin.sees_buttons(
            "🎁 7 days | ⭐ Their own plan / 👥 100 uses | 👤 Once each / ▶️ From now | 🕓 For 30 days / "
            "🌍 For everybody / "
            "🔑 One-time codes in a file / ✅ Create / 🎟 All codes | 👑 Shop"
        )
        admin.taps("✅ Create")
        admin.sees("One-time codes")
        admin.taps("📄 Codes")
        sent = admin.screen.document
        assert sent is not None
        lines = sent.decode().splitlines()
        assert len(lines) == 100
        first, second = (line.split()[0] for line in lines[:2])
        begins(harness.user(user_id=1), first)
        user = harness.user(user_id=2)
        begins(user, first)
        user.sees("used up")
        begins(user, second)
        user.sees("+7 days")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_longest_card_is_short(language: Language) -> None:
    code = longest_draft().code("a member", START)
    brought = (Money(12_345_600, "RUB"), Money(12_345_600, "XTR"))
    for each in (code, code.paused(), code.ended(), replace(code, amount=None, days=90, plan="family")):
        shown = card(each, Results(500, brought), {"family": "Family"}, "a_bot", START)
        assert words_of(shown, Renderer(MESSAGES, language)) <= LONGEST_SCREEN_WORDS


def test_the_buttons_of_a_card_fit(harness: ChatHarness, admin: ChatUser) -> None:
    open_shop(harness)
    admin.sends("/admin")
    admin.harness.deliver(admin.tap(f"adm:code:make:{':'.join(longest_draft().arguments)}:70001", admin.screen.id))
    admin.sees("A" * 16)
    step = next(button for row in admin.screen.buttons for button in row if "⏸" in button.text)
    assert len(str(step.callback_data).encode()) <= 64


def longest_draft() -> Draft:
    """Return a draft with as much in it as one can have."""
    options = Options("RUB", ("family", "standard"))
    chosen = Draft("A" * 16, options, CodeEffect.SUM, options.sums[-1], total=500, times=10, valid=90)
    return replace(chosen, begins=30, minimum=5000, newcomers=True, one_time=True, plan="family")


@pytest.mark.parametrize("effect", [CodeEffect.DAYS, CodeEffect.PERCENT, CodeEffect.SUM])
def test_a_draft_is_read_from_its_buttons(effect: CodeEffect) -> None:
    chosen = replace(longest_draft(), effect=effect)
    for value in chosen.values("value"):
        draft = replace(chosen, value=value)
        assert Draft.parse(draft.arguments, draft.options) == draft
        assert Draft.parse(draft.arguments, Options("RUB", ("standard",))) is None, "its plan is gone"


def test_all_that_a_button_carries_fits(harness: ChatHarness, admin: ChatUser) -> None:
    open_shop(harness)
    admin.sends("/admin")
    admin.harness.deliver(admin.tap(f"adm:code:d:{':'.join(longest_draft().arguments)}", admin.screen.id))
    admin.sees("A" * 16)
    data = [str(button.callback_data) for row in admin.screen.buttons for button in row]
    longest = max(map(len, data)) + len("2147483647") - len("70002")
    assert longest <= 64, "Bot API: callback_data has up to 64 bytes, and the number of an update up to ten digits"


class TestKeeping:
    """A code is paused, goes on and ends; each about the version that was shown."""

    def test_a_paused_code_does_not_work_and_goes_on_afterwards(self, harness: ChatHarness, admin: ChatUser) -> None:
        makes(admin)
        admin.taps("⏸ Pause")
        admin.sees("⏸ SPRING")
        user = harness.user()
        user.sends("/start p_SPRING")
        user.sees("has ended, or isn't open now")
        admin.taps("▶️ Go on")
        begins(user)
        user.sees("+7 days")

    def test_an_end_is_asked_for_and_is_for_good(self, harness: ChatHarness, admin: ChatUser) -> None:
        makes(admin)
        admin.taps("🗑 End")
        admin.sees("for good?")
        admin.taps("🗑 End")
        admin.sees("⚪️ SPRING")
        admin.sees_buttons("🎟 All codes | 👑 Shop")
        assert stored(harness).state is CodeState.ENDED
        assert [act.kind for act in acts(harness)] == [PromoAct.MAKE_CODE, PromoAct.END_CODE]

    def test_a_button_of_a_card_that_is_old_decides_nothing(self, harness: ChatHarness, admin: ChatUser) -> None:
        makes(admin)
        old = next(button for row in admin.screen.buttons for button in row if "Pause" in button.text)
        admin.taps("⏸ Pause")
        admin.taps("▶️ Go on")
        harness.deliver(admin.tap(old.callback_data, admin.screen.id))
        admin.sees("It has changed since", "🟢 SPRING")
        assert stored(harness).state is CodeState.LIVE

    def test_the_list_has_pages_and_leads_to_each(self, harness: ChatHarness, admin: ChatUser) -> None:
        for number in range(10):
            harness.passes(minutes=1)
            makes(admin, f"CODE{number}")
        admin.taps("🎟 All codes")
        assert ["🟢 CODE9: +7 days"] in admin.screen.labels
        admin.taps("➡️ Older")
        admin.taps("CODE0")
        admin.sees("🟢 CODE0")

    def test_administrators_have_them_and_the_support_does_not(self, harness: ChatHarness) -> None:
        for role, sees in ((Role.ADMIN, True), (Role.SUPPORT, False)):
            staff = member(harness, role)
            staff.sends("/admin")
            assert (["🎟 Promo codes", "🔗 Ad links"] in staff.screen.labels) is sees

    @pytest.mark.parametrize(
        "data",
        [
            "adm:code:one:NEVER",
            "adm:code:d:SPRING:d2304000abc",
            "adm:code:d:SPRING:d2504002",
            "adm:code:d:SPRING:d9304000",
            "adm:code:d:SPRING:x2304000",
            "adm:code:d:SPRING:d230400",
            "adm:code:d:SPRING:d2304004",
            "adm:code:f:id:SPRING:d2304000",
            "adm:code:d:SPRING:7:100:1:30:0:0",
            "adm:code:make:x",
        ],
    )
    def test_a_button_that_names_nothing_shows_the_list(
        self, harness: ChatHarness, admin: ChatUser, data: str
    ) -> None:
        admin.sends("/admin")
        harness.deliver(admin.tap(data, admin.screen.id))
        admin.sees("No codes yet")


class TestEntering:
    """A code is typed or carried by a link; the answer says what it gave, or why it does not work."""

    @pytest.fixture(autouse=True)
    def _code(self, harness: ChatHarness, admin: ChatUser) -> None:
        makes(admin)

    def test_from_the_plans(self, harness: ChatHarness) -> None:
        open_shop(harness)
        user = harness.user()
        user.sends("/start")
        user.taps("Try free")
        user.sends("/plans")
        user.taps("🎟 Promo code")
        user.sees("🎟 Send the code.")
        user.sends("spring")
        user.sees("🎟 +7 days, now until 11 Mar")
        user.sees_buttons("🔌 Connect / 🏠 Home")
        user.taps("🏠 Home")
        user.sees("VPN is on")

    def test_a_link_brings_a_new_person_the_days_and_a_key(self, harness: ChatHarness) -> None:
        user = harness.user("ru")
        begins(user)
        user.sees("🎟 +7 дней, теперь до 8 мар")
        assert user.person.served
        assert user.person.user.came_from == "p_", "the code itself is not kept"

    def test_a_new_person_accepts_the_terms_before_the_code_gives_anything(self, harness: ChatHarness) -> None:
        user = harness.user()
        user.sends("/start p_SPRING")
        user.sees("🎟 SPRING: 7 days", "you accept the terms")
        user.sees_buttons("🎟 Use the code / Terms | 🏠 Home")
        assert not user.person.served
        user.taps("Terms")
        user.sees("Use the VPN lawfully")
        user.taps("⬅️ Back")
        user.taps("🎟 Use the code")
        user.sees("+7 days")
        profile = user.person.user
        assert profile.accepted_terms.startswith("en-")
        assert profile.accepted_at == harness.shop.clock.now
        user.taps("🏠 Home")
        harness.deliver(user.tap("promo:see:SPRING", user.screen.id))
        user.sees("VPN is on")

    def test_who_has_accepted_the_terms_is_not_asked_again(self, harness: ChatHarness) -> None:
        user = harness.user()
        user.sends("/start")
        user.taps("Try free")
        accepted_at = user.person.user.accepted_at
        harness.passes(hours=1)
        user.sends("/start p_SPRING")
        user.sees("+7 days")
        assert user.person.user.accepted_at == accepted_at

    def test_the_longest_code_fits_into_a_button(self, harness: ChatHarness, admin: ChatUser) -> None:
        makes(admin, "A" * 16)
        user = harness.user("ru")
        user.sends(f"/start p_{'A' * 16}")
        assert words_in(user.screen.text) <= LONGEST_SCREEN_WORDS
        data = [len(str(button.callback_data).encode()) for row in user.screen.buttons for button in row]
        assert max(data) + ONE_TIME_LENGTH <= 64

    def test_the_card_counts_the_uses(self, harness: ChatHarness, admin: ChatUser) -> None:
        for user_id in (1, 2, 3):
            begins(harness.user(user_id=user_id))
        admin.taps("🎟 All codes")
        admin.taps("SPRING")
        admin.sees("Used: 3 of 100")

    def test_a_wrong_code_can_be_corrected_at_once(self, harness: ChatHarness) -> None:
        open_shop(harness)
        user = harness.user()
        user.sends("/start")
        user.taps("Try free")
        user.sends("/plans")
        user.taps("🎟 Promo code")
        user.sends("SPRONG")
        user.sees("There is no such code")
        user.sees_buttons("🎟 Again / 🏠 Home")
        user.sends("SPRING")
        user.sees("+7 days")

    def test_a_new_person_with_a_wrong_link_is_led_to_the_trial(self, harness: ChatHarness) -> None:
        user = harness.user()
        user.sends("/start p_SPRONG")
        user.sees("There is no such code", "you accept the terms")
        user.taps("Try free")
        assert user.person.served

    def test_one_that_the_person_has_used(self, harness: ChatHarness) -> None:
        user = harness.user()
        begins(user)
        user.sends("/start p_SPRING")
        user.sees("You have used this code already")

    def test_after_five_wrong_ones_a_person_has_to_wait(self, harness: ChatHarness) -> None:
        user = harness.user()
        for _ in range(5):
            user.sends("/start p_WRONG")
            user.sees("There is no such code")
        user.sends("/start p_SPRING")
        user.sees("several wrong codes", "in 1 h")
        user.sends("What can I do?")
        assert "code" not in user.screen.words, "the conversation has ended"

    def test_an_update_that_is_delivered_again_says_the_same(self, harness: ChatHarness) -> None:
        open_shop(harness)
        user = harness.user()
        user.sends("/plans")
        user.taps("🎟 Promo code")
        user.sends("SPRING")
        user.taps("🎟 Use the code")
        harness.again()
        user.sees("+7 days")
        assert sum(lot.bought_seconds for lot in user.person.subscription.lots) == 7 * 86_400

    def test_home_ends_the_question(self, harness: ChatHarness) -> None:
        open_shop(harness)
        user = harness.user()
        user.sends("/plans")
        user.taps("🎟 Promo code")
        user.taps("🏠 Home")
        user.sends("SPRING")
        assert "+7 days" not in user.screen.words

    def test_the_history_of_the_person_names_the_code(self, harness: ChatHarness, admin: ChatUser) -> None:
        user = harness.user()
        begins(user)
        admin.sends("/admin")
        admin.taps("🔎 Find")
        admin.sends("42")
        admin.taps("📜 Ledger")
        admin.sees("promo code SPRING")

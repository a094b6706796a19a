"""The staff make promo codes in the chat, look at them, pause and end them."""

import pytest

from tests.fakes.faults import Crash
from tests.functional.conversation.acting import acts, member
from tests.functional.conversation.administrator import ADMIN
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.promo_codes import begins, makes, stored
from vpnbot.domain.people.roles import Role
from vpnbot.domain.promo.code import CodeState
from vpnbot.domain.staff.acts import PromoAct


@pytest.fixture
def harness() -> ChatHarness:
    return ChatHarness(admin_ids=frozenset({ADMIN}))


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
            "🎁 30 days / ⭐ Their own plan / 👥 No limit | 👤 3 times each / ▶️ From now | 🕓 No end / "
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
            "🎁 7 days / ⭐ Their own plan / 👥 100 uses | 👤 Once each / ▶️ From now | 🕓 For 30 days / "
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

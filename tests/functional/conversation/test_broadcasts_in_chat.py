"""A member of the staff writes a broadcast in the chat, sees it as people will, schedules and starts it."""

import pytest

from tests.functional.conversation.acting import becomes
from tests.functional.conversation.broadcasting import the_only, writes
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.new_shop import new_shop
from vpnbot.domain.audience.segment import SegmentKind
from vpnbot.domain.broadcasts.broadcast import Kind, State
from vpnbot.domain.broadcasts.content import Content, LeadsTo, LinkButton, Medium
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.roles import Role
from vpnbot.domain.staff.acts import month_of


@pytest.fixture
def harness() -> ChatHarness:
    """A shop with one administrator of the deployment."""
    return new_shop()


def test_a_text_is_shown_as_people_will_see_it_and_then_its_card(harness: ChatHarness, admin: ChatUser) -> None:
    writes(admin)
    shown, card = admin.chat[-2:]
    assert shown.words == "We have a new server"
    assert shown.labels == [["🔕 Stop news"]]
    assert "This is how it looks. Everybody, all languages" in card.words
    assert "Missing: Русский" in card.words
    assert the_only(harness).contents == {"en": Content("We have a new server")}
    assert the_only(harness).author == admin.person.id


def test_formatting_is_kept(harness: ChatHarness, admin: ChatUser) -> None:
    admin.sends("/admin")
    admin.taps("📣 Broadcasts")
    admin.taps("New broadcast")
    bold = {"type": "bold", "offset": 0, "length": 4}
    harness.deliver(admin.message(text="Good <news>", entities=[bold]))
    assert the_only(harness).contents["en"].html == "<b>Good</b> &lt;news&gt;"


def test_a_picture_is_kept_by_the_id_of_its_file(harness: ChatHarness, admin: ChatUser) -> None:
    admin.sends("/admin")
    admin.taps("📣 Broadcasts")
    admin.taps("New broadcast")
    sizes = [
        {"file_id": f"id{size}", "file_unique_id": f"u{size}", "width": size, "height": size} for size in (90, 800)
    ]
    harness.deliver(admin.message(photo=sizes, caption="Look"))
    assert the_only(harness).contents["en"] == Content("Look", Medium.PHOTO, "id800")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"sticker": {}}, "can't be sent to many"),
        ({"photo": [], "media_group_id": "1"}, "Albums can't have buttons"),
        ({"text": "x" * 4097}, "too long"),
    ],
)
def test_what_cannot_be_sent_to_many_is_refused_kindly_and_asked_again(
    harness: ChatHarness, admin: ChatUser, content: dict[str, object], said: str
) -> None:
    admin.sends("/admin")
    admin.taps("📣 Broadcasts")
    admin.taps("New broadcast")
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
    sticker = {
        "file_id": "a", "file_unique_id": "b", "type": "regular", "width": 1, "height": 1,
        "is_animated": False, "is_video": False,
    }  # fmt: skip
    filled = {name: {"photo": photo, "sticker": sticker}.get(name, value) for name, value in content.items()}
    harness.deliver(admin.message(**filled))
    admin.sees(said, "Send the message")
    assert not harness.shop.staff.broadcasts.latest()
    admin.sends("Now it's fine")
    assert the_only(harness).contents["en"].html == "Now it's fine"


def test_a_second_language_is_added(harness: ChatHarness, admin: ChatUser) -> None:
    writes(admin)
    admin.taps("✏️ Русский")
    admin.sees("Send the message in this language: Русский")
    admin.sends("У нас новый сервер")
    assert the_only(harness).contents["ru"].html == "У нас новый сервер"
    assert "Missing" not in admin.screen.words


def test_the_target_the_kind_and_the_buttons_are_chosen(harness: ChatHarness, admin: ChatUser) -> None:
    writes(admin)
    admin.taps("👥 To whom")
    admin.taps("Ends in 3 days")
    admin.taps("Русский")
    assert any("✔" in label or "Ends in 3 days" in label for row in admin.screen.labels for label in row)
    admin.taps("Back")
    admin.sees("Ends in 3 days, Русский")
    admin.taps("📰 News")
    admin.sees("Everybody gets it, with news or without")
    admin.taps("🔘 Buttons")
    admin.taps("➕ ⭐ Plans")
    admin.taps("➕ 🔗 A page")
    admin.sends("nonsense")
    admin.sees("not a label with an https address")
    admin.sends("Our channel https://t.me/example")
    admin.sees("Up to three buttons")
    found = the_only(harness)
    assert (found.segment.kind, found.segment.language, found.kind) == (SegmentKind.ENDS_SOON, "ru", Kind.SERVICE)
    page = LinkButton(LeadsTo.PAGE, "https://t.me/example", "Our channel")
    assert found.buttons == (LinkButton(LeadsTo.PLANS), page)
    admin.taps("➖ Our channel")
    assert the_only(harness).buttons == (LinkButton(LeadsTo.PLANS),)


def test_it_is_scheduled_for_a_time_and_made_a_draft_again(harness: ChatHarness, admin: ChatUser) -> None:
    writes(admin)
    admin.taps("🕓 Later")
    admin.sends("yesterday")
    admin.sees("I need a time to come")
    admin.sends("21:30")
    admin.sees("It begins 1 Mar, 21:30 UTC")
    found = the_only(harness)
    assert found.state is State.SCHEDULED
    assert found.due is not None
    assert found.due.at == found.starts_at == harness.shop.clock().replace(hour=21, minute=30)
    admin.taps("Draft again")
    assert the_only(harness).state is State.DRAFT
    assert the_only(harness).due is None


def test_forty_taps_on_send_start_it_once(harness: ChatHarness, admin: ChatUser) -> None:
    writes(admin)
    admin.taps("🚀 Send")
    admin.sees("Send to 1 person now? It can be paused")
    question = admin.screen
    yes = next(button for row in question.buttons for button in row if "✅" in button.text)
    for _ in range(40):
        harness.deliver(admin.tap(yes.callback_data, question.id))
    found = the_only(harness)
    assert (found.state, found.version) == (State.RUNNING, 2)
    assert (found.audience, found.progress_message) == (1, question.id)
    assert found.due is not None


def test_the_message_reaches_people_and_the_card_shows_it(harness: ChatHarness, admin: ChatUser) -> None:
    for number in (100, 101):
        harness.user("en", number).sends("/start")
    harness.passes(minutes=1)
    writes(admin)
    admin.taps("🚀 Send")
    admin.taps("✅ Send")
    card = admin.screen.id
    harness.shop.settles(minutes=3)
    shown = next(message for message in admin.chat if message.id == card)
    assert "Delivered to 3 of 3" in shown.words
    assert harness.user("en", 100).screen.words == "We have a new server"


def test_a_start_that_was_asked_before_a_change_is_asked_again(harness: ChatHarness, admin: ChatUser) -> None:
    writes(admin)
    admin.taps("🚀 Send")
    question = admin.screen
    yes = next(button for row in question.buttons for button in row if "✅" in button.text)
    admin.taps("Back")
    admin.taps("📰 News")
    harness.deliver(admin.tap(yes.callback_data, question.id))
    admin.sees("It has changed since")
    assert the_only(harness).state is State.DRAFT


def test_it_is_paused_goes_on_and_is_stopped(harness: ChatHarness, admin: ChatUser) -> None:
    writes(admin)
    admin.taps("🚀 Send")
    admin.taps("✅ Send")
    for label, state in (("Pause", State.PAUSED), ("Go on", State.RUNNING), ("Stop", State.CANCELLED)):
        admin.taps(label)
        assert the_only(harness).state is state
    admin.taps("🗑 Delete for all")
    admin.sees("Delete it in 0 chats")
    admin.taps("🗑 Delete for all")
    assert the_only(harness).state is State.DELETING
    log = harness.shop.staff.acts.page(month_of(harness.shop.clock()), limit=9)
    assert sorted(act.kind for act in log) == [
        "delete_sent",
        "pause_sending",
        "resume_sending",
        "send",
        "stop_sending",
    ]
    assert {(act.actor_id, act.value) for act in log} == {(admin.person.id, "We have a new server")}
    admin.sends("/admin")
    admin.taps("📒 Acts")
    admin.sees("broadcast sent (We have a new server)")


def test_a_redelivered_message_shows_the_card_and_adds_nothing(harness: ChatHarness, admin: ChatUser) -> None:
    writes(admin)
    harness.again()
    admin.sees("Saved", "This is how it looks")
    assert len(harness.shop.staff.broadcasts.latest()) == 1


def test_a_button_of_a_broadcast_that_is_gone_leads_to_the_list(harness: ChatHarness, admin: ChatUser) -> None:
    admin.sends("/start")
    for action in ("one", "ask", "start", "pause", "who", "segment", "kind", "when", "nonsense"):
        harness.deliver(admin.tap(f"adm:cast:{action}:260301000000ffffff:1:1"))
        admin.sees("No broadcasts yet")


def test_support_may_not_broadcast(harness: ChatHarness, user: ChatUser) -> None:
    user.sends("/start")
    becomes(harness, user, Role.SUPPORT)
    user.sends("/admin")
    assert all("Broadcasts" not in label for row in user.screen.labels for label in row)
    harness.deliver(user.tap("adm:cast:new"))
    user.sends("spam")
    assert not harness.shop.staff.broadcasts.latest()


def test_a_person_switches_news_off_under_a_broadcast_and_on_again(harness: ChatHarness, user: ChatUser) -> None:
    user.sends("/start")
    harness.deliver(user.tap("news:off"))
    user.sees("No more news")
    wanted = [user.person.user.news]
    user.taps("Get news")
    wanted.append(user.person.user.news)
    user.sees("You get our news again")
    assert wanted == [False, True]


def test_the_progress_of_a_broadcast_that_another_member_starts_overwrites_no_message_of_its_author(
    harness: ChatHarness, admin: ChatUser
) -> None:
    writes(admin)
    before = admin.chat
    other = harness.user("en", 8)
    other.sends("/start")
    becomes(harness, other, Role.OWNER)
    other.sends("/admin")
    other.taps("📣 Broadcasts")
    other.taps("We have a new server")
    other.taps("🚀 Send")
    other.taps("✅ Send")
    harness.passes(minutes=3)
    assert admin.chat[: len(before)] == before
    assert the_only(harness).state is State.DONE


class TestOldDraft:
    """A screen of the draft is still shown after the start."""

    @pytest.mark.parametrize("label", ["✏️ English", "👥 To whom", "🔘 Buttons", "🕓 Later", "🚀 Send"])
    def test_its_button_shows_how_the_broadcast_is_now(
        self, harness: ChatHarness, admin: ChatUser, label: str
    ) -> None:
        writes(admin)
        data = next(b.callback_data for row in admin.screen.buttons for b in row if b.text == label)
        old = admin.screen.id
        admin.taps("🚀 Send")
        admin.taps("✅ Send")
        harness.deliver(admin.tap(data, old))
        admin.sees("Here is the current screen", "Delivered")

    @pytest.mark.parametrize(("label", "typed"), [("🔘 Buttons", "Ours https://t.me/a"), ("✏️ English", "Another")])
    def test_what_is_typed_for_it_is_not_taken(
        self, harness: ChatHarness, admin: ChatUser, label: str, typed: str
    ) -> None:
        writes(admin)
        admin.taps(label)
        if label == "🔘 Buttons":
            admin.taps("A page")
        found = the_only(harness)
        entry = Entry("test:start", "started", harness.shop.clock())
        harness.shop.staff.broadcasts.save(found, found.started(harness.shop.clock()), entry)
        admin.sends(typed)
        assert not harness.quarantine.updates
        admin.sees("It has changed since")
        assert (the_only(harness).contents, the_only(harness).buttons) == (found.contents, ())

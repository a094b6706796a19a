"""Screens become words and Telegram's own types: nothing from outside is taken for markup, times name their zone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpnbot.aws.api_gateway import HttpRequest
from vpnbot.aws.observability import Observer
from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Key, PersonId
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.notifications import Notification, NotificationKind
from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.plan import TRIAL, Plan
from vpnbot.domain.subscriptions.subscription import Status, Subscription
from vpnbot.localization.formatting import format_duration, format_time
from vpnbot.localization.messages import Messages
from vpnbot.telegram.customer.home_screens import home
from vpnbot.telegram.customer.notifications_screens import notification_screen
from vpnbot.telegram.messages.renderer import Renderer
from vpnbot.telegram.messages.screen import Button, Screen, phrase, rows
from vpnbot.telegram.messages.view import View
from vpnbot.usecases.ports import Metric

WORDING = Messages()
NOW = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)


def renderer(language: str = "en") -> Renderer:
    """Return words for a language."""
    return Renderer(WORDING, language)


class TestWords:
    """Phrases in a language."""

    @given(st.text())
    def test_a_text_from_outside_is_never_markup(self, text: str) -> None:
        html = renderer().html(Screen((text,)))
        assert "<" not in html
        assert ">" not in html
        assert html.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text

    def test_an_argument_from_outside_is_escaped_in_text_and_plain_on_buttons(self) -> None:
        said = phrase("button-open-again", app="<b>&")
        assert renderer().words(said) == "🚀 Open in &lt;b&gt;&amp;"
        assert renderer().plain(said) == "🚀 Open in <b>&"

    def test_phrases_inside_phrases_are_worded_in_the_same_language(self) -> None:
        said = phrase("other-apps", platform=phrase("platform-tv"))
        assert renderer("ru").words(said) == "<b>ТВ</b>: каким приложением пользуетесь?"

    def test_paragraphs_are_parted_and_a_heading_stands_above(self) -> None:
        screen = Screen((phrase("terms"), "text")).headed(phrase("here-is-current"))
        assert renderer().html(screen).split("\n\n")[0] == "Here is the current screen."
        assert renderer().html(screen).endswith("\n\ntext")


class TestTime:
    """As people say it."""

    @pytest.mark.parametrize(
        ("left", "en", "ru"),
        [
            (timedelta(days=2, hours=4, minutes=59), "2 d 4 h", "2 д 4 ч"),
            (timedelta(days=1), "1 d 0 h", "1 д 0 ч"),
            (timedelta(hours=23, minutes=59, seconds=59), "23 h 59 min", "23 ч 59 мин"),
            (timedelta(hours=1), "1 h 0 min", "1 ч 0 мин"),
            (timedelta(minutes=59), "59 min", "59 мин"),
            (timedelta(seconds=1), "1 min", "1 мин"),
            (timedelta(), "1 min", "1 мин"),
            (timedelta(days=-1), "1 min", "1 мин"),
        ],
    )
    def test_what_is_left_is_said_in_two_units_and_never_as_nothing(self, left: timedelta, en: str, ru: str) -> None:
        assert format_duration(WORDING, "en", left) == en
        assert format_duration(WORDING, "ru", left) == ru

    def test_a_moment_is_said_in_the_zone_that_goes_with_the_language_and_names_it(self) -> None:
        assert format_time(WORDING, "en", NOW) == "31 Dec, 23:30 UTC"
        assert format_time(WORDING, "ru", NOW) == "1 янв, 02:30 МСК"

    @pytest.mark.parametrize("language", ["en", "ru"])
    def test_every_month_has_a_name_of_its_own(self, language: str) -> None:
        months = {format_time(WORDING, language, NOW.replace(day=5, month=m)).split()[1] for m in range(1, 13)}
        assert len(months) == 12


class TestKeyboards:
    """Rows of buttons."""

    def test_absent_buttons_and_empty_rows_leave_no_gap(self) -> None:
        button = Button("x", action="x")
        assert rows((None,), (button, None), (None, None)) == ((button,),)
        assert renderer().keyboard(rows((None,))) is None

    def test_each_kind_of_button_says_only_its_own_thing(self) -> None:
        line = (Button("a", action="t"), Button("b", url="https://x.example"), Button("c", copy="text"))
        markup = renderer().keyboard((line,))
        assert markup is not None
        ((tap, url, copy),) = markup.inline_keyboard
        assert (tap.callback_data, tap.url, tap.copy_text) == ("t", None, None)
        assert (url.callback_data, url.url, url.copy_text) == (None, "https://x.example", None)
        assert copy.copy_text is not None
        assert (copy.callback_data, copy.url, copy.copy_text.text) == (None, None, "text")


def view(subscription: Subscription, *, accesses: tuple[Access, ...] = (), **more: object) -> View:
    """Return what screens are drawn from."""
    person = Person(PersonId("ab" * 16), subscription=subscription, accesses=accesses)
    plain = View(person, NOW, "en", {"en": "English"}, None, None, False, TRIAL)
    return replace(plain, **more)  # type: ignore[arg-type]  # names are View's own


class TestScreensOfLaterTimes:
    """What a trial alone does not show yet."""

    def test_a_paid_time_is_not_called_a_trial(self) -> None:
        paid = Subscription(Status.ACTIVE, replace(TRIAL, id="year"), starts_at=NOW, ends_at=NOW + timedelta(days=9))
        key = Key(1, "5eed")
        endpoint = Endpoint("nl.example", 443, "k" * 43, "www.example.com", "ab12")
        made = Access("nl", key, Wanted.ENABLED, devices=2).applied(1, endpoint)
        screen = home(view(replace(paid, key=key), accesses=(made,)))
        assert renderer().html(screen).startswith("🟢 <b>Active</b>, 9 d 0 h left.\nUntil 9 Jan")

    def test_the_trial_is_offered_as_the_operator_has_set_it(self) -> None:
        longer = replace(TRIAL, duration=timedelta(days=5), devices=7)
        offered = home(view(Subscription(), trial=longer)).paragraphs[0]
        assert offered == phrase("home-new", days=5, devices=7)

    @pytest.mark.parametrize(
        ("plan", "words"),
        [
            (TRIAL, "your trial is over"),
            (None, "your trial is over"),
            (replace(TRIAL, id="year"), "your time is over"),
        ],
    )
    def test_the_end_is_told_for_what_it_was(self, plan: Plan | None, words: str) -> None:
        over = Notification("1", NotificationKind.EXPIRY, NOW, {})
        assert words in renderer().html(
            notification_screen(over, view(Subscription(Status.EXPIRED, plan, ends_at=NOW)))
        )

    @pytest.mark.parametrize(
        ("kind", "words"), [(NotificationKind.SUSPENDED, "paused"), (NotificationKind.RESUMED, "on again")]
    )
    def test_a_pause_and_its_end_are_told_with_the_buttons_of_home(self, kind: NotificationKind, words: str) -> None:
        told = view(Subscription(Status.TRIAL, TRIAL, starts_at=NOW, ends_at=NOW + timedelta(days=2)))
        screen = notification_screen(Notification("1", kind, NOW, {}), told)
        assert words in renderer().html(screen)
        assert screen.rows == home(told).rows

    def test_every_topic_has_a_screen(self) -> None:
        arguments = {"text": "x", "person": "y", "server": "z"}
        told = view(Subscription(Status.TRIAL, TRIAL, starts_at=NOW, ends_at=NOW + timedelta(days=2)))
        for kind in NotificationKind:
            assert renderer().html(notification_screen(Notification("1", kind, NOW, arguments), told))

    def test_with_one_language_alone_there_is_no_button_for_another(self) -> None:
        labels = [button.label for row in home(view(Subscription())).rows for button in row]
        assert labels == [phrase("button-try")]


class TestHttpRequest:
    """API Gateway's events."""

    def test_a_bare_event_is_a_request_all_the_same(self) -> None:
        request = HttpRequest.of({})
        assert (request.method, request.path, request.body, request.own_url) == ("GET", "/", b"", None)

    def test_nulls_are_as_good_as_nothing(self) -> None:
        event = {
            "headers": None,
            "queryStringParameters": None,
            "pathParameters": None,
            "body": None,
            "requestContext": None,
        }
        assert HttpRequest.of(event).headers == {}


class TestObserver:
    """Counts are published once, as one line, by whoever ends the invocation."""

    def test_two_doors_in_one_process_publish_only_their_own_counts(self, capsys: pytest.CaptureFixture[str]) -> None:
        one, other = Observer(), Observer()
        one.count(Metric.TRIALS)
        other.count(Metric.CLOCK_LAG, 12.5)
        other.end()
        assert '"ClockLag":[12.5]' in (written := capsys.readouterr().out)
        assert '"Unit":"Seconds"' in written
        assert "Trials" not in written
        one.end()
        one.end()
        assert capsys.readouterr().out.count('"Trials":[1.0]') == 1

"""Screens are rendered as text and Telegram's types: other people's text is escaped, and times include their zone."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.contract import AWAITING, RENEWAL
from tests.functional.conversation.shown_words import LONGEST_SCREEN_WORDS, words_of
from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Key, PersonId
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.money import Money
from vpnbot.domain.notifications import MONEY_KINDS, Notification, NotificationKind
from vpnbot.domain.orders.order import OrderStatus
from vpnbot.domain.people.person import Person
from vpnbot.domain.servers.server_watch import ServerWatch
from vpnbot.domain.subscriptions.plan import TRIAL, Plan
from vpnbot.domain.subscriptions.renewal import Renewal
from vpnbot.domain.subscriptions.subscription import Status, Subscription
from vpnbot.localization.formatting import format_day, format_duration, format_money, format_time
from vpnbot.localization.messages import Messages
from vpnbot.telegram.customer.home_screens import home, servers
from vpnbot.telegram.customer.notifications_screens import notification_screen
from vpnbot.telegram.messages.renderer import Renderer
from vpnbot.telegram.messages.screen import Button, Day, Screen, phrase, rows
from vpnbot.telegram.messages.view import PAYMENTS, View

MESSAGES = Messages()
NOW = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)


def renderer(language: str = "en") -> Renderer:
    """Return a renderer for a language."""
    return Renderer(MESSAGES, language)


class TestText:
    """Phrases are rendered as text in one language."""

    @given(st.text())
    def test_text_from_outside_is_never_rendered_as_markup(self, text: str) -> None:
        html = renderer().html(Screen((text,)))
        assert "<" not in html
        assert ">" not in html
        assert html.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text

    def test_an_argument_is_escaped_in_text_and_unchanged_on_buttons(self) -> None:
        text = phrase("button-open-again", app="<b>&")
        assert renderer().words(text) == "🚀 Open in &lt;b&gt;&amp;"
        assert renderer().plain(text) == "🚀 Open in <b>&"

    def test_a_phrase_inside_a_phrase_is_rendered_in_the_same_language(self) -> None:
        text = phrase("other-apps", platform=phrase("button-tv"))
        assert renderer("ru").words(text) == "<b>ТВ</b>: каким приложением пользуетесь?"

    def test_paragraphs_are_separated_and_the_heading_comes_first(self) -> None:
        screen = Screen((phrase("terms"), "text")).headed(phrase("here-is-current"))
        assert renderer().html(screen).split("\n\n")[0] == "Here is the current screen."
        assert renderer().html(screen).endswith("\n\ntext")


class TestTime:
    """Durations and times are formatted for people."""

    @pytest.mark.parametrize(
        ("left", "en", "ru"),
        [
            (timedelta(days=2, hours=4, minutes=59), "2\u00a0d\u00a04\u00a0h", "2\u00a0д\u00a04\u00a0ч"),
            (timedelta(days=1), "1\u00a0d", "1\u00a0д"),
            (timedelta(hours=23, minutes=59, seconds=59), "23\u00a0h\u00a059\u00a0min", "23\u00a0ч\u00a059\u00a0мин"),
            (timedelta(hours=1), "1\u00a0h", "1\u00a0ч"),
            (timedelta(minutes=59), "59\u00a0min", "59\u00a0мин"),
            (timedelta(seconds=1), "1\u00a0min", "1\u00a0мин"),
            (timedelta(), "1\u00a0min", "1\u00a0мин"),
            (timedelta(days=-1), "1\u00a0min", "1\u00a0мин"),
        ],
    )
    def test_a_duration_has_two_units_at_most_and_is_one_minute_at_least(
        self, left: timedelta, en: str, ru: str
    ) -> None:
        assert format_duration(MESSAGES, "en", left) == en
        assert format_duration(MESSAGES, "ru", left) == ru

    def test_a_time_is_shown_with_its_zone_which_depends_on_the_language(self) -> None:
        assert format_time(MESSAGES, "en", NOW) == "31\u00a0Dec, 23:30\u00a0UTC"
        assert format_time(MESSAGES, "ru", NOW) == "1\u00a0янв, 02:30\u00a0МСК"

    @pytest.mark.parametrize("language", ["en", "ru"])
    def test_every_month_has_its_own_name(self, language: str) -> None:
        months = {format_time(MESSAGES, language, NOW.replace(day=5, month=m)).split()[1] for m in range(1, 13)}
        assert len(months) == 12


class TestMoney:
    """Amounts are exact, grouped for the language, and never broken over two lines."""

    @pytest.mark.parametrize(
        ("money", "en", "ru"),
        [
            (Money(29_900, "RUB"), "299\u00a0₽", "299\u00a0₽"),
            (Money(29_950, "RUB"), "299.50\u00a0₽", "299,50\u00a0₽"),
            (Money(1, "RUB"), "0.01\u00a0₽", "0,01\u00a0₽"),
            (Money(129_900, "RUB"), "1,299\u00a0₽", "1\u00a0299\u00a0₽"),
            (Money(123_456_789_01, "RUB"), "123,456,789.01\u00a0₽", "123\u00a0456\u00a0789,01\u00a0₽"),
            (Money(199, "XTR"), "199\u00a0⭐", "199\u00a0⭐"),
            (Money(349, "USD"), "$3.49", "$3,49"),
            (Money(-349, "USD"), "$−3.49", "$−3,49"),
            (Money(500, "EUR"), "€5", "5\u00a0€"),
            (Money(1500, "JPY"), "1,500\u00a0JPY", "1\u00a0500\u00a0JPY"),
            (Money(0, "RUB"), "0\u00a0₽", "0\u00a0₽"),
        ],
    )
    def test_an_amount_is_shown_as_in_the_language(self, money: Money, en: str, ru: str) -> None:
        assert format_money(MESSAGES, "en", money) == en
        assert format_money(MESSAGES, "ru", money) == ru

    @given(
        st.integers(0, 10**15), st.sampled_from(["RUB", "XTR", "USD", "EUR", "JPY"]), st.sampled_from(["en", "ru"])
    )
    def test_no_digit_is_lost_and_no_line_breaks(self, amount: int, currency: str, language: str) -> None:
        shown = format_money(MESSAGES, language, Money(amount, currency))
        digits = int("".join(character for character in shown if character.isdigit()))
        assert digits in {amount, amount // 100}
        assert digits == amount or amount % 100 == 0
        assert " " not in shown

    def test_a_day_is_that_of_the_zone_of_the_language(self) -> None:
        assert renderer("en").words(phrase("button-payment", day=Day(NOW), price=Money(1, "XTR"), mark="x")) == (
            "31\u00a0Dec\u00a02026 · 1\u00a0⭐ x"
        )
        assert format_day(MESSAGES, "ru", NOW) == "1\u00a0янв\u00a02027"


class TestKeyboards:
    """Rows of buttons become inline keyboards."""

    def test_absent_buttons_and_empty_rows_are_left_out(self) -> None:
        button = Button("x", action="x")
        assert rows((None,), (button, None), (None, None)) == ((button,),)
        assert renderer().keyboard(rows((None,))) is None

    def test_each_kind_of_button_sets_only_its_own_field(self) -> None:
        line = (Button("a", action="t"), Button("b", url="https://x.example"), Button("c", copy="text"))
        markup = renderer().keyboard((line,))
        assert markup is not None
        ((tap, url, copy),) = markup.inline_keyboard
        assert (tap.callback_data, tap.url, tap.copy_text) == ("t", None, None)
        assert (url.callback_data, url.url, url.copy_text) == (None, "https://x.example", None)
        assert copy.copy_text is not None
        assert (copy.callback_data, copy.url, copy.copy_text.text) == (None, None, "text")


def view(subscription: Subscription, *, accesses: tuple[Access, ...] = (), **more: object) -> View:
    """Return a view of a person with this subscription and these keys, for screens."""
    person = Person(PersonId("ab" * 16), subscription=subscription, accesses=accesses)
    plain = View(person, NOW, "en", {"en": "English"}, None, None, False, TRIAL)
    return replace(plain, **more)  # type: ignore[arg-type]  # names are those of View's fields


def _key_in(key: Key, server_id: str) -> Access:
    endpoint = Endpoint("a.example", 443, "k" * 43, "www.example.com", "ab12", country=server_id[:2].upper())
    return Access(server_id, key, Wanted.ENABLED, devices=2).applied(1, endpoint)


NEW = view(Subscription())
ON_TRIAL = view(Subscription(Status.TRIAL, TRIAL, starts_at=NOW, ends_at=NOW + timedelta(days=2)))
ON_A_PLAN = view(
    Subscription(
        Status.ACTIVE,
        replace(TRIAL, id="standard", titles={"en": "Standard"}),
        starts_at=NOW,
        ends_at=NOW + timedelta(9),
    )
)


class TestScreens:
    """Screens of a new customer, of paid time, of pauses, and of all notifications."""

    def test_paid_time_is_not_called_a_trial(self) -> None:
        paid = Subscription(Status.ACTIVE, replace(TRIAL, id="year"), starts_at=NOW, ends_at=NOW + timedelta(days=9))
        key = Key(1, "5eed")
        endpoint = Endpoint("nl.example", 443, "k" * 43, "www.example.com", "ab12")
        made = Access("nl", key, Wanted.ENABLED, devices=2).applied(1, endpoint)
        screen = home(view(replace(paid, key=key), accesses=(made,)))
        assert renderer().html(screen).startswith("🟢 <b>VPN is on</b>, 9\u00a0d left.\nyear until 9\u00a0Jan")

    @pytest.mark.parametrize("language", ["en", "ru"])
    def test_home_with_everything_to_say_has_at_most_thirty_words(self, language: str) -> None:
        plan = replace(
            TRIAL, id="standard", titles={"en": "Standard", "ru": "Стандарт"}, traffic_limit_bytes=50 * 10**9
        )
        key = Key(1, "5eed")
        subscription = Subscription(
            Status.ACTIVE,
            plan,
            starts_at=NOW,
            ends_at=NOW + timedelta(days=9, hours=4),
            key=key,
            renewal=Renewal(RENEWAL.offer, "yookassa", "100", "Visa", NOW, RENEWAL.order_id),
        )
        accesses = tuple(_key_in(key, name) for name in ("nl", "de", "fi"))
        screen = home(view(subscription, accesses=accesses, language=language))
        words = re.sub("<[^>]*>", "", renderer(language).html(screen))
        assert all(part in words for part in ("🔁", "📊", "🌍 🇳🇱🇩🇪🇫🇮"))
        assert len(words.split()) <= 30, words

    def test_a_country_is_marked_while_the_person_waits_for_all_its_servers(self) -> None:
        key = Key(1, "5eed")
        person = Person(
            PersonId("ab" * 16),
            subscription=Subscription(Status.TRIAL, TRIAL, key=key),
            accesses=tuple(_key_in(key, name) for name in ("nl", "nl2", "de")),
            watches=(ServerWatch("de", NOW), ServerWatch("nl", NOW)),
        )
        (line,) = servers(replace(view(Subscription()), person=person))
        assert line == phrase("home-servers", flags="🇳🇱🔴🇩🇪")

    def test_servers_without_a_country_are_not_listed(self) -> None:
        key = Key(1, "5eed")
        made = replace(_key_in(key, "xx"), endpoint=Endpoint("x.example", 443, "k" * 43, "www.example.com", "ab12"))
        assert servers(view(Subscription(Status.TRIAL, TRIAL, key=key), accesses=(made,))) == ()

    def test_the_offered_trial_has_the_duration_and_devices_that_the_operator_set(self) -> None:
        longer = replace(TRIAL, duration=timedelta(days=5), devices=7)
        offered = home(view(Subscription(), trial=longer)).paragraphs[0]
        assert offered == phrase("home-new", days=5, devices=7)

    @pytest.mark.parametrize(
        ("plan", "words"),
        [
            (TRIAL, "your trial is over"),
            (None, "your trial is over"),
            (replace(TRIAL, id="year"), "your plan has ended"),
        ],
    )
    def test_the_notification_of_the_end_names_a_trial_or_a_plan(self, plan: Plan | None, words: str) -> None:
        expiry = Notification("1", NotificationKind.EXPIRY, NOW, {})
        assert words in renderer().html(
            notification_screen(expiry, view(Subscription(Status.EXPIRED, plan, ends_at=NOW)))
        )

    @pytest.mark.parametrize(
        ("kind", "words"), [(NotificationKind.SUSPENDED, "paused"), (NotificationKind.RESUMED, "on again")]
    )
    def test_notifications_of_a_pause_and_its_end_have_the_buttons_of_home(
        self, kind: NotificationKind, words: str
    ) -> None:
        customer = view(Subscription(Status.TRIAL, TRIAL, starts_at=NOW, ends_at=NOW + timedelta(days=2)))
        screen = notification_screen(Notification("1", kind, NOW, {}), customer)
        assert words in renderer().html(screen)
        assert screen.rows == home(customer).rows

    @pytest.mark.parametrize("language", ["en", "ru"])
    @pytest.mark.parametrize("customer", [NEW, ON_TRIAL, ON_A_PLAN], ids=["new", "trial", "plan"])
    def test_every_kind_of_notification_has_a_screen_of_thirty_words(self, customer: View, language: str) -> None:
        """Those about money are in `test_money_screens.py`."""
        arguments = {"text": "x", "trouble": "not_found", "days": "3", "role": "support"}
        outage = {"began": NOW.isoformat(), "seconds": "5400", "days": "1"}
        server = {"server": "nl", "country": "NL", "trouble": "web_page", "detail": "nginx", "waiting": "3"}
        plans, week = {"price": "29900 RUB"}, {"seconds": "604800"}
        of_kind = {
            NotificationKind.SERVER_FAILING: server,
            NotificationKind.SERVER_WORKS: server,
            NotificationKind.PLANS_OPEN: plans,
            NotificationKind.COMPENSATED: outage,
            NotificationKind.REWARD: week,
            NotificationKind.WELCOME: week,
            NotificationKind.REWARD_TAKEN: week,
            NotificationKind.WINBACK: {"percent": "30", "until": (NOW + timedelta(hours=72)).isoformat()},
            NotificationKind.MONEY_ALERT: {"alert": "provider_down", "provider": "yookassa"},
        }
        for kind in set(NotificationKind) - MONEY_KINDS:
            sample = Notification("1", kind, NOW, of_kind.get(kind, arguments))
            screen = notification_screen(sample, replace(customer, language=language, shop_name="Fox"))
            assert renderer(language).html(screen)
            assert words_of(screen, renderer(language)) <= LONGEST_SCREEN_WORDS, renderer(language).html(screen)

    def test_with_only_one_language_there_is_no_button_to_choose_another(self) -> None:
        labels = [button.label for row in home(view(Subscription())).rows for button in row]
        assert phrase("button-try") in labels
        assert not [label for label in labels if str(label).count("button-language")]


def test_a_person_with_held_money_and_no_subscription_finds_the_payments_at_home() -> None:
    held = replace(AWAITING, status=OrderStatus.HELD)
    customer = view(Subscription())
    waiting = replace(customer, person=replace(customer.person, orders=(held,)))
    assert (PAYMENTS,) in home(waiting).rows
    assert (PAYMENTS,) not in home(customer).rows

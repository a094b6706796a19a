"""The screen "VPN doesn't work": each cause has its text and its first button, in both languages."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import pytest

from tests.fakes.panel import FaultMode
from tests.functional.conversation import situations
from tests.functional.conversation.harness import ChatHarness, ChatUser, Language
from tests.functional.usecases.reconciled_servers import with_credentials
from vpnbot.domain.keys.access import Access
from vpnbot.domain.keys.link_fetch import LinkFetch
from vpnbot.domain.scheduling import Due
from vpnbot.domain.servers.panel_errors import PanelTrouble, PanelUnavailable
from vpnbot.domain.servers.server import Health
from vpnbot.domain.support import Finding
from vpnbot.usecases.subscriptions.suspend_subscription import suspend

type Prepare = Callable[[ChatUser], None]


def _fetched(user: ChatUser, app: str = "happ", *, ago: timedelta = timedelta(), tag: str | None = None) -> None:
    now = user.harness.shop.clock() - ago
    key = user.person.subscription.key
    assert key is not None
    user.harness.shop.people.open(user.person.id).record_load(key, LinkFetch(now, now, app, tag or key.tag))


def _used(user: ChatUser, used_bytes: int = 5000) -> None:
    user.harness.shop.panel.used_bytes["nl"] = used_bytes


def _access(user: ChatUser, change: Callable[[Access], Access]) -> None:
    session = user.harness.shop.open(user.user_id)
    session.commit(session.person.with_accesses(change))


def _no_subscription(user: ChatUser) -> None:
    situations.new(user)


def _trial_used(user: ChatUser) -> None:
    situations.trial_used(user)


def _expired(user: ChatUser) -> None:
    situations.expired(user)


def _paused(user: ChatUser) -> None:
    situations.running(user)
    suspend(user.harness.shop.open(), user.harness.shop.fleet, user.harness.shop.context, "ops:1", "operator")


def _in_the_making(user: ChatUser) -> None:
    user.harness.shop.panel.fault_mode = FaultMode.REFUSING
    situations.new(user)
    user.harness.deliver(user.tap("try", user.screen.id))
    user.harness.shop.panel.fault_mode = FaultMode.FINE


def _refused(user: ChatUser) -> None:
    _in_the_making(user)
    now = user.harness.shop.clock()
    _access(user, lambda access: replace(access, due=Due(now, 12, dead_lettered=True)))


def _server_down(user: ChatUser) -> None:
    situations.running(user)
    user.harness.shop.panel.fault_mode = FaultMode.DOWN


def _xray_down(user: ChatUser) -> None:
    situations.running(user)
    user.harness.shop.panel.reported_health = Health(panel_answers=True, server_runs=False)


def _lags(user: ChatUser) -> None:
    situations.running(user)
    _access(user, lambda access: replace(access, wanted_revision=access.wanted_revision + 1))


def _traffic_used_up(user: ChatUser) -> None:
    situations.used_up(user)
    _fetched(user)


def _never_loaded(user: ChatUser) -> None:
    situations.running(user)


def _old_link(user: ChatUser) -> None:
    situations.running(user)
    _fetched(user, tag="older.1")


def _wrong_app(user: ChatUser) -> None:
    situations.running(user)
    _fetched(user, "hiddify")
    user.harness.shop.panel.reported_health = Health(panel_answers=True, server_runs=True, accepts_every_app=False)


def _no_traffic(user: ChatUser) -> None:
    situations.running(user)
    _fetched(user)


def _changed_on_the_panel(user: ChatUser) -> None:
    _no_traffic(user)
    held = user.harness.shop.panel.held
    held.update({place: with_credentials(client, client_id=UUID(int=7)) for place, client in held.items()})


def _unchecked(user: ChatUser) -> None:
    _no_traffic(user)
    user.harness.shop.faults.at("panel.client.before", PanelUnavailable(PanelTrouble.TIMED_OUT))


def _loaded_long_ago(user: ChatUser) -> None:
    situations.running(user)
    _used(user)
    _fetched(user, ago=timedelta(days=4))


def _all_good(user: ChatUser) -> None:
    situations.running(user)
    _used(user)
    _fetched(user, "streisand")


@dataclass(frozen=True)
class Cause:
    """A function that brings a person into a state, the text that explains it, and the first button."""

    prepare: Prepare
    says: dict[Language, str]
    first_button: dict[Language, str]


CHECK: dict[Language, str] = {"en": "🔄 Check again", "ru": "🔄 Проверить"}
WRITE: dict[Language, str] = {"en": "💬 Write to us", "ru": "💬 Написать нам"}
CONNECT: dict[Language, str] = {"en": "🔌 Connect", "ru": "🔌 Подключиться"}
PLANS: dict[Language, str] = {"en": "🔔 Tell me when plans open", "ru": "🔔 Узнать о тарифах первым"}
TRY: dict[Language, str] = {"en": "🎁 Try free", "ru": "🎁 Попробовать бесплатно"}
IN_HAPP: dict[Language, str] = {"en": "🚀 Open in Happ", "ru": "🚀 Открыть в Happ"}

CAUSES = [
    Cause(_no_subscription, {"en": "❌ You have no VPN yet.", "ru": "❌ VPN пока нет."}, TRY),
    Cause(_trial_used, {"en": "❌ You have no active plan.", "ru": "❌ Сейчас у вас нет тарифа."}, PLANS),
    Cause(_expired, {"en": "❌ Your plan has ended, so VPN is off.", "ru": "❌ Срок закончился"}, PLANS),
    Cause(_paused, {"en": "⏸ Access is paused.", "ru": "⏸ Доступ приостановлен."}, WRITE),
    Cause(_in_the_making, {"en": "⏳ Your key is still being made.", "ru": "⏳ Ключ ещё готовится."}, WRITE),
    Cause(_refused, {"en": "🔧 We couldn't make your key", "ru": "🔧 У нас не получилось сделать ваш ключ"}, WRITE),
    Cause(_server_down, {"en": "🔧 The server is down and we know", "ru": "🔧 Сервер не работает"}, WRITE),
    Cause(_xray_down, {"en": "🔧 The server is down and we know", "ru": "🔧 Сервер не работает"}, WRITE),
    Cause(_lags, {"en": "✅ Access ⏳ We're updating your key", "ru": "✅ Доступ ⏳ Обновляем ваш ключ"}, CHECK),
    Cause(_changed_on_the_panel, {"en": "✅ Access ⏳ We're updating", "ru": "✅ Доступ ⏳ Обновляем ваш"}, CHECK),
    Cause(_unchecked, {"en": "✅ Access 🔎 We can't check", "ru": "✅ Доступ 🔎 Сейчас не получается"}, CHECK),
    Cause(_traffic_used_up, {"en": "❌ The traffic of your plan", "ru": "❌ Трафик вашего тарифа"}, PLANS),
    Cause(
        _never_loaded,
        {"en": "✅ Access ✅ Server ❌ The app hasn't", "ru": "❌ Приложение ещё не загрузило"},
        CONNECT,
    ),
    Cause(_old_link, {"en": "❌ The app still holds an old link.", "ru": "❌ В приложении осталась старая"}, IN_HAPP),
    Cause(_wrong_app, {"en": "❌ This app can't talk to our", "ru": "❌ Это приложение не поддерживает"}, CONNECT),
    Cause(_no_traffic, {"en": "no traffic came through.", "ru": "трафика не было."}, IN_HAPP),
    Cause(_loaded_long_ago, {"en": "hasn't refreshed for days.", "ru": "давно не обновлялось."}, IN_HAPP),
    Cause(_all_good, {"en": "✅ App Everything works on our side.", "ru": "С нашей стороны всё работает."}, CONNECT),
]


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.prepare.__name__.lstrip("_"))
def test_each_cause_has_its_text_and_its_first_button(user: ChatUser, cause: Cause, language: Language) -> None:
    user.language = language
    cause.prepare(user)
    user.harness.deliver(user.tap("broken", user.screen.id))
    user.sees(cause.says[language])
    assert user.screen.labels[0][0] == cause.first_button[language]
    assert not user.harness.quarantine.updates
    assert len(user.screen.words.split()) <= 30


def test_open_again_opens_the_app_that_loaded_the_link(user: ChatUser) -> None:
    situations.running(user)
    _fetched(user, "v2raytun")
    user.taps("VPN doesn't work")
    assert user.link("Open in v2RayTun").endswith("?open=v2raytun")


def test_an_app_that_a_link_cannot_open_gets_the_connect_button(user: ChatUser) -> None:
    situations.running(user)
    _fetched(user, "other")
    user.taps("VPN doesn't work")
    assert user.screen.labels[0] == ["🔌 Connect"]


def test_checking_again_says_that_it_was_checked(user: ChatUser) -> None:
    situations.running(user)
    user.taps("VPN doesn't work")
    user.taps("Check again")
    assert user.toast == "🔄 Checked just now."


def test_the_screen_changes_once_the_cause_is_fixed(user: ChatUser) -> None:
    _lags(user)
    user.taps("VPN doesn't work")
    user.harness.passes(minutes=10)
    _access(user, lambda access: access.applied(access.wanted_revision, access.endpoint))
    user.taps("Check again")
    user.sees("The app hasn't loaded your link")


class TestSeveralServers:
    """Some or all of several servers are down."""

    @pytest.fixture(params=["en", "ru"])
    def user(self, request: pytest.FixtureRequest, harness: ChatHarness) -> ChatUser:
        """A person who gets a key on each of three servers, except those that are down at that time."""
        harness.shop.servers.ids = ["de", "fi", "nl"]
        return harness.user(request.param)

    def checks(self, user: ChatUser) -> None:
        user.harness.deliver(user.tap("broken", user.screen.id))
        assert not user.harness.quarantine.updates

    def cause(self, user: ChatUser, finding: Finding, **arguments: str | int) -> str:
        return user.harness.messages.text(user.language, f"cause-{finding}", arguments)

    def test_a_key_that_is_not_made_yet_is_not_reported_as_missing_in_the_app(self, user: ChatUser) -> None:
        user.harness.shop.panel.away = {"fi"}
        situations.running(user)
        assert [access.server_id for access in user.person.accesses if access.endpoint is None] == ["fi"]
        _fetched(user)
        self.checks(user)
        user.sees(self.cause(user, Finding.NO_TRAFFIC))

    @pytest.mark.parametrize(
        ("away", "words"),
        [
            ({"de"}, {"en": "Server de is down", "ru": "Server de: сервер не отвечает"}),
            (
                {"de", "nl"},
                {"en": "de, Server nl are down", "ru": "de, Server nl: серверы не отвечают"},
            ),
        ],
    )
    def test_the_servers_that_are_down_are_named_in_singular_or_plural(
        self, user: ChatUser, away: set[str], words: dict[str, str]
    ) -> None:
        situations.running(user)
        _fetched(user)
        user.harness.shop.panel.away = away
        self.checks(user)
        user.sees(words[user.language])

    def test_a_second_check_also_watches_the_servers_and_the_notification_comes_once(self, user: ChatUser) -> None:
        situations.running(user)
        _fetched(user)
        self.checks(user)
        user.harness.shop.panel.away = {"de", "fi", "nl"}
        user.harness.deliver(user.tap("check", user.screen.id))
        user.sees(self.cause(user, Finding.SERVER_DOWN))
        assert {watching.server_id for watching in user.person.watches} == {"de", "fi", "nl"}
        before = len(user.chat)
        user.harness.passes(minutes=10)
        assert len(user.chat) == before
        user.harness.shop.panel.away.clear()
        user.harness.passes(minutes=30)
        assert len(user.chat) == before + 1
        user.sees(user.harness.messages.text(user.language, "notice-server_back"))

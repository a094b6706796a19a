"""A shop as it is after some weeks: people in each state, money in each state, outages, broadcasts, topics, texts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from tests.fakes.panel import FaultMode
from tests.fakes.provider import FakeProvider
from tests.fakes.shop import shop_in_memory, update
from tests.functional.conversation import situations
from tests.functional.conversation.acting import at_card, becomes
from tests.functional.conversation.administrator import ADMIN
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.operating import pays
from tests.functional.conversation.operators_group import OperatorsGroup
from tests.functional.conversation.selling import BY_CARD, open_shop
from tests.functional.loading import loads
from tests.functional.usecases.compensating import MINUTE, comes_back, goes_down, was_down
from tests.functional.usecases.inviting import buys, comes, state_of
from tests.functional.usecases.reconciled_servers import with_servers
from tests.functional.usecases.redeeming import enters, offers
from vpnbot.domain.ads.link import AdLink
from vpnbot.domain.audience.segment import Segment, SegmentKind
from vpnbot.domain.broadcasts.broadcast import Broadcast, Figures, Kind, State
from vpnbot.domain.broadcasts.content import Content, LeadsTo, LinkButton
from vpnbot.domain.invites.reward import RewardState
from vpnbot.domain.money import Money
from vpnbot.domain.orders.reports import PaymentReport, ReportedState
from vpnbot.domain.payments.shop_settings import Switch
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.roles import Role
from vpnbot.domain.promo.code import PromoCode
from vpnbot.domain.scheduling import MAX_ATTEMPTS, Due
from vpnbot.domain.staff.acts import LinkAct
from vpnbot.domain.statistics.levels import Level, Levels
from vpnbot.localization.messages import Messages
from vpnbot.telegram.admin.areas import Area
from vpnbot.usecases.ads.keep_links import change_link, make_link
from vpnbot.usecases.payments.keep_unmatched import keep_unmatched
from vpnbot.usecases.ports.payments import Refunds

SUPPORTER, ADMINISTRATOR = 8, 9
PAYER, ASKER, CLOSED, SHORT, RETURNER, BY_HAND, STUCK = 101, 102, 103, 104, 105, 106, 107
INVITED = 130
_NOT_YET_BEGUN = frozenset({State.DRAFT, State.SCHEDULED, State.ASLEEP})


def busy_shop() -> ChatHarness:
    """Return a bot whose owner is `ADMIN`, and whose team, customers, servers and money are in many states."""
    shop = with_servers(shop_in_memory(), "nl", "de", "fi")
    shop.tokens.stored = {server: f"token of {server}" for server in ("nl", "de", "fi")}
    messages = Messages(own=shop.sales.settings.load)
    harness = ChatHarness(shop=shop, messages=messages, admin_ids=frozenset({ADMIN}))
    _people_who_came_long_ago(harness)
    card = open_shop(harness, invites=Switch.ON, rewards_a_month=0)
    _invitations(harness)
    _team(harness)
    _people(harness)
    _money(harness, card)
    _stuck_work(harness)
    _outages(harness)
    _topics(harness)
    _broadcasts(harness)
    _codes(harness)
    _ads(harness)
    _owner_has_acted(harness)
    _nights(harness)
    _devices(harness)
    return harness


def _people_who_came_long_ago(harness: ChatHarness) -> None:
    gone, over = harness.user("en", 120), harness.user("ru", 121)
    situations.key_ready(gone)
    harness.shop.days(36, step=timedelta(hours=12))
    situations.key_ready(over)
    harness.shop.days(4, step=timedelta(hours=6))


def _invitations(harness: ChatHarness) -> None:
    """Let a payment of an invited person earn a reward, about which the owner has to decide."""
    harness.user("en", PAYER).sends("/start")
    comes(harness.shop, INVITED, by=PAYER)
    buys(harness.shop, INVITED)
    harness.shop.days(4, step=timedelta(hours=6))
    assert state_of(harness.shop, INVITED) is RewardState.WAITING


def _team(harness: ChatHarness) -> None:
    for user_id, role in ((ADMIN, None), (SUPPORTER, Role.SUPPORT), (ADMINISTRATOR, Role.ADMIN)):
        member = harness.user("en", user_id)
        member.sends("/start")
        if role is not None:
            becomes(harness, member, role)


def _people(harness: ChatHarness) -> None:
    states: dict[int, Callable[[ChatUser], None]] = {
        110: situations.new,
        111: situations.running,
        112: situations.rotated,
        113: situations.used_up,
        114: situations.paused,
        115: situations.trial_used,
    }
    for number, (user_id, situation) in enumerate(states.items()):
        situation(harness.user("en" if number % 2 else "ru", user_id))
    harness.shop.connects(111)


def _devices(harness: ChatHarness) -> None:
    for number in range(12):
        loads(harness.shop, f"device {number}", f"Pixel {number}", "Android 15", user_id=PAYER)
    assert harness.shop.look(PAYER).devices


def _money(harness: ChatHarness, card: FakeProvider) -> None:
    for user_id in (PAYER, SHORT, RETURNER, BY_HAND):
        situations.running(harness.user("en", user_id))
    pays(harness.user("en", PAYER), card)
    pays(harness.user("en", SHORT), card, Money(20_000, "RUB"))
    for user_id, refunds in ((RETURNER, Refunds.PART), (BY_HAND, Refunds.NONE)):
        card.abilities = replace(BY_CARD, refunds=refunds)
        user = harness.user("en", user_id)
        pays(user, card)
        order = next(iter(harness.shop.people.orders(user.person.id)))
        user.harness.deliver(user.tap(f"refund:do:{order.id}", user.screen.id))
        harness.passes(minutes=2)
    card.abilities = BY_CARD
    report = PaymentReport("yookassa", "shop-1", "pay-9", ReportedState.SUCCEEDED, Money(29_900, "RUB"))
    card.payments["pay-9"] = report
    keep_unmatched(report, harness.shop.payments, harness.shop.context)
    harness.passes(minutes=2)


def _stuck_work(harness: ChatHarness) -> None:
    shop = harness.shop
    shop.panel.fault_mode = FaultMode.DOWN
    shop.on_trial(STUCK)
    shop.panel.fault_mode = FaultMode.FINE
    keys = len(shop.look(STUCK).accesses)
    shop.faults.at("panel.apply.before", *(KeyError("a bug") for _ in range(keys * MAX_ATTEMPTS)))
    shop.days(1, step=timedelta(minutes=10))
    shop.faults.clear()
    assert shop.index.dead_lettered()


def _outages(harness: ChatHarness) -> None:
    was_down(harness.shop, "nl")
    harness.shop.panel.away.add("fi")
    harness.shop.servers.make_run_due("fi", harness.shop.clock())
    harness.shop.settles(minutes=40)
    harness.shop.panel.away.discard("fi")
    harness.shop.settles(minutes=3)
    goes_down(harness.shop, "de")
    harness.shop.settles(minutes=10)


def _codes(harness: ChatHarness) -> None:
    shop = harness.shop
    for number in range(8):
        offers(shop, PromoCode(f"CODE{number}", number + 1, total=1, newcomers=True))
    offers(shop, PromoCode("FRIENDS", 14, per_person=3, ends_at=shop.clock() + timedelta(days=30)))
    offers(shop, PromoCode("SPRING", 7, total=100))
    offers(shop, PromoCode("LATER", 7).paused())
    offers(shop, PromoCode("OVER", 7).ended())
    offers(shop, PromoCode("GIFT", 7, total=50, one_time=True))
    minimum = Money(10_000, "RUB")
    offers(shop, PromoCode("HALF", 0, percent=50, plans=("standard",), minimum=minimum, total=1000))
    offers(shop, PromoCode("HUNDRED", 0, amount=minimum, ends_at=shop.clock() + timedelta(days=30)))
    offers(shop, PromoCode("FAMILY", 7, plan="family"))
    assert enters(shop, "SPRING", PAYER) is None
    assert enters(shop, "HUNDRED", PAYER) is None


def _ads(harness: ChatHarness) -> None:
    shop = harness.shop
    made = [
        make_link(shop.links, f"Channel {number}", Entry(update(), "made", shop.clock(), "admin:1"), shop.ring)
        for number in range(10)
    ]
    entry = Entry(update(), "paused", shop.clock(), "admin:1")
    change_link(shop.links, made[8].id, entry, AdLink.paused, LinkAct.PAUSE_LINK, seen=made[8].version)


def _topics(harness: ChatHarness) -> None:
    group = OperatorsGroup(harness)
    group.writes("/support_here", ADMIN, thread=None)
    group.taps("Yes, here", ADMIN)
    for user_id in (ASKER, CLOSED):
        user = harness.user("en", user_id)
        situations.running(user)
        group.asks(user, "It doesn't connect")
    group.taps("Close", ADMIN)


def _broadcasts(harness: ChatHarness) -> None:
    now, kept, author = harness.shop.clock(), harness.shop.staff.broadcasts, harness.shop.person_id(ADMIN)
    figures = Figures(sent=80, blocked=3, failed=1, unsure=2)
    buttons = (LinkButton(LeadsTo.PLANS), LinkButton(LeadsTo.PAGE, "https://t.me/example", "Our channel"))
    for number, state in enumerate(State):
        begun = state not in _NOT_YET_BEGUN
        at = now - timedelta(hours=number) if begun else now + timedelta(hours=40)
        broadcast = Broadcast(
            f"{now - timedelta(days=number):%y%m%d%H%M%S}{number:06x}",
            author,
            Kind.NEWS if number % 2 else Kind.SERVICE,
            Segment(SegmentKind.EVERYBODY),
            {"en": Content(f"A new server in Finland, {state}"), "ru": Content("Новый сервер")},
            buttons,
            state,
            now - timedelta(days=1),
            starts_at=None if state is State.DRAFT else at,
            started_at=at if begun else None,
            audience=90,
            figures=figures if begun else Figures(),
            reason="Bad Request: wrong file identifier" if state is State.PAUSED else "",
            due=Due(at) if state in {State.SCHEDULED, State.RUNNING, State.DELETING} else None,
        )
        kept.save(None, broadcast, Entry(f"test:broadcast:{number}", "made", now, f"admin:{author}"))


def _owner_has_acted(harness: ChatHarness) -> None:
    owner = harness.user("en", ADMIN)
    for button, words in (("📝 Note", "Pays by card, asked twice about the router"), ("✉️ Write", "All is well now")):
        at_card(owner, PAYER)
        owner.taps(button)
        owner.sends(words)
        owner.taps("Yes")
    at_card(owner, PAYER)
    for label in ("➕ Days", "+7", "Yes"):
        owner.taps(label)
    owner.harness.deliver(owner.tap(Area.TEXTS.on("one", "en", "terms"), owner.screen.id))
    owner.taps("✏️ Change")
    owner.sends("Be <b>kind</b>.")
    owner.taps("✅ Save")
    owner.harness.deliver(owner.tap("shop:setting:refund_days", owner.screen.id))
    owner.sends("9")
    owner.sends("/start")
    comes_back(harness.shop, "nl")
    harness.passes(minutes=MINUTE.total_seconds() / 60)


def _nights(harness: ChatHarness) -> None:
    tonight = harness.shop.clock().date()
    for day in range(5):
        counts = {Level.TRIAL: 3 + day, Level.ACTIVE: 5, Level.LAPSED: 2, Level.KNOWN: 12, Level.REACHABLE: 11}
        harness.shop.staff.statistics.keep_levels(Levels(tonight - timedelta(days=day), counts))

"""For each alarm the failures that it reports, played on the shop, with the metrics that they publish.

What our functions publish comes from the functions' own code. What AWS publishes follows its documentation: Lambda
publishes the sum of a minute for each function that was called; API Gateway and DynamoDB the sum of a minute with
requests; SQS the age and number of messages each minute while a queue has any.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache

from tests.fakes.panel import FaultMode
from tests.fakes.shop import update
from tests.functional.usecases.reconciled_servers import add_server, with_servers
from tests.infrastructure.cloudwatch import MINUTE, MetricKey, Published
from tests.infrastructure.watched_shop import WatchedShop, of_function, of_shop
from vpnbot.domain.scheduling import CLAIM, FOLLOW_ORDER, Due
from vpnbot.domain.support_chat import ChatFailed, ChatTrouble
from vpnbot.errors import UnknownKeyVersion, UnreadableItem
from vpnbot.usecases.backoff import next_due
from vpnbot.usecases.ports import Metric
from vpnbot.usecases.scheduling.dispatch_due import BACKLOG
from vpnbot.usecases.support.relay_question import relay_question

WARM_UP = 60
"""Minutes of a healthy shop before each failure."""
AFTERWARDS = 250
"""Minutes of a healthy shop after the repair."""
HOURS = 180
"""How long most failures last, in minutes."""
EVENT = 1
"""How long a failure lasts that is an event: there is nothing to repair."""

type Act = Callable[[WatchedShop], None]
type EachMinute = Callable[[WatchedShop, int], None]
"""Called in each minute of a failure with the number of its minutes so far, the first is 0."""


def _nothing(_: WatchedShop, __: int = 0) -> None:
    """Do nothing."""


@dataclass(frozen=True)
class Failure:
    """A failure that an alarm reports: how it begins, what it does each minute, and how it is repaired."""

    alarm: str
    what: str
    breaks: Act = _nothing
    each_minute: EachMinute = _nothing
    mended: Act = _nothing
    lasts: int = HOURS
    prepared: Act = _nothing


@dataclass(frozen=True)
class Played:
    """What was published, and the minutes in which the failure began, was over, and the replay ended."""

    published: Published
    broken_at: int
    mended_at: int
    ended_at: int


@cache
def played(failure: Failure, phase: int) -> Played:
    """Play a failure that begins `phase` minutes after a full hour of a healthy shop."""
    watched = WatchedShop()
    failure.prepared(watched)
    broken_at = WARM_UP + phase
    mended_at = broken_at + failure.lasts
    for minute in range(mended_at + AFTERWARDS):
        if minute == broken_at:
            failure.breaks(watched)
        if minute == mended_at:
            failure.mended(watched)
        if broken_at <= minute < mended_at:
            failure.each_minute(watched, minute - broken_at)
        watched.minute()
    return Played(watched.published, broken_at, mended_at, mended_at + AFTERWARDS)


def _each(metric: MetricKey, value: float, minutes: int = 1) -> EachMinute:
    """Publish a value each time so many minutes have passed."""

    def publish(watched: WatchedShop, minute: int) -> None:
        if minute % minutes == 0:
            watched.publish(metric, value)

    return publish


def _set(attribute: str, value: object) -> Act:
    def change(watched: WatchedShop) -> None:
        setattr(watched, attribute, value)

    return change


def _counted(metric: Metric, value: float = 1) -> Act:
    return lambda watched: watched.count(metric, value)


def _retried(metric: Metric, error: Exception) -> EachMinute:
    """Count a metric at each attempt of due work that waits, at the times that the backoff gives."""

    def publish(watched: WatchedShop, minute: int) -> None:
        due, at = Due(watched.began_at), watched.began_at
        while at < watched.began_at + timedelta(minutes=minute + 1):
            if at >= watched.began_at + timedelta(minutes=minute):
                watched.count(metric)
            due = next_due(due, error, FOLLOW_ORDER, at)
            # A worker gets it within a minute of its due time.
            at = due.at + timedelta(minutes=1)

    return publish


def _oldest_claim(watched: WatchedShop, minute: int) -> None:
    """Publish the age of the oldest message: nobody takes the claims of expired claims out of the queue."""
    watched.publish(
        MetricKey("AWS/SQS", "ApproximateAgeOfOldestMessage", frozenset({("QueueName", "DueQueue")})), MINUTE * minute
    )


def _workers_busy(watched: WatchedShop) -> None:
    """Let a customer's work fall due while the queue is full of claims that the workers do not get to."""
    watched.workers_run = False
    watched.shop.on_trial()
    item = watched.shop.index.next_due()
    assert item is not None
    claim = watched.shop.index.claim(item, watched.shop.clock())
    assert claim is not None
    watched.shop.index.postpone(claim, watched.shop.clock())
    watched.shop.queue.claims.extend([claim] * BACKLOG)


def _workers_catch_up(watched: WatchedShop) -> None:
    watched.shop.queue.claims.clear()
    watched.workers_run = True


def _panel(mode: FaultMode) -> Act:
    def change(watched: WatchedShop) -> None:
        watched.shop.panel.fault_mode = mode
        if mode is not FaultMode.FINE:
            watched.shop.on_trial()

    return change


def _guarded(watched: WatchedShop) -> None:
    watched.shop.guarded = True
    with_servers(watched.shop, "nl")


def _chat_refuses(watched: WatchedShop) -> None:
    chat = watched.shop.support_chat_id
    assert chat is not None
    watched.shop.questions.failing[chat] = ChatFailed(ChatTrouble.NOT_FOUND, "Forbidden: bot was kicked")
    watched.shop.on_trial()
    relay_question(watched.shop.open(), watched.shop.context, update(), 7)


def _dead_lettered(watched: WatchedShop) -> None:
    watched.shop.on_trial()
    item = watched.shop.index.next_due()
    assert item is not None
    claim = watched.shop.index.claim(item, watched.shop.clock())
    assert claim is not None
    assert watched.shop.index.postpone(claim, watched.shop.clock(), dead_letter=True)


def _tried_again(watched: WatchedShop) -> None:
    for item in watched.shop.index.dead_lettered(None):
        assert watched.shop.index.retry(item, watched.shop.clock())


def _full(watched: WatchedShop) -> None:
    with_servers(watched.shop, "nl", capacity=0)


def _limit_of_trials(number: int) -> Act:
    def change(watched: WatchedShop) -> None:
        settings = watched.shop.sales.settings.load(fresh=True)
        assert watched.shop.sales.settings.observe(settings, replace(settings, trials_a_day=number))

    return change


def _most_trials_taken(watched: WatchedShop) -> None:
    for user_id in range(501, 505):
        watched.shop.on_trial(user_id)


def _trial_started(watched: WatchedShop) -> None:
    watched.shop.on_trial()


_API = frozenset({("ApiId", "HttpApi")})
_TABLE = ("TableName", "Table")
_TELEGRAM = frozenset({("ApiId", "TelegramApi")})
REQUESTS_4XX = MetricKey("AWS/ApiGateway", "4xx", _API)
REQUESTS_5XX = MetricKey("AWS/ApiGateway", "5xx", _API)
TELEGRAM_4XX = MetricKey("AWS/ApiGateway", "4xx", _TELEGRAM)
TELEGRAM_5XX = MetricKey("AWS/ApiGateway", "5xx", _TELEGRAM)
UPDATES_NOT_DELIVERED = of_shop(Metric.UPDATES_NOT_DELIVERED)
THROTTLES = MetricKey("AWS/Lambda", "Throttles", frozenset())
RUNNING = MetricKey("AWS/Lambda", "ConcurrentExecutions", frozenset())
READ_THROTTLES = MetricKey("AWS/DynamoDB", "ReadThrottleEvents", frozenset({_TABLE}))
WRITE_THROTTLES = MetricKey("AWS/DynamoDB", "WriteThrottleEvents", frozenset({_TABLE}))
QUERY_ERRORS = MetricKey("AWS/DynamoDB", "SystemErrors", frozenset({_TABLE, ("Operation", "Query")}))
REDELIVERY = 2
"""Minutes between two deliveries of an update that Telegram could not deliver, at most."""

FAILURES = (
    Failure("ClockStopped", "the schedule is off", _set("clock_runs", False), mended=_set("clock_runs", True)),
    Failure("ClockStopped", "each run fails", _set("storage_works", False), mended=_set("storage_works", True)),
    Failure("WorkLate", "workers do not keep up", _workers_busy, mended=_workers_catch_up),
    Failure("QueueStuck", "no worker takes claims", each_minute=_oldest_claim),
    Failure("WorkerErrors", "workers crash", each_minute=_each(of_function("Errors", "DueWorker"), 3, 4)),
    Failure("QuarantinedUpdates", "an update", _set("in_quarantine", 1), mended=_set("in_quarantine", 0)),
    Failure("QuarantinedUpdates", "for days", _set("in_quarantine", 1), mended=_set("in_quarantine", 0), lasts=1000),
    Failure("DeadLetteredWork", "one item", _dead_lettered, mended=_tried_again),
    Failure("FailedRuns", "a failed run", _set("runs_failed", 1), mended=_set("runs_failed", 0), lasts=1000),
    Failure("PanelDown", "does not answer", _panel(FaultMode.DOWN), mended=_panel(FaultMode.FINE), prepared=_guarded),
    Failure("PanelDown", "refuses", _panel(FaultMode.REFUSING), mended=_panel(FaultMode.FINE), prepared=_guarded),
    Failure(
        "QuestionsWait",
        "the bot was removed from the chat",
        _chat_refuses,
        mended=lambda watched: watched.shop.questions.failing.clear(),
    ),
    Failure(
        "WebhookErrors",
        "each call crashes",
        each_minute=_each(of_function("Errors", "TelegramWebhook"), 1, REDELIVERY),
    ),
    Failure(
        "WebhookErrors", "one crash", each_minute=_each(of_function("Errors", "TelegramWebhook"), 1), lasts=EVENT
    ),
    Failure(
        "PaymentWebhookErrors",
        "one crash",
        each_minute=_each(of_function("Errors", "PaymentWebhook"), 1),
        lasts=EVENT,
    ),
    Failure("PageErrors", "one crash", each_minute=_each(of_function("Errors", "SubscriptionPage"), 1), lasts=EVENT),
    Failure("Bugs", "one bug", _counted(Metric.BUGS), lasts=EVENT),
    Failure("TelegramDelivery", "Telegram cannot deliver", each_minute=_each(UPDATES_NOT_DELIVERED, 3, 5)),
    Failure("Api5xx", "Telegram is answered 503", each_minute=_each(TELEGRAM_5XX, 1, REDELIVERY)),
    Failure("Api5xx", "links cannot be loaded", each_minute=_each(REQUESTS_5XX, 3)),
    Failure("Api4xx", "guessed links", each_minute=_each(REQUESTS_4XX, 1200)),
    Failure("Api4xx", "a path of the webhook is looked for", each_minute=_each(TELEGRAM_4XX, 1200)),
    Failure("Throttles", "the account has no free concurrency", each_minute=_each(THROTTLES, 2)),
    Failure("Concurrency", "900 of 1,000", each_minute=_each(RUNNING, 900)),
    Failure("TableErrors", "throttled writes", each_minute=_each(WRITE_THROTTLES, 5)),
    Failure("TableErrors", "throttled reads", each_minute=_each(READ_THROTTLES, 5)),
    Failure("TableErrors", "internal errors", each_minute=_each(QUERY_ERRORS, 5)),
    Failure(
        "NoRoom",
        "every server is full",
        _trial_started,
        mended=lambda watched: add_server(watched.shop, "fi"),
        prepared=_full,
    ),
    Failure(
        "TrialBudget",
        "four of five trials are taken",
        _most_trials_taken,
        mended=_limit_of_trials(50),
        prepared=_limit_of_trials(5),
    ),
    Failure(
        "UnreadableItems",
        "an item of a later release",
        each_minute=_retried(Metric.UNREADABLE_ITEMS, UnreadableItem("SUB")),
    ),
    Failure(
        "UnknownKeyVersions",
        "a version is missing",
        each_minute=_retried(Metric.UNKNOWN_KEY_VERSIONS, UnknownKeyVersion(2)),
    ),
    Failure("PaidToKey", "eleven minutes", _counted(Metric.PAID_TO_KEY, 660), lasts=EVENT),
    Failure("StuckOrders", "one order", _counted(Metric.STUCK_ORDERS), lasts=EVENT),
    Failure("HeldPayments", "one payment", _counted(Metric.HELD_PAYMENTS), lasts=EVENT),
    Failure("ForgedPayments", "a series", each_minute=lambda watched, _: watched.count(Metric.FORGED_PAYMENTS)),
)


def _busy(watched: WatchedShop, minute: int) -> None:
    """Publish what a busy healthy shop publishes in a minute."""
    for function in ("TelegramWebhook", "PaymentWebhook", "SubscriptionPage", "DueWorker"):
        watched.publish(of_function("Errors", function), 0)
    watched.publish(REQUESTS_4XX, 20)
    watched.publish(REQUESTS_5XX, 1 if minute % 30 == 0 else 0)
    watched.publish(THROTTLES, 0)
    watched.publish(RUNNING, 60)
    watched.publish(WRITE_THROTTLES, 1 if minute % 20 == 0 else 0)
    watched.publish(
        MetricKey("AWS/SQS", "ApproximateAgeOfOldestMessage", frozenset({("QueueName", "DueQueue")})),
        CLAIM.total_seconds() if minute % 40 == 0 else 15,
    )
    if minute % 25 == 0:
        watched.count(Metric.PAID_TO_KEY, 40)
    if minute % 20 == 0:
        watched.count(Metric.FORGED_PAYMENTS)


def _short_outage(watched: WatchedShop, minute: int) -> None:
    """Let the panel be away for two minutes, as when it restarts, while a customer starts the trial."""
    _busy(watched, minute)
    if minute == 30:
        _panel(FaultMode.DOWN)(watched)
    if minute == 32:
        _panel(FaultMode.FINE)(watched)


def _panel_down_for_nobody(watched: WatchedShop) -> None:
    watched.shop.panel.fault_mode = FaultMode.DOWN


HEALTHY = (
    Failure("", "a quiet shop"),
    Failure("", "a busy shop", each_minute=_busy),
    Failure("", "a panel that restarts", each_minute=_short_outage, prepared=_guarded),
    Failure("", "a panel is down and no key waits", _panel_down_for_nobody, prepared=_guarded),
)
"""What no alarm reports."""

__all__ = ["FAILURES", "HEALTHY", "Failure", "Played", "played"]

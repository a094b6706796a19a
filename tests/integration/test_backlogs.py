"""The dispatcher measures what waits for an operator: the table and the queues are counted as they are."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from types import ModuleType
from typing import Any
from uuid import uuid4

import boto3
import pytest

from tests.integration.lambda_functions import Context, LambdaFunctions
from vpnbot import clock
from vpnbot.domain.scheduling import Due
from vpnbot.domain.servers.panel_errors import PanelTrouble
from vpnbot.domain.servers.reconciliation import Failure, ReconciliationRun
from vpnbot.domain.support_chat import ChatTrouble, SupportChat
from vpnbot.errors import Retryable
from vpnbot.storage.codec import DEAD_LETTERED
from vpnbot.storage.plans.shop_settings import StoredShopSettings
from vpnbot.storage.servers.records import run_record
from vpnbot.storage.support_chat import StoredSupportChat
from vpnbot.storage.table import Record, to_text
from vpnbot.usecases.ports import Metric

FULL_FIVE_MINUTES = datetime(2026, 11, 28, 12, 5, 20, tzinfo=UTC)
GAUGES = (
    Metric.UPDATES_IN_QUARANTINE,
    Metric.FAILED_RUNS,
    Metric.DEAD_LETTERED_WORK,
    Metric.WAITING_KEYS,
    Metric.SUPPORT_CHAT_FAILS,
    Metric.TRIALS_NEARLY_TAKEN,
)


@pytest.fixture
def dispatcher(lambda_functions: LambdaFunctions, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The dispatcher's module, with two dead-letter queues."""
    sqs = boto3.client("sqs")
    urls = [sqs.create_queue(QueueName=f"failed-runs-{uuid4()}")["QueueUrl"] for _ in range(2)]
    monkeypatch.setenv("DEAD_LETTER_QUEUE_URLS", " ".join(urls))
    monkeypatch.setattr(clock, "now", lambda: FULL_FIVE_MINUTES)
    return lambda_functions.load("due_dispatcher")


def measured(dispatcher: ModuleType, monkeypatch: pytest.MonkeyPatch) -> dict[Metric, float]:
    """Run the dispatcher; return the gauges that it published."""
    counts: Counter[Metric] = Counter()
    seen: set[Metric] = set()

    def count(metric: Metric, value: float = 1) -> None:
        seen.add(metric)
        counts[metric] += int(value)

    monkeypatch.setattr(dispatcher.dispatcher.observer, "count", count)
    dispatcher.handler({}, Context())
    return {metric: counts[metric] for metric in GAUGES if metric in seen}


def limit_trials(number: int) -> None:
    """Let the shop begin so many trials in a day."""
    store = StoredShopSettings()
    assert store.observe(store.load(), replace(store.load(), trials_a_day=number))


def test_each_backlog_is_counted(dispatcher: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    assert measured(dispatcher, monkeypatch) == {}, "0 is not published"
    settings = dispatcher.dispatcher.settings
    sqs: Any = boto3.client("sqs")
    for url in (settings.parking_queue_url, *settings.dead_letter_queue_urls):
        sqs.send_message(QueueUrl=url, MessageBody="{}")
    received = sqs.receive_message(QueueUrl=settings.parking_queue_url)["Messages"]
    assert len(received) == 1, "a message that an operator has just received still waits"
    Record("p", "ORDER#1", due_shard=DEAD_LETTERED, due_at=to_text(FULL_FIVE_MINUTES)).save()
    failure = Failure(FULL_FIVE_MINUTES, PanelTrouble.TIMED_OUT, waiting=3)
    run_record(ReconciliationRun("nl", FULL_FIVE_MINUTES, due=Due(clock.now()), failure=failure)).save()
    run_record(ReconciliationRun("fi", FULL_FIVE_MINUTES, due=Due(clock.now()))).save()
    chat = SupportChat(settings.support_chat_id)
    assert StoredSupportChat().save(chat, chat.failed(ChatTrouble.NO_RIGHTS, FULL_FIVE_MINUTES))
    limit_trials(5)
    dispatcher.dispatcher.sales.settings.clear()
    for number in range(4):
        Record(f"BUDGET#{FULL_FIVE_MINUTES:%Y-%m-%d}", f"ROOM#{number}", taken=1).save()
    assert measured(dispatcher, monkeypatch) == {
        Metric.UPDATES_IN_QUARANTINE: 1,
        Metric.FAILED_RUNS: 2,
        Metric.DEAD_LETTERED_WORK: 1,
        Metric.WAITING_KEYS: 3,
        Metric.SUPPORT_CHAT_FAILS: 1,
        Metric.TRIALS_NEARLY_TAKEN: 80,
    }
    limit_trials(6)
    dispatcher.dispatcher.sales.settings.clear()
    assert Metric.TRIALS_NEARLY_TAKEN not in measured(dispatcher, monkeypatch), "below 80 per cent"


def test_between_the_full_five_minutes_nothing_is_read(
    dispatcher: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: FULL_FIVE_MINUTES.replace(minute=6))
    assert measured(dispatcher, monkeypatch) == {}


def test_a_backlog_that_cannot_be_read_does_not_hold_back_the_others(
    dispatcher: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> int:
        raise Retryable("SQS: 503")

    monkeypatch.setattr(dispatcher.dispatcher, "failed_runs", fails)
    monkeypatch.setattr(dispatcher.dispatcher, "dead_lettered_work", lambda: 4)
    assert measured(dispatcher, monkeypatch) == {Metric.DEAD_LETTERED_WORK: 4}

"""Failures of DynamoDB are raised as errors of vpnbot; no error of botocore leaves the storage."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, current_thread
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError, ReadTimeoutError
from botocore.session import Session

from tests.fakes.clock import START
from tests.fakes.contract import KEY, met, with_every_item
from tests.fakes.shop import Shop, update
from tests.integration.aws_clients import BOTOCORES, OURS, Call, replace_calls, use_client
from vpnbot.demo.key_value_store import KeyValueStore
from vpnbot.domain.keys.link_fetch import LinkFetch
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.scheduling import Due, DueItem
from vpnbot.errors import AlreadyDecided, Conflict, InvalidCall, Misconfigured, StorageUnavailable
from vpnbot.storage.dynamodb.client import DynamoDBClient
from vpnbot.storage.scheduling import DueIndex
from vpnbot.storage.table import Record, bind, connection, translated_errors
from vpnbot.usecases.people.change_profile import change_language, join_plans_waitlist
from vpnbot.usecases.people.delete_data import delete_data

type Failure = Callable[[str], Exception]


def failing_with(code: str) -> Failure:
    return lambda operation: ClientError({"Error": {"Code": code, "Message": "injected"}}, operation)


def timed_out(operation: str) -> Exception:
    error: Exception = ReadTimeoutError(endpoint_url=f"http://{operation}")
    return error


def not_reached(operation: str) -> Exception:
    error: Exception = EndpointConnectionError(endpoint_url=f"http://{operation}")
    return error


def cancelled_for(*reasons: str) -> Failure:
    response = {
        "Error": {"Code": "TransactionCanceledException", "Message": f"cancelled [{', '.join(reasons)}]"},
        "CancellationReasons": [{"Code": reason} for reason in reasons],
    }
    return lambda operation: ClientError(response, operation)


FAILURES: dict[str, Failure] = {
    "capacity exceeded": failing_with("ProvisionedThroughputExceededException"),
    "throttled": failing_with("ThrottlingException"),
    "server error": failing_with("InternalServerError"),
    "timed out": timed_out,
    "not reached": not_reached,
}


@pytest.fixture
def fail_with(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Failure | None], None]]:
    """Return a function that makes every later call to DynamoDB fail; None ends the failures."""
    current: list[Failure | None] = [None]

    def failing(real: Call) -> Call:
        def call(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
            if current[0] is not None:
                raise current[0](operation)
            return real(client, operation, parameters)

        return call

    def set_failure(failure: Failure | None) -> None:
        current[0] = failure

    replace_calls(monkeypatch, failing)
    yield set_failure
    current[0] = None


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_every_failure_of_dynamodb_is_raised_as_storage_unavailable(
    shop: Shop, fail_with: Callable[[Failure | None], None], failure: Failure
) -> None:
    session = shop.open()
    met(session)
    person = session.commit(with_every_item(session.person), Entry("update:1:2", "x", START))
    item = DueItem(person.id, f"ACCESS#de#{KEY.tag}", START)
    access = person.accesses[0]
    session.states.stage("7:42", state="asking", data_json="{}")
    fail_with(failure)
    operations: list[Callable[[], object]] = [
        lambda: shop.people.open(person.id),
        session.reload,
        lambda: session.commit(person, Entry("update:1:3", "x", START)),
        lambda: session.observe(access, access),
        lambda: session.observe(access, None),
        session.flush,
        lambda: session.decided("update:1:1"),
        lambda: session.record_load(KEY, LinkFetch(START, START, "happ", KEY.tag)),
        lambda: shop.people.record_reachable(person, reachable=False),
        lambda: shop.people.erase_history(person.id, START, START),
        lambda: shop.people.wipe_orders(person.id, START, START),
        lambda: shop.people.history(person.id),
        lambda: shop.index.due(START, 10),
        shop.index.dead_lettered,
        shop.index.next_due,
        lambda: shop.index.claim(item, START),
        lambda: shop.index.postpone(item, START),
        lambda: shop.index.done(item),
        lambda: KeyValueStore().get("store", "a"),
        lambda: KeyValueStore().put("store", "a", {}),
        lambda: KeyValueStore().remove("store", "a"),
    ]
    for operation in operations:
        with pytest.raises(StorageUnavailable) as caught:
            operation()
        assert caught.value.after.total_seconds() > 0
        assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("reasons", "expected"),
    [
        (("ConditionalCheckFailed", "None"), AlreadyDecided),
        (("ConditionalCheckFailed", "ConditionalCheckFailed"), AlreadyDecided),
        (("None", "ConditionalCheckFailed"), Conflict),
        (("TransactionConflict", "None"), Conflict),
        (("None", "TransactionConflict"), Conflict),
        (("None", "ThrottlingError"), StorageUnavailable),
        (("ProvisionedThroughputExceeded", "None"), StorageUnavailable),
        (("None", "ValidationError"), InvalidCall),
        (("ItemCollectionSizeLimitExceeded", "ThrottlingError"), InvalidCall),
    ],
)
def test_the_cancellation_reasons_of_a_transaction_decide_the_error(
    shop: Shop,
    fail_with: Callable[[Failure | None], None],
    reasons: tuple[str, ...],
    expected: type[Exception],
) -> None:
    session = shop.open()
    met(session)
    fail_with(cancelled_for(*reasons))
    with pytest.raises(expected):
        session.commit(session.person, Entry("update:1:2", "x", START))


def test_the_waitlist_for_plans_contains_no_deleted_person(shop: Shop) -> None:
    for user_id in (1, 2):
        shop.arrives(user_id)
        join_plans_waitlist(shop.open(user_id), shop.context, update())
    assert waitlist() == dict.fromkeys((shop.person_id(1), shop.person_id(2)), "2026-03-01T12:00:00.000000Z")
    change_language(shop.open(1), shop.context, update(), "ru")
    delete_data(shop.open(1), shop.fleet, shop.context, update())
    assert set(waitlist()) == {shop.person_id(2)}


def waitlist() -> dict[str, str | None]:
    return {record.sk: record.at for shard in range(16) for record in Record.query(f"WAIT#plans#{shard}")}


def test_the_key_value_store_returns_what_was_stored(table_name: str) -> None:
    assert table_name
    store = KeyValueStore()
    assert store.get("store", "a") is None
    store.put("store", "a", {"down": True, "latency_ms": 5})
    assert store.get("store", "a") == {"down": True, "latency_ms": 5}
    store.remove("store", "a")
    store.remove("store", "a")
    assert store.get("store", "a") is None


def test_an_item_of_an_unknown_kind_is_kept(shop: Shop) -> None:
    session = shop.open()
    met(session)
    Record(session.person.id, "UNKNOWN#1", body={"from": "a later version"}).save()
    assert shop.look() == session.person
    session.commit(session.person, Entry("update:1:2", "x", START))
    assert Record.get(session.person.id, "UNKNOWN#1").plain() == {"from": "a later version"}


def test_an_error_of_botocore_that_pynamodb_does_not_wrap_is_translated() -> None:
    with pytest.raises(StorageUnavailable, match="EndpointConnectionError"), translated_errors():
        raise EndpointConnectionError(endpoint_url="https://dynamodb")
    with pytest.raises(Misconfigured, match="NoCredentialsError"), translated_errors():
        raise NoCredentialsError


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("AccessDeniedException", Misconfigured),
        ("UnrecognizedClientException", Misconfigured),
        ("ResourceNotFoundException", Misconfigured),
        ("ValidationException", InvalidCall),
        ("SerializationException", InvalidCall),
        ("ExpiredTokenException", StorageUnavailable),
    ],
)
def test_a_call_that_dynamodb_refuses_for_good_is_no_temporary_error(
    shop: Shop, fail_with: Callable[[Failure | None], None], code: str, expected: type[Exception]
) -> None:
    session = shop.open()
    person = met(session)
    session.states.stage("7:42", state="asking", data_json="{}")
    fail_with(failing_with(code))
    operations: list[Callable[[], object]] = [
        lambda: shop.people.open(person.id),
        lambda: session.commit(person, Entry("update:1:3", "x", START)),
        session.flush,
        lambda: session.record_load(KEY, LinkFetch(START, START, "happ", KEY.tag)),
        lambda: shop.index.due(START, 10),
    ]
    for operation in operations:
        with pytest.raises(expected, match=code):
            operation()


def test_an_item_that_is_too_large_is_an_invalid_call(shop: Shop) -> None:
    session = shop.open()
    met(session)
    session.states.stage("7:42", state="asking", data_json="x" * 500_000)
    with pytest.raises(InvalidCall, match="ValidationException"):
        session.flush()


def test_dead_lettered_work_that_the_operator_retries_is_due_again(shop: Shop) -> None:
    session = shop.open()
    met(session)
    session.commit(with_every_item(session.person), Entry("update:1:2", "x", START))
    index = DueIndex()
    (item,) = index.due(START, 10)
    assert index.postpone(item, START, dead_letter=True)
    (dead_lettered,) = index.dead_lettered()
    assert index.retry(dead_lettered, START)
    assert index.dead_lettered() == []
    (due,) = index.due(START, 10)
    assert due.sort_key == item.sort_key
    assert shop.look().accesses[0].due == Due(START, 0)
    index.done(due)
    assert not index.retry(dead_lettered, START)


def test_binding_to_another_table_replaces_the_connection(table_name: str) -> None:
    bound = connection()
    bind(table_name)
    assert connection() is bound
    bind("another")
    assert Record.Meta.table_name == "another"
    bind(table_name)
    assert connection() is not bound
    assert connection() is connection()


@pytest.mark.parametrize(
    ("client", "kind", "builder"), [(OURS, DynamoDBClient, "__init__"), (BOTOCORES, Session, "create_client")]
)
def test_threads_that_begin_at_the_same_time_share_one_client(
    table_name: str, monkeypatch: pytest.MonkeyPatch, client: str, kind: type, builder: str
) -> None:
    """PynamoDB alone builds a client in each thread, and each takes the memory of all models of DynamoDB's API."""
    bind(table_name)
    use_client(monkeypatch, client)
    built: list[str] = []
    build, together = getattr(kind, builder), Barrier(10)

    def counted(of: Any, *arguments: Any, **named: Any) -> Any:
        built.append(current_thread().name)
        return build(of, *arguments, **named)

    def first_call(_: int) -> Any:
        together.wait(timeout=30)
        return connection().client

    monkeypatch.setattr(kind, builder, counted)
    with ThreadPoolExecutor(10) as threads:
        clients = list(threads.map(first_call, range(10)))
    assert len(built) == 1
    assert len({id(client) for client in clients}) == 1

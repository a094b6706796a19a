"""The connection to DynamoDB: one client for all threads of a process."""

from threading import Lock
from typing import Any

from pynamodb.connection import Connection, TableConnection
from pynamodb.models import Model

from vpnbot.storage.dynamodb.client import DynamoDBClient, Limits
from vpnbot.storage.dynamodb.endpoint import of_environment

_opening = Lock()


class ConnectedModel(Model):
    """A model whose client is built once.

    PynamoDB builds the client at the first call, without a lock: threads that begin at the same time build one each,
    and each takes 10 MB and 100 ms. PynamoDB also would build that of botocore.
    """

    @classmethod
    def _get_connection(cls) -> TableConnection:
        """Return the connection of the model, with its client; PynamoDB calls this for every operation."""
        opened: Any = cls._connection
        if opened is not None and opened.table_name == cls.Meta.table_name and opened.connection._client is not None:
            found: TableConnection = opened
            return found
        with _opening:
            connection: TableConnection = super()._get_connection()
            _open(connection.connection)
            return connection


def _open(connection: Any) -> None:
    """Give a connection its client: ours, or botocore's if the environment asks for it (`of_environment`)."""
    endpoint = of_environment()
    if connection._client is None and endpoint is not None:
        limits = Limits(
            connection._connect_timeout_seconds,
            connection._read_timeout_seconds,
            1 + connection._max_retry_attempts_exception,
            connection._max_pool_connections,
        )
        connection._client = DynamoDBClient(
            endpoint,
            limits,
            connection.session.get_credentials,
            lambda: _like(connection).client,
        )
    _ = connection.client  # building botocore's is what takes the time


def _like(connection: Any) -> Connection:
    """Return a connection with the same time-outs, whose client is botocore's."""
    return Connection(
        read_timeout_seconds=connection._read_timeout_seconds,
        connect_timeout_seconds=connection._connect_timeout_seconds,
        max_retry_attempts=connection._max_retry_attempts_exception,
    )

"""The connection to DynamoDB: one client for all threads of a process."""

from threading import Lock
from typing import Any

from pynamodb.connection import Connection, TableConnection
from pynamodb.models import Model

from vpnbot.aws_calls.botocores import import_client_of_botocore
from vpnbot.aws_calls.client import AwsClient, Limits
from vpnbot.aws_calls.endpoint import of_environment
from vpnbot.storage.dynamodb.client import DYNAMODB, DynamoDBClient

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
    endpoint = of_environment(DYNAMODB.name)
    if connection._client is None and endpoint is not None:
        limits = Limits(
            connection._connect_timeout_seconds,
            connection._read_timeout_seconds,
            1 + connection._max_retry_attempts_exception,
            connection._max_pool_connections,
        )
        connection._client = DynamoDBClient(
            endpoint, AwsClient(DYNAMODB, endpoint, limits), lambda: _botocores(connection)
        )
    if connection._client is None:
        connection._client = _botocores(connection)


def _botocores(connection: Any) -> Any:
    """Return a client of botocore with the time-outs of a connection; to build it takes 100 ms and 10 MB."""
    import_client_of_botocore()
    like = Connection(
        read_timeout_seconds=connection._read_timeout_seconds,
        connect_timeout_seconds=connection._connect_timeout_seconds,
        max_retry_attempts=connection._max_retry_attempts_exception,
    )
    return like.client

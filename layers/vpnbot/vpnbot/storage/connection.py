"""The connection to DynamoDB: one botocore client for all threads of a process."""

from threading import Lock
from typing import Any

from pynamodb.connection import TableConnection
from pynamodb.models import Model

_opening = Lock()


class ConnectedModel(Model):
    """A model whose client is built once.

    PynamoDB builds the client at the first call, without a lock: threads that begin at the same time build one each,
    and each takes 10 MB and 100 ms.
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
            _ = connection.connection.client  # building it is what takes the time
            return connection

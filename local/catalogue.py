"""Adds servers to the catalogue when the local run starts, instead of an operator."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from local.aws import LocalAws
from local.due_list import plain
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.scheduling import Due
from vpnbot.domain.servers.capacity import SERVERS
from vpnbot.domain.servers.reconciliation import ReconciliationRun
from vpnbot.domain.servers.server import Server
from vpnbot.storage.servers.ledger import SERVERS_LEDGER
from vpnbot.storage.servers.panel_lock import panel_record
from vpnbot.storage.servers.records import records_of_new


@dataclass(frozen=True, slots=True)
class CatalogueWriter:
    """Writes with its own client: PynamoDB binds one table per process, and tests start several systems in one.

    Panels' tokens are stored below `secrets_path`, from which the functions read them.
    """

    aws: LocalAws
    table_name: str
    secrets_path: str

    def add(self, server: Server, token: str, now: datetime) -> None:
        """Store a server as `Catalogue.add` does, the first reconciliation run due now, and its panel's token."""
        self.aws.client("ssm").put_parameter(
            Name=f"{self.secrets_path}/panels/{server.id}", Value=token, Type="SecureString", Overwrite=True
        )
        entry = Entry(f"local:{server.id}", f"server {server.id} added", now, actor="operator")
        first_run = ReconciliationRun(server.id, now, due=Due(now))
        records = (SERVERS_LEDGER.record(entry), panel_record(server.address), *records_of_new(server, first_run))
        puts = [{"Put": {"TableName": self.table_name, "Item": record.serialize()}} for record in records]
        self.aws.client("dynamodb").transact_write_items(TransactItems=puts)

    def names(self) -> dict[str, str]:
        """Return the names of all servers, by the addresses of their panels."""
        return {str(item["body"].get("address", "")): str(item["body"]["id"]) for item in self._servers()}

    def _servers(self) -> Iterable[dict[str, dict[str, object]]]:
        answer = self.aws.client("dynamodb").query(
            TableName=self.table_name,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :kind)",
            ExpressionAttributeValues={":pk": {"S": SERVERS}, ":kind": {"S": "SERVER#"}},
            ConsistentRead=True,
        )
        return [plain(item) for item in answer["Items"]]

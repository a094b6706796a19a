"""The alerts that wait to be sent to the operators, over the in-memory table."""

from dataclasses import dataclass, field
from typing import cast

from tests.fakes.faults import Faults
from tests.fakes.table import Table
from vpnbot.domain.payments.alerts import Alert, AlertKind, alert_key
from vpnbot.domain.shop import SHOP


@dataclass
class AlertsInMemory:
    """Implements the port `Alerts`."""

    table: Table = field(default_factory=Table)
    faults: Faults = field(default_factory=Faults)

    def get(self, key: str) -> Alert | None:
        """Return an alert, as the decision has put it."""
        self.faults.reached("alerts.get")
        row = self.table.row(SHOP, key)
        if row is None:
            return None
        arguments = cast(dict[str, str], row.body["arguments"])
        return Alert(str(row.body["id"]), AlertKind(str(row.body["kind"])), arguments, row.due)

    def delete(self, alert: Alert) -> bool:
        """Delete an alert, unless the claim is lost."""
        self.faults.reached("alerts.delete")
        with self.table.lock:
            row = self.table.row(SHOP, alert_key(alert.id))
            if row is None or row.due != alert.due:
                return False
            del self.table.rows[SHOP, alert_key(alert.id)]
        return True

    def waiting(self) -> list[Alert]:
        """Return all alerts, the oldest first."""
        keys = sorted(key for partition, key in self.table.rows if partition == SHOP and key.startswith("ALERT#"))
        return [alert for key in keys if (alert := self.get(key)) is not None]

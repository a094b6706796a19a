"""The alerts that wait to be sent to the operators: due items of the shop, which decisions about money put."""

from pynamodb.exceptions import DeleteError

from vpnbot.domain.payments.alerts import Alert, alert_key
from vpnbot.domain.shop import SHOP
from vpnbot.storage.codec import structured
from vpnbot.storage.stored_item import read_item
from vpnbot.storage.table import Record, to_text, translated_errors


class StoredAlerts:
    """Implements the port `Alerts`."""

    def get(self, key: str) -> Alert | None:
        """Return the alert with this sort key, strongly consistent; None if it was sent.

        Raises:
            UnreadableItem: another version has stored it in a form that this version cannot read.
            StorageUnavailable: DynamoDB did not answer.
        """
        stored = read_item(SHOP, key)
        return None if stored is None else structured(stored, Alert)

    def delete(self, alert: Alert) -> bool:
        """Delete an alert that was sent; False, and no change, if the claim is lost.

        Raises:
            StorageUnavailable: DynamoDB did not answer; it may be sent again.
        """
        held = Record.due_at == to_text(alert.due.at) if alert.due else Record.due_at.does_not_exist()
        try:
            with translated_errors():
                Record(SHOP, alert_key(alert.id)).delete(condition=held)
        except DeleteError:
            return False
        return True

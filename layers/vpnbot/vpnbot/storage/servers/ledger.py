"""The ledger of the servers."""

from vpnbot.domain.servers.capacity import SERVERS
from vpnbot.storage.change_ledger import ChangeLedger

SERVERS_LEDGER = ChangeLedger(f"{SERVERS}#LOG")

"""The counters of payments that became known without a notification, in memory."""

from dataclasses import dataclass, field, replace
from threading import Lock

from tests.fakes.faults import Faults
from vpnbot.domain.payments.notices import Notices


@dataclass
class NoticesInMemory:
    """Implements the port `PaymentNotices`."""

    faults: Faults = field(default_factory=Faults)
    counted: dict[str, Notices] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def load(self, provider: str) -> Notices:
        """Return the counter of a provider."""
        return self.counted.get(provider, Notices())

    def missed(self, provider: str) -> Notices:
        """Count a payment without a notification."""
        self.faults.reached("notices.missed")
        with self.lock:
            before = self.load(provider)
            self.counted[provider] = replace(before, missed=before.missed + 1)
            return self.counted[provider]

    def arrived(self, provider: str) -> None:
        """End the row of a provider, if there is one."""
        self.faults.reached("notices.arrived")
        with self.lock:
            before = self.load(provider)
            if before.missed:
                self.counted[provider] = Notices(0, before.run + 1)

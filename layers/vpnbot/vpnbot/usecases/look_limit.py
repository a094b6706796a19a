"""How often a provider is asked about one order because a person or a notification says that it may have changed."""

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock

LOOK_AGAIN_AFTER = timedelta(seconds=10)
"""So long the last answer of a provider about an order is good enough."""

_REMEMBERED = 1000


class LookLimit:
    """Remembers when a provider was asked about an order, in this process only: it costs no write.

    Another process may ask once more. Due work is not limited: it has its own times.
    """

    def __init__(self) -> None:
        self._asked: OrderedDict[str, datetime] = OrderedDict()
        self._lock = Lock()

    def allows(self, order_id: str, now: datetime) -> bool:
        """Tell whether the provider may be asked about an order now; if so, it counts as asked."""
        with self._lock:
            asked = self._asked.get(order_id)
            if asked is not None and asked <= now < asked + LOOK_AGAIN_AFTER:
                return False
            self._asked[order_id] = now
            self._asked.move_to_end(order_id)
            while len(self._asked) > _REMEMBERED:
                self._asked.popitem(last=False)
            return True

    def forget(self, order_id: str) -> None:
        """Let the next look pass, because the provider did not answer this one."""
        with self._lock:
            self._asked.pop(order_id, None)

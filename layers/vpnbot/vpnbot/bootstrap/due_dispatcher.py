"""The container of the due dispatcher."""

from vpnbot import clock
from vpnbot.bootstrap.container import Container
from vpnbot.errors import Misconfigured
from vpnbot.storage.scheduling import DueIndex


class DueDispatcher(Container):
    """The container of the due dispatcher."""

    def __init__(self) -> None:
        """Build.

        Raises:
            Misconfigured: a setting is missing, such as the queue of due work.
        """
        super().__init__("due_dispatcher")
        from vpnbot.aws.sqs import SqsDueQueue

        if self.settings.due_queue_url is None:
            raise Misconfigured("DUE_QUEUE_URL", "set it to the queue of due work")
        self._index, self._queue = DueIndex(), SqsDueQueue(self.settings.due_queue_url)

    def dispatch(self) -> int:
        """Send due work to workers; return how many claims were sent. Raises the errors of `dispatch_due`."""
        from vpnbot.usecases.scheduling.dispatch_due import dispatch_due

        return dispatch_due(self._index, self._queue, self.clock, self.observer, clock.Pace())

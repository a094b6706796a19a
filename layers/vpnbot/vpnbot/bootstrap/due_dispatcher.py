"""The container of the due dispatcher."""

from contextlib import suppress
from datetime import timedelta

from vpnbot import clock
from vpnbot.bootstrap.container import Container
from vpnbot.errors import Misconfigured, StorageUnavailable
from vpnbot.storage.scheduling import DueIndex

_PROFILE_COMPARED = (timedelta(), timedelta(minutes=20))
"""When the profile of the bot is compared with Telegram's, from the first run of a process: so after each deployment,
and once more after a gradual release, until whose end a worker of the version before may have done it."""


class DueDispatcher(Container):
    """The container of the due dispatcher; implements the port `Backlogs`."""

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
        self._first_run: timedelta | None = None
        self._compared = 0
        self._warm_up()

    def dispatch(self) -> int:
        """Send due work to workers; return how many claims were sent. Raises the errors of `dispatch_due`.

        The backlogs are measured first, so that their alarms work also while the queue of due work does not.
        """
        from vpnbot.usecases.scheduling.dispatch_due import dispatch_due
        from vpnbot.usecases.scheduling.measure_backlogs import measure_backlogs

        measure_backlogs(self, self.clock(), self.observer, self.observer)
        pace = clock.Pace()
        self._compare_profile(pace.elapsed())
        return dispatch_due(self._index, self._queue, self.clock, self.observer, pace)

    def _compare_profile(self, elapsed: timedelta) -> None:
        """Make the work due that sets the profile, at `_PROFILE_COMPARED`; after an error, the next run does it.

        `elapsed` is the time since an arbitrary moment.
        """
        self._first_run = elapsed if self._first_run is None else self._first_run
        running = elapsed - self._first_run
        if running < next(iter(_PROFILE_COMPARED[self._compared :]), timedelta.max):
            return
        from vpnbot.storage.staff.bot_profile import make_profile_due

        with suppress(StorageUnavailable):
            make_profile_due(self.clock())
            self._compared += 1

    def quarantined_updates(self) -> int:
        """Return about how many quarantined updates are stored; raises the errors of SQS as the port says."""
        if self.settings.parking_queue_url is None:
            return 0
        return self._queue.messages_of(self.settings.parking_queue_url)

    def failed_runs(self) -> int:
        """Return about how many failed runs the dead-letter queues hold; raises as the port says."""
        return sum(self._queue.messages_of(url) for url in self.settings.dead_letter_queue_urls)

    def dead_lettered_work(self) -> int:
        """Return how many items of due work are dead-lettered; raises as the port says."""
        from vpnbot.storage.backlogs import count_dead_lettered

        return count_dead_lettered()

    def waiting_keys(self) -> int:
        """Return how many keys wait for panels that fail; raises as the port says."""
        from vpnbot.storage.backlogs import count_waiting_keys

        return count_waiting_keys()

    def trials_nearly_taken(self) -> int:
        """Return how many per cent of the trials of today are taken, from 80 on; raises as the port says.

        Without a limit nothing but the settings of the shop is read.
        """
        today = self.sales.trial_day(self.clock())
        if today is None:
            return 0
        from vpnbot.storage.backlogs import trials_nearly_taken

        return trials_nearly_taken(today)

    def support_chat_fails(self) -> bool:
        """Return whether the operators' chat does not accept questions; raises as the port says."""
        from vpnbot.storage.backlogs import support_chat_fails

        return support_chat_fails(self.settings.support_chat_id, self.clock())

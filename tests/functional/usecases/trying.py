"""Steps of people who want the trial while the shop begins only so many in a day."""

from dataclasses import replace
from datetime import timedelta

from tests.fakes.shop import Shop, update
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.sending_window import SendingWindow
from vpnbot.domain.subscriptions.trial_places import TRIAL_WAITERS
from vpnbot.domain.waiters import WAITER_SHARDS, waiters_partition
from vpnbot.usecases.people.change_profile import wait_for_trial
from vpnbot.usecases.plans.keep_settings import change_settings
from vpnbot.usecases.subscriptions.start_trial import TrialsTaken

DAY = timedelta(days=1)
USERS = range(1, 300)


def limits(shop: Shop, trials: int, **settings: object) -> None:
    """Let the shop begin so many trials in a day."""
    entry = Entry(update(), "setting", shop.clock(), "admin:1")

    def limited(stored: object) -> object:
        return replace(stored, trials_a_day=trials, **settings)  # type: ignore[type-var]  # settings of the shop

    assert change_settings(shop.sales, shop.context, limited, entry).saved  # type: ignore[arg-type]  # as above


def tries(shop: Shop, user_id: int, cause: str = "") -> bool:
    """Let a person try; tell whether there was a place."""
    shop.arrives(user_id)
    try:
        shop.tries(cause or update(), user_id)
    except TrialsTaken:
        return False
    return True


def waits(shop: Shop, user_id: int) -> None:
    """Let a person ask to be told; each one a second after the other."""
    shop.arrives(user_id)
    wait_for_trial(shop.open(user_id), shop.context, update())
    shop.clock.advance(timedelta(seconds=1))


def told(shop: Shop) -> list[int]:
    """Return who was told that there are trials, each as often as that happened."""
    users = {shop.person_id(user_id): user_id for user_id in USERS}
    return [users[sent.person_id] for sent in shop.sender.said if sent.kind is NotificationKind.TRIALS_AGAIN]


def listed(shop: Shop) -> set[int]:
    """Return who has a row, from which people are found; it agrees with their profiles."""
    users = {shop.person_id(user_id): user_id for user_id in USERS}
    with shop.faults.quiet():
        partitions = [waiters_partition(TRIAL_WAITERS, shard) for shard in range(WAITER_SHARDS)]
        rows = {users[each] for partition in partitions for each in shop.waiter_rows.page(partition, limit=1000)}
    assert all(shop.look(user_id).user.in_trial_list for user_id in rows)
    return rows


def taken(shop: Shop) -> int:
    """Return how many places of today are taken."""
    today = shop.sales.trial_day(shop.clock())
    assert today is not None
    with shop.faults.quiet():
        return sum(shop.sales.places().taken(today.day).values())


MORNING = SendingWindow(10, 21)

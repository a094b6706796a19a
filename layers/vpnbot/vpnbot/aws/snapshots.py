"""SnapStart: what is done once before the snapshot of a process, and again in each process restored from it.

The hooks come with the runtime (Lambda developer guide, "Runtime hooks for Lambda SnapStart", "Handling uniqueness").
Without SnapStart nothing is registered, so that a start takes no longer.
"""

import os
import random
from collections.abc import Callable

_SNAP_START = "snap-start"


def before_snapshot(prepare: Callable[[], None]) -> None:
    """Call `prepare` before the snapshot of this process, if there will be one.

    Each restored process seeds `random` again: its state is part of the snapshot, so all would wait equally long
    after a conflict. `secrets` and `uuid` ask the operating system for each value and need nothing.
    """
    if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") != _SNAP_START:
        return
    from snapshot_restore_py import register_after_restore, register_before_snapshot

    register_before_snapshot(prepare)
    register_after_restore(random.seed)


def with_credentials(build: Callable[[], None]) -> None:
    """Call `build` as soon as this process has credentials that it keeps: in INIT, or after each restoration.

    A client that was built before a snapshot would sign with credentials that have ended by then. Outside Lambda,
    where no credentials are in the environment, nothing is called: looking for them elsewhere could take seconds.
    """
    if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == _SNAP_START:
        from snapshot_restore_py import register_after_restore

        register_after_restore(build)
    elif "AWS_ACCESS_KEY_ID" in os.environ:
        build()

"""Limits the CPU of a process as Lambda does by its memory: with a control group, where this process may make one."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.worker_clock import WHOLE_CORE_MB

PERIOD_MICROSECONDS = 20_000
"""Assumed: AWS documents the share of a core, not the period in which it is given."""
_LONGEST_END_SECONDS = 30.0
_MOUNTS = Path("/proc/self/mounts")


class NotPossibleError(Exception):
    """This process may not limit the CPU of another; the text says why, for the table."""


@dataclass(frozen=True, slots=True)
class CpuLimit:
    """A limit that is in force. A process that writes its id into `members` is subject to it from then on."""

    cores: float
    members: Path

    def was_in_force(self) -> bool:
        """Whether the kernel has measured a process against the limit."""
        statistics = dict(line.split() for line in self.members.with_name("cpu.stat").read_text().splitlines())
        return int(statistics["nr_periods"]) > 0


def cores_of(memory_mb: int) -> float:
    """Return the share of a core that Lambda gives to a function with this memory."""
    return memory_mb / WHOLE_CORE_MB


@contextmanager
def cpu_limit(cores: float, mounts: Path = _MOUNTS) -> Iterator[CpuLimit]:
    """Make a control group with this share of a core, and remove it in the end, when its processes have ended.

    Raises:
        NotPossibleError: there is no controller of the CPU, or this process may not use it.
    """
    version, root = _controller(mounts)
    group = root / f"vpnbot-benchmarks-{os.getpid()}"
    quota = round(cores * PERIOD_MICROSECONDS)
    try:
        if version == 2:
            (root / "cgroup.subtree_control").write_text("+cpu")
        group.mkdir()
    except OSError as error:
        raise NotPossibleError(f"no control group can be made in {root}: {error.strerror}") from error
    try:
        try:
            if version == 2:
                (group / "cpu.max").write_text(f"{quota} {PERIOD_MICROSECONDS}")
            else:
                (group / "cpu.cfs_period_us").write_text(str(PERIOD_MICROSECONDS))
                (group / "cpu.cfs_quota_us").write_text(str(quota))
        except OSError as error:
            raise NotPossibleError(f"{group} takes no limit: {error.strerror}") from error
        yield CpuLimit(cores, group / "cgroup.procs")
    finally:
        _remove(group)


def _remove(group: Path) -> None:
    """Remove a group as soon as the last of its processes, which were killed, has ended."""
    deadline = time.monotonic() + _LONGEST_END_SECONDS
    while True:
        try:
            return group.rmdir()
        except OSError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.05)


def _controller(mounts: Path) -> tuple[int, Path]:
    """Return the version of control groups that limits the CPU here, and where it is mounted."""
    for line in mounts.read_text().splitlines():
        _, place, kind, options, *_ = line.split()
        if kind == "cgroup" and "cpu" in options.split(","):
            return 1, Path(place)
        controllers = Path(place) / "cgroup.controllers"
        if kind == "cgroup2" and controllers.exists() and "cpu" in controllers.read_text().split():
            return 2, Path(place)
    raise NotPossibleError("this machine has no controller of the CPU")

"""The benchmarks limit the CPU of a process where they may, and say so where they may not."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.cpu_limit import NotPossibleError, cores_of, cpu_limit

BUSY = """
import os, pathlib, sys, time
pathlib.Path(sys.argv[1]).write_text(str(os.getpid()))
began, began_cpu = time.perf_counter(), time.process_time()
while time.perf_counter() - began < 1:
    pass
print((time.process_time() - began_cpu) / (time.perf_counter() - began))
"""


def test_a_function_with_1769_mb_has_a_whole_core() -> None:
    assert [round(cores_of(memory), 2) for memory in (1769, 1024, 512)] == [1.0, 0.58, 0.29]


def test_a_limited_process_gets_its_share_of_a_core_and_no_more() -> None:
    try:
        with cpu_limit(0.29) as limit:
            assert not limit.was_in_force()
            command = [sys.executable, "-c", BUSY, str(limit.members)]
            done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)  # noqa: S603 - our own script
            assert limit.was_in_force()
    except NotPossibleError as reason:
        pytest.skip(str(reason))
    assert float(done.stdout) < 0.29 * 1.2
    assert not limit.members.parent.exists()


@pytest.mark.parametrize(
    ("mounts", "reason"),
    [
        ("tmpfs / tmpfs rw 0 0\n", "no controller"),
        ("cgroup {folder} cgroup rw,memory 0 0\ncgroup2 {folder} cgroup2 rw 0 0\n", "no controller"),
        ("cgroup {folder}/missing cgroup rw,cpu,cpuacct 0 0\n", "no control group can be made"),
        ("cgroup2 {folder}/two cgroup2 rw 0 0\n", "no control group can be made"),
    ],
)
def test_a_limit_that_is_not_possible_has_a_reason(tmp_path: Path, mounts: str, reason: str) -> None:
    """The last: the list of controllers to be given on cannot be written, as in a container."""
    (tmp_path / "two/cgroup.subtree_control").mkdir(parents=True)
    (tmp_path / "two/cgroup.controllers").write_text("cpuset cpu io")
    found = tmp_path / "mounts"
    found.write_text(mounts.format(folder=tmp_path))
    with pytest.raises(NotPossibleError, match=reason), cpu_limit(0.5, found):
        pass

"""What a run of the benchmarks says while it measures."""

import sys


def report_progress(step: str) -> None:
    """Print a step to standard error."""
    print(f"── {step}", file=sys.stderr, flush=True)

"""`python -m local.journey`: play the trial and what is bought; exit status 0 only if every promise is kept."""

import asyncio
import sys
import time

from local.journey.harness import Harness
from local.journey.scenarios import SCENARIOS
from local.journey.transcript import Transcript
from local.options import Options
from local.paths import ROOT
from local.system import System


async def play() -> int:
    """Play every scenario on one system; return the exit status."""
    began = time.perf_counter()
    log: list[str] = []
    transcript = Transcript(lambda line: print(line, flush=True))
    options = Options(scheduled=False, on_log=lambda environment, line: log.append(f"{environment} {line}"))
    async with System(options) as system:
        for scenario in SCENARIOS:
            transcript.scenario(
                scenario.__doc__.splitlines()[0].rstrip(".") if scenario.__doc__ else scenario.__name__
            )
            try:
                await scenario(Harness(system, transcript))
            except (AssertionError, LookupError, ValueError) as error:
                transcript.promise(f"the scenario runs to its end ({type(error).__name__})", held=False, seen=error)
    broken = transcript.broken
    print(f"\n{len(transcript.promises)} promises, {len(broken)} broken, {time.perf_counter() - began:.0f} s")
    for promise in broken:
        print(f"  ✗ {promise.words}  (seen: {promise.seen})")
    if broken:
        path = ROOT / ".local" / "journey.log"
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(log), "utf-8")
        print(f"the log of the functions: {path.relative_to(ROOT)}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(play()))

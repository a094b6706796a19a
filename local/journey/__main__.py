"""`python -m local.journey`: exit status 0 only if every promise in it held."""

import asyncio
import sys
import time

from local.journey.acts import ACTS
from local.journey.stage import Stage
from local.journey.transcript import Transcript
from local.options import Options
from local.system import ROOT, System


async def play() -> int:
    """Play every act on a system of its own; return the exit status."""
    began = time.perf_counter()
    log: list[str] = []
    transcript = Transcript(lambda line: print(line, flush=True))
    options = Options(scheduled=False, on_log=lambda environment, line: log.append(f"{environment} {line}"))
    async with System(options) as system:
        for act in ACTS:
            transcript.act(act.__doc__.splitlines()[0].rstrip(".") if act.__doc__ else act.__name__)
            try:
                await act(Stage(system, transcript))
            except (AssertionError, LookupError, ValueError) as error:
                transcript.promise(f"the act plays to its end ({type(error).__name__})", held=False, seen=error)
    broken = transcript.broken
    print(f"\n{len(transcript.promises)} promises, {len(broken)} broken, {time.perf_counter() - began:.0f} s")
    for promise in broken:
        print(f"  ✗ {promise.words}  (seen: {promise.seen})")
    if broken:
        path = ROOT / ".local" / "journey.log"
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(log), "utf-8")
        print(f"what the functions said: {path.relative_to(ROOT)}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(play()))

"""`python -m local`: run the whole system on this machine until Ctrl-C."""

import argparse
import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from getpass import getpass
from pathlib import Path
from typing import Any

from local import sam_env
from local.demo_secrets import DemoSecrets
from local.long_poll import CannotPollError, LongPoll
from local.options import Options
from local.paths import ROOT
from local.system import System
from local.webhook_registration import WEBHOOK_PATH
from vpnbot.telegram.bot_api.incoming_update import ALLOWED_UPDATES

SAM_ENV = Path(".local") / "sam-env.json"
LOG = ROOT / ".local" / "functions.log"
REAL_TELEGRAM = "https://api.telegram.org"


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line, run until Ctrl-C, return the exit status."""
    try:
        options = parser().parse_args(arguments)
        if options.token == "":
            options.token = os.environ.get("TELEGRAM_TOKEN") or getpass("token from @BotFather (not shown): ").strip()
        return asyncio.run(run(options))
    except KeyboardInterrupt:  # before the signal handlers were set
        return 130
    except EOFError:  # no terminal
        print("vpnbot: no token was given; set TELEGRAM_TOKEN to it", file=sys.stderr)
        return 1
    except (OSError, CannotPollError) as error:
        print(f"vpnbot: {error}", file=sys.stderr)
        return 1


async def run(options: argparse.Namespace) -> int:
    """Run everything until a signal arrives or polling is impossible."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    say = partial(_say, time.perf_counter())
    LOG.parent.mkdir(exist_ok=True)
    with LOG.open("w", encoding="utf-8", buffering=1) as log:
        system = System(options_of(options, say, lambda environment, line: print(environment, line, file=log)))
        async with system:
            _print_addresses(system, options)
            waiting: list[asyncio.Task[Any]] = [asyncio.create_task(stopped.wait())]
            if options.token:
                waiting.append(asyncio.create_task(_poll(system, options, say)))
            try:
                done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
            finally:
                for task in waiting:
                    task.cancel()
                await asyncio.gather(*waiting, return_exceptions=True)
    print("\nstopped")
    return 0


def options_of(
    arguments: argparse.Namespace, say: Callable[[str], None], on_log: Callable[[str, str], None]
) -> Options:
    """Return the options of a run, from its arguments and the environment."""
    return Options(
        host=arguments.host,
        port=arguments.port,
        secrets=DemoSecrets.fresh(arguments.token),
        telegram_api_base=arguments.telegram_api_base if arguments.token else None,
        variables=_administrators() if arguments.token else {},
        on_log=on_log,
        say=say,
    )


def _administrators() -> dict[str, str]:
    """Return ADMIN_IDS for real Telegram; on the fake Telegram the operator's account is the administrator."""
    ids = os.environ.get("ADMIN_IDS")
    return {"ADMIN_IDS": ids} if ids else {}


def _print_addresses(system: System, options: argparse.Namespace) -> None:
    print(f"\n  chat    {system.base}/")
    if options.telegram_api:
        print(f"  Bot API {system.base}/bot{system.secrets.bot_token}/METHOD")
        print(f"  webhook {system.base}{WEBHOOK_PATH}  ({_SECRET}: {system.secrets.webhook_secret})")
    print(f"  logs    {LOG.relative_to(ROOT)}")
    written = system.write_sam_environment(ROOT / SAM_ENV)
    if options.sam:
        print(f"  sam     {sam_env.command(str(SAM_ENV))}" if written else _NO_BRIDGE)
    print("\n  Ctrl-C stops everything.\n", flush=True)


async def _poll(system: System, options: argparse.Namespace, say: Callable[[str], None]) -> None:
    poll = LongPoll(
        api_base=options.telegram_api_base,
        token=options.token,
        webhook_url=f"{system.base}{WEBHOOK_PATH}",
        secret=system.secrets.webhook_secret,
        allowed_updates=tuple(ALLOWED_UPDATES),
        confirm=_confirm,
        say=say,
    )
    await poll.run()


def _confirm(question: str) -> bool:
    if not sys.stdin.isatty():
        return False
    with suppress(EOFError):
        return input(f"{question} [y/N] ").strip().lower() in {"y", "yes"}
    return False


def _say(began: float, text: str) -> None:
    print(f"  {time.perf_counter() - began:5.1f} s  {text}", flush=True)


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    command = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    command.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    command.add_argument("--port", type=int, default=8080, help="port, or the next free one (default: 8080)")
    command.add_argument("--telegram-api", action="store_true", help="show where the fake Bot API listens")
    command.add_argument("--sam", action="store_true", help="show how to run `sam local invoke` against this run")
    command.add_argument(
        "--token",
        nargs="?",
        const="",
        help="long-poll real Telegram for this bot; without a value it is read from TELEGRAM_TOKEN or asked for. "
        "ADMIN_IDS in the environment names the administrators",
    )
    command.add_argument("--telegram-api-base", default=REAL_TELEGRAM, help="with --token: the Bot API to poll")
    return command


_SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  the header's name
_NO_BRIDGE = "  sam     no Docker bridge (docker0) on this machine: start dockerd, then start this run again"

if __name__ == "__main__":
    sys.exit(main())

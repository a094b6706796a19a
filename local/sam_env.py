"""`sam local invoke` against a local run: the address of Docker's bridge, and a file of variables."""

import json
import platform
import socket
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from local.stack import REGION

DOCKER_BRIDGE = "docker0"
HOST_FROM_CONTAINER = "host.docker.internal"
WEBHOOK_FUNCTION = "TelegramWebhook"
CLOUDFORMATION_PATH = "/cloudformation/response"
"""The path to which the registrar reports in a local run, instead of CloudFormation."""
REGISTRAR_EVENT = "webhook_registrar.json"
"""The sample event that contains addresses of the run, and so is written for each run, beside the variables."""

_SIOCGIFADDR = 0x8915
"""Linux: get an interface's address (netdevice(7))."""


def bridge_address(interface: str = DOCKER_BRIDGE) -> str | None:
    """Return the address of Docker's bridge on this machine, or None when there is no such bridge."""
    try:
        import fcntl
    except ImportError:
        return None
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        request = struct.pack("256s", interface.encode()[:15])
        try:
            answer = fcntl.ioctl(probe.fileno(), _SIOCGIFADDR, request)
        except OSError:
            return None
    return socket.inet_ntoa(answer[20:24])


@dataclass(frozen=True, slots=True)
class SampleUpdate:
    """The secret and the sender in the sample event of the webhook."""

    secret: str
    user_id: int
    first_name: str

    @classmethod
    def read(cls, event: Path) -> "SampleUpdate":
        """Read the sample event from a file in `events/`."""
        document = json.loads(event.read_text("utf-8"))
        sender = json.loads(document["body"])["message"]["from"]
        secret = document["headers"]["x-telegram-bot-api-secret-token"]
        return cls(str(secret), int(sender["id"]), str(sender["first_name"]))


def write(
    path: Path, environments: Mapping[str, Mapping[str, str]], moved: Mapping[str, str], sample: SampleUpdate
) -> None:
    """Write the variables of every function; `moved` maps an address of this machine to the one in a container.

    TelegramWebhook gets the secret of the sample event. The registrar keeps the secret of this run, with which it
    sets the webhook.

    Format: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-using-invoke.html
    """
    written = {
        name: {key: _moved(text, moved) for key, text in variables.items()}
        | ({"WEBHOOK_SECRET": sample.secret} if name == WEBHOOK_FUNCTION else {})
        for name, variables in environments.items()
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(written, indent=2) + "\n", "utf-8")
    path.chmod(0o600)


def write_registrar_event(folder: Path, sample: Path, base: str, moved: Mapping[str, str]) -> None:
    """Write the registrar's sample with the addresses of this run: its webhook, and where the report is received."""
    event = json.loads(sample.read_text("utf-8"))
    event["ResponseURL"] = _moved(f"{base}{CLOUDFORMATION_PATH}", moved)
    event["ResourceProperties"]["Url"] = f"{base}/telegram"
    (folder / REGISTRAR_EVENT).write_text(json.dumps(event, indent=2) + "\n", "utf-8")


class RegistrarReports:
    """Receives the report to CloudFormation when the registrar is invoked with its sample event, and says it."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Add the route to which the sample event leads."""
        router.add_put(CLOUDFORMATION_PATH, self._receive)

    async def _receive(self, request: web.Request) -> web.Response:
        report = await request.json()
        reason = f": {report['Reason']}" if report.get("Reason") else ""
        self._say(f"the registrar reports {report['Status']}{reason}")
        return web.Response()


def architecture() -> str:
    """Return Lambda's name for the processor of this machine: a container runs only layers that were built for it."""
    return "arm64" if platform.machine() in {"aarch64", "arm64"} else "x86_64"


def command(path: str, event: str = "events/telegram_webhook.json", function: str = "TelegramWebhook") -> str:
    """Return the command that invokes a function in a container against this run."""
    processor = architecture()
    return (
        f"make build ARCHITECTURE={processor} && sam local invoke {function} -e {event} --env-vars {path} "
        f'--region {REGION} --parameter-overrides "LocalRun=true Architecture={processor}" --skip-pull-image '
        f"--add-host {HOST_FROM_CONTAINER}:host-gateway"
    )


def _moved(text: str, moved: Mapping[str, str]) -> str:
    for here, there in moved.items():
        text = text.replace(here, there)
    return text

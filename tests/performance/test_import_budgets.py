"""The import of each function stays within a budget of CPU time, memory and modules.

The limits are high enough for a slow machine and low enough to detect an eager `import aiogram` (four seconds and
more) or a library that is imported by mistake. Times are CPU seconds of a new interpreter, because the load of the
machine changes them less than wall time.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "PYTHONPATH": str(ROOT / "layers/vpnbot"),
    "STAGE": "demo",
    "TABLE_NAME": "table",
    "DUE_QUEUE_URL": "http://127.0.0.1:1/due",
    "PARKING_QUEUE_URL": "http://127.0.0.1:1/parking",
    "PUBLIC_URL": "https://vpn.example",
    "BOT_TOKEN": "42:token",
    "WEBHOOK_SECRET": "secret",
    "KEY_SECRET": json.dumps({"1": "A" * 43}),
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "POWERTOOLS_SERVICE_NAME": "test",
    "POWERTOOLS_METRICS_NAMESPACE": "test",
}
SCRIPT = """
import gc, json, pathlib, re, sys, time
collections_before = [generation["collections"] for generation in gc.get_stats()]
import app
collections = [generation["collections"] for generation in gc.get_stats()]
# Not ru_maxrss: it starts at the memory of the parent process.
peak = re.search(r"VmHWM:\\s+(\\d+) kB", pathlib.Path("/proc/self/status").read_text())
print(json.dumps({
    "cpu_seconds": time.process_time(),
    "peak_megabytes": int(peak[1]) / 1024,
    "modules": sorted(sys.modules),
    "collections": sum(collections) - sum(collections_before),
    "collects": gc.isenabled(),
    "watched": len(gc.get_objects()),
}))
"""


@dataclass(frozen=True, slots=True)
class Budget:
    """The limits for importing the `app` of a function, including the interpreter."""

    cpu_seconds: float
    megabytes: float
    modules: int


BUDGETS = {
    "telegram_webhook": Budget(3.0, 80, 950),
    "due_worker": Budget(3.0, 80, 990),
    "due_dispatcher": Budget(1.5, 55, 500),
    "subscription_page": Budget(1.5, 60, 625),
    "payment_webhook": Budget(1.5, 55, 620),
    "webhook_registrar": Budget(1.5, 45, 330),
    "alarm_notifier": Budget(1.5, 50, 400),
    "webhook_watch": Budget(1.5, 45, 370),
    "release_check": Budget(1.5, 55, 450),
}
BUILT_WITHOUT_COLLECTIONS = (
    "telegram_webhook",
    "due_worker",
    "due_dispatcher",
    "subscription_page",
    "payment_webhook",
)
"""The functions with a container: people wait for them, or they run most often."""
MOST_COLLECTIONS = 12
MOST_WATCHED = 2_000
LOADS_NOTHING_OF_OURS = {"release_check"}
"""It imports our package at its call, so that it can report a layer that is broken."""
WITHOUT_AIOGRAM = (
    "due_dispatcher",
    "subscription_page",
    "payment_webhook",
    "webhook_registrar",
    "alarm_notifier",
    "webhook_watch",
    "release_check",
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the import of a function's `app` used."""

    cpu_seconds: float
    peak_megabytes: float
    modules: list[str]
    collections: int
    """How often Python looked for garbage during the import."""
    collects: bool
    watched: int
    """The objects among which it looks for garbage after the import."""


@pytest.fixture(scope="module")
def functions() -> dict[str, Loaded]:
    """Each function, imported in its own interpreter in the same way as in Lambda."""
    return {name: _load(name) for name in BUDGETS}


def _load(name: str, variables: Mapping[str, str] = ENVIRONMENT) -> Loaded:
    """Import a function in a new interpreter with these environment variables."""
    folder = ROOT / "functions" / name
    done = subprocess.run(  # noqa: S603 - our own script, by our own interpreter
        [sys.executable, "-c", SCRIPT],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Loaded(**json.loads(done.stdout.splitlines()[-1]))


def test_every_function_has_a_budget() -> None:
    assert {folder.parent.name for folder in ROOT.glob("functions/*/app.py")} == set(BUDGETS)


@pytest.mark.parametrize("function", BUDGETS)
def test_the_import_of_a_function_stays_within_its_budget(functions: dict[str, Loaded], function: str) -> None:
    loaded, budget = functions[function], BUDGETS[function]
    assert loaded.cpu_seconds < budget.cpu_seconds
    assert loaded.peak_megabytes < budget.megabytes
    assert len(loaded.modules) < budget.modules


@pytest.mark.parametrize("function", BUILT_WITHOUT_COLLECTIONS)
def test_a_function_looks_for_garbage_after_init_only_and_not_among_what_init_created(
    functions: dict[str, Loaded], function: str
) -> None:
    """Collections took an eighth of INIT. The few are those until our package is there."""
    loaded = functions[function]
    assert loaded.collects
    assert loaded.collections <= MOST_COLLECTIONS
    assert loaded.watched <= MOST_WATCHED


@pytest.mark.parametrize("function", WITHOUT_AIOGRAM)
def test_a_function_without_chat_never_loads_aiogram(functions: dict[str, Loaded], function: str) -> None:
    assert not {"aiogram", "pydantic", "magic_filter"} & set(functions[function].modules)


@pytest.mark.parametrize("function", BUDGETS)
def test_no_function_loads_what_only_development_needs(functions: dict[str, Loaded], function: str) -> None:
    unwanted = {"unittest", "aiohttp", "requests", "moto", "pytest", "aws_xray_sdk", "segno"}
    assert not unwanted & set(functions[function].modules)


@pytest.mark.parametrize("function", sorted(BUDGETS.keys() - LOADS_NOTHING_OF_OURS))
def test_no_demo_module_is_loaded_in_production(function: str) -> None:
    own = {"STAGE": "production", "PANEL": "three_x_ui", "SECRETS_PATH": "/vpnbot", "SUPPORT_URL": "https://t.me/x"}
    modules = _load(function, {**ENVIRONMENT, **own}).modules
    assert "vpnbot.settings" in modules
    demo = ("vpnbot.demo", "vpnbot.panels.demo", "vpnbot.providers.demo")
    assert not [name for name in modules if name.startswith(demo)]


OF_BOTOCORES_CLIENT = {
    *("boto3", "s3transfer", "botocore.session", "botocore.client", "botocore.credentials"),
    *("botocore.auth", "botocore.utils", "dateutil"),
}


@pytest.mark.parametrize("function", sorted(BUDGETS.keys() - LOADS_NOTHING_OF_OURS))
def test_no_function_imports_boto3_in_order_to_read_its_secrets(function: str) -> None:
    """Our own client calls Parameter Store; boto3 takes 130 ms and 10 MB."""
    own = {"STAGE": "production", "PANEL": "three_x_ui", "SECRETS_PATH": "/vpnbot", "SUPPORT_URL": "https://t.me/x"}
    modules = set(_load(function, {**ENVIRONMENT, **own, "BOT_TOKEN": ""}).modules)
    assert modules & OF_BOTOCORES_CLIENT == set()


def test_the_webhook_loads_only_the_aiogram_types_and_methods_that_it_uses(functions: dict[str, Loaded]) -> None:
    parts = ("aiogram.types.", "aiogram.methods.")
    loaded = [name for name in functions["telegram_webhook"].modules if name.startswith(parts)]
    assert 5 < len(loaded) < 150, "an eager import of aiogram loads 549 modules"


def test_modules_for_purchases_are_not_loaded_at_the_start(functions: dict[str, Loaded]) -> None:
    """Only the registry of the providers and its breaker are there: every first update needs them."""
    late = ("vpnbot.telegram.customer.plans", "vpnbot.telegram.customer.orders", "vpnbot.usecases.payments")
    of_every_update = {"vpnbot.providers", "vpnbot.providers.registry", "vpnbot.providers.circuit_breaker"}
    assert not [
        name
        for name in functions["telegram_webhook"].modules
        if name.startswith((*late, "vpnbot.providers")) and name not in of_every_update
    ]


def test_modules_for_administrators_are_not_loaded_at_the_start(functions: dict[str, Loaded]) -> None:
    for_administrators = {
        "vpnbot.telegram.admin.add_server",
        "vpnbot.telegram.admin.servers",
        "vpnbot.usecases.servers.draft_server",
    }
    assert not for_administrators & set(functions["telegram_webhook"].modules)

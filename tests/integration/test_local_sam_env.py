"""The variables that a local run writes for `sam local`."""

import json
import re
from pathlib import Path

import pytest

from local import sam_env
from local.paths import ROOT


def test_containers_get_reachable_addresses_and_the_secret_of_the_sample_event(tmp_path: Path) -> None:
    path = tmp_path / ".local" / "env.json"
    sample = sam_env.SampleUpdate.read(ROOT / "events" / "telegram_webhook.json")
    variables = {"AWS_ENDPOINT_URL": "http://127.0.0.1:5000", "TABLE_NAME": "t", "WEBHOOK_SECRET": "of this run"}
    replaced = {"http://127.0.0.1:5000": "http://host.docker.internal:5001"}
    sam_env.write(path, {"TelegramWebhook": variables}, replaced, sample)
    written = json.loads(path.read_text("utf-8"))["TelegramWebhook"]
    assert written["AWS_ENDPOINT_URL"] == "http://host.docker.internal:5001"
    assert (written["TABLE_NAME"], written["WEBHOOK_SECRET"]) == ("t", sample.secret)
    assert path.stat().st_mode & 0o077 == 0, "the file contains secrets"


def test_the_registrars_sample_gets_the_addresses_of_the_run(tmp_path: Path) -> None:
    base, container = "http://127.0.0.1:9137", "http://host.docker.internal:9137"
    sample = ROOT / "events" / sam_env.REGISTRAR_EVENT
    sam_env.write_registrar_event(tmp_path, sample, base, {base: container})
    event = json.loads((tmp_path / sam_env.REGISTRAR_EVENT).read_text("utf-8"))
    assert event["ResponseURL"] == f"{container}{sam_env.CLOUDFORMATION_PATH}"
    assert event["ResourceProperties"]["Url"] == f"{base}/telegram"
    before = json.loads(sample.read_text("utf-8"))
    assert {**event, "ResponseURL": "", "ResourceProperties": {}} == {
        **before,
        "ResponseURL": "",
        "ResourceProperties": {},
    }


def test_no_sample_event_contains_an_address_of_this_machine() -> None:
    for path in (ROOT / "events").glob("*.json"):
        text = path.read_text("utf-8")
        assert not re.search(r"127\.0\.0\.1|localhost|host\.docker\.internal|:\d{4,5}/", text), path.name


def test_the_sam_command_has_the_options_for_a_local_run() -> None:
    command = sam_env.command(".local/sam-env.json")
    for part in ("--env-vars .local/sam-env.json", "LocalRun=true", "--skip-pull-image", "host-gateway"):
        assert part in command


@pytest.mark.parametrize(("machine", "processor"), [("x86_64", "x86_64"), ("aarch64", "arm64"), ("arm64", "arm64")])
def test_the_sam_command_builds_and_runs_for_the_processor_of_this_machine(
    monkeypatch: pytest.MonkeyPatch, machine: str, processor: str
) -> None:
    monkeypatch.setattr("platform.machine", lambda: machine)
    command = sam_env.command(".local/sam-env.json")
    assert command.startswith(f"make build ARCHITECTURE={processor} && sam local invoke ")
    assert f"Architecture={processor}" in command


def test_an_unknown_network_interface_has_no_address() -> None:
    assert sam_env.bridge_address("nobridge0") is None
    assert sam_env.bridge_address("lo") == "127.0.0.1"

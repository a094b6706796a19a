"""What the local run shows and hands on: a person's items as changes, and the variables for `sam local`."""

import json
from pathlib import Path

from local import sam_env
from local.ledger_view import Items, differences
from local.system import ROOT


def test_a_change_names_the_fields_before_and_after() -> None:
    before: Items = {
        "SUB": {"sk": "SUB", "body": {"status": "trial", "plan": {"id": "trial"}}},
        "OUT#1": {"body": {}},
    }
    after: Items = {
        "SUB": {"sk": "SUB", "body": {"status": "expired", "plan": {"id": "trial"}}},
        "USER": {"version": 2},
    }
    assert [change.as_json() for change in differences(before, after)] == [
        {"item": "OUT#1", "kind": "removed", "fields": {}},
        {"item": "SUB", "kind": "changed", "fields": {"body.status": ["trial", "expired"]}},
        {"item": "USER", "kind": "added", "fields": {"version": [None, "2"]}},
    ]


def test_what_stayed_the_same_is_no_change() -> None:
    items = {"USER": {"version": 2, "body": {"language": "ru"}}}
    assert differences(items, items) == []


def test_containers_get_addresses_they_can_reach_and_the_samples_secret(tmp_path: Path) -> None:
    path = tmp_path / ".local" / "env.json"
    sample = sam_env.SampleUpdate.read(ROOT / "events" / "telegram_webhook.json")
    variables = {"AWS_ENDPOINT_URL": "http://127.0.0.1:5000", "TABLE_NAME": "t", "WEBHOOK_SECRET": "of this run"}
    moved = {"http://127.0.0.1:5000": "http://host.docker.internal:5001"}
    sam_env.write(path, {"TelegramWebhook": variables}, moved, sample)
    written = json.loads(path.read_text("utf-8"))["TelegramWebhook"]
    assert written["AWS_ENDPOINT_URL"] == "http://host.docker.internal:5001"
    assert (written["TABLE_NAME"], written["WEBHOOK_SECRET"]) == ("t", sample.secret)
    assert path.stat().st_mode & 0o077 == 0, "it holds secrets"


def test_the_sam_command_names_what_a_local_run_needs() -> None:
    command = sam_env.command(".local/sam-env.json")
    for part in ("--env-vars .local/sam-env.json", "LocalRun=true", "--skip-pull-image", "host-gateway"):
        assert part in command


def test_a_machine_without_the_bridge_has_no_address_for_it() -> None:
    assert sam_env.bridge_address("nobridge0") is None
    assert sam_env.bridge_address("lo") == "127.0.0.1"

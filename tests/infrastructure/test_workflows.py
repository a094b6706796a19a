"""The workflows use pinned actions and no stored key; production follows staging, with a role of its own."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.infrastructure.transformed_template import ROOT

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


def workflow(name: str) -> dict[str, Any]:
    """Return a workflow."""
    found: dict[str, Any] = yaml.safe_load((ROOT / f".github/workflows/{name}.yml").read_text())
    return found


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_pinned_by_its_commit(path: Path) -> None:
    used = re.findall(r"uses: (.+)", path.read_text())
    assert [action for action in used if not action.startswith("./") and not PINNED.fullmatch(action)] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_no_workflow_has_a_stored_key(path: Path) -> None:
    text = path.read_text()
    assert "secrets." not in text
    assert "aws-access-key-id" not in text.lower()


def test_production_is_deployed_after_staging_and_never_twice_at_once() -> None:
    deploy = workflow("deploy")
    assert deploy["jobs"]["production"]["needs"] == "staging"
    assert deploy["concurrency"] == {"group": "deploy", "cancel-in-progress": False}


@pytest.mark.parametrize("stage", ["staging", "production"])
def test_a_stage_is_deployed_with_the_parameters_of_samconfig(stage: str) -> None:
    job = workflow("deploy")["jobs"][stage]
    configured = tomllib.loads((ROOT / "samconfig.toml").read_text())[stage]["deploy"]["parameters"]
    assert job["with"] == {"stage": stage, "parameters": configured["parameter_overrides"]}


def test_a_stage_is_deployed_in_its_environment_and_examined_afterwards() -> None:
    job = workflow("deploy-stage")["jobs"]["deploy"]
    assert job["environment"] == "${{ inputs.stage }}"
    assert job["permissions"] == {"contents": "read", "id-token": "write"}
    commands = [step["run"] for step in job["steps"] if "run" in step]
    order = [next(n for n, text in enumerate(commands) if part in text) for part in ("sam deploy", "doctor", "cloud")]
    assert order == sorted(order)
    # Texts from outside reach a shell in variables only: pasted into a command, they would be a part of it.
    assert not [text for text in commands if "${{" in text]


def test_the_role_belongs_to_one_environment_of_one_repository() -> None:
    from samtranslator.yaml_helper import yaml_parse

    role = yaml_parse((ROOT / "deploy/oidc-role.yaml").read_text())["Resources"]["Role"]["Properties"]
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert statement["Condition"].keys() == {"StringEquals"}, "a pattern could fit other repositories"
    issuer = "token.actions.githubusercontent.com"
    assert statement["Condition"]["StringEquals"] == {
        f"{issuer}:aud": "sts.amazonaws.com",
        f"{issuer}:sub": {"Fn::Sub": "repo:${Repository}:environment:${Stage}"},
    }

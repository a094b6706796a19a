"""The SAM command line uses AWS_REGION, as the documents say."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.integration.failing_aws import failing_aws

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "region",
    [
        {"AWS_REGION": "eu-north-1"},
        {"AWS_DEFAULT_REGION": "eu-north-1"},
        {"AWS_REGION": "eu-north-1", "AWS_DEFAULT_REGION": "us-east-2"},
    ],
)
def test_one_variable_for_the_region_is_enough_for_sam(region: dict[str, str], tmp_path: Path) -> None:
    """Deploy with nothing else in the environment; AWS refuses the first call, which is signed for a region."""
    with failing_aws("AccessDenied", "no") as aws:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "SAM_CLI_TELEMETRY": "0",
            "AWS_ACCESS_KEY_ID": "sample",
            "AWS_SECRET_ACCESS_KEY": "sample",
            "AWS_ENDPOINT_URL": aws.address,
            **region,
        }
        deploy = [str(ROOT / ".venv-sam/bin/sam"), "deploy", "--config-env", "demo"]
        run = subprocess.run(deploy, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603  its own file
    assert run.returncode != 0
    assert aws.regions, run.stderr
    assert set(aws.regions) == {"eu-north-1"}

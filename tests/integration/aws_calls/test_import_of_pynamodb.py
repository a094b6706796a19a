"""PynamoDB without botocore's client and session is the PynamoDB that it is with them."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.infrastructure.transformed_template import ROOT

SCRIPT = """
import json, sys
import vpnbot.storage.table
vpnbot.storage.table.bind('table')
from pynamodb.connection import base
from pynamodb import exceptions
unneeded = [f"botocore.{name}" for name in ("client", "session", "config", "args", "loaders")]
loaded = [name for name in unneeded if name in sys.modules]
import botocore, botocore.exceptions
attributes = [name for name in ("client", "session", "config") if hasattr(botocore, name)]
import botocore.client, botocore.session, botocore.config, boto3
print(json.dumps({
    "loaded": loaded,
    "attributes": attributes,
    "errors": [error.__module__ + "." + error.__name__ for error in base.BOTOCORE_EXCEPTIONS],
    "one_error": botocore.client.ClientError is base.ClientError is botocore.exceptions.ClientError,
    "real": [hasattr(botocore.client, "BaseClient"), hasattr(botocore.session, "Session"), hasattr(boto3, "client")],
    "session": type(base.get_session()).__module__,
    "names": sorted(name for name in vars(base.Connection) if not name.startswith("__")),
    "built": type(vpnbot.storage.table.connection().client).__name__,
}))
"""


def loaded(first: str = "", **environment: str) -> Any:
    """Import the storage in a new interpreter, and return what there is then."""
    found = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "layers/vpnbot"),
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_CONFIG_FILE": "/nonexistent",
        **environment,
    }
    done = subprocess.run(  # noqa: S603 - our own script, by our own interpreter
        [sys.executable, "-c", first + SCRIPT], env=found, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}


def test_what_the_client_of_botocore_needs_is_imported_when_it_is_used() -> None:
    late, early = loaded(**KEYS), loaded(first="import botocore.session, boto3", **KEYS)
    assert late["loaded"] == late["attributes"] == []
    assert early["loaded"]
    for name in ("errors", "one_error", "real", "session", "names"):
        assert late[name] == early[name], name
    assert late["one_error"]
    assert late["real"] == [True, True, True]


@pytest.mark.parametrize("keys", [KEYS, {}], ids=["keys", "no keys"])
def test_the_setting_builds_the_client_of_botocore(keys: dict[str, str]) -> None:
    none = {"AWS_EC2_METADATA_DISABLED": "true", "HOME": "/nonexistent"}
    assert loaded(AWS_CLIENT="botocore", **none, **keys)["built"] == "DynamoDB"
    assert loaded(**none, **keys)["built"] == "DynamoDBClient"

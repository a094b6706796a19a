"""Our client calls the endpoint that botocore would call; where it does not know it, botocore makes the calls."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from botocore.session import get_session
from botocore.utils import get_environ_proxies

from vpnbot.aws_calls.endpoint import Endpoint, of_environment

BASE = {"AWS_DEFAULT_REGION": "eu-central-1", "AWS_CONFIG_FILE": "/nonexistent"}
PARTITIONS = ("aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b")
ADDRESS = "AWS_ENDPOINT_URL"


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize("partition", PARTITIONS)
@pytest.mark.parametrize("service", ["dynamodb", "sqs", "ssm"])
def test_every_region_has_the_endpoint_of_botocore(service: str, partition: str) -> None:
    session = get_session()
    session.set_credentials("key", "secret")
    regions = session.get_available_regions(service, partition)
    assert regions
    for region in regions:
        found = of_environment(service, {**BASE, "AWS_DEFAULT_REGION": region})
        if partition != "aws":
            assert found is None, region
        elif not region.startswith("local"):
            host = f"https://{service}.{region}.amazonaws.com"
            assert found == Endpoint(f"{host}/", region)
    some = regions[0] if partition == "aws" else "eu-central-1"
    assert session.create_client(service, some).meta.endpoint_url == f"https://{service}.{some}.amazonaws.com"


@pytest.mark.parametrize(
    ("own", "url"),
    [
        ({ADDRESS: "http://127.0.0.1:5000"}, "http://127.0.0.1:5000/"),
        ({ADDRESS: "http://all:1", "AWS_ENDPOINT_URL_DYNAMODB": "http://one:2/path"}, "http://one:2/path"),
        ({ADDRESS: "", "AWS_ENDPOINT_URL_DYNAMODB": ""}, "https://dynamodb.eu-central-1.amazonaws.com/"),
        ({ADDRESS: "http://[::1]:8000", "AWS_CA_BUNDLE": "/x.pem"}, "http://[::1]:8000/"),
        ({ADDRESS: "http://local:1", "AWS_DEFAULT_REGION": "cn-north-1"}, "http://local:1/"),
        ({"AWS_CLIENT": ""}, "https://dynamodb.eu-central-1.amazonaws.com/"),
        ({"AWS_ACCOUNT_ID_ENDPOINT_MODE": "preferred"}, "https://dynamodb.eu-central-1.amazonaws.com/"),
    ],
)
def test_addresses_of_the_environment(own: dict[str, str], url: str) -> None:
    found = of_environment("dynamodb", {**BASE, **own})
    assert found is not None
    assert found.url == url


@pytest.mark.parametrize(
    "own",
    [
        {"AWS_CLIENT": "botocore"},
        {"AWS_PROFILE": "shop"},
        {"AWS_DEFAULT_PROFILE": "shop"},
        {"AWS_USE_FIPS_ENDPOINT": "true"},
        {"AWS_USE_DUALSTACK_ENDPOINT": "true"},
        {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true", ADDRESS: "http://127.0.0.1:1"},
        {"AWS_ACCOUNT_ID_ENDPOINT_MODE": "required"},
        {"AWS_CA_BUNDLE": "/company.pem"},
        {"REQUESTS_CA_BUNDLE": "/company.pem"},
        {"AWS_DEFAULT_REGION": ""},
        {"AWS_DEFAULT_REGION": "cn-north-1"},
        {"AWS_DEFAULT_REGION": "us-gov-west-1"},
        {"AWS_DEFAULT_REGION": "evil.example/#"},
        {ADDRESS: "ftp://127.0.0.1"},
        {ADDRESS: "127.0.0.1:5000"},
        {ADDRESS: "http://user@127.0.0.1"},
    ],
)
def test_what_only_botocore_knows_is_left_to_botocore(own: dict[str, str]) -> None:
    assert of_environment("dynamodb", {**BASE, **own}) is None


UNKNOWN = ("boto3", "Botocore")


@pytest.mark.parametrize("client", ["", "botocore", *UNKNOWN])
def test_an_unknown_client_is_logged_and_has_no_effect(client: str, caplog: pytest.LogCaptureFixture) -> None:
    found = of_environment("dynamodb", {**BASE, "AWS_CLIENT": client})
    assert (found is None) == (client == "botocore")
    assert (f"AWS_CLIENT={client} is unknown" in caplog.text) == (client in UNKNOWN)


def test_each_service_may_have_an_address_of_its_own() -> None:
    own = {
        **BASE,
        ADDRESS: "http://all:1",
        "AWS_ENDPOINT_URL_SSM": "http://ssm:2",
        "AWS_ENDPOINT_URL_SQS": "http://q:3",
    }
    found = {service: of_environment(service, own) for service in ("dynamodb", "ssm", "sqs")}
    assert {service: endpoint.url for service, endpoint in found.items() if endpoint} == {
        "dynamodb": "http://all:1/",
        "ssm": "http://ssm:2/",
        "sqs": "http://q:3/",
    }


def test_a_configuration_file_is_left_to_botocore(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("[default]\nuse_fips_endpoint = true\n")
    assert of_environment("dynamodb", {**BASE, "AWS_CONFIG_FILE": str(tmp_path / "config")}) is None


def test_a_proxy_is_left_to_botocore(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:3128")
    assert of_environment("dynamodb", BASE) is None
    assert of_environment("dynamodb", {**BASE, ADDRESS: "http://127.0.0.1:5000"}) is not None, (
        "a proxy of another scheme"
    )
    monkeypatch.setenv("NO_PROXY", ".amazonaws.com")
    assert of_environment("dynamodb", BASE) is not None


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"https_proxy": "http://proxy:3128"},
        {"Https_Proxy": "http://proxy:3128"},
        {"HTTPS_PROXY": ""},
        {"http_proxy": "http://proxy:3128", "REQUEST_METHOD": "GET"},
        {"ALL_PROXY": "http://proxy:3128"},
        {"NO_PROXY": "*"},
        {"HTTP_PROXY": "http://proxy:3128", "no_proxy": "127.0.0.1"},
        {"PROXY": "http://proxy:3128"},
    ],
    ids=str,
)
@pytest.mark.parametrize("url", ["https://sqs.eu-central-1.amazonaws.com", "http://127.0.0.1:5000"])
def test_a_proxy_is_known_where_botocore_would_use_one(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], url: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    used = urlsplit(url).scheme in get_environ_proxies(url)
    assert (of_environment("sqs", {**BASE, ADDRESS: url}) is None) == used

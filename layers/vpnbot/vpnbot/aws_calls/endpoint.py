"""Which client calls a service, and at which address: decided by the environment, as botocore would."""

import logging
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

CLIENT_VARIABLE = "AWS_CLIENT"
"""`botocore` as its value lets botocore's client make all calls; anything else is logged and has no effect."""
_BOTOCORES = "botocore"

_log = logging.getLogger(__name__)

_ADDRESS = "AWS_ENDPOINT_URL"
_ONLY_BOTOCORE_KNOWS = (
    "AWS_DEFAULT_PROFILE",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_PROFILE",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
)
_CERTIFICATES = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE")
_REGION = re.compile(r"(?:af|ap|ca|eu|il|me|mx|sa|us)-(?!gov-|iso)[a-z]+-\d+")
"""Regions of the partition `aws`, whose hosts are under amazonaws.com."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The address of a service, which has a path, and the region that requests are signed for."""

    url: str
    region: str


def of_environment(service: str, environment: Mapping[str, str] = os.environ) -> Endpoint | None:
    """Return where our client finds a service; None if botocore's client has to make the calls.

    That is where an operator says so, and where a setting asks for what only botocore knows: a configuration file, a
    profile, proxies, FIPS or dual-stack endpoints, other certificates, another partition. With an account id botocore
    prefers DynamoDB's endpoint of the account; ours uses that of the region, which accepts the same calls.
    """
    client = environment.get(CLIENT_VARIABLE, "")
    if client not in {"", _BOTOCORES}:
        _log.warning("%s=%s is unknown and has no effect; set it to %s", CLIENT_VARIABLE, client, _BOTOCORES)
    if client == _BOTOCORES or any(map(environment.get, _ONLY_BOTOCORE_KNOWS)):
        return None
    if environment.get("AWS_ACCOUNT_ID_ENDPOINT_MODE") == "required" or _has_configuration_file(environment):
        return None
    region = environment.get("AWS_DEFAULT_REGION", "")
    url = environment.get(f"{_ADDRESS}_{service.upper()}") or environment.get(_ADDRESS) or None
    if url is None and _REGION.fullmatch(region):
        url = f"https://{service}.{region}.amazonaws.com"
    if url is None or not region or _has_proxy(url):
        return None
    parts = urlsplit(url)
    if parts.scheme == "https" and any(name in environment for name in _CERTIFICATES):
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment or parts.username:
        return None
    return Endpoint(parts._replace(path=parts.path or "/").geturl(), region)


def _has_configuration_file(environment: Mapping[str, str]) -> bool:
    return Path(environment.get("AWS_CONFIG_FILE", "~/.aws/config")).expanduser().is_file()


def _has_proxy(url: str) -> bool:
    """Tell whether botocore would use a proxy.

    Without a variable such as `https_proxy` there is none on Linux, and botocore's modules (15 ms) are not imported.
    """
    if sys.platform == "linux" and not any(name.lower().endswith("_proxy") for name in os.environ):
        return False
    from botocore.utils import get_environ_proxies

    return urlsplit(url).scheme in get_environ_proxies(url)

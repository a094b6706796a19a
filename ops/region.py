"""The region that a command uses: AWS_REGION, then AWS_DEFAULT_REGION, the stored one, the one of the AWS profile.

botocore reads AWS_DEFAULT_REGION only (botocore/configprovider.py, `region`), and so does the SAM command line, which
goes to us-east-1 without it (samcli/lib/utils/defaults.py). The AWS command line prefers AWS_REGION, as is done here.
"""

from collections.abc import MutableMapping


def adopt_region(environment: MutableMapping[str, str], stored: str = "") -> None:
    """Let botocore, and every program that is started with this environment, use the region of AWS_REGION.

    `stored` is the region in which `configure` put this stack. A variable that is set and empty, as scripts leave it,
    counts as one that is not set; botocore would look for a profile without a name.
    """
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or stored
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        if not environment.get(name):
            environment.pop(name, None)
    if region:
        environment["AWS_REGION"] = environment["AWS_DEFAULT_REGION"] = region

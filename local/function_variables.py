"""The environment variables that a run gives to its functions, beside those of the template."""

from local.aws import FAKE_CREDENTIALS
from local.clock import Control
from local.options import Options
from local.paths import ROOT
from local.payment_providers import FakeProviders
from local.site import Site
from local.stack import REGION, Function


class FunctionVariables:
    """The variables of the functions of one run: its addresses, its secrets, and the region of the emulated AWS."""

    def __init__(self, options: Options, aws_endpoint: str, providers: FakeProviders, site: Site) -> None:
        self._options = options
        self._aws_endpoint = aws_endpoint
        self._providers = providers
        self._site = site

    def of(self, function: Function, port: int) -> dict[str, str]:
        """Return the variables of a function whose calls go to `port`, by which their caller is known."""
        own = f"http://127.0.0.1:{port}"
        return {
            **FAKE_CREDENTIALS,
            **self._options.secrets.variables(),
            **self._providers.variables(own),
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self._aws_endpoint,
            "AWS_ENDPOINT_URL_DYNAMODB": self._aws_endpoint,
            "AWS_ENDPOINT_URL_SQS": self._aws_endpoint,
            "AWS_ENDPOINT_URL_SSM": self._aws_endpoint,
            "DEMO_CONTROL_URL": f"{own}{Control.PATH}",
            "PUBLIC_URL": self._site.base,
            "PYTHONPATH": str(ROOT / "layers" / "vpnbot"),
            "TELEGRAM_API_BASE": self._options.telegram_api_base or own,
            **self._options.variables,
        }

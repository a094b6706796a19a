"""The options of one run of the local system."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from local.aws import AwsCall
from local.demo_secrets import DemoSecrets
from local.runtime import MAX_ENVIRONMENTS


@dataclass(frozen=True, slots=True)
class Options:
    """How one run of the local system is set up.

    `port` 0 means any free one. `telegram_api_base` sends the functions to a Bot API other than the fake one, and no
    webhook is set then. With `scheduled` false no queue and no schedule runs in the background, only in `settle`
    and `advance`. Functions in `warm` get an environment before their first event, one function after another.
    `variables` are added to the environment of every function. `on_aws_call` gets each call of a function to AWS.
    """

    host: str = "127.0.0.1"
    port: int = 0
    secrets: DemoSecrets = field(default_factory=DemoSecrets.fresh)
    telegram_api_base: str | None = None
    scheduled: bool = True
    max_environments: int = MAX_ENVIRONMENTS
    warm: tuple[str, ...] = ("telegram_webhook", "due_worker", "due_dispatcher", "subscription_page")
    variables: Mapping[str, str] = field(default_factory=dict)
    on_log: Callable[[str, str], None] | None = None
    on_aws_call: Callable[[AwsCall], None] | None = None
    say: Callable[[str], None] = lambda _text: None

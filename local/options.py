"""How a run of the system differs from the usual one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from local.demo_secrets import DemoSecrets
from local.runtime import MAX_ENVIRONMENTS


@dataclass(frozen=True, slots=True)
class Options:
    """How a run differs from the usual one.

    `port` 0 means any free one. `telegram_api_base` sends the functions to a Bot API other than the fake one, and no
    webhook is set then. `scheduled` false leaves the clock to `settle` and `advance`, as tests want it. Functions in
    `warm` get an environment ahead of their first event, one after the other. `variables` are added to the
    environment of every function.
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
    say: Callable[[str], None] = lambda _text: None

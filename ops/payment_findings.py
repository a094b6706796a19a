"""Checks of the payment providers: credentials, test or live, fiscal receipts, and the address for notifications."""

from collections.abc import Iterator
from datetime import datetime

from ops.findings import Finding, failure, ok, warning
from vpnbot.bootstrap import Container
from vpnbot.domain.orders.provider_errors import ProviderUnavailable
from vpnbot.domain.orders.provider_names import STARS, YOOKASSA
from vpnbot.domain.payments.notices import Notices
from vpnbot.domain.payments.provider_breaker import ProviderBreaker
from vpnbot.domain.payments.shop_settings import AccountVerdict, Receipts, ShopSettings
from vpnbot.errors import Misconfigured, Rejected, TelegramUnavailable
from vpnbot.settings import Stage
from vpnbot.telegram.bot_api.transport import Transport
from vpnbot.usecases.ports import PaymentProvider
from vpnbot.usecases.ports.payments import Verdict

_ANSWERED = 200
"""What a forged notification is answered: it is counted, and has no effect."""


def payment_findings(container: Container, address: str, now: datetime) -> Iterator[Finding]:
    """Check every provider with credentials, keep what each says about our account, and check what is offered."""
    settings, providers = container.sales.settings.load(fresh=True), container.payments.providers
    names = providers.names()
    for name in settings.providers:
        if name not in names and container.settings.stage is not Stage.DEMO:  # there all are offered at first
            yield failure(
                f"{name} is offered, and has no credentials",
                f"{configure(name)}, or offer others: python -m ops shop settings --providers stars",
            )
    for name in names:
        yield from breaker_findings(name, container.payments.breakers.read(name), now)
        provider = providers.without_breaker(name)
        try:
            verdict = provider.probe()
        except (Misconfigured, Rejected) as error:
            yield failure(f"{name}: {error}", configure(name))
            continue
        except ProviderUnavailable as error:
            yield warning(f"{name}: {error}", "try again in a minute")
            continue
        _keep(container, name, verdict, now)
        yield from account_findings(name, verdict, container.settings.stage, settings)
        yield from _notification_findings(provider, address)
        yield from notice_findings(provider, container.payments.notices.load(name), address)


def configure(name: str) -> str:
    """Return the command that stores other credentials of a provider; that of Stars is the bot's token.

    Without its option, `configure` keeps the credentials that are stored.
    """
    return "python -m ops configure" + ("" if name == STARS else f" --{name.replace('_', '-')}")


def breaker_findings(name: str, breaker: ProviderBreaker | None, now: datetime) -> Iterator[Finding]:
    """Say whether payments with a provider are held back, since when, and when due work tries again."""
    if breaker is None or not breaker.open:
        return
    why = "it refuses our credentials" if breaker.refused else "it does not make payments"
    again = max(breaker.probe_at, now)
    since = f"{breaker.since:%Y-%m-%d %H:%M} UTC"
    yield (failure if breaker.refused else warning)(
        f"{name}: its circuit breaker is open since {since}: {why}, and customers see the other ways to pay",
        configure(name) if breaker.refused else f"wait: it is tried again at {again:%H:%M} UTC or later",
    )


def account_findings(name: str, verdict: Verdict, stage: Stage, settings: ShopSettings) -> Iterator[Finding]:
    """Judge what a provider says about our account."""
    offered = name in settings.providers
    if verdict.enabled is False:
        yield failure(f"{name}: account {verdict.account} is not enabled", f"enable it in the cabinet of {name}")
    elif verdict.test and stage is Stage.PRODUCTION:
        yield (failure if offered else warning)(
            f"{name}: account {verdict.account} is a test account: its payments are held, never granted",
            f"{configure(name)} with the credentials of the live account",
        )
    elif verdict.test is False and stage is not Stage.PRODUCTION:
        yield warning(
            f"{name}: account {verdict.account} is live: stage {stage} takes real money", "use a test account"
        )
    else:
        yield ok(f"{name}: account {verdict.account} answers")
    if verdict.fiscal and settings.receipts is Receipts.OFF:
        yield warning(
            f"{name}: the account makes fiscal receipts, and the shop sends no data for them",
            "python -m ops shop settings --set receipts=email",
        )
    if verdict.fiscal is False and name == YOOKASSA and settings.receipts is not Receipts.OFF:
        yield warning(f"{name}: the account makes no fiscal receipts", f"switch them on in the cabinet of {name}")


def _notification_findings(provider: PaymentProvider, address: str) -> Iterator[Finding]:
    """Check that the address for notifications answers; a notification without content has no effect."""
    if not provider.abilities.notifies:
        return
    url = f"{address}/payments/{provider.name}"
    try:
        status = Transport(address).post(f"/payments/{provider.name}", {}).status
    except TelegramUnavailable:
        status = 0
    if status == _ANSWERED:
        yield ok(f"{url} takes notifications")
    else:
        yield failure(f"{url} does not take notifications ({status or 'no connection'})", "deploy again")


def notice_findings(provider: PaymentProvider, notices: Notices, address: str) -> Iterator[Finding]:
    """Judge whether notifications arrive, by the payments that became known without one."""
    if provider.abilities.notifies and notices.are_missing:
        yield failure(
            f"{provider.name}: no notification told of the last {notices.missed} payments",
            f"enter {address}/payments/{provider.name} as the address for notifications in the cabinet of "
            f"{provider.name}",
        )


def _keep(container: Container, name: str, verdict: Verdict, now: datetime) -> None:
    """Keep what the provider says in the settings of the shop; another change at the same time wins."""
    kept = AccountVerdict(name, verdict.account, now, verdict.test, verdict.fiscal, verdict.enabled)
    before = container.sales.settings.load(fresh=True)
    container.sales.settings.observe(before, before.with_verdict(kept))

"""What customers see of the shop beside its prices: the trial, the support, and the full terms."""

from dataclasses import dataclass, replace
from datetime import timedelta

from vpnbot.domain.payments.shop_settings import ShopSettings
from vpnbot.domain.subscriptions.plan import TRIAL, Plan

GIGABYTE = 10**9


@dataclass(frozen=True, slots=True)
class Front:
    """The trial, and the addresses that customers are led to. None or empty: there is no such address."""

    trial: Plan = TRIAL
    support_url: str | None = None
    terms_url: str = ""
    privacy_url: str = ""

    def with_settings(self, settings: ShopSettings) -> "Front":
        """Return what holds with these settings. What they do not have stays: the parameters of the deployment."""
        support = settings.support_url
        return Front(
            trial=_trial(self.trial, settings),
            support_url=self.support_url if support is None else support,
            terms_url=settings.terms_url or self.terms_url,
            privacy_url=settings.privacy_url or self.privacy_url,
        )


def _trial(first: Plan, settings: ShopSettings) -> Plan:
    trial, gigabytes = first, settings.trial_gigabytes
    if settings.trial_days is not None:
        trial = replace(trial, duration=timedelta(days=settings.trial_days))
    if settings.trial_devices is not None:
        trial = replace(trial, devices=settings.trial_devices)
    if gigabytes is not None:
        trial = replace(trial, traffic_limit_bytes=gigabytes * GIGABYTE or None)
    return trial

"""A bot with an administrator, whose shop has the first plans and the first settings."""

from tests.fakes.plans import Plans
from tests.functional.conversation.administrator import ADMIN
from tests.functional.conversation.harness import ChatHarness
from vpnbot.domain.payments.shop_settings import ShopSettings
from vpnbot.localization.first_plans import worded_first_plans


def new_shop() -> ChatHarness:
    """Return a bot with an administrator, and the first plans of a new shop, hidden."""
    harness = ChatHarness(admin_ids=frozenset({ADMIN}))
    plans_of(harness).first = worded_first_plans(sold=False)
    return harness


def plans_of(harness: ChatHarness) -> Plans:
    """Return the plans in memory."""
    plans = harness.shop.sales.plans
    assert isinstance(plans, Plans)
    return plans


def settings_of(harness: ChatHarness) -> ShopSettings:
    """Return the settings as stored."""
    return harness.shop.sales.settings.load()

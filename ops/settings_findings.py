"""Checks of the parameters of a deployed stack against what its functions demand."""

from collections.abc import Iterator, Mapping

from ops.deployment import Deployment, Target
from ops.findings import Finding, failure, ok
from vpnbot.domain.payments.setting_field import SettingField, value_of
from vpnbot.domain.payments.shop_settings import ShopSettings
from vpnbot.settings import DEMANDS

PARAMETERS: Mapping[str, str] = {
    "STAGE": "Stage",
    "PANEL": "Panel",
    "ADMIN_IDS": "AdminIds",
    "SUPPORT_URL": "SupportUrl",
    "SUPPORT_CHAT_ID": "SupportChatId",
    "TRIAL_TRAFFIC_GB": "TrialTrafficGigabytes",
}
"""The parameter of template.yaml behind each variable of the functions that a demand is about."""

_SAVED_IN_THE_CHAT: Mapping[str, SettingField] = {
    "SupportUrl": SettingField.SUPPORT_URL,
    "TrialTrafficGigabytes": SettingField.TRIAL_GIGABYTES,
}
"""The parameters that are only the first value of a setting of the shop."""


def environment_of(target: Target, deployment: Deployment) -> dict[str, str]:
    """Return the environment with which the functions of a deployed stack run, as far as `Settings` reads it.

    Raises:
        Misconfigured: a stack of another version is deployed, which lacks an output.
    """
    parameters = {name: deployment.parameters.get(parameter, "") for name, parameter in PARAMETERS.items()}
    own = {"TABLE_NAME": deployment.output("TableName"), "SECRETS_PATH": target.secrets_path}
    return {**parameters, **own, "STAGE": parameters["STAGE"] or str(target.stage)}


def saved_findings(settings: ShopSettings) -> Iterator[Finding]:
    """Name the parameters that have no effect any more, because another value was saved in the chat."""
    for parameter, field in _SAVED_IN_THE_CHAT.items():
        if saved := value_of(settings, field):
            yield ok(f"{parameter} of the deployment: ignored, because the staff have saved {saved} in the chat")


def settings_findings(target: Target, deployment: Deployment) -> Iterator[Finding]:
    """Check every demand of the functions, so that one that does not start is named with its parameter."""
    environment = environment_of(target, deployment)
    unmet = [demand for demand in DEMANDS if not demand.met(environment)]
    for demand in unmet:
        parameter = PARAMETERS.get(demand.setting, demand.setting)
        yield failure(
            f"{parameter}: {demand.remedy}",
            f"correct it in samconfig.toml and deploy again: {target.deploy}",
        )
    if not unmet:
        yield ok("the parameters are what the functions demand")

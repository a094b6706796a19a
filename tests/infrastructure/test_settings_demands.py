"""Whatever the functions demand of their environment, the template, `doctor` and the documentation demand, too."""

import re
from collections.abc import Mapping

import pytest

from ops.deployment import Deployment, Target
from ops.findings import Verdict
from ops.settings_findings import PARAMETERS, environment_of, saved_findings, settings_findings
from tests.infrastructure.stack import Stack
from tests.infrastructure.transformed_template import ROOT
from vpnbot.domain.payments.shop_settings import ShopSettings
from vpnbot.errors import Misconfigured
from vpnbot.settings import DEMANDS, MOST_TRIAL_GIGABYTES, Demand, Settings, Stage

type Parameters = Mapping[str, str]

USABLE = {"Stage": "production", "Panel": "three_x_ui", "AdminIds": "7", "AlarmEmail": "shop@example.com"}
BY_THE_TEMPLATE = {"TABLE_NAME"}
"""Variables that no parameter sets: the template sets them to the name of a resource."""

VIOLATIONS: Mapping[tuple[str, str], list[Parameters]] = {
    ("STAGE", "set it to one of"): [{"Stage": "live"}],
    ("PANEL", "set it to one of"): [{"Panel": "marzban"}, {"Panel": ""}],
    ("PANEL", "production does not start"): [{"Panel": "demo"}],
    ("ADMIN_IDS", "the Telegram ids"): [{"AdminIds": "1, two"}, {"AdminIds": "-1"}, {"AdminIds": "1" * 17}],
    ("SUPPORT_CHAT_ID", "the id of one"): [{"SupportChatId": text} for text in ("@group", "1,2", "--1", "-")],
    ("ADMIN_IDS", "people need a way"): [{"AdminIds": ""}],
    ("TRIAL_TRAFFIC_GB", "a number of"): [{"TrialTrafficGigabytes": text} for text in ("-1", "10000", "much")],
}
"""For each demand, by its variable and the beginning of its remedy, parameters that do not fulfil it."""


def known(demand: Demand) -> list[Parameters]:
    """Return parameters that violate a demand."""
    return next(
        found
        for (name, text), found in VIOLATIONS.items()
        if name == demand.setting and demand.remedy.startswith(text)
    )


def accepted(stack: Stack, parameters: Parameters) -> bool:
    """Tell whether CloudFormation deploys the template with these parameters."""
    declared = stack.template["Parameters"]
    return not stack.violated_rules(parameters) and all(
        _allowed(declared[name], value) for name, value in parameters.items()
    )


def _allowed(declaration: Mapping[str, object], value: str) -> bool:
    if "AllowedValues" in declaration:
        values = declaration["AllowedValues"]
        assert isinstance(values, list)
        return value in values
    if declaration["Type"] == "Number":
        if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
            return False
        return float(str(declaration["MinValue"])) <= float(value) <= float(str(declaration["MaxValue"]))
    return re.fullmatch(str(declaration.get("AllowedPattern", ".*")), value) is not None


def deployed(parameters: Parameters) -> Deployment:
    """Return a stack that was deployed with these parameters, by a template without rules."""
    return Deployment("UPDATE_COMPLETE", {"TableName": "t", "Address": "https://vpn.example"}, parameters)


def test_parameters_that_fulfil_every_demand_are_accepted_everywhere(stack: Stack) -> None:
    target = Target(Stage.PRODUCTION, "vpnbot-production")
    assert accepted(stack, USABLE)
    assert [finding.verdict for finding in settings_findings(target, deployed(USABLE))] == [Verdict.OK]
    Settings.from_environment(environment_of(target, deployed(USABLE)))


@pytest.mark.parametrize("demand", DEMANDS, ids=lambda demand: f"{demand.setting}: {demand.remedy[:20]}")
def test_each_demand_is_a_rule_a_finding_and_a_line(stack: Stack, demand: Demand) -> None:
    lines = (ROOT / "docs/deployment.md").read_text().splitlines()
    documented = [line for line in lines if line.startswith(f"| `{demand.setting}` |")]
    assert len(documented) == sum(other.setting == demand.setting for other in DEMANDS)
    if demand.setting in BY_THE_TEMPLATE:
        functions = stack.resources("AWS::Lambda::Function").values()
        assert all(demand.setting in function["Environment"]["Variables"] for function in functions)
        return
    assert PARAMETERS[demand.setting] in stack.template["Parameters"]
    target = Target(Stage.PRODUCTION, "vpnbot-production")
    for wrong in known(demand):
        parameters = {**USABLE, **wrong}
        assert not accepted(stack, parameters), wrong
        found = list(settings_findings(target, deployed(parameters)))
        assert any(
            finding.verdict is Verdict.FAILURE and demand.remedy in finding.what and finding.what_to_do
            for finding in found
        ), wrong
        with pytest.raises(Misconfigured) as caught:
            Settings.from_environment(environment_of(target, deployed(parameters)))
        assert caught.value.setting == demand.setting


def test_the_bound_of_the_trial_is_the_same_in_the_template(stack: Stack) -> None:
    assert stack.template["Parameters"]["TrialTrafficGigabytes"]["MaxValue"] == MOST_TRIAL_GIGABYTES


def test_no_other_check_of_the_environment_is_hidden_in_the_settings() -> None:
    """A check that is not in `DEMANDS` would be found by no test here."""
    source = (ROOT / "layers/vpnbot/vpnbot/settings.py").read_text()
    assert source.count("raise Misconfigured(") == 1


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        (ShopSettings(), ()),
        (ShopSettings(support_url="https://t.me/help"), ("SupportUrl",)),
        (ShopSettings(trial_gigabytes=0), ("TrialTrafficGigabytes",)),
    ],
)
def test_parameters_that_have_no_effect_any_more_are_named(settings: ShopSettings, named: tuple[str, ...]) -> None:
    found = [finding.what for finding in saved_findings(settings)]
    assert len(found) == bool(named)
    assert all(name in found[0] for name in named)

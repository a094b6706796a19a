"""`python -m ops plans` and `shop`: an operator exports, edits and imports plans, and changes settings."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from ops.deployment import Target
from ops.people import container_of
from ops.plan_files import file_text
from tests.integration.operator_command_line import OperatorCommandLine, open_command_line
from vpnbot.domain.payments.shop_settings import Receipts, ShopSettings
from vpnbot.domain.plans.catalogue import Catalogue
from vpnbot.settings import Stage
from vpnbot.storage.table import Record

STAGING = Target(Stage.STAGING, "vpnbot-staging")


@pytest.fixture
def operator(monkeypatch: pytest.MonkeyPatch) -> Iterator[OperatorCommandLine]:
    """A deployed bot of stage staging, where the first plans are only proposed."""
    with open_command_line(monkeypatch) as operator:
        staging = OperatorCommandLine(operator.telegram, "staging")
        staging.run("configure")
        staging.deploy()
        yield staging


@pytest.fixture
def file(tmp_path: Path, operator: OperatorCommandLine) -> Path:
    """The plans of the new shop as a file."""
    path = tmp_path / "plans.yaml"
    assert operator.run("plans", "export", str(path)).exit_code == 0
    return path


def catalogue() -> Catalogue:
    return container_of(STAGING).sales.plans.load(fresh=True)


def settings() -> ShopSettings:
    return container_of(STAGING).sales.settings.load(fresh=True)


def edit(file: Path, old: str, new: str) -> None:
    """Replace a text in a file."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_exported_plans_are_imported_unchanged(operator: OperatorCommandLine, file: Path) -> None:
    before = catalogue()
    result = operator.run("plans", "import", str(file))
    assert (result.exit_code, result.output) == (0, "family: saved\nstandard: saved\n")
    after = catalogue()
    assert [plan.version for plan in after.plans] == [1, 1]
    assert file_text(after) == file_text(before) == file.read_text(encoding="utf-8")
    assert operator.run("plans", "import", str(file)).output == "family: unchanged\nstandard: unchanged\n"
    assert operator.run("plans", "export").output == file.read_text(encoding="utf-8")


def test_the_file_can_be_edited_by_hand(operator: OperatorCommandLine, file: Path) -> None:
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert document["plans"]["standard"]["titles"] == {"en": "Standard", "ru": "Стандарт"}
    assert document["plans"]["standard"]["durations"]["30d"]["prices"]["RUB"] == "299.00"
    edit(file, "hidden: true", "hidden: false")
    result = operator.run("plans", "import", str(file))
    assert (result.exit_code, result.output) == (0, "family: saved, and the shop is open\nstandard: saved\n")
    assert [plan.id for plan in catalogue().visible()] == ["standard", "family"]
    assert [item.sk.partition("#")[0] for item in Record.query("SHOP")] == ["OPENING", "SETTINGS"]


def test_a_price_that_falls_by_more_than_half_needs_a_confirmation(operator: OperatorCommandLine, file: Path) -> None:
    edit(file, "RUB: '299.00'", "RUB: 29")
    checked = operator.run("plans", "check", str(file))
    assert checked.exit_code == 0
    assert "! standard: The price of 30d in RUB falls by more than half." in checked.output
    refused = operator.run("plans", "import", str(file))
    assert (refused.exit_code, catalogue().plans[0].version) == (1, 0)
    assert "Use --confirm" in refused.output
    assert operator.run("plans", "import", str(file), "--confirm").exit_code == 0
    duration = catalogue().plans[0].duration("30d")
    assert duration is not None
    assert duration.prices["RUB"] == 29_00


def test_a_file_with_an_error_saves_nothing(operator: OperatorCommandLine, file: Path) -> None:
    edit(file, "devices: 5", "devices: 0")
    checked = operator.run("plans", "check", str(file))
    assert (checked.exit_code, checked.output) == (1, "✘ family: Devices: 1 to 100.\n")
    refused = operator.run("plans", "import", str(file))
    assert refused.exit_code == 1
    assert "Nothing was saved" in refused.output
    assert [plan.version for plan in catalogue().plans] == [0, 0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("plans: [", "no YAML"),
        ("- 1", "no map of plans"),
        ("plans: {}\nmore: 1", "only base_currency and plans"),
        ("base_currency: USD\nplans: {}", "that of this shop is RUB"),
        ("plans: {7: {}}", "into quotes"),
        ("plans: {pro: {colour: red}}", "pro.colour"),
    ],
)
def test_a_file_that_is_not_as_expected_is_refused(
    operator: OperatorCommandLine, tmp_path: Path, text: str, words: str
) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(text, encoding="utf-8")
    result = operator.run("plans", "import", str(path))
    assert result.exit_code == 2
    assert words in result.output


def test_the_mark_of_the_trial_moves_to_another_plan(operator: OperatorCommandLine, file: Path) -> None:
    assert operator.run("plans", "import", str(file)).exit_code == 0
    text = file.read_text(encoding="utf-8")
    swapped = text.replace("trial: true", "trial: x").replace("trial: false", "trial: true")
    file.write_text(swapped.replace("trial: x", "trial: false"), encoding="utf-8")
    result = operator.run("plans", "import", str(file))
    assert (result.exit_code, result.output) == (0, "standard: saved\nfamily: saved\n")
    assert [plan.trial for plan in catalogue().plans] == [False, True]


def test_settings_are_shown_and_changed(operator: OperatorCommandLine) -> None:
    shown = operator.run("shop", "settings")
    assert shown.exit_code == 0
    assert "providers: stars" in shown.output
    assert "the shop is closed" in shown.output
    changed = operator.run("shop", "settings", "--set", "refund_days=3", "--set", "receipts=email")
    assert changed.exit_code == 0
    assert "refund_days: 3" in changed.output
    assert settings() == ShopSettings(refund_days=3, receipts=Receipts.EMAIL, version=1)
    (entry,) = Record.query("SHOP#LOG", Record.sk.startswith("LOG#"))
    assert entry.plain()["actor"] == "operator"


def test_another_provider_than_stars_needs_that_telegrams_rule_was_read(operator: OperatorCommandLine) -> None:
    refused = operator.run("shop", "settings", "--providers", "yookassa,stars")
    assert refused.exit_code == 2
    assert "Telegram requires Telegram Stars" in refused.output
    assert settings().providers == ("stars",)
    accepted = operator.run("shop", "settings", "--providers", "yookassa,stars", "--telegram-rule-read")
    assert accepted.exit_code == 0
    assert settings().providers == ("yookassa", "stars")
    assert operator.run("shop", "settings", "--providers", "crypto_pay").exit_code == 0, "it was read"


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("--set", "colour=red"), 2, "one of receipts"),
        (("--set", "refund_days"), 2, "NAME=VALUE"),
        (("--set", "refund_days=many"), 2, "no value of refund_days"),
        (("--set", "vat_code=40"), 1, "VAT code: 1 to 12"),
        (("--providers", "demo", "--telegram-rule-read"), 1, "stage demo only"),
    ],
)
def test_a_setting_that_cannot_work_is_not_saved(
    operator: OperatorCommandLine, arguments: tuple[str, ...], status: int, words: str
) -> None:
    result = operator.run("shop", "settings", *arguments)
    assert (result.exit_code, settings().version) == (status, 0)
    assert words in result.output

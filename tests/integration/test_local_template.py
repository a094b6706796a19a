"""The local run reads `template.yaml`, and rejects what it does not support."""

from datetime import timedelta
from pathlib import Path

import pytest

from local.intrinsics import UnsupportedTemplateError
from local.stack import Deployment, Route, Template
from local.template import load
from tests.integration.local_sample import TEMPLATE, write

DEPLOYMENT = Deployment("sample", "http://127.0.0.1:1")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def template(tmp_path: Path) -> Template:
    return load(write(tmp_path), DEPLOYMENT)


def test_functions_have_global_settings_and_their_own_variables(template: Template, tmp_path: Path) -> None:
    web = template.function("Web")
    assert (web.folder, web.handler, web.timeout_seconds, web.memory_mb) == (
        tmp_path / "web",
        "app.handler",
        5.0,
        512,
    )
    assert web.environment == {
        "STAGE": "demo",
        "TABLE_NAME": "sample-Table",
        "QUEUE_URL": "http://127.0.0.1:1/123456789012/sample-Work",
        "ONLY_WEB": "1",
    }
    assert template.function("slow").timeout_seconds == 1.0


def test_parameters_and_conditions_are_resolved(tmp_path: Path) -> None:
    template = load(write(tmp_path), DEPLOYMENT, {"DomainName": "vpn.example"})
    assert template.function("Web").environment["PUBLIC_URL"] == "https://vpn.example"


def test_the_page_of_the_project_gets_the_name_of_the_bot_of_the_run() -> None:
    template = load(ROOT / "template.yaml", Deployment("own", "http://127.0.0.1:1", "own_bot"))
    assert template.function("SubscriptionPage").environment["BOT_USERNAME"] == "own_bot"


def test_routes_queues_and_schedules_come_from_the_events(template: Template) -> None:
    assert Route("POST", "/echo/{name}", "Web") in template.routes
    (mapping,) = template.queue_mappings
    assert (mapping.function, mapping.batch_size, mapping.partial_failures) == ("Worker", 2, True)
    (schedule,) = template.schedules
    assert (schedule.function, schedule.every) == ("Ticker", timedelta(minutes=1))


def test_the_table_and_its_ttl_come_from_the_template(template: Template) -> None:
    (table,) = template.tables
    assert table.name == "sample-Table"
    assert table.ttl_attribute == "expires_at"
    assert [key["AttributeName"] for key in table.create["KeySchema"]] == ["pk", "sk"]


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("STAGE: !Ref Stage", 'STAGE: !ImportValue "x"', "Fn::ImportValue"),
        ("STAGE: !Ref Stage", "STAGE: !Ref Missing", "Missing"),
        ("STAGE: !Ref Stage", "STAGE: !GetAtt Table.StreamArn", "Table.StreamArn"),
        ("!If [HasDomain,", "!If [HasMissing,", "HasMissing"),
        ("  Dead:\n", "  Stream: {Type: AWS::Kinesis::Stream}\n  Dead:\n", "AWS::Kinesis::Stream"),
        ("rate(1 minute)", "cron(0 0 1 1 1 1)", "cron"),
        ("Get: {Type: HttpApi", "Get: {Type: Api", "Api"),
        ("{Type: String, Default: demo}", "{Type: String}", "Stage"),
    ],
)
def test_the_error_names_what_is_not_supported_locally(tmp_path: Path, old: str, new: str, named: str) -> None:
    assert old in TEMPLATE
    path = tmp_path / "template.yaml"
    path.write_text(TEMPLATE.replace(old, new), "utf-8")
    with pytest.raises(UnsupportedTemplateError, match=named):
        load(path, DEPLOYMENT)


def test_an_undeclared_parameter_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedTemplateError, match="Colour"):
        load(write(tmp_path), DEPLOYMENT, {"Colour": "red"})


def test_the_template_of_the_project_is_supported() -> None:
    template = load(ROOT / "template.yaml", DEPLOYMENT, {"LocalRun": "true"})
    assert Route("POST", "/telegram", "TelegramWebhook") in template.routes
    assert template.function("due_worker").environment["TABLE_NAME"] == template.tables[0].name
    assert {index["IndexName"] for index in template.tables[0].create["GlobalSecondaryIndexes"]} == {
        "due",
        "by_server",
        "audience",
    }

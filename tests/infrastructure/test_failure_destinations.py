"""Failed asynchronous work is stored in a queue with an alarm; time-outs are shorter than those of the callers."""

from typing import Any

from functions.webhook_registrar.app import REGISTRATION_SECONDS
from tests.infrastructure.cloudwatch import Alarm
from tests.infrastructure.stack import Stack, references
from tests.infrastructure.watched_shop import of_shop
from vpnbot.aws.custom_resource import ANSWER_SECONDS
from vpnbot.domain import scheduling
from vpnbot.usecases.ports import Metric
from vpnbot.usecases.scheduling import dispatch_due


def test_a_schedule_has_a_dead_letter_queue_for_failed_deliveries(stack: Stack) -> None:
    schedules = stack.resources("AWS::Scheduler::Schedule")
    assert schedules
    for schedule in schedules.values():
        assert schedule["Target"]["DeadLetterConfig"]["Arn"] == {"Fn::GetAtt": ["ClockDeadLetters", "Arn"]}


def test_every_asynchronously_invoked_function_has_a_failure_destination(stack: Stack) -> None:
    started = {
        name for s in stack.resources("AWS::Scheduler::Schedule").values() for name in references(s["Target"]["Arn"])
    }
    started |= set(
        references([c["ServiceToken"] for c in stack.resources("AWS::CloudFormation::CustomResource").values()])
    )
    topics = stack.resources("AWS::SNS::Subscription").values()
    started |= {name for topic in topics for name in references(topic["Endpoint"])}
    aliases = stack.resources("AWS::Lambda::Alias")
    functions = {aliases[alias]["FunctionName"]["Ref"] for alias in started}
    destinations = {
        config["FunctionName"]["Ref"]: config["DestinationConfig"]["OnFailure"]["Destination"]
        for config in stack.resources("AWS::Lambda::EventInvokeConfig").values()
    }
    assert functions == {"DueDispatcher", "WebhookRegistrar", "WebhookWatch", "AlarmNotifier"}
    for function in functions:
        assert destinations[function] == {"Fn::GetAtt": ["ClockDeadLetters", "Arn"]}


def test_a_role_may_write_to_the_failure_destination_of_its_function(stack: Stack) -> None:
    for role in ("DueDispatcherRole", "WebhookRegistrarRole", "WebhookWatchRole", "AlarmNotifierRole"):
        targets = [
            s["Resource"] for name, s in stack.statements() if name == role and s["Action"] == "sqs:SendMessage"
        ]
        assert "ClockDeadLetters" in set(references(targets))


def test_an_alarm_that_could_not_be_sent_is_sent_again_twice_within_an_hour(stack: Stack) -> None:
    (config,) = (
        config
        for config in stack.resources("AWS::Lambda::EventInvokeConfig").values()
        if config["FunctionName"] == {"Ref": "AlarmNotifier"}
    )
    assert (config["MaximumRetryAttempts"], config["MaximumEventAgeInSeconds"]) == (2, 3600)


def test_an_alarm_that_the_topic_cannot_hand_to_the_function_is_stored(stack: Stack) -> None:
    queue = {"Fn::GetAtt": ["ClockDeadLetters", "Arn"]}
    (subscription,) = stack.resources("AWS::SNS::Subscription").values()
    assert subscription["RedrivePolicy"] == {"deadLetterTargetArn": queue}
    (policy,) = stack.resources("AWS::SQS::QueuePolicy").values()
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert (statement["Principal"], statement["Action"]) == ({"Service": "sns.amazonaws.com"}, "sqs:SendMessage")
    assert statement["Resource"] == queue
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Ref": "AlarmTopic"}}}


def test_a_queue_that_a_function_reads_has_a_dead_letter_queue(stack: Stack) -> None:
    mappings = stack.resources("AWS::Lambda::EventSourceMapping").values()
    queues = stack.resources("AWS::SQS::Queue")
    assert mappings
    for mapping in mappings:
        queue = queues[mapping["EventSourceArn"]["Fn::GetAtt"][0]]
        (dead_letters,) = references(queue["RedrivePolicy"]["deadLetterTargetArn"])
        assert dead_letters in queues
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        function = stack.resources("AWS::Lambda::Function")["DueWorker"]
        assert function["Timeout"] == scheduling.LONGEST_RUN.total_seconds()
        assert queue["VisibilityTimeout"] >= 4 * function["Timeout"], "the message would be delivered twice"
        assert queue["VisibilityTimeout"] <= (scheduling.CLAIM - scheduling.LONGEST_RUN).total_seconds(), (
            "the message of a killed worker is delivered again while its claim lasts"
        )


def test_a_run_of_the_dispatcher_ends_before_its_time_limit(stack: Stack) -> None:
    limit = stack.resources("AWS::Lambda::Function")["DueDispatcher"]["Timeout"]
    assert dispatch_due.LONGEST_RUN.total_seconds() + 5 < limit < dispatch_due.INTERVAL.total_seconds()


def test_every_queue_that_must_stay_empty_is_counted_for_an_alarm(stack: Stack) -> None:
    variables = stack.resources("AWS::Lambda::Function")["DueDispatcher"]["Environment"]["Variables"]
    counted = set(references([variables["PARKING_QUEUE_URL"], variables["DEAD_LETTER_QUEUE_URLS"]]))
    assert counted == {"ParkingQueue", "DueDeadLetters", "ClockDeadLetters"}


def test_an_alarm_on_a_metric_of_ours_has_its_namespace_name_and_dimension(
    stack: Stack, alarms: dict[str, Any]
) -> None:
    ours = {
        stat.metric
        for name, properties in alarms.items()
        for stat in Alarm.of(name, properties).stats.values()
        if not stat.metric.namespace.startswith("AWS/")
    }
    assert ours
    assert {of_shop(metric) for metric in Metric} >= ours
    service = stack.resources("AWS::CloudFormation::Stack")["AlarmsStack"]["Parameters"]["StackName"]
    for function in stack.resources("AWS::Lambda::Function").values():
        assert function["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] == service


def test_http_functions_time_out_before_api_gateway_does(stack: Stack) -> None:
    for name in ("TelegramWebhook", "SubscriptionPage", "PaymentWebhook"):
        assert stack.resources("AWS::Lambda::Function")[name]["Timeout"] < 30


def test_the_webhook_registrar_times_out_before_cloudformation_does(stack: Stack) -> None:
    webhook = stack.resources("AWS::CloudFormation::CustomResource")["Webhook"]
    registrar = stack.resources("AWS::Lambda::Function")["WebhookRegistrar"]
    assert registrar["Timeout"] < webhook["ServiceTimeout"]


def test_the_webhook_registrar_has_a_minute_for_permissions_that_take_effect_late(stack: Stack) -> None:
    timeout = stack.resources("AWS::Lambda::Function")["WebhookRegistrar"]["Timeout"]
    assert timeout - ANSWER_SECONDS - REGISTRATION_SECONDS >= 60

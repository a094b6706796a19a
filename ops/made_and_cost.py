"""What a deployment makes in an AWS account, and what it costs while nobody uses it."""

import re
from collections.abc import Iterator, Mapping

from ops.template import ROOT, resource_counts

_KINDS = {
    "AWS::Serverless::Function": "Lambda functions",
    "AWS::DynamoDB::Table": "DynamoDB table",
    "AWS::SQS::Queue": "SQS queues",
    "AWS::Serverless::HttpApi": "public API of API Gateway",
    "AWS::ApiGatewayV2::Api": "API of API Gateway for Telegram",
    "AWS::CloudWatch::Alarm": "CloudWatch alarms",
    "AWS::SNS::Topic": "SNS topic for alarms",
    "AWS::Logs::LogGroup": "log groups",
    "AWS::IAM::Role": "IAM roles",
}
_COST = ROOT / "docs/cost.md"
_TOTAL = r"\| \*\*together\*\* \|[^|]*\| \*\*([\d.]+)\*\* \| \*\*([\d.]+)\*\* \|"


def made(parameters: Mapping[str, str]) -> Iterator[str]:
    """Yield a line for each kind of resource that matters to an operator."""
    counts = resource_counts(parameters)
    for kind, words in _KINDS.items():
        if counts[kind]:
            yield f"{counts[kind]} {words}"
    if parameters.get("DomainName"):
        yield f"the domain {parameters['DomainName']}"


def idle_month(stage: str) -> tuple[float, float] | None:
    """Return the price in US dollars of a month without customers: at list prices, and within the free quotas.

    They are the figures of docs/cost.md, which are computed from the template. None: it has no such table; stage
    staging has that of production.
    """
    name = "Demo" if stage == "demo" else "Production"
    total = re.search(rf"### {name}, idle\n.*?{_TOTAL}", _COST.read_text("utf-8"), re.DOTALL)
    return (float(total[1]), float(total[2])) if total else None

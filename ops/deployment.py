"""The stack of one bot: its name, the path of its secrets, its outputs and parameters."""

from collections.abc import Mapping
from dataclasses import dataclass

import boto3
from botocore.exceptions import ClientError

from ops.aws_errors import region_name
from ops.stack_states import is_usable, what_to_do
from vpnbot.aws import secret_names
from vpnbot.aws.error_codes import code_of
from vpnbot.aws.secret_sources import SsmParameters
from vpnbot.errors import Misconfigured
from vpnbot.settings import Stage

WEBHOOK_PATH = "webhook_path"
"""The parameter from which a deployment takes the path of the webhook (template.yaml, WebhookPath)."""


@dataclass(frozen=True, slots=True)
class Target:
    """The stack that a command operates on, deployed or not."""

    stage: Stage
    stack_name: str

    @property
    def secrets_path(self) -> str:
        """The path of its secrets in Parameter Store, as in template.yaml."""
        return f"/{self.stack_name}"

    @property
    def options(self) -> str:
        """The command-line options that select this stack."""
        usual = self.stack_name == f"vpnbot-{self.stage}"
        return f"--stage {self.stage}" if usual else f"--stage {self.stage} --stack {self.stack_name}"

    @property
    def deploy(self) -> str:
        """The command that deploys this stack."""
        return f"python -m ops {self.options} deploy"

    def secrets(self) -> Mapping[str, str]:
        """Return the stored secrets by name.

        Raises:
            Retryable: Parameter Store did not answer, or the credentials are missing.
        """
        return SsmParameters(self.secrets_path, (*secret_names.ALL, WEBHOOK_PATH))()

    def secret(self, name: str) -> str:
        """Return one stored secret.

        Raises:
            Retryable: as `secrets`.
            Misconfigured: it is not stored.
        """
        value = self.secrets().get(name)
        if not value:
            configure = f"python -m ops {self.options} configure"
            raise Misconfigured(f"{self.secrets_path}/{name}", f"not stored; run `{configure}`")
        return value

    def earlier(self, name: str) -> list[str]:
        """Return the values that a secret has had since it was created, the present one included, the oldest first.

        Parameter Store keeps the last 100 (Systems Manager user guide, Working with parameter versions).
        """
        pages = boto3.client("ssm").get_paginator("get_parameter_history")
        found = pages.paginate(Name=f"{self.secrets_path}/{name}", WithDecryption=True)
        return [version["Value"] for page in found for version in page["Parameters"]]

    def store(self, name: str, value: str) -> None:
        """Store one secret, encrypted; the path of the webhook in plain text, because CloudFormation reads it."""
        path, kind = f"{self.secrets_path}/{name}", "String" if name == WEBHOOK_PATH else "SecureString"
        boto3.client("ssm").put_parameter(Name=path, Value=value, Type=kind, Overwrite=True)

    def delete(self, name: str) -> bool:
        """Delete one secret; return False if it was not stored.

        Raises:
            Retryable, Misconfigured: it could not be deleted.
        """
        return SsmParameters(self.secrets_path).delete(name)

    def deployment(self) -> "Deployment":
        """Return the deployed stack as CloudFormation describes it.

        Raises:
            Misconfigured: the stack is not deployed, or not completely.
        """
        try:
            (stack,) = boto3.client("cloudformation").describe_stacks(StackName=self.stack_name)["Stacks"]
        except ClientError as error:
            # CloudFormation has no other code for "no such stack".
            if code_of(error) == "ValidationError" and "does not exist" in str(error):
                remedy = f"deploy it: {self.deploy}; if it is in another region, set AWS_REGION"
                raise Misconfigured(f"{self.stack_name} is not deployed in {region_name()}", remedy) from None
            raise
        outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
        parameters = {p["ParameterKey"]: p["ParameterValue"] for p in stack.get("Parameters", [])}
        status = stack["StackStatus"]
        if "Address" not in outputs or not is_usable(status):
            raise Misconfigured(
                f"{self.stack_name} is not deployed: {status}", what_to_do(status, self.stack_name, self.deploy)
            )
        return Deployment(status, outputs, parameters)


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployed stack: CloudFormation's status, the outputs and parameters of template.yaml."""

    status: str
    outputs: Mapping[str, str]
    parameters: Mapping[str, str]

    @property
    def succeeded(self) -> bool:
        """Whether the last deployment succeeded and was not rolled back."""
        return self.status.endswith("_COMPLETE") and "ROLLBACK" not in self.status

    def output(self, name: str) -> str:
        """Return an output of the stack.

        Raises:
            Misconfigured: a stack of another version is deployed, which has no such output.
        """
        if name not in self.outputs:
            raise Misconfigured(f"the output {name}", "the stack has none; deploy this version of vpnbot")
        return self.outputs[name]

    @property
    def address(self) -> str:
        """The public base address of links, pages and notifications."""
        return self.output("Address")

    @property
    def webhook_properties(self) -> Mapping[str, str]:
        """The properties with which a deployment registers the webhook, as in template.yaml.

        Raises:
            Misconfigured: a stack of another version is deployed.
        """
        names = ("MaxConnections", "ReservedConcurrency")
        missing = [name for name in names if name not in self.parameters]
        if missing:
            raise Misconfigured(f"the parameter {missing[0]}", "the stack has none; deploy this version of vpnbot")
        return {"Url": self.webhook_url, **{name: self.parameters[name] for name in names}}

    @property
    def webhook_url(self) -> str:
        """The address that Telegram should deliver to: the one that is deployed, also after the path was renewed."""
        return self.output("WebhookUrl")

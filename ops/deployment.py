"""One bot is one stack: what it is called, where its secrets lie, and what it has deployed."""

from collections.abc import Mapping
from dataclasses import dataclass

import boto3
from botocore.exceptions import ClientError

from vpnbot.aws.secrets import SsmParameters
from vpnbot.errors import Misconfigured
from vpnbot.settings import Stage


@dataclass(frozen=True, slots=True)
class Target:
    """The stack a command is about, deployed or not."""

    stage: Stage
    stack_name: str

    @property
    def secrets_path(self) -> str:
        """Where its secrets lie in Parameter Store, as template.yaml says."""
        return f"/{self.stack_name}"

    @property
    def options(self) -> str:
        """What a command line says to mean this stack."""
        usual = self.stack_name == f"vpnbot-{self.stage}"
        return f"--stage {self.stage}" if usual else f"--stage {self.stage} --stack {self.stack_name}"

    def secrets(self) -> Mapping[str, str]:
        """Read what is stored.

        Raises:
            Retryable: Parameter Store did not answer, or there are no credentials for it.
        """
        return SsmParameters(self.secrets_path)()

    def store(self, name: str, value: str) -> None:
        """Keep one secret, encrypted. The value never reaches the screen."""
        path = f"{self.secrets_path}/{name}"
        boto3.client("ssm").put_parameter(Name=path, Value=value, Type="SecureString", Overwrite=True)

    def deployment(self) -> "Deployment":
        """Ask CloudFormation what has been deployed.

        Raises:
            Misconfigured: nothing yet, or not completely; says what to do.
        """
        again = Misconfigured(self.stack_name, f"deploy it: sam build && sam deploy --config-env {self.stage}")
        try:
            (stack,) = boto3.client("cloudformation").describe_stacks(StackName=self.stack_name)["Stacks"]
        except ClientError as error:
            if error.response["Error"]["Code"] == "ValidationError":  # CloudFormation's word for "no such stack"
                raise again from error
            raise
        outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
        parameters = {p["ParameterKey"]: p["ParameterValue"] for p in stack.get("Parameters", [])}
        if "Address" not in outputs:
            raise again
        return Deployment(stack["StackStatus"], outputs, parameters)


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployed stack: CloudFormation's status, the outputs and parameters of template.yaml."""

    status: str
    outputs: Mapping[str, str]
    parameters: Mapping[str, str]

    @property
    def sound(self) -> bool:
        """Whether the last deployment is what runs, and not the one before it."""
        return self.status.endswith("_COMPLETE") and "ROLLBACK" not in self.status

    @property
    def address(self) -> str:
        """Where links and the webhook live."""
        return self.outputs["Address"]

    @property
    def webhook_url(self) -> str:
        """Where Telegram should deliver."""
        return f"{self.address}/telegram"

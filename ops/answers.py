"""The answers of `configure`: the region and the parameters of one stack, in a file that git ignores.

`deploy` passes them to the SAM command line, on top of what samconfig.toml says for the stage. The file is no part of
the repository, so that an update of the repository never conflicts with it:
docs/decisions/0073-answers-outside-the-repository.md.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from ops.template import ROOT
from vpnbot.errors import Misconfigured
from vpnbot.settings import Stage

SAMCONFIG = ROOT / "samconfig.toml"
FOLDER = ROOT / "deploy"
_HEAD = """The region and the parameters of this stack: `python -m ops deploy` passes them to sam deploy.
You may add any parameter of template.yaml. Comments are kept. There is no secret in here.
A parameter that you remove keeps its last value in the stack: write its default value instead."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Where a stack is deployed, and with which parameters beside those of samconfig.toml."""

    region: str
    parameters: Mapping[str, str]


def file_of(stack_name: str) -> Path:
    """Return the file with the answers for a stack, which need not exist."""
    return FOLDER / f"{stack_name}.toml"


def stored_answers(stack_name: str) -> Answers:
    """Return the stored answers for a stack; without a file there are none.

    Raises:
        Misconfigured: the file cannot be read.
    """
    document = _read(file_of(stack_name))
    found = document.get("parameters", {})
    return Answers(str(document.get("region", "")), {str(name): _text(value) for name, value in found.items()})


def store_answers(stack_name: str, answers: Answers) -> Path:
    """Write the answers; other parameters of the file and comments are kept. Return the file.

    Raises:
        Misconfigured: the file cannot be read.
    """
    path = file_of(stack_name)
    document = _read(path)
    if not document:
        for line in _HEAD.splitlines():
            document.add(tomlkit.comment(line))
    if answers.region:
        document["region"] = answers.region
    table = document.setdefault("parameters", tomlkit.table())
    for name, value in answers.parameters.items():
        table[name] = value
    path.parent.mkdir(exist_ok=True)
    temporary = path.with_suffix(".new")
    temporary.write_text(tomlkit.dumps(document), "utf-8")
    temporary.replace(path)
    return path


def overrides(stage: Stage, answers: Answers) -> Mapping[str, str]:
    """Return the parameters of a deployment: those of samconfig.toml for the stage, and the answers over them."""
    config = tomllib.loads(SAMCONFIG.read_text("utf-8"))
    written = str(config[stage]["deploy"]["parameters"]["parameter_overrides"])
    return {**dict(pair.split("=", 1) for pair in written.split()), **answers.parameters}


def _text(value: object) -> str:
    """Return a value as CloudFormation takes it, also one that an operator has written without quotation marks."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read(path: Path) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(path.read_text("utf-8"))
    except FileNotFoundError:
        return tomlkit.document()
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        raise Misconfigured(str(path), f"correct or delete this file: {error}") from error

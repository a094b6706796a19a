"""The template as CloudFormation receives it: template.yaml, transformed by SAM's own translator, without a network.

`python -m tests.infrastructure.transformed_template FILE` writes it as JSON, for cfn-lint.
"""

import copy
import json
import os
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
REGION = "eu-central-1"

type Template = dict[str, Any]
"""A template, or a part of one. Its schema is CloudFormation's; cfn-lint checks it."""


def read_template(path: str = "template.yaml") -> Template:
    """Return a template of this project with the short forms of intrinsic functions written out."""
    return copy.deepcopy(_parsed((ROOT / path).read_text()))


@cache
def _parsed(text: str) -> Template:
    from samtranslator.yaml_helper import yaml_parse

    template: Template = yaml_parse(text)
    return template


def packaged(template: Template, contents: Mapping[str, str] | None = None) -> Template:
    """Return the template as `sam package` writes it: every local folder is replaced by an object in S3.

    `contents` gives the object's key for a logical id, which is a hash of the folder's content in a real package.
    """
    result = copy.deepcopy(template)
    for name, resource in result["Resources"].items():
        for key in ("CodeUri", "ContentUri"):
            if key in resource.get("Properties", {}):
                resource["Properties"][key] = f"s3://packages/{(contents or {}).get(name, name)}"
        if resource["Type"] == "AWS::CloudFormation::Stack":
            resource["Properties"]["TemplateURL"] = f"https://s3.{REGION}.amazonaws.com/packages/{name}.template"
    return result


def transformed(template: Template) -> Template:
    """Return a packaged template, transformed by SAM's translator.

    Raises:
        samtranslator.model.exceptions.InvalidDocumentException: the template is not valid.
    """
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)  # the translator reads the region from boto3
    from samtranslator.translator.transform import transform

    result: Template = transform(copy.deepcopy(template), {}, _NoManagedPolicies())
    # CloudFormation expands the remaining transform; SAM's own is done.
    result["Transform"] = ["AWS::LanguageExtensions"]
    return result


class _NoManagedPolicies:
    """A loader of managed policies that has none: the template does not use them."""

    def load(self) -> dict[str, str]:
        return {}


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(transformed(packaged(read_template())), indent=1) + "\n")

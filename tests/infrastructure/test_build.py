"""The inputs of `sam build` are complete: each function has its folder."""

from tests.infrastructure.transformed_template import ROOT, read_template


def test_every_function_of_the_template_has_a_folder_with_a_handler() -> None:
    functions = {
        name: resource["Properties"]
        for name, resource in read_template()["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    for name, properties in functions.items():
        source = (ROOT / properties["CodeUri"] / "app.py").read_text()
        assert "def handler(" in source or "handler =" in source, name

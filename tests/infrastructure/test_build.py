"""The inputs of `sam build` are complete: languages of the layer, folders of the functions."""

from tests.infrastructure.transformed_template import ROOT, read_template


def test_the_dependencies_layer_keeps_every_language_of_the_bot() -> None:
    makefile = (ROOT / "layers/dependencies/Makefile").read_text()
    (languages,) = [line.split(":=")[1].split() for line in makefile.splitlines() if line.startswith("LANGUAGES")]
    used = {folder.name for folder in (ROOT / "layers/vpnbot/vpnbot/locales").iterdir() if folder.is_dir()}
    assert used
    assert used <= set(languages)


def test_every_function_of_the_template_has_a_folder_with_a_handler() -> None:
    functions = {
        name: resource["Properties"]
        for name, resource in read_template()["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    for name, properties in functions.items():
        source = (ROOT / properties["CodeUri"] / "app.py").read_text()
        assert "def handler(" in source or "handler =" in source, name

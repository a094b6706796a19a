"""The documents agree with the repository: links, paths, modules, names, metrics, alarms, commands and figures."""

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import typer
from typer.core import TyperCommand, TyperGroup

from local.__main__ import parser as local_options
from ops.commands import cli
from ops.template import parameter
from vpnbot.usecases.ports import Metric

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "layers/vpnbot/vpnbot"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
PLANNED: frozenset[str] = frozenset()
"""Folders that a document says are to be added. When one exists, remove it here."""
IGNORED = frozenset(
    line.split("/")[0] for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines() if "/" in line
)
"""Folders of files that git ignores, such as an operator's answers: they exist on some machines only."""
OF_LIBRARIES = frozenset(
    {"APIGatewayProxyEventV2", "BatchProcessor", "GetParameterError", "data_classes", "decoded_body"}
)
"""Names of third-party code that a decision mentions and this repository does not use."""
COMPOSED = frozenset(
    {
        "THREE_X_UI_TOKEN",
        "THREE_X_UI_INBOUND",
        "THREE_X_UI_ADDRESS",
        "YOOKASSA_SHOP_ID",
        "YOOKASSA_SECRET_KEY",
    }
)
"""Names that the code puts together from parts."""
EXTENSIONS = (".py", ".ftl", ".md", ".yaml", ".toml", ".json", ".js")

LINK = re.compile(r"\]\((?!https?://)([^)#\s]*)(?:#([^)]*))?\)")
FENCED = re.compile(r"```.*?```", re.DOTALL)
TICKED = re.compile(r"`([^`]+)`")
PATH = re.compile(r"[\w.<>*-]+(?:/[\w.<>*-]+)*/?")
MODULE = re.compile(r"vpnbot(?:\.\w+)+|(?<=python -m )(?:local|ops|benchmarks)(?:\.\w+)*")
IDENTIFIER = re.compile(r"[A-Za-z]*(?:[a-z][A-Z]|[A-Za-z]_[A-Za-z])\w*")
METRICS = re.compile(r"\bmetrics?:? ((?:`\w+`(?:, | and )?)+)", re.IGNORECASE)
ALARM = re.compile(r"\balarm ([A-Z]\w+)")
MAKE = re.compile(r"^(?:[A-Z]+=\S+ )?make ([a-z][\w-]*)", re.MULTILINE)
OPS = re.compile(r"python -m ops((?: [^\s`#()]+)*)")
LOCAL = re.compile(r"python -m local((?: --[\w-]+)+)")
SET = re.compile(r"--set ([A-Z][a-z]\w*)=")

documents = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def _text(document: Path) -> str:
    """Return a document without its comments."""
    return re.sub(r"<!--.*?-->", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)


def _ticked(text: str) -> list[str]:
    """Return what is in backticks, outside of code blocks."""
    return TICKED.findall(FENCED.sub("", text))


@cache
def _tracked() -> tuple[str, ...]:
    """Return the paths of the repository's files."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607  git from PATH
    return tuple(path for path in listed.stdout.splitlines() if (ROOT / path).exists())


@cache
def _names_in_code() -> frozenset[str]:
    """Return every word of every file that is neither a document nor a test of documents."""
    kept = (path for path in _tracked() if not path.endswith((".md", ".png")) and ROOT / path != Path(__file__))
    return frozenset(word for path in kept for word in re.findall(r"\w+", (ROOT / path).read_text(encoding="utf-8")))


@cache
def _folders() -> frozenset[str]:
    """Return the first parts of paths: the folders of the repository's root and those of the package."""
    inside = PACKAGE.relative_to(ROOT).as_posix() + "/"
    roots = {path.split("/")[0] for path in _tracked() if "/" in path}
    return frozenset(
        roots | {path.removeprefix(inside).split("/")[0] for path in _tracked() if path.startswith(inside)}
    )


def _named_paths(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each path in backticks, with the folders in backticks at the head of its column if it is in a table."""
    heads: tuple[tuple[str, ...], ...] = ()
    for line in FENCED.sub("", text).splitlines():
        cells = line.strip("|").split("|") if line.startswith("|") else [line]
        if not line.startswith("|"):
            heads = ()
        elif not heads:
            heads = tuple(tuple(name for name in TICKED.findall(cell) if name.endswith("/")) for cell in cells)
        for number, cell in enumerate(cells):
            for word in (word for ticked in TICKED.findall(cell) for word in ticked.split()):
                if _is_path(word):
                    yield word, heads[number] if number < len(heads) else ()


def _is_path(word: str) -> bool:
    if not PATH.fullmatch(word):
        return False
    return word.endswith(("/", *EXTENSIONS)) or ("/" in word and word.split("/", maxsplit=1)[0] in _folders())


def _exists(path: str, heads: tuple[str, ...] = ()) -> bool:
    """Tell whether a path leads somewhere from the root, from the package, or from the folder of its column."""
    pattern = re.sub(r"<\w+>", "*", path).rstrip("/")
    places = [ROOT, PACKAGE, *(PACKAGE / head for head in heads)]
    if pattern in IGNORED or any(True for place in places for _ in place.glob(pattern)):
        return True
    return "/" not in path and any(tracked.endswith(f"/{path}") for tracked in _tracked())


def _is_module(name: str) -> bool:
    path = (PACKAGE.parent if name.startswith("vpnbot") else ROOT) / name.replace(".", "/")
    return path.is_dir() or path.with_suffix(".py").is_file()


def _slugs(document: Path) -> set[str]:
    """Return the anchors of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", _text(document)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _alarms_in_order() -> list[str]:
    """Return the names of the template's alarms without their ending."""
    template = (ROOT / "monitoring/alarms.yaml").read_text(encoding="utf-8")
    return re.findall(r"^  (\w+)Alarm:\n    Type: AWS::CloudWatch::Alarm$", template, re.MULTILINE)


def _alarms() -> set[str]:
    return set(_alarms_in_order())


def _rows(heading: str, document: str = "docs/operations.md") -> list[list[str]]:
    """Return the cells of the table below a heading of a document, without its first two lines."""
    section = (ROOT / document).read_text(encoding="utf-8").split(f"# {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip().strip("*") for cell in line.strip("|").split("|")] for line in lines[2:]]


@documents
def test_links_lead_to_files_and_headings(document: Path) -> None:
    if document.name == "template.md":
        pytest.skip("its link is an example")
    for link, anchor in LINK.findall(_text(document)):
        target = document.parent / link if link else document
        assert target.exists(), link
        assert not anchor or anchor in _slugs(target), f"{link}#{anchor}"


@documents
def test_paths_that_are_named_exist(document: Path) -> None:
    named = [(path, heads) for path, heads in _named_paths(_text(document)) if path not in PLANNED]
    assert not [path for path, heads in named if not _exists(path, heads)]


def test_planned_folders_do_not_exist_yet() -> None:
    assert not [folder for folder in PLANNED if _exists(folder)]


@documents
def test_modules_that_are_named_exist(document: Path) -> None:
    assert not [name for name in MODULE.findall(_text(document)) if not _is_module(name)]


@documents
def test_names_in_backticks_are_in_the_code(document: Path) -> None:
    words = [word for ticked in _ticked(_text(document)) if "/" not in ticked for word in re.findall(r"\w+", ticked)]
    names = {word for word in words if IDENTIFIER.fullmatch(word)} - OF_LIBRARIES - COMPOSED
    assert not names - _names_in_code()


@documents
def test_metrics_that_are_named_exist(document: Path) -> None:
    text = " ".join(_text(document).split())
    named = {name for names in METRICS.findall(text) for name in TICKED.findall(names)}
    assert not {name for name in named if name.isidentifier() and name.lower() != name} - set(Metric)


@documents
def test_alarms_that_are_named_exist(document: Path) -> None:
    assert not set(ALARM.findall(" ".join(_text(document).split()))) - _alarms()


def test_the_table_of_alarms_lists_exactly_those_of_the_template() -> None:
    assert [row[0] for row in _rows("Alarms", "docs/alarms.md")] == _alarms_in_order()


def test_descriptions_of_alarms_lead_to_sections() -> None:
    template = (ROOT / "monitoring/alarms.yaml").read_text(encoding="utf-8")
    found = re.findall(r'AlarmDescription: ".*see (docs/[\w./]+), (.+)"', template)
    assert len(found) == len(_alarms())
    for document, section in found:
        assert f"\n## {section}\n" in (ROOT / document).read_text(encoding="utf-8"), section


@documents
def test_commands_of_ops_exist_with_their_options(document: Path) -> None:
    for written in OPS.findall(_text(document)):
        words = [word for word in written.split() if word != "…"]
        _assert_command(typer.main.get_command(cli), words)


@documents
def test_options_of_the_local_run_exist(document: Path) -> None:
    named = {option for options in LOCAL.findall(_text(document)) for option in options.split()}
    assert not named - set(local_options()._option_string_actions)


@documents
def test_parameters_that_configure_sets_exist(document: Path) -> None:
    for name in SET.findall(_text(document)):
        assert parameter(name).name == name


@documents
def test_targets_of_make_that_are_named_exist(document: Path) -> None:
    named = {target for block in FENCED.findall(_text(document)) for target in MAKE.findall(block)}
    named |= {found[1] for ticked in _ticked(_text(document)) if (found := MAKE.match(ticked))}
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert not {target for target in named if not re.search(rf"^{target}:", makefile, re.MULTILINE)}


def _assert_command(command: object, words: list[str]) -> None:
    """Follow the words of a command line to the command that they name, and check each option on the way."""
    assert isinstance(command, TyperCommand | TyperGroup)
    options = {name: parameter for parameter in command.params for name in parameter.opts}
    while words:
        word, *words = words
        if word.startswith("--") and word != "--help":
            assert word in options, word
            words = words if getattr(options[word], "is_flag", False) else words[1:]
        elif word != "--help" and isinstance(command, TyperGroup):
            assert word in command.commands, word
            _assert_command(command.commands[word], words)
            return


def test_the_index_of_documents_names_every_document() -> None:
    text = (ROOT / "docs/README.md").read_text(encoding="utf-8")
    assert not [path.name for path in (ROOT / "docs").glob("*.md") if path.name not in text]

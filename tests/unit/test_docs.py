"""Links in the documents lead to files, and the files that they name are in the repository."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\((?!https?://)([^)#\s]+)(?:#[^)]*)?\)")
NAMED_FILE = re.compile(r"`((?:layers|functions|local|ops|tests|events|docs|benchmarks)/[\w./-]+)`")


def _plain(document: Path) -> str:
    """Return a document without its comments."""
    return re.sub(r"<!--.*?-->", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_to_files(document: Path) -> None:
    if document.name == "template.md":
        pytest.skip("its link is an example")
    missing = [link for link in LINK.findall(_plain(document)) if not (document.parent / link).exists()]
    assert not missing


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_that_are_named_exist(document: Path) -> None:
    missing = [name for name in NAMED_FILE.findall(_plain(document)) if not (ROOT / name).exists()]
    assert not missing


def test_the_way_in_names_every_document() -> None:
    text = (ROOT / "docs/README.md").read_text(encoding="utf-8")
    assert not [path.name for path in (ROOT / "docs").glob("*.md") if path.name not in text]

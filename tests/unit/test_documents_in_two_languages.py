"""A document and its Russian version name the same commands, files, links and figures."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUSSIAN = sorted([*ROOT.glob("*.ru.md"), *ROOT.glob("docs/**/*.ru.md")])
PAIRS = [(path.with_name(f"{path.name.removesuffix('.ru.md')}.md"), path) for path in RUSSIAN]
TRANSLATED = {"README.md", "docs/first-shop.md"}

FENCED = re.compile(r"```sh\n(.*?)```", re.DOTALL)
TICKED = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)]*))?\)")
PRICE = re.compile(r"\$\d+(?:\.\d+)?")

pairs = pytest.mark.parametrize(("english", "russian"), PAIRS, ids=lambda path: path.name)


def commands(document: Path) -> list[str]:
    """Return the lines of the code blocks, without comments."""
    lines = "\n".join(FENCED.findall(document.read_text(encoding="utf-8"))).splitlines()
    return [line.partition("#")[0].strip() for line in lines]


def named(document: Path) -> Counter[str]:
    """Return what is in backticks outside of code blocks."""
    return Counter(TICKED.findall(FENCED.sub("", document.read_text(encoding="utf-8"))))


def links(document: Path) -> Counter[str]:
    """Return the targets of links: without the language, and without the anchors of headings that are translated."""
    found = LINK.findall(document.read_text(encoding="utf-8"))
    return Counter(f"{_in_any_language(link)}#{anchor}" if link else "#" for link, anchor in found)


def _in_any_language(link: str) -> str:
    return re.sub(r"(\.ru)?\.md$", ".md", re.sub(r"-(en|ru)\.png$", ".png", link))


def test_each_document_that_has_to_exist_in_russian_does() -> None:
    assert {english.relative_to(ROOT).as_posix() for english, _ in PAIRS} >= TRANSLATED


@pairs
def test_both_have_the_same_commands(english: Path, russian: Path) -> None:
    assert commands(english) == commands(russian)


@pairs
def test_both_name_the_same_files_and_names(english: Path, russian: Path) -> None:
    assert named(english) == named(russian)


@pairs
def test_both_lead_to_the_same_documents_and_pictures(english: Path, russian: Path) -> None:
    assert links(english) == links(russian)


@pairs
def test_both_say_the_same_prices(english: Path, russian: Path) -> None:
    prices = [Counter(PRICE.findall(document.read_text(encoding="utf-8"))) for document in (english, russian)]
    assert prices[0] == prices[1]

"""The packages that a requirements file pins."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


@dataclass(frozen=True, slots=True, order=True)
class Pin:
    """One package at one exact version; the name is written as PyPA's specification normalises it."""

    name: str
    version: str


def pins_in(text: str) -> frozenset[Pin]:
    """Return what a requirements file pins.

    Raises:
        ValueError: a requirement is not pinned to one exact version. Nothing could be said about it.
    """
    lines = (line.removesuffix("\\").strip() for line in text.splitlines())
    return frozenset(_pin(line) for line in lines if line and not line.startswith(("#", "--hash")))


def pins_of(files: Iterable[Path]) -> frozenset[Pin]:
    """Return what these requirements files pin."""
    return frozenset(pin for file in files for pin in pins_in(file.read_text(encoding="utf-8")))


def _pin(line: str) -> Pin:
    requirement = Requirement(line)
    specifiers = list(requirement.specifier)
    if len(specifiers) != 1 or specifiers[0].operator != "==" or "*" in specifiers[0].version:
        raise ValueError(f"not pinned to one version: {line}")
    return Pin(canonicalize_name(requirement.name), specifiers[0].version)

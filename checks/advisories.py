"""The advisories that this repository keeps for machines from which no vulnerability service is reached.

The file is in the OSV format (https://ossf.github.io/osv-schema/), reduced to what a comparison of versions needs.
"""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import Version


@dataclass(frozen=True, slots=True)
class VersionRange:
    """From `introduced` until before `fixed`, or until `last_affected`, or without an end."""

    introduced: Version
    fixed: Version | None = None
    last_affected: Version | None = None

    def contains(self, version: Version) -> bool:
        """Tell whether a version is in this range."""
        if version < self.introduced:
            return False
        if self.fixed is not None:
            return version < self.fixed
        return self.last_affected is None or version <= self.last_affected


@dataclass(frozen=True, slots=True)
class Advisory:
    """One known vulnerability of one package."""

    id: str
    aliases: tuple[str, ...]
    package: str
    ranges: tuple[VersionRange, ...]
    summary: str
    source: str
    published: date

    def affects(self, version: str) -> bool:
        """Tell whether a version of its package has this vulnerability."""
        parsed = Version(version)
        return any(affected.contains(parsed) for affected in self.ranges)

    @property
    def fixed_in(self) -> tuple[str, ...]:
        """Return the versions that mend it."""
        return tuple(str(affected.fixed) for affected in self.ranges if affected.fixed is not None)


@dataclass(frozen=True, slots=True)
class AdvisoryFile:
    """All advisories of the file, and the packages that were looked up and had none."""

    taken: date
    advisories: tuple[Advisory, ...]
    without_advisories: frozenset[str]

    @property
    def newest(self) -> date:
        """Return the day on which the newest advisory of the file was published."""
        return max(advisory.published for advisory in self.advisories)

    @property
    def packages(self) -> frozenset[str]:
        """Return the packages about which the file says something."""
        return self.without_advisories | {advisory.package for advisory in self.advisories}


def read_advisories(file: Path) -> AdvisoryFile:
    """Read the file. A missing or malformed entry raises: the file belongs to the repository."""
    document = json.loads(file.read_text(encoding="utf-8"))
    return AdvisoryFile(
        taken=date.fromisoformat(document["taken"]),
        advisories=tuple(_advisory(entry) for entry in document["advisories"]),
        without_advisories=frozenset(canonicalize_name(name) for name in document["without_advisories"]),
    )


def _advisory(entry: dict[str, Any]) -> Advisory:
    return Advisory(
        id=entry["id"],
        aliases=tuple(entry["aliases"]),
        package=canonicalize_name(entry["package"]),
        ranges=tuple(_range(affected) for affected in entry["ranges"]),
        summary=entry["summary"],
        source=entry["source"],
        published=date.fromisoformat(entry["published"]),
    )


def _range(affected: dict[str, str]) -> VersionRange:
    ends = {name: Version(affected[name]) for name in ("fixed", "last_affected") if name in affected}
    return VersionRange(Version(affected["introduced"]), **ends)

"""Remove from the installed packages what no function uses: `python trim.py FOLDER`, run by the Makefile.

`docs/decisions/0104-the-layer-contains-what-functions-use.md` says what, why and how it is proved.
"""

import pickle
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

BOTOCORE_DATA = (
    *("codedeploy", "dynamodb", "lambda", "sqs", "ssm", "sts"),
    *("_retry.json", "endpoints.json", "partitions.json", "sdk-default-configuration.json"),
)
"""The data that botocore needs at run time, and the services that the functions call. All others take 20 MB."""

# Not formatted: one language a line would be 47 lines.
LANGUAGES = (
    "ar", "az", "be", "bg", "cs", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hu", "hy", "id", "it",
    "ja", "ka", "kk", "ko", "ky", "lt", "lv", "mn", "nl", "pl", "pt", "ro", "root", "ru", "sk", "sr", "sv", "tg",
    "th", "tk", "tr", "uk", "ur", "uz", "vi", "zh",
)  # fmt: skip
"""The languages whose data of Babel is kept: those that the bot may get by one more folder of texts."""

LANGUAGE_DATA = frozenset(
    {"locale_id", "plural_form", "ordinal_form", "number_symbols", "default_numbering_system", "numbering_systems"}
    | {"decimal_formats", "percent_formats", "scientific_formats", "currency_formats", "minimum_grouping_digits"}
)
"""What is kept of a language: plurals and numbers. Names of countries, units and time zones take 95 % of it."""

UNUSED_GLOBAL_DATA = frozenset(
    {"territory_zones", "zone_aliases", "zone_territories", "windows_zone_mapping", "meta_zones"}
    | {"territory_currencies", "territory_languages"}
)
"""Babel's data about time zones and countries, which it loads in one piece with the aliases of languages: 1 MB."""

UNUSED_PACKAGES = ("aiohttp", "aiohappyeyeballs", "aiosignal", "frozenlist", "multidict", "propcache", "yarl")
"""aiohttp, which aiogram imports only for its own session, and what only aiohttp needs."""

UNUSED_FOLDERS = (
    "bin",
    "share",
    "aws_lambda_powertools/event_handler/openapi/swagger_ui",
    "boto3/data",
    "boto3/examples",
    "pytz/zoneinfo",
)
UNUSED_FILES = ("*.pyi", "*.pyx", "*.pxd", "*.c", "*.h")


def trim(packages: Path) -> None:
    """Trim the packages in a folder. Each of them must be there: a new version that moves its data is noticed."""
    keep(packages / "botocore/data", BOTOCORE_DATA)
    trim_languages(packages / "babel/locale-data")
    trim_global(packages / "babel/global.dat")
    for name in UNUSED_PACKAGES:
        shutil.rmtree(packages / name)
        (information,) = packages.glob(f"{name}-*.dist-info")
        shutil.rmtree(information)
    for name in UNUSED_FOLDERS:
        shutil.rmtree(packages / name, ignore_errors=name in {"bin", "share"})
    for folder in [path for path in packages.rglob("*") if path.name in {"tests", "test", "__pycache__"}]:
        shutil.rmtree(folder, ignore_errors=True)
    for pattern in UNUSED_FILES:
        for file in packages.rglob(pattern):
            file.unlink()
    for file in packages.glob("*.dist-info/**/*"):
        if file.is_file() and file.name != "METADATA":
            file.unlink()


def trim_languages(folder: Path) -> None:
    """Keep the languages in a folder of Babel's data, and of each of them what plurals and numbers need."""
    keep(folder, [f"{language}.dat" for language in LANGUAGES])
    for file in folder.iterdir():
        data = pickle.loads(file.read_bytes())  # noqa: S301 - Babel's own file, installed with its hash
        kept = {name: value for name, value in data.items() if name in LANGUAGE_DATA}
        file.write_bytes(pickle.dumps(kept, pickle.HIGHEST_PROTOCOL))


def trim_global(file: Path) -> None:
    """Empty what plurals and numbers do not need in Babel's data that belongs to no language.

    Raises:
        KeyError: one of the tables is not there.
    """
    data = pickle.loads(file.read_bytes())  # noqa: S301 - as above
    for name in UNUSED_GLOBAL_DATA:
        data[name] = type(data[name])()
    subtags = data["likely_subtags"]
    data["likely_subtags"] = {name: subtags[name] for name in subtags if name.partition("_")[0] in LANGUAGES}
    file.write_bytes(pickle.dumps(data, pickle.HIGHEST_PROTOCOL))


def keep(folder: Path, names: Iterable[str]) -> None:
    """Remove whatever is in a folder beside these names.

    Raises:
        FileNotFoundError: one of the names is not there.
    """
    kept = set(names)
    found = {path.name for path in folder.iterdir()}
    if missing := sorted(kept - found):
        raise FileNotFoundError(f"{folder} has no {', '.join(missing)}")
    for path in folder.iterdir():
        if path.name not in kept:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


if __name__ == "__main__":
    trim(Path(sys.argv[1]))

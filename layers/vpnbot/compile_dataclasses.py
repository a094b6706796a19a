"""Compile the code of all dataclasses of a package: `python compile_dataclasses.py FOLDER`, run by the Makefile.

No module of the package is imported, because its libraries may not be there or may be built for another processor.
The text that `dataclasses` writes for a class depends on the names, the order and the options of its fields, and on
the names in its body. So each class is made again with these alone; `dataclasses` itself writes the text, which is
compiled. `docs/decisions/0125-dataclasses-are-compiled-by-the-build.md` says why and how it is proved.
"""

import ast
import dataclasses
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any, ClassVar

KEPT_OPTIONS = frozenset({"init", "repr", "hash", "compare", "kw_only"})
"""Options of `field` that change the text."""


@dataclass(frozen=True, slots=True)
class Source:
    """One module: its classes by name, and where each imported name comes from."""

    name: str
    classes: Mapping[str, ast.ClassDef]
    imported: Mapping[str, tuple[str, str]]


def read(packages: Path) -> Mapping[str, Source]:
    """Read the modules of the packages in a folder, by their names."""
    found = [_source(packages, file) for file in sorted(packages.rglob("*.py"))]
    return {source.name: source for source in found}


def _source(packages: Path, file: Path) -> Source:
    parts = file.relative_to(packages).with_suffix("").parts
    tree = ast.parse(file.read_bytes())
    imported = {
        alias.asname or alias.name: (node.module or "", alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    classes = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    return Source(".".join(parts[:-1] if parts[-1] == "__init__" else parts), classes, imported)


class Maker:
    """Makes classes again, and keeps the texts that `dataclasses` executes for each module."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources
        self._made: dict[tuple[str, str], type] = {}
        self._module = ""
        self.codes: dict[str, dict[str, CodeType]] = {}

    def make_all(self) -> Mapping[str, Mapping[str, CodeType]]:
        """Return the compiled code by module and text."""
        dataclasses.exec = self._execute  # type: ignore[attr-defined]  # found before the builtin
        try:
            for source in self._sources.values():
                for name in source.classes:
                    self._make(source, name)
        finally:
            del dataclasses.exec  # type: ignore[attr-defined]
        return self.codes

    def _execute(self, text: str, of_module: dict[str, Any], names: dict[str, Any]) -> None:
        code = compile(text, "<string>", "exec", dont_inherit=True)
        self.codes.setdefault(self._module, {})[text] = code
        exec(code, of_module, names)  # noqa: S102 - the text is the library's

    def _make(self, source: Source, name: str) -> type:
        known = self._made.get((source.name, name))
        if known is not None:
            return known
        node = source.classes[name]
        bases = tuple(self._bases(source, node))
        made: type = type(name, bases, dict(_names(node)))
        decorator = next(filter(_is_dataclass, node.decorator_list), None)
        if decorator is not None:
            made.__annotations__ = dict(_annotations(node))
            self._module = source.name
            made = dataclass(made, **_options(decorator))
        self._made[source.name, name] = made
        return made

    def _bases(self, source: Source, node: ast.ClassDef) -> Iterator[type]:
        """Yield the bases that the package itself defines; no other has fields."""
        for base in node.bases:
            named = base.value if isinstance(base, ast.Subscript) else base
            if not isinstance(named, ast.Name):
                continue
            module, name = source.imported.get(named.id, (source.name, named.id))
            of_base = self._sources.get(module)
            if of_base is None or name not in of_base.classes:
                of_base = self._only_one_with(name)
            if of_base is not None and of_base.classes[name] is not node:
                yield self._make(of_base, name)

    def _only_one_with(self, name: str) -> Source | None:
        """Return the module of a class that was imported from a package that only passes it on."""
        found = [source for source in self._sources.values() if name in source.classes]
        return found[0] if len(found) == 1 else None


def _is_dataclass(decorator: ast.expr) -> bool:
    named = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(named, ast.Name) and named.id == "dataclass"


def _options(decorator: ast.expr) -> dict[str, Any]:
    given = decorator.keywords if isinstance(decorator, ast.Call) else []
    return {option.arg: ast.literal_eval(option.value) for option in given if option.arg}


def _names(node: ast.ClassDef) -> Iterator[tuple[str, Any]]:
    """Yield what the body of a class defines: functions, and the defaults of fields."""
    for each in node.body:
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
            yield each.name, _nothing
        elif isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name) and each.value is not None:
            yield each.target.id, _default(each.value)


def _nothing(*_: object) -> None:
    """Stand for a method, which may be called when a class is made."""


def _default(value: ast.expr) -> Any:
    """Return a field with the same options; it has a default or a factory if this one has."""
    if not (isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "field"):
        return None
    options: dict[str, Any] = {}
    for option in value.keywords:
        if option.arg in KEPT_OPTIONS:
            options[option.arg] = ast.literal_eval(option.value)
        elif option.arg == "default":
            options["default"] = None
        elif option.arg == "default_factory":
            options["default_factory"] = list
    return dataclasses.field(**options)


def _annotations(node: ast.ClassDef) -> Iterator[tuple[str, Any]]:
    for each in node.body:
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
            of_class = ast.unparse(each.annotation).strip("'\"").startswith("ClassVar")
            yield each.target.id, ClassVar[object] if of_class else object


def main(folder: Path) -> None:
    """Write the file beside the module that uses it. That module alone is imported; it needs nothing else."""
    sys.path.insert(0, str(folder))
    from vpnbot.startup.compiled_dataclasses import write

    codes = Maker(read(folder)).make_all()
    write(folder / "vpnbot/startup/compiled_dataclasses.bin", codes)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

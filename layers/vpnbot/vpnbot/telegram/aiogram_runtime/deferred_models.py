"""Deferred building of aiogram's pydantic models: each is built on first use, instead of all 403 at import.

Importing any module of `vpnbot.telegram` calls `install()`, which is cheap: it only adds a finder for the first
`import aiogram`. All modules of this package import aiogram in the ordinary way.

At import, aiogram calls `model_rebuild` on each type with a namespace of all types, because the types name each other
in annotations that Python cannot resolve alone. Here, this happens instead:

- `model_rebuild` of a type (pydantic calls it on first use, because aiogram's types have `defer_build`) collects the
  names that the type mentions, imports only their modules, and then builds the model.
- A field with one object of another type (`giveaway: Giveaway | None`), or with a list of such objects, does not need
  that type to be built. It gets a validator and a serializer that delegate to those of the type, which is built when
  the first giveaway arrives. An update with a text so builds a dozen models, not the 219 that it can reach. Unions
  get the real types, because pydantic needs the members of a union in order to choose between them.

Threads: building is under one lock, importing is not, because Python has its own import locks. So the two cannot
deadlock.
"""

import os
import re
import sys
import threading
import typing
from collections.abc import Iterable, Iterator
from types import ModuleType, UnionType
from typing import TYPE_CHECKING, Any, ForwardRef, Literal, Optional, Union, cast

from vpnbot.telegram.aiogram_runtime.lazy_import import LazyAiogramFinder, UnexpectedAiogram

if TYPE_CHECKING:
    from pydantic import BaseModel, GetCoreSchemaHandler, SerializationInfo, ValidationInfo
    from pydantic_core import CoreSchema

_WORD = re.compile(r"[A-Za-z_]\w*")
_OBJECTS = re.compile(r"(?:([A-Z]\w*)|list\[([A-Z]\w*)\]|list\[list\[([A-Z]\w*)\]\])(?: \| None)?")
"""An annotation of one object, of a list of objects or of a list of such lists, and the name of their type."""
NO_MODELS = frozenset(
    {"BufferedInputFile", "ContentType", "DateTime", "Downloadable", "FSInputFile"}
    | {"InputFile", "UNSET_PARSE_MODE", "URLInputFile"}
)
"""The names that `aiogram.types` exports beside pydantic models and unions of them (which end in `Union`)."""

_building = threading.RLock()


def install() -> None:
    """Prepare for the first `import aiogram` of this process; does nothing if it was imported already."""
    if "aiogram" in sys.modules or any(isinstance(finder, LazyAiogramFinder) for finder in sys.meta_path):
        return
    # pydantic searches the metadata of all installed packages for plug-ins (20 ms); there are none here.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    sys.meta_path.insert(0, LazyAiogramFinder(prepare=_prepare))


def _prepare() -> None:
    """Change `model_rebuild` of aiogram's three base classes, before any class derives from them."""
    import aiogram.types
    from aiogram.client.default import Default
    from aiogram.types.base import TelegramObject
    from pydantic import BaseModel

    if TelegramObject.model_config.get("defer_build") is not True:
        raise UnexpectedAiogram("aiogram's types do not have defer_build")
    namespace = Namespace(aiogram.types, {"Default": Default, **_TYPING_NAMES})

    # Types first, because the import of the methods creates instances of some types.
    _hook(TelegramObject, namespace, BaseModel)
    from aiogram.methods.base import Response, TelegramMethod

    for base in (TelegramMethod, Response):
        base.model_config["defer_build"] = True
        _hook(base, namespace, BaseModel)


# The names that aiogram passes to `model_rebuild` beside its types (types/__init__.py, `_types_namespace`).
_TYPING_NAMES: dict[str, Any] = {"List": list, "Optional": Optional, "Union": Union, "Literal": Literal}


def _hook(base: "type[BaseModel]", namespace: "Namespace", root: "type[BaseModel]") -> None:
    """Give `base` and its subclasses a `model_rebuild` that resolves the names of aiogram's types."""
    build = root.model_rebuild.__func__  # type: ignore[attr-defined]  # a classmethod, called for other classes

    def model_rebuild(
        cls: "type[BaseModel]",
        *,
        force: bool = False,
        raise_errors: bool = True,
        _parent_namespace_depth: int = 2,
        _types_namespace: typing.Mapping[str, Any] | None = None,
    ) -> bool | None:
        if cls.__pydantic_complete__ and not force:
            return None
        names = {**namespace.reached_from(cls), **(_types_namespace or {})}
        with _building:
            try:
                done: bool | None = build(cls, force=force, raise_errors=True, _types_namespace=names)
            except Exception:  # noqa: BLE001 - after any error, build as aiogram does, which may raise it again
                names = {**namespace.everything(), **(_types_namespace or {})}
                done = build(cls, force=force, raise_errors=raise_errors, _types_namespace=names)
        return done

    base.model_rebuild = classmethod(model_rebuild)  # type: ignore[assignment]  # same signature, bound by classmethod


class Namespace:
    """The names of aiogram's types; each is imported when a model to be built mentions it."""

    def __init__(self, types: ModuleType, names: dict[str, Any]) -> None:
        self._types = types
        self._exported: frozenset[str] = frozenset(types.__all__)
        self._names = dict(names)
        self._walked: set[Any] = set()

    def reached_from(self, model: "type[BaseModel]") -> dict[str, Any]:
        """Return all names needed to build `model`. Safe to call from several threads: names are only added."""
        todo: list[Any] = [model]
        walked: set[Any] = set()
        while todo:
            annotation = todo.pop()
            if annotation in self._walked or annotation in walked:
                continue
            walked.add(annotation)
            todo.extend(self._mentioned_by(annotation))
        self._walked |= walked
        return dict(self._names)

    def everything(self) -> dict[str, Any]:
        """Return all exported names, imported, as in aiogram's own namespace."""
        return {**self._names, **{name: getattr(self._types, name) for name in self._exported}}

    def _mentioned_by(self, annotation: Any) -> Iterable[Any]:
        if isinstance(annotation, ForwardRef):
            return self._named_in(annotation.__forward_arg__)
        if typing.get_origin(annotation) is not None or isinstance(annotation, UnionType):
            return typing.get_args(annotation)
        if isinstance(annotation, type) and hasattr(annotation, "model_fields"):
            return (field.annotation for field in annotation.model_fields.values())
        return ()

    def _named_in(self, text: str) -> Iterator[Any]:
        """Yield the types that an annotation mentions, imported; objects and lists of them get a stand-in instead."""
        objects = _OBJECTS.fullmatch(text)
        named = objects and next(filter(None, objects.groups()))
        if named and self._can_be_deferred(named):
            self._names.setdefault(named, deferred_type(self._types, named))
            return
        for name in _WORD.findall(text):
            if name in self._exported:
                self._names[name] = getattr(self._types, name)
                yield self._names[name]

    def _can_be_deferred(self, name: str) -> bool:
        return name in self._exported and name not in NO_MODELS and not name.endswith("Union")


def deferred_type(types: ModuleType, name: str) -> type:
    """Return a stand-in for the type `name` of aiogram, whose schema delegates to the type itself."""

    def model() -> "type[BaseModel]":
        real: type[BaseModel] = getattr(types, name)
        return real

    def validate(value: Any, info: "ValidationInfo") -> Any:
        return model().__pydantic_validator__.validate_python(value, context=info.context)

    def serialize(value: Any, info: "SerializationInfo") -> Any:
        if not isinstance(value, model()):
            return value
        return model().__pydantic_serializer__.to_python(
            value,
            # In JSON mode, pydantic serialises the returned value further, with the `fallback` of the caller.
            mode="python",
            include=cast("Any", info.include),
            exclude=cast("Any", info.exclude),
            by_alias=info.by_alias,
            exclude_unset=info.exclude_unset,
            exclude_defaults=info.exclude_defaults,
            exclude_none=info.exclude_none,
            exclude_computed_fields=info.exclude_computed_fields,
            round_trip=info.round_trip,
            serialize_as_any=info.serialize_as_any,
            context=info.context,
            # The flag of the outer call is not available here; aiogram always calls without warnings.
            warnings=False,
        )

    def schema(cls: type, source: Any, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        from pydantic_core import core_schema

        return core_schema.with_info_plain_validator_function(
            validate,
            serialization=core_schema.plain_serializer_function_ser_schema(serialize, info_arg=True),
        )

    return type(
        name, (), {"__get_pydantic_core_schema__": classmethod(schema), "__doc__": f"{name}, built on first use."}
    )

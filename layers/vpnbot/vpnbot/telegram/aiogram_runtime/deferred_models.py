"""Building aiogram's pydantic models when the first value of each is met, instead of all 403 at import.

Importing any module of `vpnbot.telegram` calls `install()`, and that costs next to nothing: a finder waits for the
first `import aiogram`. So everything in this package imports aiogram as everybody does, and only the order of work
differs.

What aiogram does at import: it calls `model_rebuild` on each type with a namespace of all types, because the types
name each other in annotations that Python cannot resolve by itself. What happens here instead:

- `model_rebuild` of a type (pydantic calls it by itself on first use, because aiogram's types say `defer_build`)
  gathers the names which that type mentions, imports those modules and no others, and only then builds.
- A field that holds one object of another type (`giveaway: Giveaway | None`) does not pull that type in. It gets a
  validator and a serializer that hand over to the type's own, which is built when the first giveaway arrives. So an
  update with a text builds a dozen models and not the 219 that one may reach. Lists and unions get the real types:
  pydantic chooses between members of a union by looking inside them.

Threads: building is under one lock, importing is not (Python's import locks do that), so that neither waits for the
other while holding what the other wants.
"""

import os
import re
import sys
import threading
import typing
from collections.abc import Iterable, Iterator
from types import ModuleType, UnionType
from typing import TYPE_CHECKING, Any, ForwardRef, Literal, Optional, Union, cast

from vpnbot.telegram.aiogram_runtime.lazy_import import LazyAiogramFinder, Surprise

if TYPE_CHECKING:
    from pydantic import BaseModel, GetCoreSchemaHandler, SerializationInfo, ValidationInfo
    from pydantic_core import CoreSchema

_WORD = re.compile(r"[A-Za-z_]\w*")
_ONE_OBJECT = re.compile(r"([A-Z]\w*)(?: \| None)?")
NO_MODELS = frozenset(
    {"BufferedInputFile", "ContentType", "DateTime", "Downloadable", "FSInputFile"}
    | {"InputFile", "UNSET_PARSE_MODE", "URLInputFile"}
)
"""What `aiogram.types` exports beside pydantic models and unions of them (those end in `Union`)."""

_building = threading.RLock()


def install() -> None:
    """Prepare for the first `import aiogram` of this process; nothing happens if there was one already."""
    if "aiogram" in sys.modules or any(isinstance(finder, LazyAiogramFinder) for finder in sys.meta_path):
        return
    # pydantic looks through the metadata of every installed package for plug-ins (20 ms); there are none here.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    sys.meta_path.insert(0, LazyAiogramFinder(prepare=_prepare))


def _prepare() -> None:
    """Hook the three base classes of aiogram before anything derives from them."""
    import aiogram.types
    from aiogram.client.default import Default
    from aiogram.types.base import TelegramObject
    from pydantic import BaseModel

    if TelegramObject.model_config.get("defer_build") is not True:
        raise Surprise("aiogram's types are not deferred by themselves")
    namespace = Namespace(aiogram.types, {"Default": Default, **_TYPING_NAMES})

    # Types first: the module of methods makes a few of them while it is imported.
    _hook(TelegramObject, namespace, BaseModel)
    from aiogram.methods.base import Response, TelegramMethod

    for base in (TelegramMethod, Response):
        base.model_config["defer_build"] = True
        _hook(base, namespace, BaseModel)


# The names, beside its types, that aiogram hands to `model_rebuild` (types/__init__.py, `_types_namespace`).
_TYPING_NAMES: dict[str, Any] = {"List": list, "Optional": Optional, "Union": Union, "Literal": Literal}


def _hook(base: "type[BaseModel]", namespace: "Namespace", root: "type[BaseModel]") -> None:
    """Give `base` and all that derive from it a `model_rebuild` that knows the names of aiogram's types."""
    build = root.model_rebuild.__func__  # type: ignore[attr-defined]  # a classmethod, to be called for other classes

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
            except Exception:  # noqa: BLE001 - whatever it was, aiogram's own way is the answer, or raises it again
                names = {**namespace.everything(), **(_types_namespace or {})}
                done = build(cls, force=force, raise_errors=raise_errors, _types_namespace=names)
        return done

    base.model_rebuild = classmethod(model_rebuild)  # type: ignore[assignment]  # same signature, bound by classmethod


class Namespace:
    """The names of aiogram's types, each imported when a model that is being built mentions it."""

    def __init__(self, types: ModuleType, names: dict[str, Any]) -> None:
        self._types = types
        self._exported: frozenset[str] = frozenset(types.__all__)
        self._names = dict(names)
        self._walked: set[Any] = set()

    def reached_from(self, model: "type[BaseModel]") -> dict[str, Any]:
        """Return all names needed to build `model`. Safe to call from several threads: it only ever adds."""
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
        """Return every exported name, imported, as aiogram does it by itself."""
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
        """Import what an annotation mentions, unless it is a single object, which can wait."""
        one = _ONE_OBJECT.fullmatch(text)
        if one and self._can_wait(one[1]):
            self._names.setdefault(one[1], later(self._types, one[1]))
            return
        for name in _WORD.findall(text):
            if name in self._exported:
                self._names[name] = getattr(self._types, name)
                yield self._names[name]

    def _can_wait(self, name: str) -> bool:
        return name in self._exported and name not in NO_MODELS and not name.endswith("Union")


def later(types: ModuleType, name: str) -> type:
    """Return a stand-in for the type `name` of aiogram whose schema hands over to the type itself."""

    def model() -> "type[BaseModel]":
        found: type[BaseModel] = getattr(types, name)
        return found

    def validate(value: Any, info: "ValidationInfo") -> Any:
        return model().__pydantic_validator__.validate_python(value, context=info.context)

    def serialize(value: Any, info: "SerializationInfo") -> Any:
        if not isinstance(value, model()):
            return value
        return model().__pydantic_serializer__.to_python(
            value,
            # In JSON mode pydantic goes on to serialise what is returned here, with the caller's own `fallback`.
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
            # The flag of the call outside is not handed on; aiogram itself always calls with warnings off.
            warnings=False,
        )

    def schema(cls: type, source: Any, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        from pydantic_core import core_schema

        return core_schema.with_info_plain_validator_function(
            validate,
            serialization=core_schema.plain_serializer_function_ser_schema(serialize, info_arg=True),
        )

    return type(name, (), {"__get_pydantic_core_schema__": classmethod(schema), "__doc__": f"{name}, built later."})

"""Samples of everything that the Bot API sends and accepts, generated from aiogram's models, and their outcomes.

`python -m tests.unit.aiogram_samples` imports aiogram the ordinary way and prints samples and outcomes as JSON: the
reference with which the deferred models are compared.
"""

import json
import random
import sys
import types
from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

from pydantic import BaseModel, ValidationError

CHANCE_BY_DEPTH = (0.6, 0.5, 0.15)
"""The probability that an optional field is present, by its depth in the sample; at greater depths it is zero."""

VARIANTS_OF_AN_UPDATE = 6

CHAT_FIELDS = frozenset(
    {"id", "type", "title", "username", "first_name", "last_name", "is_forum", "is_direct_messages"}
)
"""All fields of a Chat (Bot API, Chat). aiogram's model still lists what moved to ChatFullInfo in Bot API 7.3."""

type Json = Any
"""What json.loads returns."""

type Sample = tuple[str, str, Json]
"""What to do (`update`, `broken update`, `method` or `answer`), with which model, and the input."""

_PRIMITIVES: tuple[tuple[type, Callable[[random.Random], Json]], ...] = (
    (bool, lambda source: source.random() < 0.5),
    (int, lambda source: source.randrange(1, 2**40)),
    (float, lambda source: source.randrange(1, 90) + 0.5),
    (str, lambda source: f"text {source.randrange(10**6)}"),
    (datetime, lambda source: source.randrange(1, 2**31)),
)


def make_samples() -> list[Sample]:
    """Return inputs for every kind of update, every method and every result, the same ones on each call."""
    import aiogram.methods
    from aiogram.types import Update

    source = random.Random(20261122)
    samples: list[Sample] = []
    for kind in [name for name in Update.model_fields if name != "update_id"]:
        for _ in range(VARIANTS_OF_AN_UPDATE):
            content = sample(Update.model_fields[kind].annotation, source, 0)
            samples.append(("update", "Update", {"update_id": len(samples), kind: content}))
            samples.append(("broken update", "Update", {"update_id": 1, kind: broken(content, source)}))
    for name in aiogram.methods.__all__:
        method = getattr(aiogram.methods, name)
        if name in {"Request", "Response", "TelegramMethod"}:
            continue
        samples.append(("method", name, sample(method, source, 0)))
        result = sample(method.__returning__, source, 1)
        samples.append(("answer", name, {"ok": True, "result": result}))
    samples.append(("answer", "SendMessage", {"ok": False, "error_code": 429, "parameters": {"retry_after": 3}}))
    return samples


def sample(annotation: Any, source: random.Random, depth: int) -> Json:
    """Return JSON that the annotation accepts, with some of the optional fields."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return sample(get_args(annotation)[0], source, depth)
    if origin is Literal:
        return _plain(source.choice(get_args(annotation)))
    if origin is list:
        length = source.randrange(1, 3) if depth < len(CHANCE_BY_DEPTH) else 0
        return [sample(get_args(annotation)[0], source, depth + 1) for _ in range(length)]
    if origin in (Union, types.UnionType):
        options = [option for option in get_args(annotation) if _has_samples(option)]
        return sample(source.choice(options), source, depth) if options else None
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _object(annotation, source, depth)
    for kind, make in _PRIMITIVES:
        if isinstance(annotation, type) and issubclass(annotation, kind):
            return make(source)
    return f"text {source.randrange(10**6)}"


def _object(model: type[BaseModel], source: random.Random, depth: int) -> Json:
    fields: dict[str, Json] = {}
    chance = CHANCE_BY_DEPTH[depth] if depth < len(CHANCE_BY_DEPTH) else 0.0
    for name, field in model.model_fields.items():
        wanted = field.is_required() or source.random() < chance
        if model.__name__ == "Chat" and name not in CHAT_FIELDS:
            continue
        options = get_args(field.annotation) or (field.annotation,)
        if isinstance(field.default, str | int):
            fields[field.alias or name] = _plain(field.default)
        elif wanted and any(map(_has_samples, options)):
            fields[field.alias or name] = sample(field.annotation, source, depth + 1)
    if source.random() < 0.1:
        fields["added_by_a_later_bot_api"] = {"anything": 1}
    return fields


def _plain(value: Any) -> Json:
    return value.value if isinstance(value, Enum) else value


def _has_samples(option: Any) -> bool:
    """Tell whether values of this type are JSON; files and aiogram's markers for defaults are not."""
    return getattr(option, "__name__", "") not in {"InputFile", "Default", "NoneType", "timedelta"}


def broken(content: Json, source: random.Random) -> Json:
    """Return the content with one value, at any depth, replaced by one that is probably invalid."""
    if isinstance(content, dict) and content:
        key = source.choice(sorted(content))
        return {**content, key: broken(content[key], source)}
    if isinstance(content, list) and content:
        return [broken(content[0], source), *content[1:]]
    return source.choice([None, [], {}, "x", -1])


def outcome(sample: Sample) -> Json:
    """Return the result of a sample: the parsed object, dumped in several ways, or where and why it was rejected."""
    import aiogram.methods
    from aiogram.types import Update

    what, name, content = sample
    if what == "method":
        model: type[BaseModel] = getattr(aiogram.methods, name)
    elif what == "answer":
        model = cast("type[BaseModel]", aiogram.methods.Response[getattr(aiogram.methods, name).__returning__])  # type: ignore[misc]  # any type
    else:
        model = Update
    try:
        value = model.model_validate(content, context={"bot": None})
    except ValidationError as error:
        return sorted(f"{'.'.join(map(str, problem['loc']))}: {problem['type']}" for problem in error.errors())
    return {
        "repr": repr(value),
        "dumped": repr(value.model_dump(warnings=False)),
        "without unset": value.model_dump_json(warnings=False, exclude_unset=True, by_alias=True, fallback=str),
        "without none": repr(value.model_dump(warnings=False, mode="json", exclude_none=True, fallback=str)),
    }


if __name__ == "__main__":
    made = make_samples()
    json.dump([[sample, outcome(sample)] for sample in made], sys.stdout)

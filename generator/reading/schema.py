"""Front matter to typed values, with every problem found in one run.

The fields of the classes in `generator.content.meta` are the schema: a pydantic model is derived from each, so that a
key is written down once. The only module that imports pydantic.
"""

from __future__ import annotations

import dataclasses
import re
import types
from collections.abc import Callable, Iterator
from datetime import date
from enum import StrEnum
from functools import cache, partial
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
    create_model,
)
from pydantic_core import PydanticCustomError

from generator.content.documents import MetaReference
from generator.content.meta import (
    META,
    ArticleMeta,
    Coordinates,
    Meta,
    PastSlug,
    Slug,
    SummitMeta,
    ThemeMeta,
    Url,
    keys_of,
    order,
)
from generator.core.characters import is_visible
from generator.core.dates import FORM, Date, parse_date, parse_day
from generator.core.errors import Location, Problem
from generator.core.settings import ACTORS, COLLECTIONS, DEFAULT_COLLECTIONS, Called, Kind
from generator.core.urls import SLUG, is_slug
from generator.reading.frontmatter import Node
from generator.reading.refusals import LONGEST, MOST, explain

M = TypeVar("M", bound=Meta)
_WHOLE_SLUG = f"^{SLUG.pattern}$"

# Which front matter keys hold slugs, and of what.
_REFERENCES: dict[type[Meta], dict[str, tuple[Kind, ...]]] = {
    ArticleMeta: {
        "outlet": (Kind.OUTLET,),
        "summits": (Kind.SUMMIT,),
        "leaders": (Kind.LEADER,),
        "themes": (Kind.THEME,),
    },
    SummitMeta: {"part_of": (Kind.SUMMIT,), "host": ACTORS, "leader": (Kind.LEADER,), "cite": (Kind.ARTICLE,)},
    ThemeMeta: {"parent": (Kind.THEME,)},
}
_FREE = ("host",)  # those that may have a name instead


def validate(
    kind: type[M], front: Node, called: Called = DEFAULT_COLLECTIONS
) -> tuple[M | None, tuple[Problem, ...]]:
    """Return the front matter as a value of `kind`, or None with what is wrong in it.

    A key that is what kinds of document are `called` on the site is known to be meant as the one that names them.

    Problems: `missing-key`, `unknown-key`, `wrong-type`, `empty-value`, `invalid-choice`, `invalid-date`,
    `invalid-url`, `too-large`.
    """
    try:
        valid = _model(cast("Any", kind)).model_validate(front.plain())
    except ValidationError as error:
        return None, explain(error.errors(include_url=False), front, partial(_keys, kind), _other_keys(called))
    return cast("M", _entity(kind, valid)), ()


def _keys(kind: type, path: tuple[int | str, ...]) -> list[str]:
    """Return the keys that the mapping at `path` in front matter of `kind` can have."""
    for step in path:
        if isinstance(step, str):  # mappings stand in lists alone
            kind = get_args(_hints(kind)[step])[0]
    return [item.name for item in keys_of(kind)]


def _other_keys(called: Called) -> dict[str, str]:
    """Return what keys that name kinds of document would be, had they the names of the site: `matches`, `match`."""
    other: dict[str, str] = {}
    for kind in COLLECTIONS:
        one, many = called[kind], DEFAULT_COLLECTIONS[kind].slug
        other |= {one.word: str(kind), one.plural.lower(): many, one.slug: many}
    return other


def json_schema(kind: Kind) -> dict[str, Any]:
    """Return the JSON Schema of the front matter of a kind, for programs that help to write it.

    It is derived from what `validate` checks, and allows a little more: it knows neither the calendar nor the slugs.
    Draft 7, which is what most of these programs read.
    """
    found: dict[str, Any] = _tidy(_model(cast("Any", META[kind])).model_json_schema())
    properties = {key: found["properties"][key] for key in order(kind)}
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "title": f"Front matter: {kind}"}
    return head | found | {"properties": properties}


def _tidy(schema: Any) -> Any:
    """Return a schema without the titles and defaults that pydantic adds and that say nothing."""
    if isinstance(schema, dict):
        return {key: _tidy(value) for key, value in schema.items() if not _says_nothing(key, value)}
    return [_tidy(item) for item in schema] if isinstance(schema, list) else schema


def _says_nothing(key: str, value: object) -> bool:
    return (
        (key == "title" and isinstance(value, str))
        or (key == "default" and value in (None, []))
        or (key, value) == ("minItems", 0)
    )


def references(kind: type[Meta], front: Node) -> Iterator[MetaReference]:
    """Yield every slug in valid front matter of `kind`, with its place and what it must name."""
    for key, kinds in _REFERENCES.get(kind, {}).items():
        for node in _nodes_of(front, key):
            if isinstance(node.value, str) and (key not in _FREE or is_slug(node.value)):
                yield MetaReference(node.value, kinds, node.location, key in _FREE)


def places(front: Node, *keys: str) -> Iterator[Location]:
    """Yield the places of the values under some keys of front matter, key by key."""
    for key in keys:
        yield from (node.location for node in _nodes_of(front, key))


def _nodes_of(node: Node, key: str) -> Iterator[Node]:
    """Yield the scalars under `key`, wherever in the tree the key stands."""
    if isinstance(node.value, dict):
        for name, child in node.value.items():
            yield from (_scalars(child) if name == key else _nodes_of(child, key))
    elif isinstance(node.value, tuple):
        for child in node.value:
            yield from _nodes_of(child, key)


def _scalars(node: Node) -> Iterator[Node]:
    if isinstance(node.value, tuple):
        for child in node.value:
            yield from _scalars(child)
    else:
        yield node


# --- from dataclass fields to a pydantic model --------------------------------------------------------------------


_hints = cache(get_type_hints)  # resolving them takes longer than validating values


@cache
def _model(kind: Any) -> type[BaseModel]:
    hints = _hints(kind)
    described = get_type_hints(kind, include_extras=True)
    fields: dict[str, Any] = {}
    for item in keys_of(kind):
        required = item.default is dataclasses.MISSING
        annotation = _annotation(hints[item.name], filled=required)
        says = Field(description=described[item.name].__metadata__[0])
        fields[item.name] = (Annotated[annotation, says], ... if required else item.default)
    config = ConfigDict(extra="forbid", frozen=True)
    return create_model(kind.__name__, __config__=config, **fields)


def _annotation(hint: Any, *, filled: bool = False) -> Any:
    """Return what pydantic is to check for a field of the type `hint`; `filled` forbids an empty list."""
    if hint in _SCALARS:
        return _SCALARS[hint]
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _model(hint)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is tuple and arguments[1:] == (Ellipsis,):
        items = types.GenericAlias(tuple, (_annotation(arguments[0]), Ellipsis))
        return Annotated[items, Field(min_length=1 if filled else 0, max_length=MOST)]
    if origin in (Union, types.UnionType):
        inner = [_annotation(a) for a in arguments if a is not type(None)]
        return inner[0]  # optional: the key may be left out, but where it stands it has a value
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return Annotated[hint, WithJsonSchema({"enum": [str(choice) for choice in hint]})]
    return hint


def _text(value: object) -> object:
    if isinstance(value, str) and not is_visible(value):
        raise PydanticCustomError("empty_value", "is empty")
    if isinstance(value, str) and len(value) > LONGEST:
        raise PydanticCustomError("too_large", "{length} characters", {"length": len(value)})
    # Folded YAML keeps line breaks between paragraphs; a title or a summary is one run of text.
    return " ".join(value.split()) if isinstance(value, str) else value


def _past_slug(value: object) -> object:
    if isinstance(value, str) and not is_slug(value):
        raise PydanticCustomError("invalid_slug", "expected a slug like `the-first-day`")
    return value


def _on_earth(value: tuple[float, float]) -> tuple[float, float]:
    latitude, longitude = value
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise PydanticCustomError("invalid_coordinates", "latitude is -90 to 90, longitude -180 to 180")
    return value


def _url(value: object) -> object:
    if isinstance(value, str) and not _is_web_address(value):
        raise PydanticCustomError("invalid_url", "expected an address like `https://example.org/article`")
    return value


def _is_web_address(text: str) -> bool:
    """Tell whether text is an absolute address: of a host, without a name to log in by, which can pass for a host."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    strange = re.search(r"[\s<>\"`{}|\\^]", text) or "@" in parts.netloc
    return parts.scheme in ("http", "https") and bool(host) and not strange and len(text) <= LONGEST


def _reading(parse: Callable[[str], object], refusal: str) -> Callable[[object], object]:
    def read(value: object) -> object:
        if not isinstance(value, str):
            raise PydanticCustomError("string_type", "must be a date")
        try:
            return parse(value)
        except ValueError as error:
            raise PydanticCustomError(refusal, "{reason}", {"reason": str(error)}) from None

    return read


def _scalar(check: Callable[[object], object], then: Any = Any, **schema: str) -> Any:
    """Return what pydantic is to check for a scalar: that it passes `check`, and `then` is of a type."""
    # Here all scalars are text; for YAML, and so for a program that checks it, `2025` is a number.
    return Annotated[then, BeforeValidator(check), WithJsonSchema({"type": ["string", "number"], **schema})]


_SCALARS: dict[Any, Any] = {
    str: _scalar(_text, str, pattern=r"\S"),
    Slug: _scalar(_text, str, pattern=_WHOLE_SLUG),
    PastSlug: _scalar(_past_slug, pattern=_WHOLE_SLUG),
    Url: _scalar(_url, format="uri", pattern="^https?://"),
    Date: _scalar(_reading(parse_date, "invalid_date"), pattern=FORM),
    date: _scalar(_reading(parse_day, "invalid_day"), pattern=r"^\d{4}-\d{2}-\d{2}$"),
    Coordinates: Annotated[
        tuple[float, float],
        AfterValidator(_on_earth),
        WithJsonSchema({"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}),
    ],
}


def _entity(kind: type, valid: BaseModel) -> object:
    """Turn a validated pydantic model into the dataclass that it was derived from."""
    hints = _hints(kind)
    return kind(**{name: _value(hints[name], getattr(valid, name)) for name in type(valid).model_fields})


def _value(hint: Any, value: Any) -> Any:
    if isinstance(value, BaseModel):
        return _entity(hint, value)
    if isinstance(value, tuple) and get_args(hint)[1:] == (Ellipsis,):
        return tuple(_value(get_args(hint)[0], item) for item in value)
    return value

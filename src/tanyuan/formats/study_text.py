"""A study as JSON or YAML."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import yaml

from tanyuan.footprint.study import Study
from tanyuan.formats.study_file import Origin, StudyFile, study_from
from tanyuan.languages import Message
from tanyuan.problems import InputError, Place, Problem, refuse

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_NULLS = [("tag:yaml.org,2002:null", yaml.SafeLoader.yaml_implicit_resolvers["~"][0][1])]


class _PlainLoader(_Loader):  # type: ignore[misc]
    """Reads every scalar as text, so that `NO` stays Norway and 0.10 stays exact."""

    yaml_implicit_resolvers = {first: list(_NULLS) for first in ("~", "n", "N", "")}  # noqa: RUF012


class _PlainDumper(_Dumper):  # type: ignore[misc]
    """Writes every scalar as text; the counterpart of the loader."""

    yaml_implicit_resolvers = _PlainLoader.yaml_implicit_resolvers


def read_json(data: bytes, name: str) -> StudyFile:
    """Read a study from JSON.

    Raises:
        InputError: not JSON, doubled fields, or with every problem of its content.
    """
    doubled: list[str] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) < len(items):
            seen = [key for key, _ in items]
            doubled.extend(sorted({key for key in seen if seen.count(key) > 1}))
        return found

    try:
        text = data.decode("utf-8-sig")
        content = json.loads(text, parse_float=Decimal, parse_constant=str, object_pairs_hook=pairs)
    except UnicodeDecodeError:
        raise _not_readable(name, "UTF-8") from None
    except json.JSONDecodeError as error:
        raise refuse(
            "json",
            Message("This is not JSON: line {line}, column {column}.", line=error.lineno,
                    column=error.colno),
            Message("Check commas, quotes and brackets there."),
            Place(name),
        ) from None  # fmt: skip
    except (RecursionError, ValueError):
        raise _not_readable(name, "JSON") from None
    if doubled:
        raise InputError(
            Problem(
                "field-double",
                Message("The field “{field}” stands twice.", field=field_name),
                Message("Keep one of the two."),
                Place(name, field=field_name),
            )
            for field_name in doubled
        )
    return _from_content(content, name)


def read_yaml(data: bytes, name: str) -> StudyFile:
    """Read a study from YAML; anchors, aliases and tags are refused.

    Raises:
        InputError: not YAML, or with every problem of its content.
    """
    try:
        text = data.decode("utf-8-sig")
        for event in yaml.parse(text, Loader=_Loader):
            if getattr(event, "anchor", None) or getattr(event, "tag", None):
                raise refuse(
                    "yaml-anchor",
                    Message("Line {line} has an anchor, alias or tag.",
                            line=getattr(event.start_mark, "line", 0) + 1),
                    Message("Write the content out in full."),
                    Place(name),
                )  # fmt: skip
        content = yaml.load(text, Loader=_PlainLoader)  # noqa: S506 - a safe loader
    except UnicodeDecodeError:
        raise _not_readable(name, "UTF-8") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise refuse(
            "yaml",
            Message("This is not YAML: line {line}.", line=mark.line + 1 if mark else 1),
            Message("Check indentation, colons and quotes there."),
            Place(name),
        ) from None
    except RecursionError:
        raise _not_readable(name, "YAML") from None
    return _from_content(content, name)


def _not_readable(name: str, kind: str) -> InputError:
    return refuse(
        "not-readable",
        Message("The file cannot be read as {kind}.", kind=kind),
        Message("Save it again as JSON, YAML (UTF-8) or Excel (.xlsx)."),
        Place(name),
    )


def _from_content(content: Any, name: str) -> StudyFile:
    if not isinstance(content, dict):
        raise refuse(
            "study-shape",
            Message("A study is an object with named fields."),
            Message("Write it like the example: tanyuan template study.json"),
            Place(name),
        )
    origin = Origin(name)
    return StudyFile(study_from(content, origin), origin)


def to_content(study: Study) -> dict[str, Any]:
    """The study as plain content: decimals as strings, fields at their default left out."""
    content = study.model_dump(mode="json", exclude_defaults=True)
    return {"format": study.format, **content}


def write_json(study: Study) -> bytes:
    """The study as indented JSON in UTF-8."""
    return (json.dumps(to_content(study), ensure_ascii=False, indent=1) + "\n").encode()


def write_yaml(study: Study) -> bytes:
    """The study as YAML in UTF-8."""
    text: str = yaml.dump(
        to_content(study), Dumper=_PlainDumper, allow_unicode=True, sort_keys=False, width=100
    )
    return text.encode()

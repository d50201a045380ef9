"""A study as JSON or YAML."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, TypeVar

import yaml

from tanyuan.footprint.particulars import NO_PARTICULARS, Particulars
from tanyuan.footprint.study import Study
from tanyuan.formats.layout import REPORT
from tanyuan.formats.study_file import Origin, StudyFile, file_from
from tanyuan.languages import Message
from tanyuan.problems import InputError, Place, Problem, refuse

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_NULLS = [("tag:yaml.org,2002:null", yaml.SafeLoader.yaml_implicit_resolvers["~"][0][1])]
_MAX_DEPTH = 20
_LONGEST_NUMBER = 60
_HUGE_EXPONENT = re.compile(r"[eE][+-]?\d{4}")


class _PlainLoader(_Loader):  # type: ignore[misc]
    """Reads every scalar as text, so that `NO` stays Norway and 0.10 stays exact."""

    yaml_implicit_resolvers = {first: list(_NULLS) for first in ("~", "n", "N", "")}  # noqa: RUF012

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.doubled: list[str] = []

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> Any:
        """The mapping; notes the fields that stand twice, as YAML itself keeps only the last."""
        counts = Counter(str(key.value) for key, _ in node.value)
        self.doubled += [field for field, times in counts.items() if times > 1]
        return super().construct_mapping(node, deep)


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
            counts = Counter(key for key, _ in items)
            doubled.extend(key for key, times in counts.items() if times > 1)
        return found

    try:
        text = data.decode("utf-8-sig")
        content = json.loads(
            text,
            parse_float=lambda written: _number(written, Decimal),
            parse_int=lambda written: _number(written, int),
            parse_constant=str,
            object_pairs_hook=pairs,
        )
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
    _refuse_doubled(doubled, name)
    return _from_content(content, name)


Written = TypeVar("Written", int, Decimal)


def _number(written: str, kind: Callable[[str], Written]) -> Written | str:
    """The number; one beyond all bounds stays text, to be refused at its place."""
    beyond = len(written) > _LONGEST_NUMBER or _HUGE_EXPONENT.search(written)
    return written if beyond else kind(written)


def _refuse_doubled(doubled: Iterable[str], name: str) -> None:
    problems = [
        Problem(
            "field-double",
            Message("The field “{field}” stands twice.", field=field),
            Message("Keep one of the two."),
            Place(name, field=field),
        )
        for field in dict.fromkeys(doubled)
    ]
    if problems:
        raise InputError(problems)


def read_yaml(data: bytes, name: str) -> StudyFile:
    """Read a study from YAML; anchors, aliases and tags are refused.

    Raises:
        InputError: not YAML, or with every problem of its content.
    """
    try:
        text = data.decode("utf-8-sig")
        depth = 0
        for event in yaml.parse(text, Loader=_Loader):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > _MAX_DEPTH:
                raise _not_readable(name, "YAML")
            if getattr(event, "anchor", None) or getattr(event, "tag", None):
                raise refuse(
                    "yaml-anchor",
                    Message("Line {line} has an anchor, alias or tag.",
                            line=getattr(event.start_mark, "line", 0) + 1),
                    Message("Write the content out in full."),
                    Place(name),
                )  # fmt: skip
        loader = _PlainLoader(text)
        content = loader.get_single_data()
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
    _refuse_doubled(loader.doubled, name)
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
    return file_from(content, Origin(name))


def to_content(study: Study) -> dict[str, Any]:
    """The study as plain content: decimals as strings, fields at their default left out."""
    content = study.model_dump(mode="json", exclude_defaults=True)
    return {"format": study.format, **content}


def _with_report(study: Study, particulars: Particulars) -> dict[str, Any]:
    report = particulars.model_dump(mode="json", exclude_defaults=True)
    return to_content(study) | ({REPORT: report} if report else {})


def write_json(study: Study, particulars: Particulars = NO_PARTICULARS) -> bytes:
    """The study and the particulars of its report as indented JSON in UTF-8."""
    content = _with_report(study, particulars)
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def write_yaml(study: Study, particulars: Particulars = NO_PARTICULARS) -> bytes:
    """The study and the particulars of its report as YAML in UTF-8."""
    text: str = yaml.dump(
        _as_text(_with_report(study, particulars)),
        Dumper=_PlainDumper,
        allow_unicode=True,
        sort_keys=False,
        width=100,
    )
    return text.encode()


def _as_text(content: Any) -> Any:
    """The content with every scalar as text, as the loader reads it."""
    if isinstance(content, dict):
        return {name: _as_text(value) for name, value in content.items()}
    if isinstance(content, list):
        return [_as_text(value) for value in content]
    return str(content).lower() if isinstance(content, bool) else str(content)

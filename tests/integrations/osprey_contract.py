"""The part of Osprey that a plugin touches, as its documentation describes it, with its checks."""

from __future__ import annotations

import sys
import typing
from dataclasses import dataclass, field
from enum import StrEnum
from types import ModuleType
from typing import Any, Generic, TypeVar, get_type_hints

A = TypeVar("A")
R = TypeVar("R")


class ArgumentsBase:
    """Holds what a call gives; the class's values are defaults."""

    def __init__(self, **given: Any) -> None:
        names = get_type_hints(type(self))
        assert set(given) <= set(names), f"unknown: {set(given) - set(names)}"
        missing = {name for name in names if name not in given and not hasattr(type(self), name)}
        assert not missing, f"missing: {missing}"
        for name, value in given.items():
            setattr(self, name, value)


class UDFBase(Generic[A, R]):
    """`execute` takes a context and arguments."""

    execute_async = False
    category: Any = None

    def __init__(self, validation_context: Any, arguments: Any) -> None: ...


class BaseOutputSink:
    """Gets every result."""

    timeout: float = 2
    max_retries = 0


class UdfCategories(StrEnum):
    """As in the registry of functions."""

    PHONE = "Phone"
    HTTP = "HTTP"


@dataclass
class VerdictEffect:
    verdict: str


@dataclass
class Action:
    action_id: int


@dataclass
class ExecutionResult:
    extracted_features: dict[str, Any]
    action: Action
    verdicts: list[VerdictEffect] = field(default_factory=list)


def hookimpl_osprey(function: Any) -> Any:
    """Marks a hook."""
    function.is_hook = True
    return function


def arguments_and_result(udf: type) -> tuple[type, Any]:
    """The two types of a function, found as Osprey's registry finds them: by its bases."""
    for base in udf.__mro__:
        for generic in getattr(base, "__orig_bases__", ()):
            if typing.get_origin(generic) is UDFBase:
                arguments, result = typing.get_args(generic)
                return arguments, result
    raise TypeError(udf)


def install() -> None:
    """Put the contract where the plugin imports it from."""
    parts: dict[str, dict[str, Any]] = {
        "osprey": {}, "osprey.engine": {}, "osprey.engine.executor": {},
        "osprey.engine.executor.execution_context": {
            "ExecutionContext": object, "ExecutionResult": ExecutionResult},
        "osprey.engine.stdlib": {}, "osprey.engine.stdlib.udfs": {},
        "osprey.engine.stdlib.udfs.categories": {"UdfCategories": UdfCategories},
        "osprey.engine.udf": {}, "osprey.engine.udf.arguments": {"ArgumentsBase": ArgumentsBase},
        "osprey.engine.udf.base": {"UDFBase": UDFBase},
        "osprey.worker": {}, "osprey.worker.adaptor": {},
        "osprey.worker.adaptor.plugin_manager": {"hookimpl_osprey": hookimpl_osprey},
        "osprey.worker.sinks": {}, "osprey.worker.sinks.sink": {},
        "osprey.worker.sinks.sink.output_sink": {"BaseOutputSink": BaseOutputSink},
    }  # fmt: skip
    for name, content in parts.items():
        module = ModuleType(name)
        module.__dict__.update(content)
        sys.modules[name] = module

"""The plugin against Osprey's recorded contract."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from tests.integrations import osprey_contract
from tests.integrations.neighbours import FOLDER


@pytest.fixture
def register() -> Iterator[Any]:
    before = set(sys.modules)
    osprey_contract.install()
    sys.path.insert(0, str(FOLDER / "osprey"))
    import lamplighter_osprey.register as register

    yield register
    sys.path.remove(str(FOLDER / "osprey"))
    for name in set(sys.modules) - before:
        if name.startswith(("osprey", "lamplighter_osprey")):
            del sys.modules[name]


class Service:
    """Counts what it is asked."""

    def __init__(self) -> None:
        self.submitted: list[tuple[dict[str, Any], str]] = []
        self.notices: list[tuple[str, str, str]] = []

    def submit(self, listing: dict[str, Any], key: str) -> Any:
        self.submitted.append((listing, key))
        return SimpleNamespace(resembles={"operation_id": "op-1", "template_id": None})

    def notice(self, listing: str, reason: str, idempotency_key: str) -> None:
        self.notices.append((listing, reason, idempotency_key))


@pytest.fixture
def service(register: Any, monkeypatch: pytest.MonkeyPatch) -> Service:
    from lamplighter_osprey import service, sink

    made = Service()
    monkeypatch.setattr(service, "client", lambda: made)
    monkeypatch.setattr(sink, "client", lambda: made)
    return made


def test_functions_and_sink_are_registered(register: Any) -> None:
    assert register.register_udfs.is_hook and register.register_output_sinks.is_hook
    for udf in register.register_udfs():
        arguments, result = osprey_contract.arguments_and_result(udf)
        assert issubclass(arguments, osprey_contract.ArgumentsBase)
        assert result in (str, list[str]) and udf.__doc__


def test_phones_are_read_in_disguise(register: Any) -> None:
    phones, *_ = register.register_udfs()
    arguments = osprey_contract.arguments_and_result(phones)[0]
    found = phones(None, None).execute(
        None, arguments(text="call three 1 two 555 o1 oo, oak table")
    )
    assert found == ["+13125550100"]
    assert phones(None, None).execute(None, arguments(text="Oak table, 120 x 80 cm, $250")) == []


def test_an_event_asks_the_service_once(register: Any, service: Service) -> None:
    _, operation, template = register.register_udfs()
    arguments = osprey_contract.arguments_and_result(operation)[0]
    given = arguments(listing_id="7", text="Oak table", city="Denver")
    assert operation(None, None).execute(None, given) == "op-1"
    assert template(None, None).execute(None, given) == ""
    ((listing, _),) = service.submitted
    assert listing == {"listing_id": "7", "text": "Oak table", "city": "Denver"}


def test_a_verdict_becomes_a_notice(register: Any, service: Service) -> None:
    sink: Any
    (sink,) = register.register_output_sinks(None)
    assert osprey_contract.BaseOutputSink in type(sink).__mro__
    result = osprey_contract.ExecutionResult({"ListingId": "7"}, osprey_contract.Action(12))
    assert not sink.will_do_work(result)
    result.verdicts = [
        osprey_contract.VerdictEffect("reject"),
        osprey_contract.VerdictEffect("review"),
    ]
    assert sink.will_do_work(result)
    sink.push(result)
    sink.stop()
    assert service.notices == [("7", "Osprey: reject, review", "osprey-sink-12")]
    assert not sink.will_do_work(
        osprey_contract.ExecutionResult({}, result.action, result.verdicts)
    )

import pyarrow as pa
import pytest

from lamplighter.signals.evasion import EVASION_SCHEMA, count
from lamplighter.text.tokens import tokenise


def evasive(text: str) -> dict[str, int]:
    """Kinds of evasion in one text, with their counts."""
    texts = pa.array([text], pa.large_string())
    table = count(tokenise(texts), texts)
    assert table.schema == EVASION_SCHEMA
    return {kind: number for kind, number in table.to_pylist()[0].items() if number}


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("a g\u0430rden and a t\u0430ble", {"homoglyph": 2}),
        ("a gar\u200bden", {"zero_width": 1}),
        ("a g a r d e n here", {"letter_spacing": 1}),
        ("a g4rden to see", {"leet": 1}),
        ("pay c@sh now", {"leet": 1}),
    ],
)
def test_disguises(text: str, kinds: dict[str, int]) -> None:
    assert evasive(text) == kinds


@pytest.mark.parametrize(
    "text",
    [
        "a plain text with nothing in it",
        "4x4 with an i5, mp3 and usb3, h2o, b2b, 2nd floor, 10am, 5kg, iphone12",
        "Продаю диван в хорошем состоянии",
        "Πωλείται καναπές σε καλή κατάσταση",
        "می\u200cتوانید آن را بگیرید",
        "👨\u200d👩\u200d👧 welcome ❤\ufe0f",
        "Donau\u00addampf\u00adschiff",
        "cafe\u0301 and nai\u0308ve",
        "made in the U S A",
        "sale! only today!!! $50",
        "东京都内 引取",
        "",
    ],
)
def test_honest_texts(text: str) -> None:
    assert evasive(text) == {}


def test_rows_and_slices() -> None:
    texts = pa.array(["x", "", "g\u0430rden"], pa.large_string()).slice(1)
    assert count(tokenise(texts), texts)["homoglyph"].to_pylist() == [0, 1]

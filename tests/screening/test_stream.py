"""JSON lines in, decisions out: hostile lines give errors, and what is kept is what was sent."""

from __future__ import annotations

import io
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lamplighter.foundation.progress import Steps
from lamplighter.screening.policy_check import read_policy
from lamplighter.screening.replay import replay
from lamplighter.screening.service import Screener
from lamplighter.screening.stream import screen_lines
from lamplighter.screening.submission import SubmissionError, check_submission
from lamplighter.workspace.workspace import Workspace
from tests.screening.workspaces import OTHER, listing, make

HOSTILE = [
    b"broken",
    b"[1, 2]",
    b'{"listing_id": "1"}',
    b'{"listing_id": "1", "text": 5}',
    b'{"listing_id": "1", "text": ["a"]}',
    b'{"listing_id": "1", "text": "a\\u0000b"}',
    b'{"listing_id": "1", "text": "a", "extra": ' + b"[" * 100 + b"]" * 100 + b"}",
    b'{"listing_id": "1", "text": "' + b"a" * 1_000_001 + b'"}',
    b'{"listing_id": "1", "text": "' + b"a" * 10_000_000 + b'"}',
    b'{"listing_id": "1", "text": "a", "posted_at": "yesterday"}',
    b'{"listing_id": "1", "text": "a", "price": 1e400}',
    b'{"listing_id": "1", "text": "a", "latitude": 91}',
    b'{"listing_id": "1", "text": "a", "images": [5]}',
    b'{"listing_id": "1", "text": "a", "idempotency_key": 5}',
    b'{"listing_id": "1", "text": "a", "idempotency_key": "x\\n"}',
    b"\xff\xfe",
]


def test_bad_lines_give_errors_and_never_stop_the_stream(tmp_path: Path) -> None:
    good = orjson.dumps(listing("good"))
    lines = b"\n".join([good, *HOSTILE, orjson.dumps(listing("last", OTHER))])
    with Screener.open(make(tmp_path / "w", [])) as screener:
        answers = list(screen_lines(screener, io.BytesIO(lines)))
        size = screener.workspace.ledger.size
    assert [answer.get("listing_id") for answer in (answers[0], answers[-1])] == ["good", "last"]
    assert len(answers) == len(HOSTILE) + 2
    assert [answer["line"] for answer in answers[1:-1]] == list(range(2, len(HOSTILE) + 2))
    assert all(answer["error"]["reason"] for answer in answers[1:-1])
    assert size <= 1 + 2 * 2  # nothing of a refused line is logged


words = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(words.filter(str.strip), min_size=1, max_size=5))
def test_what_is_kept_is_what_was_sent(texts: list[str]) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        place = make(Path(folder) / "w", [])
        with Screener.open(place) as screener:
            for number, text in enumerate(texts):
                decision = screener.submit({"listing_id": f"t{number}", "text": text})
                kept = screener.workspace.ledger.opening(decision.log_index)
                assert orjson.loads(kept or b"")["row"]["text"] == text
        with Workspace.open(place) as workspace:
            for number, text in enumerate(texts):
                held = workspace.listings.versions_of(f"t{number}").to_pylist()
                assert [each["text"] for each in held] == [text]


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))  # fmt: skip
def test_any_json_is_a_listing_or_a_clear_error(value: object) -> None:
    for given_ in (value, {"listing_id": "1", "text": value}, {"listing_id": "1", "text": "a",
                                                              "x": value}):  # fmt: skip
        try:
            check_submission(given_)  # type: ignore[arg-type]
        except SubmissionError as error:
            assert error.what


def test_replay_shows_what_would_change(tmp_path: Path) -> None:
    rows = [listing(f"s{i}") for i in range(5)] + [listing("z", OTHER)]
    policy = read_policy(
        'name = "next"\nversion = "2"\n[[rule]]\nname = "copies"\ndo = "hold"\n'
        'when = ["known.copies >= 3"]\nbecause = "has {known.copies:copy|copies}"\n'
        'evidence = "expert-opinion"\nsource = "test"\n',
        "next.toml",
    )
    with Screener.open(make(tmp_path / "w", rows)) as screener:
        size = screener.workspace.ledger.size
        with Steps(quiet=True).step("replay") as progress:
            found = replay(screener.workspace.listings, screener.decider, policy, progress, most=99)
        assert screener.workspace.ledger.size == size
    assert found.outcomes == {"publish>hold": 5, "publish>publish": 1}
    assert found.changed == 5
    assert found.changes[0].why == ("The listing has 4 copies.",)


def test_a_policy_is_announced_once(tmp_path: Path) -> None:
    folder = make(tmp_path / "w", [])
    for _ in range(2):
        Screener.open(folder).close()
    (folder / "screening.toml").write_text('mode = "shadow"\n')
    with Screener.open(folder) as screener:
        acts = [e for e in screener.workspace.ledger.entries() if e.kind == "policy"]
        assert [act.public["mode"] for act in acts] == ["act", "shadow"]
        text = screener.workspace.ledger.object_path(acts[0].objects[0]).read_text("utf-8")
        assert text == screener.decider.settings.policy.text


@pytest.mark.parametrize("name", ["idempotency_key", "listing_id"])
def test_errors_name_the_column(name: str) -> None:
    with pytest.raises(SubmissionError) as caught:
        if name == "listing_id":
            check_submission({"listing_id": " ", "text": "a"})
        else:
            from lamplighter.screening.requests import check_key

            check_key("x" * 256)
    assert caught.value.column == name

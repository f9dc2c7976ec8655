"""The log as a table: the fast way says what reading entry by entry says, or that it is damaged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamplighter.evidence.act import Act
from lamplighter.evidence.errors import TamperError
from lamplighter.evidence.ledger import Ledger
from lamplighter.evidence.public_log import LOG_SCHEMA, PUBLIC, PublicLog, one_by_one

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

TIME, HEX = "2026-02-28T23:59:59.999999Z", "0f" * 32
_values = st.one_of(st.none(), st.booleans(), st.integers(-5, 2**50), st.text(max_size=8),
                    st.lists(st.text(max_size=4), max_size=3), st.lists(st.integers(), max_size=2).map(
                        lambda found: [one % 99 for one in found]),
                    st.dictionaries(st.sampled_from(["a", "received", "time", "commitment"]),
                                    st.one_of(st.integers(0, 9), st.sampled_from([TIME, HEX])),
                                    max_size=2),
                    st.sampled_from([TIME, HEX, '"received":7', f'"time":"{TIME}"']))  # fmt: skip
_fitting: dict[str, Any] = {
    name: st.integers(0, 99) if kind == pa.int64()
    else st.text(max_size=6) if kind == pa.string()
    else st.booleans() if kind == pa.bool_()
    else st.lists(st.integers(0, 99), max_size=3) if kind.value_type == pa.int64()
    else st.lists(st.text(max_size=4), max_size=3)
    for name, kind in PUBLIC.items()
}  # fmt: skip


@st.composite
def logs(draw: st.DrawFn) -> list[tuple[dict[str, Any], datetime]]:
    """Few shapes, many times: other numbers and times."""
    pool = draw(st.lists(publics(), min_size=1, max_size=8))
    made = []
    for at, number in draw(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 9**15)), min_size=1,
                                    max_size=400)):  # fmt: skip
        public = dict(pool[at % len(pool)])
        for name in ("received", "decision"):
            if type(public.get(name)) is int:
                public[name] = number // (7 if name == "decision" else 1)
        made.append((public, NOW + timedelta(seconds=number % 9**10 - 9**9, microseconds=at)))
    return made


@st.composite
def publics(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(st.lists(st.sampled_from([*PUBLIC, "other"]), unique=True, max_size=5))
    wild = draw(st.integers(0, 9)) == 0
    return {name: draw(_values if wild or name == "other" else _fitting[name]) for name in names}


@settings(max_examples=20, deadline=None)
@given(found=logs())
def test_the_fast_way_says_what_reading_one_by_one_says(
    found: list[tuple[dict[str, Any], datetime]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("log")
    acts = [Act("note", when, f"user:{at % 2}", public, b"x" if at % 3 else None)
            for at, (public, when) in enumerate(found)]  # fmt: skip
    with Ledger.create(folder, "x.invalid") as ledger:
        ledger.append(acts)
        lines = b"".join(b"\n " + entry.raw for entry in ledger.entries())
        log = PublicLog(folder / "ledger", ledger.key)
    fast = pa.concat_tables(log.tables())
    assert fast.schema == LOG_SCHEMA
    assert fast.equals(one_by_one(np.arange(len(acts)), lines))
    assert sum(table.num_rows for table in log.tables(0, len(acts) // 2)) == len(acts) // 2
    late = pa.concat_tables(log.tables(len(acts) // 3))
    assert late.equals(fast.slice(len(acts) // 3))


def test_damage_is_named(tmp_path: Path) -> None:
    with Ledger.create(tmp_path, "x.invalid") as ledger:
        ledger.append([Act("note", NOW, "user:1", {"what": str(at)}) for at in range(600)])
        key = ledger.key
    bundle = tmp_path / "ledger" / "tile" / "entries" / "001"
    whole = bundle.read_bytes()
    for broken in (whole[:-1], whole[:500], b"", whole[:1] + b"\xff" + whole[2:]):
        bundle.write_bytes(broken)
        with pytest.raises(TamperError) as caught:
            list(PublicLog(tmp_path / "ledger", key).tables())
        assert caught.value.entries[0] == 256
    bundle.write_bytes(whole.replace(b'"user:1"', b'"user:\n"', 1))
    with pytest.raises(TamperError):
        list(PublicLog(tmp_path / "ledger", key).tables())
    bundle.unlink()
    with pytest.raises(TamperError, match="missing"):
        list(PublicLog(tmp_path / "ledger", key).tables())

"""One listing by itself is read, matched and weighed as in a batch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lamplighter.screening.listing import listing_alone, listings_of
from lamplighter.screening.reading import Alone
from lamplighter.screening.service import Screener
from lamplighter.screening.spoken import read_alone, spoken_of
from lamplighter.screening.submission import SubmissionError, check_submission, rows_of
from tests.screening.workspaces import OTHER, TEXT, listing, make

#: What identifiers, indicators, spellings and scripts are made of, so that they meet often.
PIECES = (
    "oak table", "Call", "0113 496 0123", "+44 113 496 0777", "eight one three five five five",
    "desk@example.org", "desk (at) example dot org", "www.example.com/a/b", "t.me/some_name",
    "whatsapp 0113 496 0155", "insta: oak.tables", "cashapp $oaktables", "@tables", "young", "new in town",
    "no questions asked", "passport kept", "visa fee first", "g4rden ch4ir", "о\u0430k",
    "z\u200bero", "c h a i r s", "โต๊ะไม้โอ๊ค", "橡木桌子", "стол из дуба", "€ 1.200,50", "!!!", "\n", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT",
)  # fmt: skip
words = st.one_of(st.sampled_from(PIECES), st.text(max_size=12))
prose = st.lists(words, max_size=9).map(" ".join)
sample = st.sampled_from((TEXT, OTHER)).map(lambda text: listing("x", text)["text"])
texts = st.one_of(prose, sample, st.tuples(sample, prose).map(" ".join))
columns = st.fixed_dictionaries(
    {"listing_id": st.sampled_from(("7", "s1", "x", " ", "-", "a b")), "text": texts},
    optional={
        "title": st.one_of(st.just(""), prose, st.just(None)),
        "category": st.sampled_from(("jobs", "Massage", "furniture", "", " ")),
        "account_id": st.sampled_from(("seller", "p1", "", "nobody")),
        "country": st.sampled_from(("GB", "us", "", "xx", " DE ")),
        "language": st.sampled_from(("en", "", "th")),
        "phone": words, "email": words, "url": words,
        "price": st.one_of(st.integers(-10, 10**16), st.floats(allow_nan=False), words,
                           st.sampled_from(("$1,200", " 5 ", "1e3", "nan", "12,50"))),
        "latitude": st.one_of(st.floats(-100, 100), st.just("91")),
        "longitude": st.sampled_from(("", "181", "-0", 7)),
        "posted_at": st.sampled_from(("2026-01-31T09:30:00Z", "2026-01-31", "1", "", " ", "1969-01-01",
                                      "2026-01-31 09:30:00", 1_760_000_000, "soon")),
        "published_at": st.sampled_from(("2100-01-01T00:00:00Z", None)),
        "images": st.lists(st.sampled_from((f"pdq:{1:064x}", f"pdq:{2:064x}", "md5:" + "a" * 32,
                                            "gone.png", "", "pdq:x")), max_size=3),
        "other": st.integers(),
    },
)  # fmt: skip


@pytest.fixture(scope="module")
def screener(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screener]:
    """Known sellers with operations, pictures and a hub; some in segments, some recent."""
    same = [listing(f"s{i}", TEXT + f" Number {i}.", account_id="seller",
                    images=[f"pdq:{i % 2:064x}"]) for i in range(6)]  # fmt: skip
    jobs = [listing(f"j{i}", OTHER, account_id=f"p{i}", images=[]) for i in range(3)]
    hub = [{"listing_id": f"h{i}", "text": f"{name} lamp, book at desk@example.org",
            "account_id": f"q{i}"} for i, name in enumerate(["red", "blue", "green", "old", "new", "big"])]  # fmt: skip
    with Screener.open(make(tmp_path_factory.mktemp("alone") / "w", [*same, *jobs, *hub])) as it:
        it.submit_batch([(listing(f"n{i}", (TEXT, OTHER)[i % 2]), None) for i in range(6)])
        yield it


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(row=columns)
def test_alone_and_together_say_the_same(screener: Screener, row: dict[str, Any]) -> None:
    try:
        submission = check_submission(row)
    except SubmissionError:
        return
    batch, refused = rows_of([submission])
    one = listing_alone(submission)
    if one is None:
        return
    assert not refused
    (other,) = listings_of(batch)
    assert one == other
    decider = screener.decider
    (said,) = spoken_of(decider.read(batch))
    alone = read_alone(one, decider.lexicon, decider.region, decider.images)
    assert alone.tokens.tolist() == said.tokens.tolist()
    assert alone[1:] == said[1:]
    weighed = decider.weigh_alone(one, alone)
    # Two at a time go the way of many.
    double = rows_of([submission, submission])[0]
    assert decider.weigh(double, decider.read(double)) == [weighed, weighed]


def test_nearly_every_listing_goes_the_short_way(screener: Screener) -> None:
    for row in (listing("a"), listing("b", OTHER, price="£1,200", posted_at="2026-01-31T09:30:00Z"),
                {"listing_id": "7", "title": "橡木桌子", "text": ""}):  # fmt: skip
        assert listing_alone(check_submission(row)) is not None


def test_a_listing_alone_that_breaks_the_reading_is_held(
    screener: Screener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("kernel")

    with monkeypatch.context() as patch:
        patch.setattr(screener.decider, "read_alone", broken)
        answer = screener.submit(listing("poison"))
    assert (answer.outcome, answer.problems) == ("hold", ("it breaks the reader",))
    assert screener.submit(listing("sound")).outcome == "publish"


def test_what_came_alone_is_known_and_kept_as_in_a_batch(tmp_path: Path) -> None:
    rows = [listing(f"k{i}", (TEXT, OTHER)[i % 2], account_id=f"a{i % 3}", price=i, extra_column=i,
                    images=[f"pdq:{i:064x}"]) for i in range(12)]  # fmt: skip
    kept, known = [], []
    for way in ("alone", "together"):
        folder = make(tmp_path / way, [listing("z")], linked=False)
        with Screener.open(folder) as screener:
            if way == "alone":
                for row in rows:
                    screener.submit(row)
            else:
                screener.submit_batch([(row, None) for row in rows])
            screener.commit()
            wanted = {"ledger_index", "received_at"}
            names = [n for n in next(screener.workspace.listings.batches(None)).schema.names
                     if n not in wanted]  # fmt: skip
            kept.append([row for batch in screener.workspace.listings.batches(names)
                         for row in batch.to_pylist()])  # fmt: skip
            (recent,) = screener.decider.index._recent
            held = recent.listed()
            known.append([held.offsets.tolist(), held.tokens.tolist(), held.apart.tolist(),
                          held.ids.to_pylist(), held.accounts.tolist(),
                          sorted(zip(held.values.to_pylist(), held.value_nodes.tolist(), strict=True)),
                          held.image_nodes.tolist(), held.images.tolist()])  # fmt: skip
    assert kept[0] == kept[1]
    assert known[0] == known[1]


def test_reading_alone_needs_no_columns(
    screener: Screener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screener.decider, "read", None)
    one = listing_alone(check_submission(listing("q")))
    assert one is not None
    reading = Alone(screener.decider, one)
    reading.read()
    (decision,) = reading.decide([1], "2026-01-31T09:30:00+00:00")
    assert decision.resembles is not None and decision.outcome == "publish"

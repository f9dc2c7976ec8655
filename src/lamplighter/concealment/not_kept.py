"""The finding that originals were not kept."""

from __future__ import annotations

import pyarrow as pa

from lamplighter.concealment.finding import LISTINGS, Finding, Tested


def not_kept(originals: pa.Table, total: int) -> Finding | None:
    """`missing_originals`; None where no sign of it was found."""
    rows = originals.to_pylist()
    if not rows:
        return None
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["kind"]] = counts.get(row["kind"], 0) + row["count"]
    enough = {
        "unsaved": 10,
        "overwritten": 10,
        "backward_clock": 5,
        "backward_ids": 5,
        "backward_log": 5,
    }
    strong = [kind for kind, count in counts.items() if count >= enough.get(kind, 1)]
    grade = min(len(strong) + 1, 4)
    sentences = [row["sentence"] for row in rows]
    listings = list(dict.fromkeys(name for row in rows for name in row["listings"]))[:LISTINGS]
    asked = {
        "sequence_gap": ("numbers go missing one by one, as listings are dropped from an export",
                         "only runs are told that are too long for that"),
        "time_gap": ("quiet hours", "each hour is compared with the same hour of other days"),
        "backward_clock": ("a clock changed with the season",
                           "differences of five minutes or of one hour are left out"),
        "backward_ids": ("ids are given when a draft is begun, or a clock changed with the season",
                         "only series in which 99 % follow the time count, and one hour does not"),
        "backward_log": ("the log is sorted in another way",
                         "a log of which more than 1 % goes back is not told"),
        "overwritten": ("the poster edited the listing",
                        "edits by the account itself are left out"),
        "unsaved": ("the export was made without the submitted column",
                    f"{total - counts.get('unsaved', 0):,} other listings have one"),
    }  # fmt: skip
    tests = [Tested(*asked[kind], kind == "unsaved" and counts[kind] == total) for kind in counts]
    if counts.get("unsaved") == total:
        grade = 1 + (len(strong) > 1)
    return Finding("missing_originals", grade, sentences[0], sentences[1:8], tests, listings)

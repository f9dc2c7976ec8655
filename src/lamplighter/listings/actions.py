"""What the platform says it did, in whatever words its export uses."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

UNKNOWN, SHOWN, EDITED, REFUSED, REMOVED, IMAGE = range(6)
ACTIONS = ("unknown", "published", "edited", "refused", "removed", "image removed")

# The first that fits decides: "image removed" is no removal of the listing.
_WORDS = (
    (IMAGE, r"image|photo|picture"),
    (REFUSED, r"refus|reject|declin|deni|deny|block|not.?approved|disapprov|failed|return"),
    (REMOVED, r"remov|delet|taken.?down|takedown|unpublish|expire"),
    (EDITED, r"edit|modif|chang|clean|sanit|strip|redact|mask|correct|alter"),
    (SHOWN, r"publish|approv|accept|allow|shown|live|pass|none|ok\b|post"),
)


def read_actions(written: pa.Array) -> pa.Array:
    """(n,) uint8 of ACTIONS; null and unknown words are UNKNOWN."""
    coded = written.dictionary_encode()
    words = pc.utf8_lower(coded.dictionary)
    found = pa.array([UNKNOWN] * len(words), pa.uint8())
    for code, pattern in reversed(_WORDS):
        found = pc.if_else(
            pc.match_substring_regex(words, pattern), pa.scalar(code, pa.uint8()), found
        )
    if len(words) == 0:
        return pa.array([UNKNOWN] * len(written), pa.uint8())
    return pc.fill_null(found.take(coded.indices), UNKNOWN)


def action_names(written: pa.Array) -> list[str]:
    """The same in words of ACTIONS."""
    return [ACTIONS[code] for code in read_actions(written).to_pylist()]

"""Texts without markup: tags and character references say nothing about what was hidden."""

from __future__ import annotations

import html

import pyarrow as pa
import pyarrow.compute as pc

# Something that looks like a tag: `<b>`, `</p>`, `<br/>`; not `price < 100`.
_TAG = (
    r"(?is)<script\b[^>]{0,300}>.*?</script\s*>|<style\b[^>]{0,300}>.*?</style\s*>"
    r"|</?[a-z][^<>]{0,300}>"
)
_REFERENCE = r"&(?:[a-zA-Z]{2,20}|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});"


def without_markup(texts: pa.Array) -> pa.Array:
    """(n,) the texts with each tag as a space and each character reference as its character.

    Texts without either are returned as they are; nulls stay null.
    """
    tagged = _matching(texts, "<", _TAG)
    if pc.any(tagged, min_count=0).as_py():
        bare = pc.replace_substring_regex(texts.filter(tagged), pattern=_TAG, replacement=" ")
        texts = pc.replace_with_mask(texts, tagged, bare)
    referring = _matching(texts, "&", _REFERENCE)
    if pc.any(referring, min_count=0).as_py():
        # A NUL or a surrogate cannot come out: html.unescape gives U+FFFD for both.
        bare = pa.array(
            [_read(text) for text in texts.filter(referring).to_pylist()],
            pa.large_string(),
        )
        texts = pc.replace_with_mask(texts, referring, bare)
    return texts


def _matching(texts: pa.Array, sign: str, pattern: str) -> pa.Array:
    """(n,) whether a pattern that needs `sign` is found; most texts do not have the sign."""
    likely = pc.fill_null(pc.match_substring(texts, sign), False)
    if not pc.any(likely, min_count=0).as_py():
        return likely
    return pc.replace_with_mask(
        likely, likely, pc.match_substring_regex(texts.filter(likely), pattern)
    )


def _read(text: str) -> str:
    """Character references read, also those that were escaped twice (`&amp;#39;`)."""
    for _ in range(3):
        once = html.unescape(text)
        if once == text:
            break
        text = once
    return text

"""What a demonstration says of posters. Loaded before Django is, so that it imports late."""

from __future__ import annotations


def poster_line(base: str, puid: str) -> str:
    """Where the poster of a statement reads it and objects. Call `serve.prepare` first."""
    from lamplighter.console.appeals.tokens import token_of

    return (
        f"A poster's statement of reasons, to read and object to: {base}/statement/{token_of(puid)}"
    )

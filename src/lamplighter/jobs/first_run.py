"""The first run of an installation compiles its kernels, and a second process takes its half of that.

numba compiles on one thread at a time and keeps the result on disk: what reads templates and what links
texts, needed last, is compiled here while the listings are read. Whatever is not ready by then, the first
process compiles.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_begun = False


@contextmanager
def compiling_beside() -> Iterator[None]:
    """Compile ahead while the body runs, where nothing is compiled yet and a second core is there."""
    global _begun
    if _begun or (os.cpu_count() or 1) < 2 or _compiled():
        yield
        return
    _begun = True
    other = subprocess.Popen(  # noqa: S603 (ourselves)
        [sys.executable, "-m", __name__],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield
    finally:
        other.terminate()
        other.wait()


def _compiled() -> bool:
    """Whether what reads templates is on disk (or numba keeps nothing there)."""
    from lamplighter.linking.templates import reading

    kernel: Any = reading._read
    folder = getattr(getattr(kernel, "_cache", None), "cache_path", None)
    return folder is None or any(Path(folder).glob("reading._read-*.nbi"))


def _compile_templates() -> None:
    """A template with slots is found in eight texts, which takes all kernels that read templates."""
    import numpy as np
    import pyarrow as pa

    from lamplighter.linking.templates import find_templates

    words = (
        "sofa in good order with two cushions and a cover from a home without pets near the park"
    )
    texts = [f"{words} for {90 + at} euro, ask {at} times before you come round" for at in range(8)]
    find_templates(
        np.zeros(len(texts), np.int64),
        pa.array([f"{at}" for at in range(len(texts))], pa.large_string()),
        pa.array(texts, pa.large_string()),
    )


def _compile_linking() -> None:
    """A site of 240 texts of which a third are one campaign, edited."""
    import numpy as np

    from lamplighter.engines.base import TextCorpus
    from lamplighter.engines.local import LocalEngine
    from lamplighter.foundation.progress import Steps
    from lamplighter.linking.parameters import LinkParameters

    rows, words = 240, 40
    draw = np.random.default_rng(1)
    tokens = draw.integers(1, 2**31, (rows, words)).astype(np.uint32)
    copied = draw.random((rows // 3, words)) < 0.9
    tokens[: rows // 3][copied] = np.broadcast_to(tokens[-1], copied.shape)[copied]
    corpus = TextCorpus(
        np.arange(0, rows * words + 1, words, dtype=np.int64), tokens.ravel(),
        np.arange(rows, dtype=np.int64), np.zeros(rows, np.int32),
    )  # fmt: skip
    LocalEngine(threads=1).link_texts(corpus, LinkParameters(), Steps(quiet=True))


if __name__ == "__main__":
    _compile_templates()
    _compile_linking()

"""A feature: one number per operation, and the listings it was seen in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from lamplighter.operations.columns import Floats, Mask

Numbers = npt.NDArray[np.generic]


@dataclass
class Features:
    """All features of m operations with n' sorted members.

    `values[name]` is (m,); `rests_on[name]` an (n',) mask of the members that show the feature
    (absent: all members of the operation); `words[name]` are (m,) texts for sentences.
    """

    values: dict[str, Floats] = field(default_factory=dict)
    rests_on: dict[str, Mask] = field(default_factory=dict)
    words: dict[str, Sequence[str]] = field(default_factory=dict)

    def put(self, values: Mapping[str, Numbers], rests_on: Mask | None = None) -> None:
        """Add features that rest on the same members."""
        for name, numbers in values.items():
            self.values[name] = np.ascontiguousarray(numbers, np.float64)
            if rests_on is not None:
                self.rests_on[name] = rests_on


def share(part: Numbers, whole: Numbers) -> Floats:
    """part / whole, 0 where whole is 0."""
    top = part.astype(np.float64)
    bottom = whole.astype(np.float64)
    result: Floats = np.divide(top, bottom, out=np.zeros(len(top)), where=bottom > 0)
    return result

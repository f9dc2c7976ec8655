"""What an engine must provide so that linking gives the same answer wherever it runs."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.progress import Steps
from lamplighter.linking.components import CUT, KEPT, settle_roots, union
from lamplighter.linking.parameters import LinkParameters


class TextCorpus(NamedTuple):
    """Tokens of all rows, and the rows in canonical order."""

    offsets: NDArray[np.int64]  # (rows+1,)
    tokens: NDArray[np.uint32]  # (m,) the engine may write masked tokens (0) into it
    order: NDArray[np.int64]  # (n,) row of each listing, listings in canonical order
    topics: NDArray[np.int32]  # (rows,) language and category, as a code; -1 where unknown


class TextLinks(NamedTuple):
    """Verified links between canonical listings, and the groups they make."""

    sources: NDArray[np.int32]  # (l,)
    targets: NDArray[np.int32]  # (l,) larger than the source
    weights: NDArray[np.float32]  # (l,) similarity in (0, 1]
    fate: NDArray[np.uint8]  # (l,) components.KEPT, CUT or WITHIN
    alike: NDArray[np.float32]  # (l,) share of examined member pairs alike (1 where not examined)
    groups: NDArray[np.int32]  # (n,) smallest listing of the group
    masked: int  # tokens masked as boilerplate
    candidates: int  # pairs compared

    def without(self, strangers: NDArray[np.bool_]) -> TextLinks:
        """The links of others; each of `strangers` (n,), who are whole groups, is one again."""
        held = ~(strangers[self.sources] & (self.groups[self.sources] == self.groups[self.targets]))
        alone = np.arange(len(strangers), dtype=np.int32)
        return self._replace(
            sources=self.sources[held],
            targets=self.targets[held],
            weights=self.weights[held],
            fate=self.fate[held],
            alike=self.alike[held],
            groups=np.where(strangers, alone, self.groups).astype(np.int32),
        )

    def joined(self, ones: NDArray[np.bool_]) -> TextLinks:
        """With the groups made one that the cut links at `ones` (c,), of all cut ones, are between."""
        roots = np.arange(len(self.groups), dtype=np.int32)
        at = np.flatnonzero(self.fate == CUT)
        union(roots, self.groups[self.sources[at[ones]]], self.groups[self.targets[at[ones]]])
        settle_roots(roots)
        groups = roots[self.groups]
        fate = self.fate.copy()
        fate[at[groups[self.sources[at]] == groups[self.targets[at]]]] = KEPT
        return self._replace(fate=fate, groups=groups)


class LinkEngine(Protocol):
    """Where linking runs.

    An engine must provide, over listings numbered in canonical order 0..n-1:
    1. phrase counts over the sample of `learn_rarity` (the first `learn_from` listings);
    2. the rarity and the mask of every listing, from those counts (`read_and_mask`);
    3. counts, saturating at two, of all unmasked phrases (`count_shared`), and the keys of every
       listing from them and from the counts of 1 (`keys_of`);
    4. for each key the pairs (first member, each of the next sixteen) and (member, next member),
       made distinct (`candidate_pairs`) — a group-by on a 63-bit integer;
    5. the exact weight of each pair (`similarities`);
    6. groups from the links sorted by falling weight, then source, then target (`join_groups`);
    7. labels that groups show (`labels_of`), and 5 and 6 again if there are any; groups that share
       nothing of their own are no groups (`of_strangers`); parts of one are joined (`parts_of_one`).
    Steps 1–5 can be partitioned freely: none depends on the order of rows or on the partitions.
    Steps 6 and 7 need the links in one place, or component by component.
    """

    def link_texts(self, corpus: TextCorpus, parameters: LinkParameters, steps: Steps) -> TextLinks:
        """Run the seven steps."""
        ...

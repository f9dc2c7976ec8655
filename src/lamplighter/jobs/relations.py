"""From texts, identifiers, accounts and images to operations: which listings belong together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lamplighter.engines.base import LinkEngine, TextCorpus
from lamplighter.foundation.progress import Steps
from lamplighter.jobs.intake import Intake
from lamplighter.linking.components import CUT, KEPT, settle_roots, union
from lamplighter.linking.images import image_pairs
from lamplighter.linking.parameters import LinkParameters
from lamplighter.linking.shared import SharedValues, link_shared
from lamplighter.listings.versions import Settled

#: Identifiers that name a contact. A domain is a place on the web, mostly somebody else's.
CONTACTS = ("phone", "email", "handle", "payment", "wallet", "url")

LINK_SCHEMA = pa.schema(
    [
        pa.field("source", pa.large_string(), nullable=False),
        pa.field("target", pa.large_string(), nullable=False),
        # text, phone, email, handle, payment, wallet, url, account or image
        pa.field("kind", pa.large_string(), nullable=False),
        # text: similarity; identifiers and accounts: exclusivity; images: share of equal bits
        pa.field("weight", pa.float32(), nullable=False),
        pa.field("reason", pa.large_string(), nullable=False),
        # false: the link was pruned, and the reason says why
        pa.field("kept", pa.bool_(), nullable=False),
    ]
)


@dataclass(frozen=True)
class Relations:
    """Groups of listings in canonical order, and what holds them together."""

    text_group: NDArray[np.int32]  # (n,)
    operation: NDArray[np.int32]  # (n,) smallest listing of the operation
    links: pa.Table  # source, target as canonical numbers; kind, weight, reason, kept
    identifiers: pa.Table  # row = canonical listing; plus code, hub, listings (with the value)
    counts: dict[str, int]


def _links(
    sources: NDArray[np.int32], targets: NDArray[np.int32], kind: pa.Array,
    weights: NDArray[np.float32], reasons: pa.Array, kept: NDArray[np.bool_],
) -> pa.Table:  # fmt: skip
    return pa.table(
        {
            "source": pa.array(sources),
            "target": pa.array(targets),
            "kind": kind.cast(pa.large_string()),
            "weight": pa.array(weights, pa.float32()),
            "reason": reasons.cast(pa.large_string()),
            "kept": pa.array(kept),
        }
    )


def _percent(values: NDArray[np.float32]) -> pa.Array:
    return pa.array(np.rint(values * 100).astype(np.int64)).cast(pa.large_string())


def _joined(*parts: object) -> pa.Array:
    texts = [pa.scalar(p, pa.large_string()) if isinstance(p, str) else p for p in parts]
    return pc.binary_join_element_wise(*texts, pa.scalar("", pa.large_string()))


def _repeat(text: str, count: int) -> pa.Array:
    return pa.array([text] * count, pa.large_string()) if count else pa.array([], pa.large_string())


def identifiers_of_listings(intake: Intake, settled: Settled) -> pa.Table:
    """Identifiers with `row` as canonical listing and `code` numbering kind and value.

    Identifiers of every version count; spans of earlier versions are told by `version` false.
    """
    table = intake.identifiers
    rows = table["row"].to_numpy()
    listing = settled.listing_of_row[rows]
    current = settled.order[np.maximum(listing, 0)] == rows
    table = table.set_column(0, "row", pa.array(listing)).append_column(
        "current", pa.array(current)
    )
    table = table.filter(pa.array(listing >= 0))
    kind = pc.cast(table["kind"], pa.large_string())
    named = pc.binary_join_element_wise(kind, table["value"], pa.scalar(":", pa.large_string()))
    encoded = pc.dictionary_encode(named).combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = (
            encoded.chunk(0) if encoded.num_chunks else pa.array([], named.type).dictionary_encode()
        )
    return table.append_column("code", encoded.indices.cast(pa.int64()))


def _indices(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """A number for each distinct value, -1 for null."""
    encoded = pc.dictionary_encode(column).combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0)
    codes: NDArray[np.int64] = (
        encoded.indices.cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False).copy()
    )
    return codes


def topics_of(intake: Intake) -> NDArray[np.int32]:
    """Language and category of each row as a code, -1 where neither is known."""
    one, two = (_indices(column) for column in (intake.language, intake.spool["category"]))
    codes = (one + 1) * (two.max(initial=-1) + 2) + two + 1
    codes = np.unique(codes, return_inverse=True)[1].astype(np.int32)
    return np.where((one < 0) & (two < 0), np.int32(-1), codes)


def _account_codes(intake: Intake, settled: Settled) -> NDArray[np.int64]:
    codes = _indices(intake.spool["account_id"].take(pa.array(settled.order)))
    unknown = np.flatnonzero(codes < 0)
    codes[unknown] = -1 - unknown
    return codes


def _shared_links(shared: SharedValues, kinds: pa.Array, names: pa.Array) -> pa.Table:
    """Links of shared values with their sentences."""
    listings = pa.array(shared.listings[shared.codes]).cast(pa.large_string())
    parties = pa.array(shared.parties[shared.codes]).cast(pa.large_string())
    kind = kinds.take(pa.array(shared.codes))
    name = names.take(pa.array(shared.codes))
    kept = _joined("Both give the ", kind, " ", name, ", found in ", listings,
                   " listings with ", parties, " different texts or accounts.")  # fmt: skip
    hub = _joined("Pruned: the ", kind, " ", name, " is shared by ", listings, " listings with ",
                  parties, " different texts or accounts, as a hotline or agency would be.")  # fmt: skip
    reasons = pc.if_else(pa.array(shared.kept), kept, hub)
    return _links(shared.sources, shared.targets, kind, shared.weights, reasons, shared.kept)


def relate(
    intake: Intake, settled: Settled, engine: LinkEngine, parameters: LinkParameters, steps: Steps
) -> Relations:
    """Link by text, then by identifier, account and image; join into operations."""
    corpus = TextCorpus(intake.offsets, intake.tokens, settled.order, topics_of(intake))
    texts = engine.link_texts(corpus, parameters, steps)
    with steps.step("identifiers, accounts, images"):
        shown = (texts.fate == KEPT) | (texts.fate == CUT)
        kept = texts.fate[shown] == KEPT
        said = pc.if_else(
            pa.array(kept),
            _joined("The texts are alike: weight ", _percent(texts.weights[shown]), " of 100."),
            _joined("Pruned: the two texts are alike, but only ", _percent(texts.alike[shown]),
                    " % of the other texts of the two groups are."),
        )  # fmt: skip
        links = [
            _links(texts.sources[shown], texts.targets[shown],
                   _repeat("text", int(shown.sum())), texts.weights[shown], said, kept)
        ]  # fmt: skip
        operation = texts.groups.copy()
        accounts = _account_codes(intake, settled)
        identifiers = identifiers_of_listings(intake, settled)
        identifiers, contact_links = _contacts(identifiers, texts.groups, accounts, parameters)
        known = np.flatnonzero(accounts >= 0).astype(np.int32)
        by_account = link_shared(
            known, accounts[known], texts.groups, accounts, parameters, hubs=False
        )
        names = _account_names(intake, settled, accounts)
        account_links = _shared_links(by_account, _repeat("account", len(names)), names)
        image_links = _image_links(intake, settled)
        links += [contact_links, account_links, image_links]
        for table in links[1:]:
            held = table.filter(table["kept"])
            union(operation, held["source"].to_numpy(), held["target"].to_numpy())
        settle_roots(operation)
    return Relations(
        texts.groups, operation, _sorted(pa.concat_tables(links)), identifiers,
        {"candidates": texts.candidates, "masked_tokens": texts.masked},
    )  # fmt: skip


def _sorted(links: pa.Table) -> pa.Table:
    """In an order that does not depend on the order of rows of the input."""
    keys = ("source", "target", "kind", "reason")
    return links.sort_by([(name, "ascending") for name in keys])


def _account_names(intake: Intake, settled: Settled, accounts: NDArray[np.int64]) -> pa.Array:
    size = int(accounts.max(initial=-1)) + 1
    first = np.zeros(size, dtype=np.int64)
    known = np.flatnonzero(accounts >= 0)[::-1]
    first[accounts[known]] = settled.order[known]
    taken = intake.spool["account_id"].take(pa.array(first)).combine_chunks()
    return taken.chunk(0) if isinstance(taken, pa.ChunkedArray) and taken.num_chunks else (
        pa.array([], pa.large_string()) if isinstance(taken, pa.ChunkedArray) else taken
    )  # fmt: skip


def _contacts(
    identifiers: pa.Table, groups: NDArray[np.int32], accounts: NDArray[np.int64],
    parameters: LinkParameters,
) -> tuple[pa.Table, pa.Table]:  # fmt: skip
    kinds = identifiers["kind"].cast(pa.large_string())
    ties = pc.is_in(kinds, pa.array(CONTACTS, pa.large_string())).to_numpy(zero_copy_only=False)
    code = identifiers["code"].to_numpy()
    listing = identifiers["row"].to_numpy().astype(np.int32)
    ties = ties.astype(bool)
    size = int(code.max(initial=-1)) + 1
    shared = link_shared(listing[ties], code[ties], groups, accounts, parameters)
    every = link_shared(listing, code, groups, accounts, parameters)
    first = np.zeros(size, dtype=np.int64)
    first[code[::-1]] = np.arange(len(code))[::-1]
    kind_of = pa.array(kinds.take(pa.array(first)).to_pylist(), pa.large_string())
    value_of = pa.array(identifiers["value"].take(pa.array(first)).to_pylist(), pa.large_string())
    links = _shared_links(shared, kind_of, value_of)
    identifiers = identifiers.append_column("hub", pa.array(every.hub[code])).append_column(
        "listings", pa.array(every.listings[code])
    )
    return identifiers, links


def _image_links(intake: Intake, settled: Settled) -> pa.Table:
    listing = settled.listing_of_row[intake.images["row"].to_numpy()]
    images = intake.images.set_column(
        0, "row", pa.array(np.maximum(listing, 0).astype(np.uint32))
    ).filter(pa.array(listing >= 0))
    pairs = image_pairs(images).pairs
    sources = pairs["row_a"].to_numpy().astype(np.int32)
    targets = pairs["row_b"].to_numpy().astype(np.int32)
    distance = pairs["distance"].to_numpy()
    reasons = _joined("An image of each differs in ", pa.array(distance).cast(pa.large_string()),
                      " of 256 bits (PDQ).")  # fmt: skip
    apart = sources != targets
    table = _links(sources, targets, _repeat("image", len(sources)),
                   (1 - distance / 256).astype(np.float32), reasons, np.ones(len(sources), bool))  # fmt: skip
    return table.filter(pa.array(apart))

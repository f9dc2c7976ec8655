"""Contacts and accounts of listings as values to be looked up: `kind:value`."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lamplighter.text.hashing import hash_strings

#: Identifiers that name a contact. A domain is a place on the web, mostly somebody else's.
CONTACTS = ("phone", "email", "handle", "payment", "wallet", "url")
_COLON = pa.scalar(":", pa.large_string())


def values_of(
    identifiers: pa.Table, account_ids: pa.Array
) -> tuple[NDArray[np.int64], pa.Array, NDArray[np.uint64]]:
    """Listings (v,) and their values (v,) `kind:value`; and the hashed account (n,), 0: unknown."""
    kinds = identifiers["kind"].cast(pa.large_string())
    named = pc.binary_join_element_wise(kinds, identifiers["value"], _COLON)
    named = named.combine_chunks()
    if isinstance(named, pa.ChunkedArray):
        named = pa.concat_arrays([*named.chunks, pa.array([], pa.large_string())])
    rows = identifiers["row"].to_numpy().astype(np.int64)
    known = account_ids.is_valid().to_numpy(zero_copy_only=False)
    accounts = np.where(known, hash_strings(account_ids), 0).astype(np.uint64)
    held = np.flatnonzero(known)
    prefix = pa.scalar("account", pa.large_string())
    of_accounts = pc.binary_join_element_wise(prefix, account_ids.take(pa.array(held)), _COLON)
    return (
        np.concatenate([rows, held]),
        pa.concat_arrays([named, of_accounts.cast(pa.large_string())]),
        accounts,
    )

"""Words that tell what a slot holds, as hash tables for the kernels."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined, kernel
from lamplighter.text.tokens import Tokens, tokenise

U64 = NDArray[np.uint64]

#: What a word says about the slot beside it, and about the value it is in.
NAME_CUE, AGE_CUE, PRICE_CUE, CURRENCY, DIGIT_WORD, TIME_WORD = 1, 2, 4, 8, 16, 32

# Everyday words of the larger languages of listings; a slot beside none of them is judged by its
# values alone.
_CUES = {
    NAME_CUE: """name named am im is call contact ask for with hi hello here by host agent nombre
        llamo soy llama con nom appelle suis avec name heiße bin mit nome chamo sou chiamo sono
        имя зовут спросить اسمي اسم adım ben""",
    AGE_CUE: """age aged am im years year yrs yr yo y old edad años año tengo âge ans ai alter
        jahre jahr bin idade anos età anni лет возраст мне года عمري سنة yaş yaşında""",
    PRICE_CUE: """price prices cost costs rate rates fee only asking from rent pay salary per hour
        hr month week day obo each precio por mes hora prix par mois heure preis pro stunde monat
        euro preço prezzo mese цена руб месяц السعر fiyat""",
    CURRENCY: """usd eur gbp cad aud chf inr rub mxn brl jpy cny aed zar dollar dollars euro euros
        pound pounds bucks roses peso pesos real reais rupees rs руб""",
    DIGIT_WORD: """zero oh one two three four five six seven eight nine cero uno dos tres cuatro
        cinco seis siete ocho nueve un deux trois quatre cinq sept huit neuf null eins zwei drei
        vier fünf sechs sieben acht neun""",
    # Written like a name, never one in a slot. Months that are names, too (April, May, June) are
    # here as well: where they are names the other values of the slot say so.
    TIME_WORD: """monday tuesday wednesday thursday friday saturday sunday january february march
        april may june july august september october november december today tomorrow lunes martes
        miércoles jueves viernes sábado domingo enero febrero marzo abril mayo junio julio agosto
        septiembre octubre noviembre diciembre lundi mardi mercredi jeudi vendredi samedi dimanche
        janvier février mars avril juin juillet août septembre octobre novembre décembre montag
        dienstag mittwoch donnerstag freitag samstag sonntag januar februar märz mai juni juli
        oktober dezember segunda terça quarta quinta sexta janeiro fevereiro maio junho julho
        setembro outubro novembro dezembro""",
}


@inlined
def extend(state: np.uint64, token: np.uint32) -> np.uint64:
    """Hash of a phrase with one more token; a phrase starts from 0."""
    h = np.uint64((state ^ np.uint64(token)) * np.uint64(0x9E3779B97F4A7C15))
    return np.uint64((h ^ (h >> np.uint64(29))) | np.uint64(1))  # never 0: empty in the tables


@inlined
def held(table: U64, wanted: np.uint64) -> int:
    """Place of a hash in the table, -1 where absent."""
    mask = np.uint64(len(table) - 1)
    slot = (wanted >> np.uint64(20)) & mask
    while table[slot] != np.uint64(0):
        if table[slot] == wanted:
            return int(np.int64(slot))
        slot = (slot + np.uint64(1)) & mask
    return -1


@kernel
def _enter(
    offsets: NDArray[np.int64], hashes: NDArray[np.uint32], flags: NDArray[np.uint8],
    table: U64, values: NDArray[np.uint8],
) -> None:  # fmt: skip
    mask = np.uint64(len(table) - 1)
    for phrase in range(len(offsets) - 1):
        if offsets[phrase] == offsets[phrase + 1]:
            continue
        state = np.uint64(0)
        for at in range(offsets[phrase], offsets[phrase + 1]):
            state = extend(state, hashes[at])
        slot = (state >> np.uint64(20)) & mask
        while table[slot] != np.uint64(0) and table[slot] != state:
            slot = (slot + np.uint64(1)) & mask
        table[slot] = state
        values[slot] |= flags[phrase]


def _table(phrases: Iterable[str], flags: Iterable[int]) -> tuple[U64, NDArray[np.uint8]]:
    told = list(phrases)
    tokens: Tokens = tokenise(pa.array(told, pa.large_string()))
    size = 1 << max(4, (2 * len(told) + 2).bit_length())
    table, values = np.zeros(size, np.uint64), np.zeros(size, np.uint8)
    _enter(tokens.offsets, tokens.hashes, np.fromiter(flags, np.uint8, len(told)), table, values)
    table.flags.writeable = values.flags.writeable = False
    return table, values


@lru_cache(maxsize=1)
def cues() -> tuple[U64, NDArray[np.uint8]]:
    """The table of cue words and the bits of each."""
    pairs = [(word, flag) for flag, words in _CUES.items() for word in words.split()]
    return _table((word for word, _ in pairs), (flag for _, flag in pairs))


@lru_cache(maxsize=4)
def _phrases(names: frozenset[str]) -> U64:
    return _table(names, [1] * len(names))[0]


def phrases(names: Collection[str]) -> U64:
    """The table of names of cities or persons. A frozenset is read once per process."""
    return _phrases(names if isinstance(names, frozenset) else frozenset(names))

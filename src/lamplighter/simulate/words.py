"""All words of a vocabulary, compiled: grammar of every language, names, towns, money, contacts."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from lamplighter.simulate.cities import COUNTRIES, cities
from lamplighter.simulate.grammar import Code, Compiler, tables
from lamplighter.simulate.phones import STYLES, Numbers, styles

#: The first five are spoken in the cities of the market, the others come with some mixes only.
LANGUAGES = ("en", "es", "fr", "de", "pt", "zh", "ja", "th", "ru", "ar")
TRADES = ("goods", "jobs", "rentals", "services", "classes", "personal", "household", "abroad")
ROOTS = ("text", "form", "control", "solo", "offer")
#: What the market calls the trades.
CATEGORIES = (
    "for sale", "jobs", "housing", "services", "classes", "personal services", "household help",
    "work abroad",
)  # fmt: skip
_SPOKEN = {
    "US": ("en", "es"), "CA": ("en", "fr"), "MX": ("es", "es"), "ES": ("es", "es"),
    "FR": ("fr", "fr"), "DE": ("de", "de"), "PT": ("pt", "pt"), "BR": ("pt", "pt"),
}  # fmt: skip
#: Reserved for documentation by RFC 2606: mail to these reaches no one.
_DOMAINS = (
    "@example.com", "@example.org", "@example.net", "@mail.example.com", "@post.example.org",
    "@inbox.example.net", "@box.example.com", "@web.example.org",
)  # fmt: skip
_LOCALS = 128
HUBS = 24


class Words:
    """Pieces and symbols by what they are for; all arrays hold ids of `code`."""

    code: Code

    def __init__(self, vocabulary: str) -> None:
        """Compile the files of a vocabulary."""
        compiler = Compiler()
        everything = {language: tables(vocabulary, language) for language in LANGUAGES}
        for language, found in everything.items():
            common = f"{language}.common"
            entries = {name: body for name, body in found["common"].items() if name != "names"}
            compiler.table(common, common, entries)
            for trade in TRADES:
                if trade in found:
                    compiler.table(f"{language}.{trade}", common, found[trade])
        self._names(compiler, everything)
        self._places(compiler)
        self.numbers = Numbers(compiler)
        self.styles = styles(compiler)
        self._roots(compiler)
        self._columns(compiler)
        self.code = compiler.code()

    def _names(self, compiler: Compiler, everything: dict[str, dict[str, dict[str, str]]]) -> None:
        lists = [everything[language]["common"]["names"].split("|") for language in LANGUAGES]
        self.names = np.array([compiler.block(names) for names in lists], np.int64)
        self.name_counts = np.array([len(names) for names in lists], np.int64)
        plain = sorted({name.lower() for names in lists for name in names if name.isascii()})
        stems = [f"{plain[i % len(plain)]}{'._-'[i // len(plain) % 3]}" for i in range(_LOCALS)]
        self.locals = compiler.block(stems)
        self.domains = compiler.block(_DOMAINS)

    def _places(self, compiler: Compiler) -> None:
        table = cities()
        self.towns = compiler.block(table.names)
        money = {code: compiler.block([c.before, c.after]) for code, c in COUNTRIES.items()}
        self.before = np.array([money[country] for country in table.countries], np.int64)
        self.spoken = np.array(
            [[LANGUAGES.index(x) for x in _SPOKEN.get(c, ("en", "en"))] for c in table.countries],
            np.int64,
        )
        self.scale = np.array([COUNTRIES[country].scale for country in table.countries])
        self.hubs = compiler.block(
            f"{(212, 312, 415, 617)[i % 4]}-{230 + 17 * i}-{(4099 * i + 1203) % 10_000:04d}"
            if i % 3
            else f"https://pay{i}.example.com/secure"
            for i in range(HUBS)
        )

    def _roots(self, compiler: Compiler) -> None:
        """`roots[language, trade, root, stock]` and `titles[language, trade]`: symbols."""
        shape = (len(LANGUAGES), len(TRADES), len(ROOTS), 2)
        self.roots = np.zeros(shape, np.int64)
        self.titles = np.zeros(shape[:2], np.int64)
        self.spare = np.zeros((len(LANGUAGES), 2), np.int64)
        for i, language in enumerate(LANGUAGES):
            self.spare[i, 0] = compiler.ids[f"{language}.common.word"]
            self.spare[i, 1] = compiler.ids[f"{language}.common.chatter"]
            for j, trade in enumerate(TRADES):
                own = f"{language}.{trade}"
                tongue = language if f"{own}.text" in compiler.ids else "en"
                scope = f"{tongue}.{trade}"
                self.titles[i, j] = compiler.ids[f"{scope}.title"]
                for k, root in enumerate(ROOTS):
                    names = (f"{scope}.{root}", f"{scope}.offer", f"{scope}.text")
                    kept = names if root == "form" else (names[0], names[2])
                    symbol = next(compiler.ids[name] for name in kept if name in compiler.ids)
                    self.roots[i, j, k, 0] = symbol
                    self.roots[i, j, k, 1] = self._with_stock(compiler, tongue, symbol)

    @staticmethod
    def _with_stock(compiler: Compiler, language: str, symbol: int) -> int:
        text = -(1 + 4 * symbol)
        stock = -(1 + 4 * compiler.ids[f"{language}.common.stock"])
        blank = compiler.piece(" ")
        return compiler.rule(
            f"stock {language} {symbol}",
            [[text, blank, stock], [text, blank, stock, blank, stock], [stock, blank, text]],
        )

    def _columns(self, compiler: Compiler) -> None:
        """Symbols of the columns that are one slot only."""
        from lamplighter.simulate.grammar import SLOTS

        single = {
            "listing_id": [compiler.piece("L"), SLOTS.index("serial")],
            "account_id": [compiler.piece("u"), SLOTS.index("account")],
            "phone": [SLOTS.index("phone")],
            "e164": [SLOTS.index("e164")],
            "email": [SLOTS.index("email")],
        }
        self.columns = {
            name: compiler.rule(f"column {name}", [ops]) for name, ops in single.items()
        }

    def local_piece(self, codes: NDArray[np.int64]) -> NDArray[np.int64]:
        """The first word of an e-mail address, for codes of `rows.email_codes`."""
        found: NDArray[np.int64] = self.locals + codes % _LOCALS
        return found

    def domain_piece(self, codes: NDArray[np.int64]) -> NDArray[np.int64]:
        """The domain of an e-mail address."""
        found: NDArray[np.int64] = self.domains + codes // _LOCALS % len(_DOMAINS)
        return found

    @staticmethod
    def mark(codes: NDArray[np.int64]) -> NDArray[np.int64]:
        """The number in an e-mail address; with the two pieces it names the code."""
        found: NDArray[np.int64] = codes // (_LOCALS * len(_DOMAINS))
        return found


def hiding_styles() -> NDArray[np.int64]:
    """(languages, choices): rows of the digit styles that a plain search misses."""
    shared = ("keycap", "full_width", "letters", "starred", "spaced", "leet")
    own = [
        [f"words_{x}", f"mixed_{x}"] if f"words_{x}" in STYLES else ["keycap", "full_width"]
        for x in LANGUAGES
    ]
    return np.array([[STYLES.index(s) for s in (*shared, *styles)] for styles in own], np.int64)


@cache
def words_of(vocabulary: str) -> Words:
    """The compiled words of a vocabulary, once per process."""
    return Words(vocabulary)

"""Thirty honest habits that the simulator does not plant: `python -m bench.habits [--listings N]`.

Each is put on honest platforms, in all versions that it would touch, and audited. A finding above
grade 1 is a false one. The habits were written by the same hands as the detectors.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from bench import machine, markdown
from lamplighter.foundation.progress import Steps
from lamplighter.jobs.audit import audit
from lamplighter.jobs.audit_examination import AuditOptions
from lamplighter.signals.lexicon import load_lexicon
from lamplighter.simulate.platform import write_platform

Row = dict[str, Any]
Habit = Callable[[str, random.Random], tuple[str, str]]
_PRICE = re.compile(r"[$€£] ?\d[\d,.]*|\d[\d,.]* ?(?:usd|dollars|euros|€)", re.I)
_WORD = re.compile("[A-Za-z]{2,}")


def _says(*pairs: tuple[str, str]) -> Habit:
    """Posters write the first, the platform shows the second."""

    def habit(text: str, chance: random.Random) -> tuple[str, str]:
        said, shown = chance.choice(pairs)
        return f"{text} {said}", f"{text} {shown}".rstrip()

    return habit


def _shows(change: Callable[[str], str]) -> Habit:
    return lambda text, _: (text, change(text))


def _half_translated(text: str) -> str:
    words = iter(range(10_000))
    return _WORD.sub(
        lambda found: found[0][::-1].lower() + "o" if next(words) % 2 else found[0], text
    )


HABITS: dict[str, Habit] = {
    "thank-yous taken out": _says(("Thank you.", ""), ("Thanks for looking!", "")),
    "sign-offs taken out": _says(
        ("Kind regards", ""), ("Best wishes", ""), ("Have a nice day", ""), ("Cheers", "")
    ),
    "greetings taken out": _says(("Hello all,", ""), ("Good morning!", ""), ("Dear buyers,", "")),
    "half of the words translated": _shows(_half_translated),
    "all words translated": _shows(lambda t: _WORD.sub(lambda f: f[0][::-1].lower() + "o", t)),
    "feet to centimetres": _says(("It is 5 feet long.", "It is 152 cm long.")),
    "measures converted": _says(
        ("It is 5 feet long.", "It is 152 cm long."), ("2 miles away.", "3 km away."),
        ("Weighs 10 lbs.", "Weighs 5 kg."), ("6 inches wide.", "15 cm wide."),
    ),
    "cut at 200 characters": _shows(lambda t: t[:200]),
    "cut at 80 characters": _shows(lambda t: t[:80]),
    "accents lost": lambda t, c: (
        f"{t} Near the {(w := c.choice(['café', 'piñata', 'кухня']))}.",
        f"{t} Near the {w}.".encode("ascii", "replace").decode(),
    ),
    "emoji lost": _says(("Great 🚲🚲 bike", "Great bike"), ("Call ☎ now", "Call now")),
    "prices taken out": lambda t, c: (
        (said := f"{t} Asking {c.choice(['$250', '75 dollars'])}."), _PRICE.sub("", said)
    ),
    "hashtags taken out": _says(("#sale #local", ""), ("#deal", "")),
    "spelling corrected": _says(
        ("Grate quality", "Great quality"), ("Recieve it", "Receive it"), ("your great", "you're great")
    ),
    "abbreviations written out": _says(
        ("nice apt", "nice apartment"), ("pls ask", "please ask"), ("asap", "as soon as possible")
    ),
    "doubled words": _says(("very very good", "very good"), ("so so soft", "so soft")),
    "capitals lowered": _shows(str.lower),
    "shouting lowered": _says(("LOOK HERE NOW", "Look here now")),
    "exclamation marks": _says(("Buy it!!!", "Buy it!"), ("Wow!!", "Wow.")),
    "links taken out": _says(("See https://example.org/a/b", "See"), ("www.example.com", "")),
    "mail masked": _says(("Write to jo@example.org", "Write to [contact]")),
    "phones masked": _says(("Ring 020 7946 0018", "Ring ***"), ("Ring 020 7946 0123", "Ring ***")),
    "messengers masked": _says(("On WhatsApp too", "On *** too"), ("On Telegram too", "On *** too")),
    "swear words": _says(("It is damn good", "It is good"), ("bloody heavy", "heavy")),
    "dates brought up to date": _says(("From March on", "From April on"), ("By Friday", "By Monday")),
    "quotes straightened": _says(("a “fine” one", 'a "fine" one'), ("it’s nice", "it's nice")),
    "line breaks": _shows(lambda t: t.replace(". ", ".\n")),
    "markup": _says(("<b>As new</b>", "As new"), ("&amp; more", "& more")),
    "platform's footer": _says(("", "Posted on our site. Stay safe.")),
    "British to American": _says(("grey colour", "gray color"), ("kerb side", "curb side")),
}  # fmt: skip


def put(habit: Habit, table: pa.Table, seed: int, out: Path) -> None:
    """The platform's pairs with the habit; what a poster sends again is written alike."""
    rows = table.to_pylist()
    for row in rows:
        if row["text"]:
            text, published = row["text"], row["published_text"]
            who = f"{seed} {row['account_id']} {row['title']}"
            row["text"], shown = habit(text, random.Random(who))
            if published == text:
                row["published_text"] = shown
            elif published:
                row["published_text"] = habit(published, random.Random(who))[1]
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), out)


def main() -> None:
    """Parse, put each habit on each platform, print what was told above grade 1."""
    parser = argparse.ArgumentParser(prog="python -m bench.habits", description=__doc__)
    parser.add_argument("--seeds", default="9,10", help="with commas")
    parser.add_argument("--listings", type=int, default=6_000)
    parser.add_argument("--only", default="", help="habits whose name holds this")
    asked = parser.parse_args()
    print(machine.describe())
    markdown.head(("habit", "seed", "told above grade 1"))
    told = tried = 0
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        work = Path(folder)
        for seed in map(int, asked.seeds.split(",")):
            plain = work / "plain.parquet"
            write_platform("honest", asked.listings, seed, plain, vocabulary="second")
            table = pq.read_table(plain)
            for name, habit in HABITS.items():
                if asked.only in name:
                    put(habit, table, seed, work / "pairs.parquet")
                    run = audit(
                        [str(work / "pairs.parquet")], work / "out",
                        AuditOptions(load_lexicon()), Steps(quiet=True),
                    )  # fmt: skip
                    high = {k: v for k, v in run["findings"].items() if v > 1}
                    tried, told = tried + 1, told + bool(high)
                    if high:
                        markdown.row((name, seed, ", ".join(f"{k} {v}" for k, v in high.items())))
    print(f"\n{told} of {tried} have a finding above grade 1.")


if __name__ == "__main__":
    main()

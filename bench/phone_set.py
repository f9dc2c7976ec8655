"""A labelled set of texts with telephone numbers as posters hide them, and with decoys.

Every text carries at most one planted number, in one of many disguises, and decoys: prices, dates,
measures, ZIP codes, order numbers. The development set was written first; each later one
was measured before anyone looked at what it got wrong (`docs/identifiers.md` has those first looks),
then its faults were used too. They share nothing but the digits'
drawings: other carrier sentences, other decoy phrases, other separators, other seeds. All
numbers are drawn at random from what `phonenumbers` calls valid; all sentences are bland.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

#: Regions of the set and how often each is drawn.
REGIONS = {"US": 40, "GB": 8, "DE": 6, "FR": 6, "ES": 6, "IN": 6, "BR": 6, "TH": 4, "IT": 4, "MX": 4,
           "NL": 3, "AU": 3, "PL": 2, "CA": 2}  # fmt: skip

_WORDS = {
    "en": "zero one two three four five six seven eight nine",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve",
    "pt": "zero um dois três quatro cinco seis sete oito nove",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf",
    "de": "null eins zwei drei vier fünf sechs sieben acht neun",
    "it": "zero uno due tre quattro cinque sei sette otto nove",
}
_LANGUAGE = {"US": "en", "GB": "en", "IN": "en", "AU": "en", "CA": "en", "TH": "en", "PL": "en",
             "NL": "en", "DE": "de", "FR": "fr", "ES": "es", "MX": "es", "BR": "pt", "IT": "it"}  # fmt: skip
_DRAWN = {
    "full_width": "０１２３４５６７８９",
    "circled": "⓪①②③④⑤⑥⑦⑧⑨",
    "negative_circled": "⓿❶❷❸❹❺❻❼❽❾",
    "bold": "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
    "double_struck": "𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡",
    "monospace": "𝟶𝟷𝟸𝟹𝟺𝟻𝟼𝟽𝟾𝟿",
    "arabic": "٠١٢٣٤٥٦٧٨٩",
    "devanagari": "०१२३४५६७८९",
    "thai": "๐๑๒๓๔๕๖๗๘๙",
    "superscript": "⁰¹²³⁴⁵⁶⁷⁸⁹",
    "subscript": "₀₁₂₃₄₅₆₇₈₉",
    "chinese": "〇一二三四五六七八九",
}
_LOOKALIKE = {"0": "OoО", "1": "lI|", "2": "Zz", "5": "Ss", "8": "B"}
_WEAK_LOOKALIKE = {"6": "bG", "9": "gq"}
_ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff"


@dataclass(frozen=True)
class Vocabulary:
    """What a set is written with."""

    carriers: tuple[str, ...]
    decoys: tuple[str, ...]
    fillers: tuple[str, ...]
    strays: tuple[str, ...]
    dashes: tuple[str, ...]


@dataclass(frozen=True)
class Sample:
    """A text, the number that it holds (E.164) or none, its region, and how it is written."""

    text: str
    number: str | None
    region: str
    disguise: str


DEVELOPMENT = Vocabulary(
    carriers=(
        "call {} now",
        "Call me at {}",
        "text {} for details",
        "{} call or text",
        "my number is {}",
        "Tel: {}",
        "phone {}.",
        "reach me on {} any time",
        "whatsapp {}",
        "contact: {}",
        "{}",
        "Serious buyers only, {}",
        "ask for Sam {}",
        "ring {} after work",
        "Please text me, {} thanks",
        "llama al {}",
        "ligue {}",
        "appelez le {}",
        "Anruf unter {}",
        "telefono {}",
        "cell-{}",
        "hmu {}!!",
        "Contact Sam ({})",
        "Interested? {}",
        "ph.{}",
        "for pickup: {}",
    ),
    decoys=(
        "Price ${p}",
        "asking {p} dollars",
        "${p}.00 obo",
        "{p} EUR",
        "€{p}",
        "£{p} per month",
        "R$ {P},00",
        "only {P} pesos",
        "USD {p}",
        "rent {p}/month",
        "deposit ${p}, fee ${q}",
        "posted {y}-{m}-{d}",
        "on {d}/{m}/{y}",
        "from {d}.{m}.{y} to {d}.{m}.{y}",
        "built in {y}",
        "{y}-{y2} model",
        "open {h}:{mi}-{h2}:{mi}",
        "{h}:{mi} to {h2}:{mi}",
        "ZIP {zip}",
        "ZIP {zip}-{n4}",
        "{zip} Springfield",
        "{n4} sq ft",
        "{n3} m2",
        "{n2} kg",
        "{n2}x{n2}x{n3} cm",
        "{n3} x {n3} mm",
        "{n5} miles",
        "{n6} km",
        "Order #{n10}",
        "Order number {n10}",
        "ref {n9}",
        "Ref: {n3}-{n3}-{n4}",
        "item no. {n10}",
        "SKU {n8}",
        "SKU-{n10}",
        "serial {n12}",
        "tracking {n12}",
        "ISBN 978-{n1}-{n3}-{n5}-{n1}",
        "model {n4}-{n3}",
        "{lat}, {lon}",
        "{n1}.{n2} {n1}.{n3}",
        "{n3},{n3} views",
        "{n1},{n3},{n3} in sales",
        "sizes 6 7 8 9 10 11 12",
        "sizes 36 38 40 42 44",
        "invoice {n10}",
        "IP {n2}.{n3}.{n2}.{n2}",
        "years {y}, {y} and {y}",
        "lot {n5}",
        "MLS# {n8}",
        "{y}{m}{d}",
        "apt {n3}",
        "{n2}% off",
        "account {n10}",
        "batch {n4} {n4} {n4}",
        "card {n4} {n4} {n4} {n4}",
        "20 to 30 people",
        "floor {n1} of {n2}",
        "{n3}.{n3}.{n3}-{n2}",
        "{n2}'{n1}\" wide",
        "UPC {n12}",
        "EAN {n13}",
        "VIN 1HG{n3}AB{n6}",
    ),
    fillers=(
        "Sofa in good condition",
        "room for rent near the park",
        "bike with new tyres",
        "driver wanted for weekend work",
        "clean and quiet flat",
        "we repair fridges",
        "two tables",
        "one owner only",
        "desk, chair and lamp",
        "open for offers",
        "pick up only",
    ),
    strays=("*", "~", "_", "/", "🔥", "•", "=", "|", "^", "✨", "..", "--", "♥", "><", ","),
    dashes=("dash", "dot", "-", " - ", "hyphen"),
)

TUNING = Vocabulary(
    carriers=(
        "dial {} before noon",
        "You can get me on {}",
        "{} is my cell",
        "drop a message to {}",
        "Mobile {}",
        "Telephone number {}",
        "leave a voicemail at {}",
        "info via {}",
        "sms {}",
        "If keen, {}",
        "→ {} ←",
        "Owner: Kim, {}",
        "give us a buzz {}",
        "we answer {} all week",
        "viewing by appointment, {}",
        "escribe al {}",
        "chama no zap {}",
        "joignable au {}",
        "Handy {}",
        "chiamare {}",
        "fone/{}",
        "Kim - {}",
        "[{}]",
        "enquiries to {} please",
        "T {}",
    ),
    decoys=(
        "now ${p} (was ${q})",
        "{p}$",
        "cost {p} USD",
        "{p} euros a month",
        "worth £{p}",
        "Rs. {P}",
        "₹{P}",
        "฿{p}",
        "{P} baht",
        "valor R$ {p}",
        "salary {P}-{P2} yearly",
        "available {m}/{d}/{y}",
        "due {y}/{m}/{d}",
        "{d}-{m}-{y}",
        "since {y}",
        "born {d} {m} {y}",
        "season {y}/{y2}",
        "hours {h}.{mi} - {h2}.{mi}",
        "daily {h}:{mi}",
        "postcode {zip}",
        "Portland OR {zip}",
        "{zip}-{n4}",
        "{n4} sqft lot",
        "{n3} square metres",
        "weighs {n3} lbs",
        "{n2} by {n2} inches",
        "{n3}cm x {n2}cm",
        "mileage {n6}",
        "{n5}km on the clock",
        "{n4} rpm",
        "confirmation {n10}",
        "Booking ref {n8}",
        "case no {n3}-{n7}",
        "part number {n10}",
        "S/N {n11}",
        "parcel {n12}",
        "isbn {n10}",
        "policy {n9}",
        "GPS {lat} {lon}",
        "({lat},{lon})",
        "score {n2}-{n2}",
        "{n2},{n3} followers",
        "{n3},{n3},{n3} hits",
        "waist 28 30 32 34 36",
        "shoe 5 6 7 8 9 10 11",
        "receipt {n10}",
        "v{n1}.{n2}.{n3}",
        "server {n3}.{n2}.{n1}.{n2}",
        "between {y} and {y2}",
        "stock code {n7}",
        "licence {n8}",
        "{y}{m}{d}",
        "unit {n4}",
        "{n1} bed {n1} bath",
        "{n3} watts {n3} volts",
        "member {n10}",
        "cheque {n6} {n8}",
        "Visa {n4}-{n4}-{n4}-{n4}",
        "IMEI {n15}",
        "id={n10}",
        "barcode {n13}",
        "ad {n10}",
        "{n3}/{n2} R{n2} tyres",
        "{n1}.{n1} litre",
        "{n2} ft {n1} in",
        "{P} inhabitants",
    ),
    fillers=(
        "Washing machine, works well",
        "garage space to let",
        "guitar lessons on Mondays",
        "cook needed, full time",
        "sunny studio with balcony",
        "garden tools",
        "three lamps",
        "the first to see it will buy it",
        "no time wasters",
        "cash on collection",
        "moving house",
    ),
    strays=("+", "#", "¤", "°", "\\", "🌟", "‣", "::", "~~", "❤", "…", "—", "||", ";", "★"),
    dashes=("dash", "point", "–", " / ", "then"),
)


TUNING_MORE = Vocabulary(
    carriers=(
        "hit me up at {}",
        "{} (leave a note)",
        "Whatsapp/Signal {}",
        "pls sms to {}",
        "I pick up on {}",
        "for a viewing {}",
        "office: {}",
        "{} - ask for the manager",
        "msg {} if interested",
        "our line is {}",
        "speak to Alex on {}",
        "no emails, {}",
        "Kontakt: {}",
        "rufen Sie {} an",
        "me llame al {}",
        "meu número é {}",
        "mon numéro est le {}",
        "il mio numero è {}",
        "number below\n{}",
        "{}\nthanks for reading",
        "phone # {}",
        "<{}>",
        "get in touch via {} today",
        "Alex {}",
        "*** {} ***",
        "fax or phone: {}",
    ),
    decoys=(
        "yours for {p} pounds",
        "reduced from ${q} to ${p}",
        "C${p}",
        "{P} zł",
        "{p} kr per week",
        "{P} INR",
        "budget {P}",
        "turnover {P} EUR",
        "wage {n2}.{n2}/h",
        "£{p} pcm + £{q} bills",
        "dated {d} March {y}",
        "listed {y}.{m}.{d}",
        "{d}.{m}.{y}, {h}:{mi}",
        "until {m}/{y}",
        "valid {d}/{m}/{y}-{d}/{m}/{y2}",
        "week {n2}/{y}",
        "class of {y}",
        "open {h}-{h2} daily",
        "from {h}.{mi}h to {h2}.{mi}h",
        "PLZ {zip}",
        "zip code: {zip}",
        "CEP {zip}-{n3}",
        "code postal {zip}",
        "{n3} sqm",
        "{n4}mm long",
        "{n2},{n1} m x {n1},{n1} m",
        "{n3} litres",
        "{n3} g each, {n2} pcs",
        "top speed {n3} km/h",
        "{P} km",
        "engine {n4} cc",
        "{n3} hp",
        "PO {n8}",
        "docket #{n9}",
        "claim {n10}",
        "Bestell-Nr. {n10}",
        "commande {n9}",
        "pedido {n10}",
        "factura {n4}-{n8}",
        "dossier {n10}",
        "Artikel {n9}",
        "AWB {n11}",
        "EIN {n2}-{n7}",
        "ASIN B0{n8}",
        "chassis ZFA{n12}",
        "MAC 00:1B:{n2}:{n2}:{n2}:{n2}",
        "ISSN {n4}-{n4}",
        "lat {lat} lng {lon}",
        "@ {lat},{lon}",
        "level {n1}/{n2}",
        "ratio {n2}:{n2}",
        "{n3} of {n4}",
        "{n4} likes, {n3} shares",
        "chapter {n2}.{n1}.{n1}",
        "rows 10 20 30 40 50",
        "EU 40 41 42 43 44",
        "IBAN GB29 NWBK {n4} {n4} {n4} {n2}",
        "{n4} {n4} {n4} {n4} on the card",
        "tax id {n11}",
        "{n3}.{n3}.{n3}-{n2}",
        "seat {n2} row {n2}",
        "{y2}{m}{d}-{n4}",
        "timestamp {n10}",
    ),
    fillers=(
        "Bookshelf with glass doors",
        "small office to share",
        "piano tuning",
        "cleaner wanted",
        "winter tyres with rims",
        "two cats need a home",
        "holiday house by the lake",
        "I have eight of these",
        "one minute to the bus",
        "four seasons duvet",
        "nine to five job",
    ),
    strays=("%", "&", "·", "¦", "⚡", "🍀", "»", "+-", "'", "=>", "⭐", "¬", "_-_", "⟶", "☎"),
    dashes=("minus", "space", "—", " | ", "slash"),
)


HELD_OUT = Vocabulary(
    carriers=(
        "questions? {}",
        "The best way to reach me is {}",
        "my mobile: {}",
        "use {} for whatsapp",
        "please phone {} between nine and noon",
        "{} / ask for Robin",
        "leave your name at {}",
        "send a text ({})",
        "txt 2 {}",
        "call or message -> {}",
        "direct: {}",
        "cel. {}",
        "Tel. {}",
        "telefonisch unter {} erreichbar",
        "para más información {}",
        "liguem {}",
        "merci de nous appeler au {}",
        "per informazioni {}",
        "Robin's number, {}",
        "M: {}",
        "number: {}",
        "can be seen any evening; {}",
        "{}, thank you",
        "💬 {}",
        "{} works best",
    ),
    decoys=(
        "make me an offer above {p}",
        "{p} USD firm",
        "value ${p}.{n2}",
        "was €{p}, now €{q}",
        "{P} pesos",
        "Rs {P}/-",
        "£{p}-£{q}",
        "per head {p} CHF",
        "{n2} cents a page",
        "last used {m}-{d}-{y}",
        "made in {y}",
        "{d} {m} {y2} at {h}:{mi}",
        "{y}/{m}/{d} {h}:{mi}:{mi}",
        "between {d}.{m}. and {d}.{m}.{y}",
        "term {y}-{y2}",
        "{h}.{mi} till {h2}.{mi}",
        "24/7",
        "in {zip} only",
        "{zip} Lakeside",
        "ZIP: {zip}-{n4}",
        "postal code {n6}",
        "{n2} x {n2} x {n2} inches",
        "{n3} by {n3} mm",
        "{n3} m² on {n1} floors",
        "{n2}.{n1} kg",
        "runs {n3} miles on a charge",
        "{n5} miles",
        "{n4} W",
        "{n2} l boot",
        "{n3} pages",
        "order id {n10}",
        "reference number: {n9}",
        "serial no {n11}",
        "item {n12}",
        "model no. {n3}-{n4}",
        "ticket {n7}",
        "warranty card {n8}",
        "stock #{n6}",
        "lot number {n10}",
        "ISBN {n10}",
        "barcode {n12}",
        "account no. {n8}",
        "registration {n7}",
        "batch {n9}",
        "N {lat} E {lon}",
        "{lat} / {lon}",
        "score of {n2} to {n2}",
        "{n1} out of {n1}",
        "sizes 2 4 6 8 10 12 14",
        "shoes 39 40 41 42",
        "{n3},{n3} readers",
        "{n1},{n3},{n3} sold",
        "{n4} {n4} {n4} {n4}",
        "version {n2}.{n1}.{n4}",
        "{n3}.{n3}.{n1}.{n2}",
        "{n2}% {n2}% {n2}%",
        "page {n3} line {n2}",
        "gate {n2}, platform {n1}",
        "{n1}, {n1}, {n1} or {n1} people",
    ),
    fillers=(
        "Desk fan, three speeds",
        "loft with a terrace",
        "French lessons",
        "baker's assistant wanted",
        "set of four chairs",
        "van with driver",
        "second floor, no lift",
        "lawn mower, one season old",
        "seven days a week",
        "vintage radio",
        "open to swaps",
    ),
    strays=("@", "×", "°°", "¶", "🌙", "❖", "<>", "-~-", "`", "==", "☆", "†", "+++", "➔", "✆"),
    dashes=("dash", "period", "‐", " . ", "dot"),
)


def _number(rng: random.Random, region: str) -> tuple[str, str]:
    """(E.164, national digits as dialled at home) of a random valid number."""
    kind = rng.choice((PhoneNumberType.MOBILE, PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE))
    example = phonenumbers.example_number_for_type(region, kind)
    assert example is not None
    national = str(phonenumbers.national_significant_number(example))
    for _ in range(1000):
        keep = rng.randint(1, 3)
        drawn = national[:keep] + "".join(rng.choice("0123456789") for _ in national[keep:])
        if region in ("US", "CA"):
            drawn = str(rng.randint(201, 989)) + drawn[3:]
        code = phonenumbers.country_code_for_region(region)
        try:
            parsed = phonenumbers.parse(f"+{code}{drawn}")
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(parsed) and len(drawn) >= 8:
            e164 = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
            local = phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
            back = phonenumbers.parse(local, region)
            if phonenumbers.format_number(back, PhoneNumberFormat.E164) == e164:
                return e164, local
    raise RuntimeError(f"no number found for {region}")


def _groups(local: str) -> list[str]:
    """The digits of a formatted number by group."""
    return "".join(c if c.isdigit() else " " for c in local).split()


def _regroup(rng: random.Random, digits: str, low: int, high: int) -> list[str]:
    out = []
    while digits:
        size = rng.randint(low, high)
        out.append(digits[:size])
        digits = digits[size:]
    return out


def _spelled(rng: random.Random, digits: str, language: str, share: float) -> list[str]:
    words = _WORDS[language].split()
    out, at = [], 0
    while at < len(digits):
        digit = digits[at]
        if language == "en" and digits[at : at + 2] == digit * 2 and rng.random() < 0.15:
            out.append("double " + (words[int(digit)] if rng.random() < 0.7 else digit))
            at += 2
            continue
        word = words[int(digit)]
        if language == "en" and digit == "0" and rng.random() < 0.3:
            word = "oh"
        out.append(word if rng.random() < share else digit)
        at += 1
    return out


def _leet(rng: random.Random, word: str) -> str:
    table = {"e": "3", "o": "0", "i": "1", "s": "5", "t": "7"}
    places = [at for at, letter in enumerate(word) if letter in table]
    if not places:
        return word
    at = rng.choice(places)
    return word[:at] + table[word[at]] + word[at + 1 :]


def _disguised(rng: random.Random, disguise: str, region: str, e164: str, local: str,
               words: Vocabulary) -> str:  # fmt: skip
    """The number in one disguise."""
    groups = _groups(local)
    digits = "".join(groups)
    language = _LANGUAGE[region]
    stray = rng.choice(words.strays)
    if disguise == "plain":
        return local
    if disguise == "solid":
        return digits
    if disguise == "international":
        return rng.choice((
            phonenumbers.format_number(phonenumbers.parse(e164), PhoneNumberFormat.INTERNATIONAL),
            e164, "00" + e164[1:], e164[:1] + " " + " ".join(_regroup(rng, e164[1:], 2, 4)),
        ))  # fmt: skip
    if disguise == "punctuated":
        return rng.choice((".", "-", " ", "/", " - ", ". ", "–")).join(groups)
    if disguise == "spaced":
        return " ".join(digits)
    if disguise == "split":
        return rng.choice((" ", "-", ".", "  ")).join(digits)
    if disguise == "stray_digits":
        return rng.choice((stray, f" {stray} ")).join(digits)
    if disguise == "stray_groups":
        return rng.choice((stray, f" {stray} ")).join(groups)
    if disguise == "stray_spaced":
        return f" {stray} ".join(" ".join(group) for group in groups)
    if disguise == "regrouped":
        return stray.join(_regroup(rng, digits, 2, 4))
    if disguise in _DRAWN:
        drawn = _DRAWN[disguise]
        joined = rng.choice(("", " ", "-")).join(groups)
        return "".join(drawn[int(c)] if c.isdigit() else c for c in joined)
    if disguise == "keycap":
        return rng.choice(("", " ")).join(f"{digit}\ufe0f\u20e3" for digit in digits)
    if disguise == "mixed_drawings":
        return "".join(
            rng.choice([digit, *(drawn[int(digit)] for drawn in _DRAWN.values())])
            for digit in digits
        )
    if disguise in ("lookalike", "lookalike_weak"):
        table = _LOOKALIKE | (_WEAK_LOOKALIKE if disguise == "lookalike_weak" else {})
        joined = rng.choice(("", "-", " ", ".")).join(groups)
        return "".join(
            rng.choice(table[c]) if c in table and rng.random() < 0.5 else c for c in joined
        )
    if disguise == "zero_width":
        return "".join(c + (rng.choice(_ZERO_WIDTH) if rng.random() < 0.5 else "") for c in local)
    if disguise == "worded":
        return rng.choice((" ", "-", ", ", " ")).join(_spelled(rng, digits, language, 1))
    if disguise == "half_worded":
        return rng.choice((" ", "-", " ")).join(_spelled(rng, digits, language, 0.5))
    if disguise == "glued_words":
        return "".join(_spelled(rng, digits, language, 0.5)).replace(" ", "")
    if disguise == "capital_words":
        return " ".join(_spelled(rng, digits, language, 0.7)).upper()
    if disguise == "leet_words":
        spelled = [_WORDS["en"].split()[int(digit)] for digit in digits]
        return " ".join(_leet(rng, word) for word in spelled)
    if disguise == "dashed_words":
        dash = rng.choice(words.dashes)
        return f" {dash} ".join(groups)
    if disguise == "bracketed":
        return " ".join(f"({group})" for group in groups)
    if disguise == "extension":
        return local + rng.choice((" ext 12", " x104", " ext. 7", " extension 33"))
    raise ValueError(disguise)


DISGUISES = (
    "plain", "solid", "international", "punctuated", "spaced", "split", "stray_digits",
    "stray_groups", "stray_spaced", "regrouped", *_DRAWN, "keycap", "mixed_drawings", "lookalike",
    "lookalike_weak", "zero_width", "worded", "half_worded", "glued_words", "capital_words",
    "leet_words", "dashed_words", "bracketed", "extension",
)  # fmt: skip


def _decoy(rng: random.Random, pattern: str) -> str:
    year = rng.randint(1990, 2026)
    values = {
        "p": rng.choice((f"{rng.randint(5, 999)}", f"{rng.randint(1, 9)},{rng.randint(0, 999):03d}",
                         f"{rng.randint(1000, 9999)}", f"{rng.randint(1, 9)},000,000")),
        "q": str(rng.randint(20, 5000)),
        "P": rng.choice((f"{rng.randint(10, 999)}.{rng.randint(0, 999):03d}",
                         f"{rng.randint(10, 999)},{rng.randint(0, 999):03d}",
                         f"{rng.randint(1, 99)} {rng.randint(0, 999):03d} {rng.randint(0, 999):03d}")),
        "P2": f"{rng.randint(100, 999)},000",
        "y": year, "y2": year + 1, "m": f"{rng.randint(1, 12):02d}", "d": f"{rng.randint(1, 28):02d}",
        "h": rng.randint(6, 12), "h2": rng.randint(13, 23), "mi": rng.choice(("00", "15", "30")),
        "zip": f"{rng.randint(10000, 99999)}", "lat": f"{rng.uniform(-60, 60):.6f}",
        "lon": f"{rng.uniform(-180, 180):.6f}",
    }  # fmt: skip
    for size in range(1, 16):
        values[f"n{size}"] = str(rng.randint(10 ** (size - 1), 10**size - 1))
    return pattern.format(**values)


def samples(vocabulary: Vocabulary, seed: int, count: int) -> list[Sample]:
    """`count` labelled texts; a fifth hold decoys only."""
    rng = random.Random(seed)
    names = list(REGIONS)
    weights = list(REGIONS.values())
    out = []
    for _ in range(count):
        region = rng.choices(names, weights)[0]
        parts = [_decoy(rng, rng.choice(vocabulary.decoys)) for _ in range(rng.randint(1, 3))]
        parts.append(rng.choice(vocabulary.fillers))
        rng.shuffle(parts)
        number, disguise = None, "decoys only"
        if rng.random() < 0.8:
            disguise = rng.choice(DISGUISES)
            number, local = _number(rng, region)
            written = _disguised(rng, disguise, region, number, local, vocabulary)
            carried = rng.choice(vocabulary.carriers).format(written)
            parts.insert(rng.randint(0, len(parts)), carried)
        out.append(
            Sample(
                rng.choice((". ", "\n", ", ", " - ", "; ")).join(parts), number, region, disguise
            )
        )
    return out

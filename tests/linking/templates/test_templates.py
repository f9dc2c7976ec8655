"""Planted templates are found again, whatever the order, script or size."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from random import Random

import numpy as np
import pyarrow as pa
import pytest

from lamplighter.foundation.errors import InputError
from lamplighter.linking.templates import TEMPLATE_SCHEMA, find_templates
from lamplighter.linking.templates import find as find_module
from tests.linking.templates.planted import NAMES, edited, find, shown, words


def _members(rng: Random, count: int, rate: float) -> tuple[list[str], list[list[str]]]:
    """Texts, and the values of their three slots."""
    pool = words(rng, 400)
    constant, spare = pool[:60], pool[60:300]
    texts, values = [], []
    for _ in range(count):
        mine = [rng.choice(pool[300:]) for _ in range(3)]
        parts = [edited(constant[at : at + 15], rate, spare, rng) for at in range(0, 60, 15)]
        text = [*parts[0], mine[0], *parts[1], mine[1], *parts[2], mine[2], *parts[3]]
        texts.append(" ".join(text))
        values.append(mine)
    return texts, values


@pytest.mark.parametrize(("count", "rate"), [(3, 0.0), (12, 0.05), (40, 0.1), (300, 0.16)])
def test_slots_stand_where_they_were_planted(count: int, rate: float) -> None:
    rng = Random(count)
    texts, values = _members(rng, count, rate)
    constant = words(Random(count), 400)[:60]
    (row,) = (found := find([texts])).table.to_pylist()
    assert (found.template_of == 0).all()
    assert row["listings"] == count
    assert row["saved_bits"] > 0
    slots = [at for at, part in enumerate(row["consensus"]) if part["kind"] == "slot"]
    before = [row["consensus"][at - 1]["text"].split()[-1] for at in slots]
    places = {constant[14]: 0, constant[29]: 1, constant[44]: 2}
    assert set(places) <= set(before)
    assert len(slots) <= 3 + count // 100
    written = " ".join(part["text"] for part in row["consensus"] if part["kind"] == "text").split()
    assert written == constant
    for at, word in zip(slots, before, strict=True):
        if word not in places:
            continue
        told = {
            v["value"]: v["count"] for v in row["slots"][row["consensus"][at]["slot"]]["values"]
        }
        true = Counter(mine[places[word]] for mine in values)
        right = sum(min(n, true[value]) for value, n in told.items())
        assert right >= (1 - 2.5 * rate) * min(count, sum(n for _, n in true.most_common(50)))
        assert right >= 0.8 * sum(told.values())


def test_order_changes_nothing() -> None:
    rng = Random(1)
    components = [_members(rng, size, 0.1)[0] for size in (2, 5, 90, 7)]
    components[1] += components[1][:2]  # equal texts
    components[3] = [text.upper() if at % 2 else text for at, text in enumerate(components[3])]
    components.append([" ".join(words(rng, 30)) for _ in range(20)])
    ids = [[f"{g}-{i}" for i in range(len(texts))] for g, texts in enumerate(components)]
    expected = find(components, ids)
    of = dict(zip(chain.from_iterable(ids), expected.template_of.tolist(), strict=True))
    assert len(expected.table) == 4
    for seed in range(4):
        shuffle = Random(seed)
        pairs = [list(zip(t, i, strict=True)) for t, i in zip(components, ids, strict=True)]
        for component in pairs:
            shuffle.shuffle(component)
        again = find([[t for t, _ in c] for c in pairs], [[i for _, i in c] for c in pairs])
        assert again.table.equals(expected.table)
        flat = [i for c in pairs for _, i in c]
        assert dict(zip(flat, again.template_of.tolist(), strict=True)) == of


def test_batches_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = Random(2)
    components = [_members(rng, size, 0.1)[0] for size in (2, 9, 30, 4, 2, 2)]
    expected = find(components)
    monkeypatch.setattr(find_module, "_TEXTS", 10)
    parts = find(components)
    assert parts.table.combine_chunks().equals(expected.table.combine_chunks())
    assert (parts.template_of == expected.template_of).all()


def test_a_pair_shows_what_differs() -> None:
    found = find(
        [
            [
                "Room to let near the station, call Vera at (303) 555-7841, rent $450 in Denver.",
                "Room to let near the station, call Tina at (813) 555-2298, rent $620 in Tampa.",
            ]
        ]
    )
    (row,) = found.table.to_pylist()
    text = shown(row)
    assert text == "Room to let near the station, call <name> at <phone>, rent <price> in <city>"
    values = [[v["value"] for v in slot["values"]] for slot in row["slots"]]
    assert values == [
        ["Tina", "Vera"],
        ["(303) 555-7841", "(813) 555-2298"],
        ["$450", "$620"],
        ["Denver", "Tampa"],
    ]


def test_equal_texts_are_one_template_without_slots() -> None:
    found = find([["A solid oak table, in good order."] * 50_000])
    (row,) = found.table.to_pylist()
    assert row["listings"] == 50_000
    assert shown(row) == "A solid oak table, in good order."
    assert row["slots"] == []


def test_the_id_is_that_of_the_smallest_listing() -> None:
    texts = ["two chairs and a table for sale today"] * 3
    one = find([texts], [["b", "a", "c"]]).table["template_id"].to_pylist()
    two = find([texts[:2]], [["z", "a"]]).table["template_id"].to_pylist()
    assert one == two == ["t-ca978112ca1bbdca"]  # sha256 of "a"


def test_strangers_have_no_template_and_lose_nothing() -> None:
    rng = Random(3)
    pool = words(rng, 3000)
    common = pool[:12]
    junk = [
        " ".join(rng.choice(common) if rng.random() < 0.3 else rng.choice(pool) for _ in range(50))
        for _ in range(600)
    ]
    # A chain: each shares a phrase with the next, the first and the last share nothing.
    links = [junk[i].split()[:25] + junk[i + 1].split()[:25] for i in range(400)]
    found = find([junk, [" ".join(text) for text in links]])
    assert len(found.template_of) == 1000
    inside = found.template_of >= 0
    assert inside.mean() < 0.1
    assert all(bits > 0 for bits in found.table["saved_bits"].to_pylist())


def test_two_templates_in_one_component() -> None:
    rng = Random(4)
    one, two = _members(rng, 30, 0.05)[0], _members(rng, 20, 0.05)[0]
    strangers = [" ".join(words(rng, 60)) for _ in range(3)]
    found = find([one + two + strangers])
    assert len(found.table) == 2
    assert found.table["listings"].to_pylist() == [30, 20]
    assert found.template_of.tolist() == [0] * 30 + [1] * 20 + [-1] * 3


def test_shuffled_and_padded_members_belong() -> None:
    rng = Random(6)
    pool = words(rng, 900)
    sentences = [pool[at : at + 9] for at in range(0, 54, 9)]
    texts = []
    for _ in range(40):
        mine = [" ".join(sentence).capitalize() + "." for sentence in sentences]
        mine += [" ".join(rng.sample(pool[100:], 8)).capitalize() + "." for _ in range(4)]
        rng.shuffle(mine)
        texts.append(" ".join(mine))
    found = find([texts])
    assert (found.template_of == 0).all()
    (row,) = found.table.to_pylist()
    written = "".join(part["text"] + " " for part in row["consensus"] if part["kind"] == "text")
    held = set(written.lower().replace(".", " ").split())
    assert held >= {word for sentence in sentences for word in sentence}


def test_the_most_common_writing_is_shown() -> None:
    texts = ["Fresh paint in every room"] * 3 + [
        "FRESH PAINT IN EVERY ROOM",
        "fresh pa1nt in every room",
    ]
    (row,) = find([texts]).table.to_pylist()
    assert row["listings"] == 5
    assert shown(row) == "Fresh paint in every room"


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        ("我们的搬家公司住在北京的东边请打电话", "我们的搬家公司住在上海的东边请打电话", ["上海", "北京"]),
        ("نبيع طاولة خشب في دبي اليوم بسعر جيد جدا", "نبيع طاولة خشب في عمان اليوم بسعر جيد جدا", ["دبي", "عمان"]),
        ("ขายโต๊ะไม้เก่าสภาพดีที่เชียงใหม่ราคาถูกมาก", "ขายโต๊ะไม้เก่าสภาพดีที่ขอนแก่นราคาถูกมาก", None),
        ("🛋 oak couch 🛋 clean and dry 📞 ring Vera now", "🛋 oak couch 🛋 clean and dry 📞 ring Nora now", ["Nora", "Vera"]),
    ],
)  # fmt: skip
def test_every_script(one: str, two: str, expected: list[str] | None) -> None:
    found = find([[one, two] * 3])
    (row,) = found.table.to_pylist()
    assert row["listings"] == 6
    assert len(row["slots"]) == 1
    if expected:
        assert [v["value"] for v in row["slots"][0]["values"]] == expected


def test_emoji_alone_or_nothing_is_no_template() -> None:
    found = find([["🛋🛋🛋"] * 5, ["", ""], ["!?", "!?"], ["a table"]])
    assert found.template_of.tolist() == [-1] * 10
    assert found.table.schema == TEMPLATE_SCHEMA


def test_hostile_texts_end() -> None:
    rng = Random(8)
    pool = words(rng, 2000)
    long = [rng.choice(pool) for _ in range(50_000)]
    found = find(
        [
            [" ".join(long), " ".join(edited(long, 0.02, pool, rng)), " ".join(long[:20_000])],
            ["sale " * 30_000, "sale " * 29_000, "sale sofa " * 9_000],
            [" ".join(pool[i : i + 3] * 40) for i in range(200)],
            ["x" * 200_000, "y" * 200_000],
            ["a\0b c\0d e f g h", "a\0b c\0d e f g h"],
        ]
    )
    first = found.table.to_pylist()[0]
    assert first["listings"] == 3
    assert found.template_of[:3].tolist() == [0, 0, 0]


def test_names_may_be_given() -> None:
    texts = [f"{name} cleans homes and offices on every day of the week" for name in NAMES]
    (plain,) = find([texts]).table.to_pylist()
    assert plain["slots"][0]["kind"] == "other"  # a capital at the start of a text says nothing
    known = frozenset(name.lower() for name in NAMES)
    (row,) = find([texts], names=known).table.to_pylist()
    assert row["slots"][0]["kind"] == "name"


@pytest.mark.parametrize(
    ("template", "values", "kind"),
    [
        ("Hello I am Vera and I am {} years old and I clean homes", ["24", "31", "45"], "age"),
        ("The flat has {} steps to the door and a lift to the roof", ["24", "31", "45"], "other"),
        ("We fix old bikes here and the price is {} for each of them", ["24", "310", "45"], "price"),
        ("Two chairs and a table, {} takes it today from our shop", ["€24", "€310", "€45"], "price"),
        ("Piano lessons for beginners in {} each week, bring a friend", ["Denver", "San Jose", "Lyon"], "city"),
        ("Piano lessons in San {} each week for beginners, bring a friend", ["Jose", "Diego"], "city"),
        ("The shop is open from {} on, and we have all the parts you need", ["Monday", "Friday", "Sunday"], "other"),
        ("Mow your lawn this week, ring {} any time of the day", ["+1 303 555 7841", "+1 813 555 2298"], "phone"),
        ("Mow your lawn this week, ring {} any time of the day", ["three 0 three 555 7841", "8l3 five 55 22 nine 8"], "phone"),
        ("Please ask for {} when you come to see the couch", ["Vera", "Tina"], "name"),
    ],
)  # fmt: skip
def test_kinds(template: str, values: list[str], kind: str) -> None:
    (row,) = find([[template.format(value) for value in values]]).table.to_pylist()
    assert [slot["kind"] for slot in row["slots"]] == [kind]
    assert sorted(v["value"] for v in row["slots"][0]["values"]) == sorted(values)


def test_fifty_values_are_told_and_all_are_counted() -> None:
    rng = Random(9)
    made = words(rng, 120)
    texts = [f"the old shop sells {word} and nothing else at all" for word in made[:80]]
    texts += [f"the old shop sells {word} and nothing else at all" for word in made[:10]] * 2
    (row,) = find([texts]).table.to_pylist()
    (slot,) = row["slots"]
    assert slot["distinct"] == 80
    ranked = sorted(
        ((3 if word in made[:10] else 1, word) for word in made[:80]), key=lambda v: (-v[0], v[1])
    )
    assert [(v["count"], v["value"]) for v in slot["values"]] == ranked[:50]


def test_columns_that_do_not_fit_are_refused() -> None:
    ids, texts = pa.array(["a", "b"], pa.large_string()), pa.array(["x", "y"], pa.large_string())
    with pytest.raises(InputError, match="3 components, 2 ids and 2 texts do not match"):
        find_templates(np.zeros(3, np.int64), ids, texts)
    with pytest.raises(InputError, match="do not lie together"):
        find_templates(np.array([1, 0]), ids, texts)
    assert len(find_templates(np.zeros(0, np.int64), ids[:0], texts[:0]).table) == 0

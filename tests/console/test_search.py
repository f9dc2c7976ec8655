"""Search, pivot, CSV, and the auditor's desk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lamplighter.console.leads.models import Lead
from lamplighter.console.record.deployment import deployment
from lamplighter.console.search.models import Query, SavedSearch


def _contact(client: Any) -> tuple[str, str, int]:
    for lead in Lead.objects.order_by("rank"):
        for one, _ in client.get(f"/operation/{lead.pk}/").context["contacts"]:
            if one.kind == "phone":
                return one.kind, one.value, one.inside + one.outside
    raise AssertionError("the market has phones")


def test_words_and_phrases_find_the_listings_that_have_them(desk: Path, sign_in: Any) -> None:
    client = sign_in("investigator")
    lead = Lead.objects.order_by("rank")[0]
    text = client.get(f"/operation/{lead.pk}/").context["cards"][0].row["text"]
    phrase = " ".join(text.split()[1:5])
    found = client.get("/search/", {"words": f'"{phrase}"'}).context
    assert found["total"] >= 1
    assert any(row["lead"] and row["lead"].pk == lead.pk for row in found["hits"])
    assert client.get("/search/", {"words": "zzzyx"}).context["total"] == 0
    assert Query.objects.count() == 2


@pytest.mark.parametrize(
    "words", ['"', "a:b AND (", "*", "[a TO b]", "\x00", "-" * 300, "\u202e", "^9"]
)
def test_no_query_breaks_the_search(words: str, desk: Path, sign_in: Any) -> None:
    assert sign_in("investigator").get("/search/", {"words": words}).status_code == 200


def test_a_number_leads_to_all_that_have_it(desk: Path, sign_in: Any, acts: Any) -> None:
    client = sign_in("investigator")
    kind, value, listings = _contact(client)
    begun = client.get("/search/", {"words": value[1:6]}).context["values"]
    assert any(row["value"].startswith(value[:6]) for row in begun)
    page = client.get("/about/", {"kind": kind, "value": value})
    assert page.context["total"] == listings and page.context["leads"]
    shown = page.context["hits"]
    assert len(shown) == min(listings, 50) and all(hit.posted and hit.title for hit in shown)
    assert acts("access")[-1].public["reads"]["listing"] == len(shown)
    assert client.get("/about/", {"kind": kind, "value": "+1"}).status_code == 404


def test_an_account_leads_to_all_that_it_posted(desk: Path, sign_in: Any) -> None:
    client = sign_in("investigator")
    with deployment().workspace.duckdb() as database:
        account, count = database.execute(
            "SELECT account_id, count(*) FROM listings GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1"
        ).fetchall()[0]
    page = client.get("/about/", {"kind": "account", "value": account}).context
    assert page["total"] == count and {hit.account for hit in page["hits"]} == {account}


def test_a_city_alone_finds_all_of_it(desk: Path, sign_in: Any) -> None:
    client = sign_in("investigator")
    city = client.get("/search/", {"words": "the"}).context["facets"][0]["values"][0]["value"]
    with deployment().workspace.duckdb() as database:
        (count,) = database.execute(
            "SELECT count(*) FROM listings WHERE city = ?", [city]
        ).fetchall()[0]
    assert client.get("/search/", {"city": city}).context["total"] == count


def test_the_auditor_sees_who_looked_and_no_listing(desk: Path, sign_in: Any) -> None:
    reviewer = sign_in("reviewer", name="rita")
    lead = Lead.objects.order_by("rank")[0]
    shown = reviewer.get(f"/operation/{lead.pk}/").context
    page = sign_in("auditor").get("/audit/", {"kind": "access"})
    text = page.content.decode()
    assert "rita" in text and "operation" in text
    for card in shown["cards"]:
        assert card.name not in text
    for one, _ in shown["contacts"]:
        assert one.value not in text


def test_agreement_counts_pairs_within_one_step(desk: Path, sign_in: Any) -> None:
    from lamplighter.console.auditing.views import agreement

    lead = Lead.objects.order_by("rank")[0]
    for name, step in (("one", "4"), ("two", "5"), ("three", "1")):
        given = {"verdict": "nothing", "clause": "none", "label_spam": step}
        sign_in("reviewer", name=name).post(f"/operation/{lead.pk}/decide", given)
    assert agreement()["labels"] == [("Spam", 1, 3)]


def test_facets_narrow_a_search_and_count_right(desk: Path, sign_in: Any) -> None:
    client = sign_in("investigator")
    page = client.get("/search/", {"words": "the"})
    total, facets = page.context["total"], {f["title"]: f for f in page.context["facets"]}
    assert set(facets) == {"City", "Category", "Band", "Month"}
    assert sum(one["count"] for one in facets["Band"]["values"]) == total
    for facet in facets.values():
        one = facet["values"][0]
        narrowed = client.get(f"/search/?{one['address']}").context
        assert narrowed["total"] == one["count"]
        chosen = [f for f in narrowed["facets"] if f["chosen"]]
        assert (
            len(chosen) == 1
            and client.get(f"/search/?{chosen[0]['off']}").context["total"] == total
        )


def test_a_kept_search_tells_what_came_since(desk: Path, sign_in: Any) -> None:
    client, other = sign_in("investigator"), sign_in("investigator", name="other")
    query = "words=the"
    client.post("/search/keep", {"query": query})
    client.post("/search/keep", {"query": query})  # once is enough
    kept = SavedSearch.objects.get()
    assert client.get("/search/").context["saved"][0]["new"] == 0
    assert "New listings" not in client.get("/queue/").content.decode()
    with deployment().workspace.duckdb() as database:
        entries = [row[0] for row in database.execute(
            "SELECT ledger_index FROM listings WHERE regexp_matches(lower(concat_ws(' ', title, text, city)), "
            "'\\bthe\\b') ORDER BY 1").fetchall()]  # fmt: skip
    kept.seen = entries[-8]
    kept.save()
    assert client.get("/search/").context["saved"][0]["new"] == 7
    assert "New listings" in client.get("/queue/").content.decode()
    fresh = client.get(f"/search/?{query}&after={kept.seen}").context
    assert fresh["total"] == 7 and len(fresh["hits"]) == 7
    assert other.get("/search/").context["saved"] == []
    assert other.post(f"/search/kept/{kept.pk}", {"what": "forget"}).status_code == 404
    client.post(f"/search/kept/{kept.pk}", {"what": "seen"})
    assert client.get("/search/").context["saved"][0]["new"] == 0
    client.post(f"/search/kept/{kept.pk}", {"what": "forget"})
    assert not SavedSearch.objects.exists()

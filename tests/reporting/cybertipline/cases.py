"""Random cases: names in every script, long texts, characters that XML cannot carry."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import strategies as st

from lamplighter.reporting.cybertipline.case import (
    Account,
    Case,
    Evidence,
    Filer,
    Leg,
    Reason,
    ReportedChild,
)
from lamplighter.reporting.cybertipline.incident import IncidentType

START = datetime(2026, 1, 1, tzinfo=UTC)
words = st.text(max_size=60)
long_words = st.text(min_size=0, max_size=40).map(lambda text: text * 90)
texts = words | long_words
times = st.integers(0, 300 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))
urls = st.text(max_size=30).map(lambda text: "https://market.example/" + text)


def several(values: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(values, max_size=4).map(tuple)


accounts = st.builds(
    Account, account_id=texts, listings=st.integers(1, 10**6), profile_url=st.none() | urls,
    display_names=several(texts), emails=several(texts),
    ip_addresses=several(st.tuples(st.ip_addresses().map(str), times)),
)  # fmt: skip
evidence = st.builds(
    Evidence, path=st.just(Path("nothing")), sha256=st.binary(min_size=32, max_size=32).map(bytes.hex),
    name=texts, viewed=st.none() | st.booleans(), public=st.none() | st.booleans(),
    uploaded=st.none() | times, url=st.none() | urls, supplemental=st.booleans(),
)  # fmt: skip
cases = st.builds(
    Case, operation_id=words, incident=st.sampled_from(IncidentType), platform=texts,
    first_seen=times, last_seen=times, listing_urls=several(urls | long_words),
    listings=st.integers(1, 10**7),
    filer=st.builds(Filer, first_name=texts, last_name=texts, email=st.just("desk@market.example"),
                    phone=st.none() | texts, terms_url=st.none() | urls),
    accounts=several(accounts), phones=several(texts), emails=several(texts), handles=several(texts),
    legs=several(st.builds(Leg, city=texts, first=times, last=times, listings=st.integers(1, 99))),
    reasons=several(st.builds(Reason, sentence=texts, grade=words)),
    children=several(st.builds(ReportedChild, stated_age=st.none() | st.integers(0, 150),
                               names=several(texts), claims=st.none() | texts)),
    evidence=several(evidence), urgent_because=st.none() | texts, known_agency=st.none() | texts,
    known_case_number=st.none() | texts, note=st.none() | texts,
)  # fmt: skip

"""E-mails, links and registered domains."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from publicsuffixlist import PublicSuffixList

from lamplighter.signals.identifiers.suffixes import is_registrable
from tests.signals.identifiers.columns import read, values

_LIST = PublicSuffixList(accept_unknown=False)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("write John.Doe@Example.COM today", ["john.doe@example.com"]),
        ("a@b.de,c+d@e.co.uk;<f_g@h.org>", ["a@b.de", "c+d@e.co.uk", "f_g@h.org"]),
        ("john (at) example (dot) com", ["john@example.com"]),
        ("john[at]example[dot]com", ["john@example.com"]),
        ("john AT example DOT com", ["john@example.com"]),
        ("john dot doe at gmail dot com please", ["john.doe@gmail.com"]),
        ("juan arroba ejemplo punto es", ["juan@ejemplo.es"]),
        ("kim_5 at gmail", ["kim_5@gmail.com"]),
        ("john @ example . com", ["john@example.com"]),
        ("we meet at example.com", []),
        ("look at gmail", []),
        ("a@b, a@b.c, @b.com, a@.com, a..b@", []),
        ("john@example.invalidtld", []),
    ],
)
def test_emails(text: str, found: list[str]) -> None:
    assert values(text, "email") == found


def test_spelled_emails_are_obscured_and_have_their_span() -> None:
    text = "Écrire à john (at) example (dot) com, merci"
    (row,) = [row for row in read([text]) if row["kind"] == "email"]
    assert row["obscured"]
    assert text[row["start"] : row["end"]] == row["raw"] == "john (at) example (dot) com"


def test_the_contact_field_holds_emails_only() -> None:
    rows = read(["A@B.org", "see www.example.com", "none", None], field="email")
    assert [(row["row"], row["kind"], row["value"]) for row in rows] == [(0, "email", "a@b.org")]


@pytest.mark.parametrize(
    ("text", "links", "domains"),
    [
        ("see https://www.Example.co.uk/Foo?x=1.", ["example.co.uk/Foo?x=1"], ["example.co.uk"]),
        ("example.com is ours", [], ["example.com"]),
        ("WWW.EXAMPLE.COM!", ["example.com"][:0], ["example.com"]),
        ("at shop.my-site.com.br/itens/", ["shop.my-site.com.br/itens"], ["my-site.com.br"]),
        ("http://name.blogspot.com", ["name.blogspot.com"], ["name.blogspot.com"]),
        ("(https://example.org/a_(b))", ["example.org/a_(b"], ["example.org"]),
        ("as new.So is the other. e.g. a.m. 3.5 v1.2.so", [], []),
        ("file.jpg and readme.md", [], []),
        ("http://localhost/x http://10.0.0.1/x", [], []),
    ],
)
def test_links(text: str, links: list[str], domains: list[str]) -> None:
    assert values(text, "url") == links
    assert values(text, "domain") == domains


@settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "com",
                "co",
                "uk",
                "blogspot",
                "jp",
                "kawasaki",
                "city",
                "ck",
                "www",
                "github",
                "io",
                "appspot",
                "a",
                "b-c",
                "example",
                "amazonaws",
                "s3",
                "xn--p1ai",
                "bd",
                "nosuch",
                "us",
                "k12",
                "ca",
                "fi",
                "pvt",
                "compute",
                "1",
            ]
        ),
        min_size=1,
        max_size=5,
    )
)
def test_registered_domains_agree_with_the_library(labels: list[str]) -> None:
    host = ".".join(labels)
    # Whether the base of a wildcard is a suffix itself the list leaves open, and the library not.
    assume(_LIST.publicsuffix(f"x.{host}") != f"x.{host}")
    assert is_registrable(host) == (_LIST.privatesuffix(host) is not None)

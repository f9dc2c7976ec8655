"""Handles, payment tags and wallets."""

from __future__ import annotations

import pytest

from tests.signals.identifiers.columns import values


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("telegram: @Some_Name", ["telegram:some_name"]),
        ("find me on Telegram @some_name", ["telegram:some_name"]),
        ("@some_name on telegram", ["telegram:some_name"]),
        ("snap: kim.shop9", ["snapchat:kim.shop9"]),
        ("insta kim_photo", ["instagram:kim_photo"]),
        ("IG - kim_photo", ["instagram:kim_photo"]),
        ("kik me at johnny55", ["kik:johnny55"]),
        ("WeChat ID: kim-1234", ["wechat:kim-1234"]),
        ("加微信 abc_1234", ["wechat:abc_1234"]),
        ("line id: kimshop", ["line:kimshop"]),
        ("skype live:kim.work", ["skype:live:kim.work"]),
        ("https://t.me/Some_Name", ["telegram:some_name"]),
        ("instagram.com/kim.photo/", ["instagram:kim.photo"]),
        ("tiktok.com/@kim", ["tiktok:kim"]),
        ("whatsapp only, telegram available", []),
        ("the bottom line is good, the signal is weak, x marks it", []),
        ("write to kim@telegram.example.com", []),
        ("facebook marketplace, instagram and twitter", []),
    ],
)
def test_handles(text: str, found: list[str]) -> None:
    assert values(text, "handle") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("cashapp $KimShop", ["cashapp:$kimshop"]),
        ("cash app: kim77", ["cashapp:$kim77"]),
        ("pay with $KimShop", []),
        ("cash only, $OBO", []),
        ("cash app $500", []),
        ("venmo @kim-smith", ["venmo:kim-smith"]),
        ("venmo accepted", []),
        ("paypal.me/KimShop", ["paypal:kimshop"]),
        ("https://cash.app/$KimShop", ["cashapp:$kimshop"]),
        ("zelle to 415-555-2671", ["zelle:+14155552671"]),
        ("zelle: Kim@Example.com", ["zelle:kim@example.com"]),
        ("zelle accepted", []),
    ],
)
def test_payment_tags(text: str, found: list[str]) -> None:
    assert values(text, "payment") == found


def test_numbers_in_links_are_checked() -> None:
    assert values("https://wa.me/14155552671", "phone") == ["+14155552671"]
    assert values("https://wa.me/99999999999", "phone") == []

"""The features that a policy may read, by name."""

from __future__ import annotations

import re

#: Every feature that a rule may read, and what it is (docs/policy.md lists them).
FEATURES = {
    "listings": "listings of the operation",
    "accounts": "distinct accounts",
    "phones": "distinct phone numbers",
    "places": "distinct places with a dated listing",
    "countries": "distinct countries",
    "templates": "distinct templates",
    "circuit": "stays, where the operation was in one place at a time and stayed",
    "circuit_places": "places of that circuit",
    "tour": "places, each listed about once, days apart, in a plausible order",
    "returns": "stays in a place of the circuit that had been left before",
    "sequence": "0 random order of places, 1 one block of listings per place",
    "dwell_days": "median days of a stay",
    "km": "kilometres of all legs",
    "implausible": "legs that no one can travel in the time",
    "implausible_share": "their share of all legs",
    "parallel": "places that were listed all the time, in no order",
    "legs_hidden": "legs beyond those that the table lists",
    "stays": "runs of listings at one place",
    "rotation": "phone numbers, where they change although nothing else does",
    "phones_in_place": "mean numbers per place",
    "serial": "share of numbers taken up when the earlier ones had been given up",
    "one_phone_accounts": "most accounts that use one number",
    "hub": "listings with an identifier so common that it says nothing",
    "obscured": "listings whose contact is written so that machines miss it",
    "obscured_share": "their share of listings with a contact",
    "known": "listings with an identifier from a trusted list",
    "names": "most first names on one contact",
    "ages": "most stated ages on one contact",
    "text_names": "first names in the operation",
    "text_ages": "stated ages in the operation",
    "evasive": "listings with words spelled to escape a filter",
    "evasive_share": "their share",
    "burst": "most listings within ten minutes",
    "clockwork": "listings, where all gaps between them are alike",
    "sleepless": "hours of the day (of 24) with a listing",
    "span_days": "days from the first to the last listing",
    "posts_per_day": "listings per day",
    "company_share": "share of listings that show a registered business",
    "pay_above": "median pay as a multiple of that of job listings in the same country",
}
#: Features of lexicon categories, of whichever name.
LANGUAGE = re.compile(r"^language\.[a-z0-9_-]+(\.entries|\.share|\.set-aside)?$")

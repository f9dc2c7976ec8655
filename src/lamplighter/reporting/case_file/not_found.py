"""What was looked for and not found: a reader must not take silence for an answer."""

from __future__ import annotations

from lamplighter.reporting.case_file.case_file import CaseFile

_CONTACTS = ("phone", "email", "handle")


def not_found(case: CaseFile) -> list[str]:
    """Sentences, each about one thing that this file does not show."""
    lead, said = case.lead, []
    kinds = {identifier.kind for identifier in lead.identifiers}
    missing = [kind for kind in _CONTACTS if kind not in kinds]
    if missing:
        said.append(f"No {_or(missing)} was read from the listings.")
    if lead.identifiers and not any(one.outside for one in lead.identifiers):
        said.append("No identifier of the operation was found in any other listing.")
    if not lead.legs:
        said.append("No movement between cities was observed.")
    untimed = sum(listing.posted_at is None for listing in case.listings)
    if untimed:
        said.append(f"{untimed:,} listings carry no time; they are in no timeline.")
    unplaced = sum(not listing.place for listing in case.listings)
    if unplaced:
        said.append(f"{unplaced:,} listings name no place.")
    if not any(listing.account for listing in case.listings):
        said.append("No account is known for any listing.")
    if not any(link.kind == "image" for link in lead.links):
        said.append("No two listings were tied by an image; images may not have been supplied.")
    if not any(listing.published is not None for listing in case.listings):
        said.append("No published version that differs from the submitted one is known.")
    if case.log is None:
        said.append("The listings were linked without a ledger: their receipt is not proven here.")
    said.append(
        "No name, age or identity of any person was established. What listings state of these are "
        "claims."
    )
    return said


def _or(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]

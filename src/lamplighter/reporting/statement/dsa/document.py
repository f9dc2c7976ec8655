"""A statement as the DSA Transparency Database takes it. It names no listing, account or person."""

from __future__ import annotations

from typing import Any

from lamplighter.reporting.statement.dsa.schema import schema
from lamplighter.reporting.statement.settings import Settings
from lamplighter.reporting.statement.statement import Automated, Measure, Source, Statement

_VISIBILITY = {
    Measure.HOLD: "DECISION_VISIBILITY_CONTENT_DISABLED",
    Measure.REFUSAL: "DECISION_VISIBILITY_CONTENT_REMOVED",
    Measure.REMOVAL: "DECISION_VISIBILITY_CONTENT_REMOVED",
}
_AUTOMATED = {
    Automated.FULLY: "AUTOMATED_DECISION_FULLY",
    Automated.PARTIALLY: "AUTOMATED_DECISION_PARTIALLY",
    Automated.NOT: "AUTOMATED_DECISION_NOT_AUTOMATED",
}
_SOURCE = {
    Source.OWN: "SOURCE_VOLUNTARY",
    Source.NOTICE: "SOURCE_ARTICLE_16",
    Source.FLAGGER: "SOURCE_TRUSTED_FLAGGER",
}
_CONTENT = {"text": "CONTENT_TYPE_TEXT", "image": "CONTENT_TYPE_IMAGE"}


def document(statement: Statement, settings: Settings) -> dict[str, Any]:
    """The attributes of one statement; `validate.problems` says whether they will be taken."""
    ground = statement.ground
    made: dict[str, Any] = {}
    if statement.measure is Measure.ACCOUNT:
        made["decision_account"] = "DECISION_ACCOUNT_TERMINATED"
    else:
        made["decision_visibility"] = [_VISIBILITY[statement.measure]]
    if ground.kind == "law":
        made["decision_ground"] = "DECISION_GROUND_ILLEGAL_CONTENT"
        made["illegal_content_legal_ground"] = ground.reference
        made["illegal_content_explanation"] = ground.words
    else:
        made["decision_ground"] = "DECISION_GROUND_INCOMPATIBLE_CONTENT"
        made["incompatible_content_ground"] = ground.reference
        made["incompatible_content_explanation"] = ground.words
        if settings.terms_url:
            made["decision_ground_reference_url"] = settings.terms_url
    made |= {
        "content_type": sorted(_CONTENT[kind] for kind in statement.content),
        "category": ground.category,
        "territorial_scope": list(settings.territorial_scope),
        "application_date": statement.decided_at.date().isoformat(),
        "content_date": (statement.content_date or statement.decided_at.date()).isoformat(),
        "decision_facts": ground.facts,
        "source_type": _SOURCE[statement.source],
        "automated_detection": "Yes" if statement.automated_detection else "No",
        "automated_decision": _AUTOMATED[statement.automated_decision],
        "puid": statement.puid,
    }
    if ground.keywords:
        made["category_specification"] = sorted(ground.keywords)
    if statement.language.upper() in schema().languages:
        made["content_language"] = statement.language.upper()
    return made

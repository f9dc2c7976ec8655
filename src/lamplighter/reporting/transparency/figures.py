"""The figures of a period as one mapping: what `report.json` holds and the page shows.

Its schema is in docs/reporting.md. A count that is null was withheld: it is so small that it might
tell of somebody, or would let such a count be worked out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from lamplighter.reporting.transparency.small_cells import LEAST, suppressed
from lamplighter.reporting.transparency.states import NAMES, PUBLISHED, SHOWN
from lamplighter.reporting.transparency.tally import Tally

VERSION = 1
#: Steps of a report to NCMEC that are told; those before are drafts.
_STEPS = ("finished", "retracted")


def figures(
    tally: Tally,
    *,
    log: Mapping[str, Any],
    version: str,
    policies: Sequence[Mapping[str, Any]] = (),
    audits: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Everything that is told of the period. The same log gives the same figures."""
    states = tally.states
    came = states.received(tally.since, tally.until)
    became = np.bincount(states.of(came), minlength=len(NAMES)).tolist()
    delays, machine = states.delays(came)
    return {
        "report": "lamplighter.transparency",
        "schema": VERSION,
        "lamplighter": version,
        "log": dict(log),
        "period": {"from": _day(tally.since), "to": _day(tally.until - timedelta(days=1))},
        "withheld_below": LEAST,
        "listings": {
            "received": len(came),
            "rejected": tally.kinds["listing.rejected"],
            "published": sum(became[code] for code in SHOWN),
            **{name.replace(" ", "_"): became[code]
               for code, name in NAMES.items() if code not in SHOWN},
            "published_though_policy_would_act": became[PUBLISHED + 1],
        },
        "months": _months(tally),
        "automated": {
            "decisions": _small(_whole(tally.outcomes)),
            "by_outcome": _cells(tally.outcomes),
            "by_policy": _cells(tally.policies),
            "by_rule": _cells(tally.rules),
        },
        "platform": {
            "acts": _whole(tally.actions) + tally.untold,
            "by_action": _cells(tally.actions),
            "untold": tally.untold,
        },
        "people": {
            "decisions": _small(_whole(tally.verdicts)),
            "by_verdict": _cells(tally.verdicts),
            "by_clause": _cells(tally.clauses),
            "by_two": _cells(tally.seconded),
        },
        "statements": {
            "made": _small(_whole(tally.statements["by_measure"])),
            **{name: _cells(counts) for name, counts in tally.statements.items()},
        },
        "acted_on": {
            "automated": _time(delays[machine]),
            "others": _time(delays[~machine]),
        },
        "notices": _notices(tally),
        "appeals": _appeals(tally),
        "reports": _reports(tally.channels),
        "holds": {
            "placed": _small(_whole(tally.holds)),
            "by_rule": _cells(tally.holds),
            "released": _small(tally.releases),
        },
        "exports": _small(tally.kinds["export"]),
        "erasures": _small(tally.kinds["erasure"] + tally.kinds["purge"]),
        "reads_by_people": tally.kinds["access"],
        "policies": [dict(one) for one in policies],
        "audits": [dict(one) for one in audits],
        "not_told": _not_told(tally, became, int((delays == 0).sum())),
    }  # fmt: skip


def _whole(counts: Counter[str]) -> int:
    return sum(counts.values())


def _small(count: int) -> int | None:
    return None if 0 < count < LEAST else count


def _cells(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Largest first; those that are too small withheld."""
    order = sorted(counts, key=lambda name: (-counts[name], name))
    held = suppressed({name: counts[name] for name in order})
    # In the order of size a withheld count could be told from its neighbours.
    return {name: held[name] for name in sorted(order, key=lambda name: (held[name] is None, -(held[name] or 0), name))}  # fmt: skip


def _time(micros: np.ndarray[Any, Any]) -> dict[str, Any]:
    """How many were acted on, and how long it took; null where they are too few. An act that came
    into the log together with its listing does not tell how long it took.
    """
    count, micros = len(micros), micros[micros > 0]
    if len(micros) < LEAST:
        return {"listings": _small(count), "median_seconds": None, "p90_seconds": None}
    # Order statistics, no interpolation: each is a time that was.
    median, late = np.quantile(micros, [0.5, 0.9], method="inverted_cdf") / 1e6
    return {
        "listings": count,
        "median_seconds": round(float(median), 3),
        "p90_seconds": round(float(late), 3),
    }


def _months(tally: Tally) -> list[dict[str, Any]]:
    names = sorted({month for month, _ in tally.months})
    return [
        {
            "month": month,
            "received": tally.months[month, "listing.received"],
            "rejected": tally.months[month, "listing.rejected"],
            "decisions_and_acts": sum(
                tally.months[month, kind] for kind in ("decision", "moderation")
            ),
        }
        for month in names
    ]


def _notices(tally: Tally) -> dict[str, Any]:
    """Notices received in the period, and those decided in it, whenever they came."""
    outcomes: Counter[str] = Counter()
    took = []
    for when, outcome, of in tally.notices_decided:
        for index in of:
            outcomes[outcome] += 1
            if index in tally.notice_times:
                took.append((when - tally.notice_times[index]).total_seconds())
    return {
        "received": _small(_whole(tally.notice_channels)),
        "decided": _small(_whole(outcomes)),
        "by_channel": _cells(tally.notice_channels),
        "by_outcome": _cells(outcomes),
        "median_seconds": _median(took),
    }


def _appeals(tally: Tally) -> dict[str, Any]:
    """Objections received in the period, and those decided in it, whenever they came."""
    outcomes = Counter(state for _, state, _ in tally.appeals_decided)
    took = [
        (when - tally.appeal_times[of]).total_seconds()
        for when, _, of in tally.appeals_decided
        if of in tally.appeal_times
    ]
    return {
        "received": _small(len(tally.appealed_statements)),
        "decided": _small(_whole(outcomes)),
        "about_decisions": _small(len(tally.appealed)),
        "by_state": _cells(outcomes),
        "median_seconds": _median(took),
    }


def _median(took: list[float]) -> float | None:
    """Of the times themselves; null where they are too few."""
    return round(sorted(took)[(len(took) - 1) // 2], 3) if len(took) >= LEAST else None


def _reports(channels: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    """Finished and retracted reports by channel; steps on the way are not counted."""
    counts = {
        f"{channel}: {step}": count
        for (channel, step), count in channels.items()
        if step in _STEPS or step == "made"
    }
    return _cells(counts)


def _not_told(tally: Tally, became: Sequence[int], at_once: int) -> list[str]:
    """What the public parts do not say; it stands in private parts, which can be opened one by one."""
    found = []
    if became[0]:
        found.append(f"What became of {became[0]:,} listings: no act about them is in the log.")
    if at_once:
        found.append(
            f"How long it took to act on {at_once:,} listings: the act came with the listing, from a file."
        )
    if tally.untold:
        found.append(
            f"What was done in {tally.untold:,} acts of moderation: their public parts do not say it."
        )
    if tally.clauses.get("not said"):
        found.append(
            f"The ground of {tally.clauses['not said']:,} decisions of people, made before grounds were public."
        )
    if tally.kinds["moderation"]:
        found.append(
            "The ground of the platform's own acts of moderation, and who or what did them: "
            "in private parts only."
        )
    found.append("The words of listings, notices and appeals: in private parts only.")
    return found


def _day(moment: datetime) -> str:
    return moment.date().isoformat()

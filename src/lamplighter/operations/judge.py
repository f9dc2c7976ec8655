"""Rules and combinations applied to features: who fires where, score and band."""

from __future__ import annotations

import operator
from dataclasses import dataclass

import numpy as np

from lamplighter.operations.columns import Floats, Indices, Mask
from lamplighter.operations.features import Features
from lamplighter.operations.policy import Combination, Condition, Policy
from lamplighter.operations.trade import TRADES

_COMPARE = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "==": operator.eq,
}


@dataclass(frozen=True)
class Verdict:
    """`fired` holds the (m,) mask of every rule and then of every combination of the policy;
    `band` is 0 (A) to 3 (D)."""

    fired: list[Mask]
    score: Floats
    band: Indices


def judge(policy: Policy, features: Features, trade: Indices) -> Verdict:
    """Add up the points, and take the highest band that anything calls for.

    Rules with a band of their own, combinations, and the score from which an operation counts
    as organised are the only ways up from D.
    """
    m = len(trade)
    score = np.zeros(m)
    band = np.full(m, 3, np.int64)
    fired: list[Mask] = []
    signs: dict[str, Mask] = {}
    by_name: dict[str, Mask] = {}
    found = np.zeros(m, np.bool_)
    for rule in policy.rules:
        if rule.fallback:
            fired.append(np.zeros(m, np.bool_))
            continue
        hit = _in_trades(rule.trades, trade)
        for condition in rule.when:
            hit = hit & _holds(condition, features)
        fired.append(hit)
        by_name[rule.name] = hit
        found |= hit
        score += rule.points * hit
        if rule.points > 0:
            signs[rule.sign] = signs.get(rule.sign, np.zeros(m, np.bool_)) | hit
        if rule.moves_to:
            _lift(band, hit, rule.moves_to)
    for number, rule in enumerate(policy.rules):
        if rule.fallback:
            hit = ~found & _in_trades(rule.trades, trade)
            for condition in rule.when:
                hit = hit & _holds(condition, features)
            fired[number] = hit
            score += rule.points * hit
    score = np.round(score, 6) + 0.0
    band[(score >= policy.organised) & (band > 2)] = 2
    for combination in policy.combinations:
        hit = _together(combination, signs, by_name, score, trade)
        fired.append(hit)
        _lift(band, hit, combination.band)
    return Verdict(fired, score, band)


def _together(
    combination: Combination,
    signs: dict[str, Mask],
    by_name: dict[str, Mask],
    score: Floats,
    trade: Indices,
) -> Mask:
    count = np.zeros(len(trade), np.int64)
    for sign in dict.fromkeys(combination.signs):
        count += signs[sign]
    hit = (count >= combination.at_least) & (score >= combination.score)
    hit &= _in_trades(combination.trades, trade)
    for name in combination.given:
        hit &= by_name[name]
    for name in combination.without:
        hit &= ~by_name[name]
    return hit


def _lift(band: Indices, hit: Mask, to: str) -> None:
    np.minimum(band, "ABCD".index(to), out=band, where=hit)


def _in_trades(names: tuple[str, ...], trade: Indices) -> Mask:
    if not names:
        return np.ones(len(trade), np.bool_)
    found: Mask = np.isin(trade, [TRADES.index(name) for name in names])
    return found


def _holds(condition: Condition, features: Features) -> Mask:
    holds: Mask = _COMPARE[condition.comparison](
        features.values[condition.feature], condition.value
    )
    return holds

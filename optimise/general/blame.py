"""Why a question has no plan: a limit that is too low, or rules that exclude one another."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimise.errors import CostShort, Fact, Infeasible, RulesClash, SitesShort
from optimise.general.pursue import Ledger, pursue
from optimise.problem import EVERYBODY, Problem
from optimise.programme.aim import Aim, Prices, Target
from optimise.programme.programme import programme_of
from optimise.run import Run

__all__ = ["blame"]

Rule = tuple[str, int]


def blame(aim: Aim, run: Run) -> Infeasible:
    """Find facts for an aim that is proven to have no plan.

    A limit is to blame where plans exist without it: then the least that does is told. Otherwise
    the rules clash, and a set of them is looked for of which none can be left out (QuickXplain,
    Junker 2004).
    """
    bare = _covering(aim)
    facts = _limits(bare, run)
    if not facts:
        loose = replace(bare, most_sites=None, most_cost=None)
        facts = (RulesClash(rules=_clash(loose, run)),)
    return Infeasible(facts)


def _limits(aim: Aim, run: Run) -> tuple[Fact, ...]:
    """Tell which limits are too low, if others are kept or, failing that, are dropped as well."""
    facts: list[Fact] = []
    for others in (True, False):
        if facts:
            break
        if aim.most_sites is not None:
            kept = replace(aim, most_sites=None, most_cost=aim.most_cost if others else None)
            ledger = _least(kept, Prices(sites=1.0), run)
            if ledger.plan is not None:
                least = max(math.ceil(ledger.bound - 1e-6), aim.most_sites + 1)
                facts.append(
                    SitesShort(max_sites=aim.most_sites, least=least, enough=round(ledger.value))
                )
        if aim.most_cost is not None and not (others and facts):
            kept = replace(aim, most_cost=None, most_sites=aim.most_sites if others else None)
            ledger = _least(kept, Prices(cost=1.0), run)
            if ledger.plan is not None:
                cost = max(ledger.bound, aim.most_cost)
                facts.append(CostShort(budget=aim.most_cost, least=cost, enough=ledger.value))
    return tuple(facts)


def _least(aim: Aim, prices: Prices, run: Run) -> Ledger:
    """Least sites or cost of a plan."""
    return pursue(programme_of(replace(aim, prices=prices)), run, lambda _: 0.0)


def _covering(aim: Aim) -> Aim:
    """Ask for coverage only: who must be reached is a target, however far."""
    problem, targets = aim.problem, aim.targets
    if aim.by_distance and aim.far is None:
        # Who they are matters here, not how many.
        problem = replace(problem, weights=(problem.weights > 0).astype(np.int64))
        units, need = problem.members(EVERYBODY), float(problem.weights.sum())
        targets = (Target(name=EVERYBODY, units=units, need=need, share=1.0),)
    return replace(
        aim, problem=problem, targets=targets, prices=Prices(), fair=(), most_distance=math.inf
    )


def _exists(aim: Aim, run: Run) -> bool | None:
    """Whether any plan exists; None if the work was not enough to tell."""
    ledger = pursue(programme_of(aim), run, lambda _: 0.0)
    if ledger.plan is not None:
        return True
    return False if ledger.impossible else None


def _rules(problem: Problem) -> list[Rule]:
    """All rules of a problem, the likeliest to clash last: those are dropped first."""
    rules = [("quota", int(zone)) for zone in np.flatnonzero(problem.quotas)]
    rules += [("choice", number) for number in range(len(problem.choices))]
    rules += [("together", number) for number in range(len(problem.together))]
    return rules + [("apart", number) for number in range(len(problem.apart))]


def _only(problem: Problem, rules: Sequence[Rule]) -> Problem:
    """Leave out all rules but the given ones."""
    of: dict[str, list[int]] = {"quota": [], "choice": [], "together": [], "apart": []}
    for kind, number in rules:
        of[kind].append(number)
    quotas = np.zeros_like(problem.quotas)
    quotas[of["quota"]] = problem.quotas[of["quota"]]
    return replace(
        problem,
        quotas=quotas,
        choices=tuple(problem.choices[number] for number in sorted(of["choice"])),
        together=tuple(problem.together[number] for number in sorted(of["together"])),
        apart=problem.apart[sorted(of["apart"])],
    )


@dataclass(slots=True)
class _Asked:
    """Asks whether rules clash, until a question stays open."""

    aim: Aim
    run: Run
    open: bool = False

    def clash(self, rules: Sequence[Rule]) -> bool:
        if self.open or self.run.watch.look("prove", 0.9) is not None:
            self.open = True
            return True
        answer = _exists(replace(self.aim, problem=_only(self.aim.problem, rules)), self.run)
        self.open |= answer is None
        return answer is not True


def _clash(aim: Aim, run: Run) -> tuple[Rule, ...]:
    """Narrow the rules down to some that clash, none of which could be left out."""
    asked = _Asked(aim=aim, run=run)
    rules = _rules(aim.problem)
    if asked.clash([]) or asked.open:
        return ()
    found = _explain(asked.clash, [], [], rules)
    return () if asked.open else tuple(sorted(found))


def _explain(
    clash: Callable[[Sequence[Rule]], bool],
    held: list[Rule],
    added: list[Rule],
    rules: list[Rule],
) -> list[Rule]:
    if added and clash(held):
        return []
    if len(rules) == 1:
        return rules
    half = len(rules) // 2
    one, other = rules[:half], rules[half:]
    later = _explain(clash, held + one, one, other)
    sooner = _explain(clash, held + later, later, one)
    return sooner + later

"""Sentences about regions and plans, for every front end: summaries, findings, reasons, phases."""

from __future__ import annotations

from geo.findings import Finding
from planner.language import Language, Words

__all__ = [
    "FINDINGS",
    "PHASES",
    "REASONS",
    "REFUSALS",
    "WORDS",
    "say_finding",
    "say_phase",
    "say_reason",
]

WORDS = Words(
    {
        "imported": (
            "{name}: 已写入 {folder}\n"
            "  乡镇 {townships} 个({boundaries});人口 {people}({people_source})\n"
            "  需求单元 {cells} 个;候选点 {candidates} 个(现有 {existing},生成 {generated})\n"
            "  主城区: {urban}",
            "{name}: written to {folder}\n"
            "  {townships} townships ({boundaries}); {people} people ({people_source})\n"
            "  {cells} demand cells; {candidates} candidates ({existing} existing, "
            "{generated} generated)\n"
            "  main urban area: {urban}",
        ),
        "imported-roads": (
            "  {mode}路网: {km} 公里,{nodes} 个节点,{parts} 个连通部分",
            "  {mode} network: {km} km, {nodes} nodes, {parts} connected parts",
        ),
        "mode-walk": ("步行", "walking"),
        "mode-drive": ("驾车", "driving"),
        "planned": (
            "方案已写入 {folder}\n"
            "  网点 {sites} 个(新建 {new});覆盖 {people} 人中的 {share};"
            "达标乡镇 {passed}/{townships}\n"
            "  {status}: {objective} {value},界 {bound},差距 {gap}",
            "plan written to {folder}\n"
            "  {sites} sites ({new} new); {share} of {people} people covered; "
            "{passed}/{townships} townships pass\n"
            "  {status}: {objective} {value}, bound {bound}, gap {gap}",
        ),
        "planned-urban": (
            "  主城区({definition}): 覆盖 {share},目标 {target}",
            "  main urban area ({definition}): {share} covered, target {target}",
        ),
        "status-proven": ("已证明", "proven"),
        "status-feasible": (
            "可行解,尚未证明到所要求的差距",
            "feasible, not proven to the gap asked",
        ),
        "objective-sites": ("网点总数(最少)", "open sites (fewest)"),
        "objective-cost": ("相对成本(最低)", "relative cost (least)"),
        "objective-people": ("覆盖人口(最多)", "people covered (most)"),
        "check-agrees": (
            "复核通过: 重新计算 {checked} 项,差异 {differences} 项(最优界未重新证明)",
            "agrees: {checked} claims computed again, {differences} differ "
            "(the bound is not proven again)",
        ),
        "check-differs": (
            "复核不符: 重新计算 {checked} 项,{differences} 项不同",
            "differs: {checked} claims computed again, {differences} differ",
        ),
        "more-noticed": (
            "另有 {more} 条见 plan.json / manifest.json",
            "{more} more in plan.json / manifest.json",
        ),
    }
)

REASONS = Words(
    {
        "no-candidate": (
            "需 {required} 个网点,但没有候选点({sites}/{candidates})",
            "needs {required}, has no candidate site ({sites}/{candidates})",
        ),
        "too-few-sites": (
            "需 {required} 个网点,仅有 {sites} 个(候选点 {candidates} 个)",
            "needs {required} sites, has {sites} ({candidates} candidates)",
        ),
        "below-target": (
            "覆盖率 {share:.1%} 低于目标 {target:.1%}",
            "{share:.1%} covered, target {target:.1%}",
        ),
        "no-people": ("无常住人口记录", "nobody is known to live there"),
    }
)

REFUSALS = Words(
    {
        "urban-target": (
            "主城区覆盖目标 {share} 在 {radius} 米内无法达到:候选点全部启用时为 {attainable}",
            "{share} of the main urban area's people cannot be covered within {radius} m: with "
            "every candidate open it is {attainable}",
        ),
        "urban-target-remedy": (
            "请将目标降至 {lower},或在未覆盖处增加候选点",
            "Lower the urban target to {lower}, or add candidates near the uncovered cells",
        ),
        "urban-target-radius": (
            "主城区覆盖目标 {share} 在 {radius} 米内无法达到:候选点全部启用时为 {attainable}",
            "{share} of the main urban area's people cannot be covered within {radius} m: with "
            "every candidate open it is {attainable}",
        ),
        "urban-target-radius-remedy": (
            "请将目标降至 {lower},或将半径增至 {needed} 米,或在未覆盖处增加候选点",
            "Lower the urban target to {lower}, or raise the radius to {needed} m, or add "
            "candidates near the uncovered cells",
        ),
        "township-target": (
            "{name}({code})的覆盖目标 {share} 在 {radius} 米内无法达到:"
            "候选点全部启用时为 {attainable}",
            "{share} of the people of {name} ({code}) cannot be covered within {radius} m: with "
            "every candidate open it is {attainable}",
        ),
        "township-target-remedy": (
            "请将乡镇目标降至 {lower},或在当地增加候选点",
            "Lower the township target to {lower}, or add candidates there",
        ),
        "township-target-radius": (
            "{name}({code})的覆盖目标 {share} 在 {radius} 米内无法达到:"
            "候选点全部启用时为 {attainable}",
            "{share} of the people of {name} ({code}) cannot be covered within {radius} m: with "
            "every candidate open it is {attainable}",
        ),
        "township-target-radius-remedy": (
            "请将乡镇目标降至 {lower},或将半径增至 {needed} 米,或在当地增加候选点",
            "Lower the township target to {lower}, or raise the radius to {needed} m, or add "
            "candidates there",
        ),
        "too-few-sites-allowed": (
            "最多 {most} 个网点太少:现有 {existing} 个保留,乡镇下限还需 {quotas} 个",
            "{most} sites are too few: {existing} existing ones stay and the township minimum "
            "needs {quotas} more",
        ),
        "too-few-sites-allowed-remedy": (
            "请至少允许 {least} 个,或允许关闭现有网点",
            "Allow at least {least}, or let existing sites be closed",
        ),
        "quota-short": (
            "{name} 需 {need} 个网点,候选点只有 {have} 个",
            "{name} needs {need} sites and has {have} candidates",
        ),
        "quota-short-remedy": (
            "请将下限降至 {have},或在当地增加候选点",
            "Ask for {have}, or add candidates there",
        ),
        "more": ("(另有 {more} 项类似)", " ({more} more like it)"),
    }
)

PHASES = Words(
    {
        "load bundle": ("读取区域数据", "load bundle"),
        "write bundle": ("写入区域数据", "write bundle"),
        "write plan": ("写入方案", "write plan"),
    }
)

FINDINGS = Words(
    {
        "quota-unmeetable": (
            "{name}: 要求 {required} 个网点,候选点只有 {candidates} 个",
            "{name}: {required} sites asked for, only {candidates} candidates",
        ),
        "straight-line": (
            "没有路网: 距离为直线距离 × {factor}(估计)",
            "no roads: distances are straight lines x {factor} (estimated)",
        ),
        "cells-unreachable": (
            "{cells} 个单元({people} 人)无法经路网到达任何候选点",
            "{cells} cells ({people} people) cannot reach any candidate by road",
        ),
        "cells-no-candidate": (
            "{cells} 个单元({people} 人){radius_m:g} 米内没有候选点",
            "{cells} cells ({people} people) have no candidate within {radius_m:g} m",
        ),
        "stopped-by-the-clock": (
            "求解因时间上限而停止,重复运行结果可能不同",
            "the search was stopped by the clock: another run may differ",
        ),
    }
)


def say_finding(finding: Finding, language: Language) -> str:
    """Say what was noticed, and where."""
    text = FINDINGS.say(finding.kind, language, **finding.values)
    return f"{finding.where}: {text}" if finding.where else text


def say_reason(kind: str, **values: object) -> str:
    """Say why a township does not pass, in both languages: files have one column for it."""
    return f"{REASONS.say(kind, 'zh', **values)} / {REASONS.say(kind, 'en', **values)}"


def say_phase(phase: str, language: Language) -> str:
    """Name what is being done."""
    return PHASES.say(phase, language)

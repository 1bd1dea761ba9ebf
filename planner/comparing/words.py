"""Words of a comparison, Chinese and English: its files, its page, its map."""

from __future__ import annotations

from planner.wording.language import Words

__all__ = ["COMPARE", "COMPARE_MAP", "REFUSED"]

REFUSED = Words(
    {
        "count": ("给了 {n} 个方案，应为 2 到 {most} 个", "{n} plans, 2 to {most} can be compared"),
        "count-remedy": ("请至少选两个，最多选 {most} 个", "Choose two at least, {most} at most"),
        "other-region": (
            "方案 A 属于“{a}”，方案 {letter} 属于“{b}”，乡镇不同，不能对比",
            "plan A is of {a!r}, plan {letter} of {b!r}: their townships are not the same",
        ),
        "other-region-remedy": (
            "请选同一区域的方案（A：{a}；{letter}：{b}）",
            "Choose plans of one region (A: {a}; {letter}: {b})",
        ),
        "other-cells": (
            "“{a}”与“{b}”乡镇相同，但方案 A 与 {letter} 所用数据的人口单元不同，人数不可比",
            "{a!r} and {b!r} have the same townships, but the people of the data behind plans A "
            "and {letter} are not the same, so their figures do not compare",
        ),
        "other-cells-remedy": (
            "请用同一份区域数据重新生成其中一个方案（A：{a}；{letter}：{b}）",
            "Make one of them again on the other's data (A: {a}; {letter}: {b})",
        ),
    }
)

COMPARE = Words(
    {
        "title": ("方案对比", "Plans compared"),
        "figures": ("主要指标", "Key figures"),
        "parameters": ("不同的参数", "Parameters that differ"),
        "parameters-same": ("各方案参数相同。", "All parameters are the same."),
        "nothing-there": ("无。", "None."),
        "parameter": ("参数", "Parameter"),
        "townships": ("乡镇变化", "Changes by township"),
        "sites": ("点位变化", "Changes of sites"),
        "notes": ("说明", "Notes"),
        "figure": ("指标", "Figure"),
        "figure-sites": ("回收点（个）", "Sites"),
        "figure-sites_new": ("其中新设（个）", "New among them"),
        "figure-people": ("覆盖人口（人）", "People covered"),
        "figure-share": ("覆盖率", "Share of people covered"),
        "figure-area_km2": ("覆盖的居住面积（平方公里）", "Inhabited land covered (km²)"),
        "figure-urban_share": ("主城区覆盖率", "Main urban area covered"),
        "figure-townships_passing": ("达标乡镇（个）", "Townships passing"),
        "figure-mean": ("平均路程（已覆盖居民）", "Mean way of those covered"),
        "figure-objective": ("目标", "Objective"),
        "figure-value": ("目标值", "Objective value"),
        "figure-bound": ("已证明的界", "Proven bound"),
        "figure-gap": ("与最优的差距", "Gap to the best possible"),
        "objective-sites": ("回收点数量最少", "fewest sites"),
        "objective-cost": ("相对成本最低", "least relative cost"),
        "objective-people": ("覆盖人口最多", "most people covered"),
        "objective-kg_day": ("覆盖可回收物最多（公斤/日）", "most kg a day covered"),
        "col-code": ("代码", "Code"),
        "col-name": ("乡镇", "Township"),
        "col-people": ("人口", "People"),
        "col-gained": ("新增覆盖（人）", "Gained (people)"),
        "col-lost": ("失去覆盖（人）", "Lost (people)"),
        "col-net": ("净变化（人）", "Net (people)"),
        "col-share": ("覆盖率 {plan}", "Covered {plan}"),
        "col-sites": ("点数 {plan}", "Sites {plan}"),
        "col-mean": ("平均路程 {plan}", "Mean way {plan}"),
        "col-worst": ("最远路程 {plan}", "Longest way {plan}"),
        "col-pass": ("达标 {plan}", "Passes {plan}"),
        "col-verdict": ("结果", "Result"),
        "col-change": ("变化", "Change"),
        "col-id": ("编号 {plan}", "Id {plan}"),
        "col-site-name": ("名称", "Name"),
        "col-kind": ("类型", "Kind"),
        "col-existing": ("现有", "Existing"),
        "col-distance": ("移动（米）", "Moved by (m)"),
        "col-served": ("服务人口 {plan}", "People served {plan}"),
        "yes": ("是", "yes"),
        "no": ("否", "no"),
        "pass": ("达标", "passes"),
        "fail": ("未达标", "falls short"),
        "wins": ("受益", "gains"),
        "loses": ("受损", "loses"),
        "mixed": ("有得有失", "gains as many as it loses"),
        "nearer": ("路程变短", "shorter ways"),
        "farther": ("路程变长", "longer ways"),
        "same": ("不变", "no change"),
        "kept": ("保留", "kept"),
        "added": ("新增", "added"),
        "dropped": ("取消", "dropped"),
        "moved": ("移位", "moved"),
        "verdict": (
            "从 {a} 到 {b}：新增覆盖 {gained} 人，失去覆盖 {lost} 人，净变化 {net} 人。",
            "From {a} to {b}: {gained} people gained, {lost} lost, {net} net.",
        ),
        "verdict-sites": (
            "回收点 {before} → {after} 个：保留 {kept}，移位 {moved}，新增 {added}，"
            "取消 {dropped}。",
            "Sites {before} → {after}: {kept} kept, {moved} moved, {added} added, "
            "{dropped} dropped.",
        ),
        "verdict-wins": (
            "受益最多：{names}。",
            "Gaining the most: {names}.",
        ),
        "verdict-loses": ("受损最多：{names}。", "Losing the most: {names}."),
        "verdict-nobody": ("覆盖的人不变。", "The same people are covered."),
        "verdict-failing": ("不再达标：{names}。", "No longer passing: {names}."),
        "verdict-passing": ("新达标：{names}。", "Passing now: {names}."),
        "verdict-one": ("{name}（{net} 人）", "{name} ({net} people)"),
        "verdict-more": ("{names} 等 {n} 个", "{names} and others, {n} in all"),
        "estimated": (
            "人口为估计值，变化的人数也是估计。",
            "People are an estimate, and so are the people gained and lost.",
        ),
        "area-note": (
            "覆盖的居住面积：有居民被覆盖的人口网格面积之和，无人居住的土地不计。",
            "Inhabited land covered: the grid cells in which somebody is covered; land where "
            "nobody lives is not counted.",
        ),
        "moved-note": (
            "移位：取消的点与新增的点直线相距不超过 {n} 米，由近到远一一配对。",
            "Moved: a dropped and an added site no more than {n} m apart (straight), paired one "
            "to one, the nearest first.",
        ),
        "worst-note": (
            "最远路程：从最远的有人单元到最近的启用点，超出服务范围的也计算在内。",
            "Longest way: from the inhabited cell farthest from any open site to that site, "
            "also beyond the coverage limit.",
        ),
        "compared": (
            "已对比 {n} 个方案 -> {folder}",
            "Compared {n} plans -> {folder}",
        ),
        "filter": ("筛选乡镇", "Filter townships"),
        "changed-only": ("只看有变化的", "Changed ones only"),
        "no-script": (
            "对比地图需要启用 JavaScript（无需联网）。",
            "The map needs JavaScript (no internet connection).",
        ),
    }
)

COMPARE_MAP = Words(
    {
        "view": ("对比方式", "View"),
        "difference": ("差异", "Difference"),
        "swipe": ("卷帘", "Swipe"),
        "side": ("并排", "Side by side"),
        "pair-b": ("对比哪两个方案", "Which two plans"),
        "divider": (
            "分隔线：左边为 {a}，右边为 {b}。方向键移动",
            "Divider: {a} on the left, {b} on the right. Arrow keys move it",
        ),
        "legend": ("变化", "What changes"),
        "cells": ("人口单元", "People"),
        "sites": ("回收点", "Sites"),
        "townships": ("乡镇达标变化", "Townships: passing or not"),
        "gained": ("新增覆盖", "newly covered"),
        "lost": ("失去覆盖", "no longer covered"),
        "both": ("均已覆盖", "covered in both"),
        "neither": ("均未覆盖", "covered in neither"),
        "kept": ("保留", "kept"),
        "added": ("新增", "added"),
        "dropped": ("取消", "dropped"),
        "moved": ("移位（箭头指向新位置）", "moved (arrow to the new place)"),
        "moved-by": ("移动 {n} 米", "moved by {n} m"),
        "now-passes": ("由未达标变为达标", "falls short → passes"),
        "now-fails": ("由达标变为未达标", "passes → falls short"),
        "people": ("{n} 人", "{n} people"),
        "count": ("{n} 个", "{n}"),
        "cell": ("此单元", "This cell"),
        "share": ("覆盖率", "Covered"),
        "site-count": ("回收点", "Sites"),
        "served": ("服务人口", "People served"),
        "kind": ("类型", "Kind"),
        "bands": ("{x} {a}；{y} {b}", "{x} {a}; {y} {b}"),
        "site-label": ("{change}：{name}", "{change}: {name}"),
    }
)

"""Words of the three tiers, Chinese and English."""

from __future__ import annotations

from planner.wording.language import Words

__all__ = ["TIERS_WORDS"]

TIERS_WORDS = Words(
    {
        "short-way": (
            "{points} 个投放点每年 {tonnes} 吨没有道路通往可接收的分拣中心；"
            "请增加候选场地或允许直送",
            "{points} points have no road to a centre that takes their {tonnes} t a year: add "
            "places, or allow direct deliveries",
        ),
        "short-capacity": (
            "每年 {total} 吨中有 {tonnes} 吨无处容纳：候选场地总容量不足；请增加场地或规模",
            "{tonnes} of {total} t a year find no room, the places together are too small: add "
            "places or larger sizes",
        ),
        "short-stations": (
            "每年 {total} 吨中有 {tonnes} 吨无处容纳：回收站数量上限过低（max_stations）",
            "{tonnes} of {total} t a year find no room: allow more stations (max_stations)",
        ),
        "short-centres": (
            "每年 {total} 吨中有 {tonnes} 吨无处容纳：分拣中心数量上限过低（max_centres）",
            "{tonnes} of {total} t a year find no room: allow more centres (max_centres)",
        ),
        "short-budget": (
            "每年 {total} 吨中有 {tonnes} 吨无处容纳：年度费用上限过低（budget_yuan_year）",
            "{tonnes} of {total} t a year find no room: allow a larger budget (budget_yuan_year)",
        ),
        "short-single": (
            "每年 {total} 吨中有 {tonnes} 吨无处容纳：不可拆分所致（split = true 可解决）",
            "{tonnes} of {total} t a year find no room as nothing may be split: set split = true",
        ),
        "short-floor": (
            "规模表 {file} 中没有建筑面积达到 {least} 平方米的{tier}（最大 {largest} 平方米）；"
            "请在规模表中增加更大的规模，或降低最小面积要求",
            "No size of a {tier} in {file} has the {least} m2 of floor asked for, the largest has "
            "{largest}: add a larger size to the table, or ask for less floor",
        ),
        "title": (
            "三级体系：投放点—回收站/中转站—分拣中心",
            "Three tiers: points, stations, sorting centres",
        ),
        "station": ("回收站/中转站", "station"),
        "centre": ("分拣中心", "centre"),
        "collect": ("投放点→回收站", "point to station"),
        "drop-off": ("投放点", "drop-off point"),
        "flow-says": ("{tonnes} 吨/年 · {km} 公里", "{tonnes} t a year · {km} km"),
        "load-says": ("处理 {load} 吨/年，能力 {capacity} 吨/年", "{load} of {capacity} t a year"),
        "onward": ("回收站→分拣中心", "station to centre"),
        "direct": ("投放点→分拣中心（直送）", "point straight to centre"),
        "yes": ("是", "yes"),
        "no": ("否", "no"),
        "proven": ("已证明达到要求的间隙", "proven to the gap asked for"),
        "feasible": ("可行，未证明到要求的间隙", "feasible, not proven to the gap asked for"),
        "summary-cost": (
            "年费用 {cost} 元（场地 {sites} 元，运输 {ways} 元）；"
            "下界 {bound} 元，间隙 {gap}（{status}）",
            "Cost {cost} yuan a year (places {sites}, ways {ways}); bound {bound}, gap {gap} "
            "({status})",
        ),
        "summary-tier": (
            "{tier} {n} 处，其中利用既有场所 {reused} 处；"
            "建筑面积 {floor} 平方米，用地 {land} 平方米",
            "{n} x {tier}, {reused} of them at existing places; floor {floor} m2, land {land} m2",
        ),
        "summary-tonnes": (
            "每年 {tonnes} 吨；用地合计 {land} 平方米",
            "{tonnes} t a year; land {land} m2 in total",
        ),
        "summary-leg": (
            "{leg}：{links} 条，每年 {tonnes} 吨、{tkm} 吨公里、{cost} 元",
            "{leg}: {links} links, {tonnes} t, {tkm} t km and {cost} yuan a year",
        ),
        "written": ("已写入 {path}", "written to {path}"),
        "checked": (
            "另行复核 {claims} 项，{faults} 项不符",
            "{claims} claims computed again, {faults} differ",
        ),
        "estimates": (
            "吨数与费用均为估算；单位数据的来源或假设见“数据与来源”",
            "Tonnes and costs are estimates; sources and assumptions stand under figures",
        ),
        "tiers-not-collected": (
            "{cells} 个居民单元不在任何投放点服务范围内，每年 {tonnes} 吨未计入",
            "{cells} cells are served by no point: their {tonnes} t a year are not counted",
        ),
        "tiers-growth": (
            "{material}按现状的 {factor} 倍计（投放点、特殊需求、返还量；估算）",
            "{material}: {factor} times what is handed in today is counted (an estimate)",
        ),
        "tiers-growth-year": (
            "{material}按现状的 {factor} 倍计，目标年 {year}（投放点、特殊需求、返还量；估算）",
            "{material}: {factor} times what is handed in today is counted, by {year} (an "
            "estimate)",
        ),
        "tiers-brought": (
            "{places} 处新增服务（新点、智能终端、流动回收）从投放点服务范围外的居民单元收运，"
            "每年 {tonnes} 吨，归入最近的投放点",
            "{places} services (further points, terminals, rounds) bring {tonnes} t a year from "
            "cells that no point serves, counted at the nearest point",
        ),
        "tiers-brought-twice": (
            "新增服务收运量比服务范围外的未收运量多 {tonnes} 吨/年，可能重复计算，请核对",
            "The services bring {tonnes} t a year more than is handed in where no point serves: "
            "check that nothing is counted twice",
        ),
        "tiers-off-roads": (
            "{points} 个投放点没有道路相通，运距按直线 × {factor} 计：{names}",
            "No road leads from {points} points: their ways are straight lines x {factor}: {names}",
        ),
        "tiers-no-special": (
            "没有已知的学校、公共机构、市场或商店（特殊需求），其回收量未计入；"
            "请在导入时加 --special-demand",
            "No schools, institutions or shops are known, what they hand in is not counted: "
            "import with --special-demand",
        ),
        "tiers-no-returns": (
            "没有计入公物仓、换新+回收等返还量：本区域没有此类场所数据，也未另列（extra）",
            "No returns are counted (equipment of public institutions, trade-in at shops): the "
            "region has no such places, and none is named under extra",
        ),
        "tiers-floor": (
            "{tier}建筑面积不得小于 {floor_m2} 平方米：{sizes} 种较小的规模、"
            "面积不足的场地均不采用",
            "A {tier} must have {floor_m2} m2 of floor: {sizes} smaller sizes, and places without "
            "room for it, are not considered",
        ),
        "tiers-returns": (
            "另计入 {name}：{places} 处，每日 {kg_day} 公斤，归入最近的投放点（估算）",
            "Counted besides: {name}, {places} places, {kg_day} kg a day, at the nearest point "
            "(an estimate)",
        ),
        "tiers-return-unknown": (
            "{name} 的材料 {material} 不在本区域材料表中，未计入",
            "{name}: the region knows no material {material}, not counted",
        ),
        "tiers-places-assumed": (
            "{places} 个{tier}候选场地为假设：所在乡镇（县区）没有已知场所，"
            "设在最大投放点旁，用地有待落实",
            "{places} places for a {tier} are assumed beside the largest point of townships "
            "(counties) where none is known: land still to be found",
        ),
        "tiers-places-left-out": (
            "{tier}候选场地 {all} 处，只比选其中 {kept} 处（按节省的运量选取）；"
            "最优性仅就这些场地而言",
            "Of {all} places for a {tier} {kept} are looked at, those that save most haulage: the "
            "proof speaks of these",
        ),
        "tiers-centre-small": (
            "{site}：{floor_m2} 平方米、每年 {tonnes} 吨，未超过综合型分拣中心的 "
            "{least_m2} 平方米和 {least_t} 吨（GB/T 45083-2024，二手资料，未核实）",
            "{site}: {floor_m2} m2 and {tonnes} t a year are not above the {least_m2} m2 and "
            "{least_t} t of a comprehensive centre (GB/T 45083-2024, secondary source, unverified)",
        ),
        "cells": ("居民与特殊需求", "People and special places"),
        "brought": ("新增服务收运", "Brought by services"),
        "sheet-summary": ("概览", "Summary"),
        "sheet-sites": ("站与中心", "Sites"),
        "sheet-links": ("流向", "Flows"),
        "sheet-figures": ("数据与来源", "Figures and sources"),
        "sheet-notes": ("说明", "Notes"),
        "id": ("编号", "ID"),
        "tier": ("层级", "Tier"),
        "special": ("专业型", "Specialised"),
        "size": ("规模", "Size"),
        "place": ("场地编号", "Place"),
        "kind": ("场地类型", "Kind of place"),
        "name": ("名称", "Name"),
        "existing": ("现有", "Existing"),
        "township": ("乡镇", "Township"),
        "township_code": ("乡镇代码", "Township code"),
        "floor_m2": ("建筑面积（平方米）", "Floor, m2"),
        "land_m2": ("用地（平方米）", "Land, m2"),
        "capacity_t_year": ("能力（吨/年）", "Capacity, t a year"),
        "load_t_year": ("处理量（吨/年）", "Load, t a year"),
        "cost_yuan_year": ("费用（元/年）", "Cost, yuan a year"),
        "lon": ("经度", "Longitude"),
        "lat": ("纬度", "Latitude"),
        "from": ("起点", "From"),
        "to": ("终点", "To"),
        "leg": ("环节", "Leg"),
        "km": ("公里", "km"),
        "tonnes_year": ("吨/年", "Tonnes a year"),
        "t_material": ("{material}（吨/年）", "{material}, t a year"),
        "kind-beside-point": (
            "最大投放点旁（用地待落实）",
            "Beside a point, no land found yet",
        ),
        "kind-industrial": ("工业用地", "Industrial land"),
        "figure": ("项目", "Figure"),
        "value": ("数值", "Value"),
        "source": ("来源或假设", "Source or assumption"),
    }
)

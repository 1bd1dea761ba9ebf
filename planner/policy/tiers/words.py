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
        "proven": ("已证明", "proven"),
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
        "cells": ("居民与特殊需求", "people and special places"),
        "sheet-summary": ("概览", "Summary"),
        "sheet-sites": ("站与中心", "Sites"),
        "sheet-links": ("流向", "Flows"),
        "sheet-figures": ("数据与来源", "Figures and sources"),
        "sheet-notes": ("说明", "Notes"),
        "id": ("编号", "id"),
        "tier": ("层级", "tier"),
        "special": ("专业型", "specialised"),
        "size": ("规模", "size"),
        "place": ("场地编号", "place"),
        "kind": ("场地类型", "kind of place"),
        "name": ("名称", "name"),
        "existing": ("现有", "existing"),
        "township": ("乡镇", "township"),
        "township_code": ("乡镇代码", "township code"),
        "floor_m2": ("建筑面积（平方米）", "floor, m2"),
        "land_m2": ("用地（平方米）", "land, m2"),
        "capacity_t_year": ("能力（吨/年）", "capacity, t a year"),
        "load_t_year": ("处理量（吨/年）", "load, t a year"),
        "cost_yuan_year": ("费用（元/年）", "cost, yuan a year"),
        "lon": ("经度", "longitude"),
        "lat": ("纬度", "latitude"),
        "from": ("起点", "from"),
        "to": ("终点", "to"),
        "leg": ("环节", "leg"),
        "km": ("公里", "km"),
        "tonnes_year": ("吨/年", "t a year"),
        "figure": ("项目", "figure"),
        "value": ("数值", "value"),
        "source": ("来源或假设", "source or assumption"),
    }
)

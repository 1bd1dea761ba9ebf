"""Words of service and rounds, Chinese and English."""

from __future__ import annotations

from typing import Any

from planner.wording.language import Language, Words

__all__ = ["SERVICE_WORDS", "clock", "say_service_finding", "weekday"]

SERVICE_WORDS = Words(
    {
        "title": (
            "未覆盖村庄的服务方式与流动回收",
            "Villages without a point: how they are served, and the rounds",
        ),
        "point": ("固定回收点", "Fixed point"),
        "terminal": ("智能回收终端", "Smart terminal"),
        "mobile": ("流动回收点", "Mobile stop"),
        "": ("未服务", "Left out"),
        "map-title": ("服务方式与班次路线", "Ways of serving and rounds"),
        "point-short": ("固定点", "a fixed point"),
        "terminal-short": ("智能终端", "a terminal"),
        "break-even-title": ("{way}的盈亏平衡", "Where {way} pays"),
        "break-even-unit": (
            "颜色：每周可回收物达到多少公斤时，{way}比流动回收点更省",
            "Colour: from how many kg a week on {way} is cheaper than a mobile stop there",
        ),
        "size-people": ("符号越大，人口越多", "The larger, the more people"),
        "size-kg": (
            "符号越大，该村每周可回收物越多",
            "The larger, the more kg a week the village has",
        ),
        "kg-any": ("同一起点", "One amount"),
        "kg-up-to": ("至 {high} 公斤/周", "Up to {high} kg a week"),
        "kg-between": ("{low}–{high} 公斤/周", "{low}–{high} kg a week"),
        "kg-above": ("{low} 公斤/周以上", "Above {low} kg a week"),
        "pays-never": ("{way}始终不比流动回收省", "Never: {way} is dearer"),
        "pays-here": ("方形：现有数量下{way}更省", "Square: {way} is cheaper for what it has"),
        "pays-from": ("{way}更省的起点：每周 {kg} 公斤", "From {kg} kg a week on: {way}"),
        "has-says": (
            "该村每周 {kg} 公斤（{people} 人）",
            "The village has {kg} kg a week ({people} people)",
        ),
        "pays-says": (
            "现有数量下{way}每年比流动回收省 {yuan} 元",
            "For that {way} costs {yuan} yuan a year less than a mobile stop",
        ),
        "pays-not": (
            "现有数量下{way}每年比流动回收贵 {yuan} 元",
            "For that {way} costs {yuan} yuan a year more than a mobile stop",
        ),
        "pays-only": (
            "流动回收在一个班次内无法完成",
            "A mobile stop there does not fit a shift",
        ),
        "chosen-says": ("方案中的服务方式：{way}", "Chosen: {way}"),
        "rounds-of-week": ("第一周的班次路线", "Rounds of the first week"),
        "people-says": ("{n} 人", "{n} people"),
        "summary": (
            "{villages} 个村庄（{people} 人）没有网点服务；其中 {served} 人由下列方式服务",
            "{villages} villages ({people} people) have no point; {served} of them are served as "
            "follows",
        ),
        "summary-way": (
            "{way}：{villages} 个村庄，{people} 人，每年 {cost} 元",
            "{way}: {villages} villages, {people} people, {cost} yuan a year",
        ),
        "summary-cost": (
            "每年合计 {cost} 元；下界 {bound} 元，间隙 {gap}",
            "{cost} yuan a year together; bound {bound}, gap {gap}",
        ),
        "summary-settled": (
            "每年合计 {cost} 元，流动回收按实际路线计；按这些单价，任何选择不低于 {bound} 元，"
            "间隙 {gap}",
            "{cost} yuan a year together, mobile stops as their rounds are driven; at these unit "
            "costs no choice costs less than {bound}, gap {gap}",
        ),
        "summary-tried": (
            "比较了 {tried} 个选择，取实际路线下费用最低者；"
            "按假定单价的首个选择实为每年 {first} 元",
            "{tried} choices were driven and the cheapest kept; the first, by assumed costs, would "
            "cost {first} yuan a year",
        ),
        "depot": ("车辆基地", "Depot"),
        "summary-rounds": (
            "流动回收：{villages} 个村庄，四周 {visits} 次到访，{rounds} 趟；需车辆 {vehicles} 辆；"
            "每月 {km} 公里、{hours} 小时、{cost} 元",
            "Rounds: {villages} villages, {visits} visits in {rounds} rounds in four weeks; "
            "{vehicles} vehicles; {km} km, {hours} hours and {cost} yuan a month",
        ),
        "summary-bound": (
            "路线为启发式结果：任何路线的费用至少为此的 {bound}%",
            "Rounds are found by a heuristic: any cost at least {bound} % of this",
        ),
        "checked": (
            "独立复核 {claims} 项，不符 {faults} 项",
            "{claims} claims checked independently, {faults} differ",
        ),
        "written": ("已写入 {path}", "written to {path}"),
        "notice-title": (
            "{township} 流动回收定时定点公告",
            "{township}: where and when recyclables are collected",
        ),
        "notice-lead": (
            "流动回收车按下表到各村回收可回收物，四周为一个周期。请在规定时间内投放。",
            "A vehicle collects recyclables at these places and times, in a cycle of four weeks.",
        ),
        "notice-draft": (
            "规划草案，经主管部门确认后公布",
            "A draft of a plan: to be confirmed before it is put up",
        ),
        "col-place": ("地点", "Place"),
        "col-day": ("日期", "Day"),
        "col-time": ("时间", "Time"),
        "col-id": ("编号", "Id"),
        "col-township": ("乡镇", "Township"),
        "col-people": ("人口", "People"),
        "col-households": ("户数", "Households"),
        "col-kg_week": ("每周公斤", "kg a week"),
        "col-way": ("服务方式", "Way"),
        "col-cost": ("每年费用（元）", "Yuan a year"),
        "col-villages": ("村庄", "Villages"),
        "col-visits": ("四周到访次数", "Visits in 4 weeks"),
        "col-point_from": ("固定点更省的起点（公斤/周）", "Point cheaper from (kg a week)"),
        "col-terminal_from": ("终端更省的起点（公斤/周）", "Terminal cheaper from (kg a week)"),
        "col-week": ("周", "Week"),
        "col-weekday": ("星期", "Weekday"),
        "col-date": ("日期", "Date"),
        "col-from": ("开始", "From"),
        "col-until": ("结束", "Until"),
        "col-round": ("车次", "Round"),
        "col-kg": ("公斤", "kg"),
        "col-km": ("公里", "km"),
        "col-hours": ("小时", "Hours"),
        "col-depot": ("车辆基地", "Depot"),
        "col-stops": ("停靠数", "Stops"),
        "col-round-cost": ("费用（元）", "Yuan"),
        "col-distance": ("距基地（公里，单程）", "From the depot, km one way"),
        "col-rule-visits": ("四周至少到访", "Visits in 4 weeks, at least"),
        "col-point-mobile": ("固定点优于流动：户数", "Point over mobile: households"),
        "col-terminal-mobile": ("终端优于流动：户数", "Terminal over mobile: households"),
        "col-point-terminal": ("固定点优于终端：户数", "Point over terminal: households"),
        "sheet-timetable": ("时间表", "Timetable"),
        "sheet-villages": ("村庄", "Villages"),
        "sheet-rounds": ("车次", "Rounds"),
        "sheet-break-even": ("盈亏平衡", "Break-even"),
        "sheet-sources": ("数据与来源", "Figures"),
        "never": ("无", "Never"),
        "week-n": ("第{n}周", "Week {n}"),
        "service-villages": (
            "数据中没有村名：{villages} 个村庄由同一乡镇内相距不超过 {village_m} 米的"
            "未覆盖单元归并而成，名称为距乡镇人口中心的方位",
            "No names of villages are in the data: {villages} of them are uncovered cells of one "
            "township within {village_m} m, named by where they lie from the middle of its people",
        ),
        "service-coarser": (
            "按 {asked} 米归并将超过 {most} 个村庄，已放宽归并距离",
            "Cells within {asked} m would make more than {most} villages: they were made larger",
        ),
        "service-depots-named": (
            "车辆基地 {depots} 处，由用户指定",
            "Depots: {depots}, named by the user",
        ),
        "service-depots-stations": (
            "车辆基地 {depots} 处，设在三级网络的中转站或分拣中心",
            "Depots: {depots}, at stations or centres of the three tiers",
        ),
        "service-depots-open-points": (
            "未给出车辆基地：假定 {depots} 处设在位置最便利的开放网点",
            "No depot was given: {depots} assumed at the open points that lie best",
        ),
        "service-straight-line": (
            "{villages} 个村庄没有可用道路：按直线距离乘 {factor} 计算",
            "{villages} villages have no mapped road: straight lines times {factor}",
        ),
        "service-left-out": (
            "{villages} 个村庄（{people} 人）未被服务",
            "{villages} villages ({people} people) are left out",
        ),
        "service-costs-assumed": (
            "费用为假设值，报预算前请以本地报价替换（data/service.toml）",
            "Costs are assumptions: put quotations of your region in before a budget is asked for "
            "(data/service.toml)",
        ),
        "rounds-heuristic": (
            "日期与路线为启发式结果，与下界相差至多 {gap}",
            "Days and rounds come from a heuristic, at most {gap} above the bound",
        ),
        "rounds-against-choice": (
            "选择服务方式时流动回收每四周估 {reckoned_yuan} 元，实际路线 {driven_yuan} 元"
            "（平均每趟 {stops} 个停靠点）",
            "Mobile stops were reckoned at {reckoned_yuan} yuan in four weeks when ways were "
            "chosen; the rounds cost {driven_yuan} ({stops} stops a round)",
        ),
    }
)

_DAYS = (
    *(("周一", "Mon"), ("周二", "Tue"), ("周三", "Wed"), ("周四", "Thu"), ("周五", "Fri")),
    *(("周六", "Sat"), ("周日", "Sun")),
)


def weekday(number: int, lang: Language) -> str:
    """Name a weekday; Monday is 1."""
    return _DAYS[number - 1][0 if lang == "zh" else 1]


def clock(seconds: int, *, up: bool = False, step_s: int = 300) -> str:
    """Say a time of day in steps: down, or up, so that a notice promises no more than is kept."""
    rounded = -(-seconds // step_s) * step_s if up else seconds // step_s * step_s
    return f"{rounded // 3600:02d}:{rounded % 3600 // 60:02d}"


def say_service_finding(kind: str, values: dict[str, Any], lang: Language) -> str:
    """Say what was assumed or is not known."""
    told = {
        key: f"{value:.1%}" if key == "gap" else f"{value:,}" if isinstance(value, int) else value
        for key, value in values.items()
    }
    return SERVICE_WORDS.say(kind, lang, **told)

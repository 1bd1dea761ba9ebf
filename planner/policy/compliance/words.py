"""Words of the compliance sheet, Chinese and English."""

from __future__ import annotations

from collections.abc import Iterable

from geo.findings import Finding
from planner.wording.language import Language, Words

__all__ = ["COMPLIANCE", "say_compliance_finding"]

COMPLIANCE = Words(
    {
        "title": ("达标校核单", "Compliance sheet"),
        "whole": ("全区域", "Whole region"),
        "status-pass": ("达标", "pass"),
        "status-near": ("接近", "near"),
        "status-fail": ("不达标", "fail"),
        "status-unknown": ("待核", "not known"),
        "status-none": ("不涉及", "none there"),
        "status-info": ("供参考", "for information"),
        "unit-sites": ("个点", "sites"),
        "unit-share": ("人口比例", "share of people"),
        "unit-m2": ("平方米", "m²"),
        "unit-visits-week": ("次/周", "visits a week"),
        "unit-m": ("米", "m"),
        "scope-urban": ("主城区", "main urban area"),
        "scope-township": ("乡镇（主城区以外）", "townships outside it"),
        "scope-village": ("行政村", "villages"),
        "scope-everywhere": ("全部", "everywhere"),
        "basis-sites": ("点位 {n} 个", "{n} sites"),
        "basis-households": ("{n} 户", "{n} households"),
        "basis-households_per_site": ("每点 {n} 户", "{n} households a site"),
        "basis-people_per_site": ("每点 {n} 人", "{n} people a site"),
        "basis-counties": ("县（市、区） {n} 个", "{n} counties"),
        "basis-counties_short": ("不足的 {n} 个", "{n} of them short"),
        "lacking-sites": ("不足：{names}", "short: {names}"),
        "lacking-visits-week": (
            "频次不足的村（四周次数）：{names}",
            "villages visited too rarely (visits in four weeks): {names}",
        ),
        "basis-people": ("{n} 人", "{n} people"),
        "basis-people_within": ("半径内 {n} 人", "{n} within the radius"),
        "basis-radius_m": ("半径 {n} 米", "radius {n} m"),
        "basis-sites_unknown": ("面积未知 {n} 个", "{n} of unknown floor area"),
        "basis-sites_short": ("面积不足 {n} 个", "{n} too small"),
        "basis-households_served": ("服务 {n} 户", "{n} households served"),
        "basis-people_unserved": ("未覆盖 {n} 人", "{n} people not covered"),
        "basis-households_unserved": ("未覆盖 {n} 户", "{n} households not covered"),
        "basis-villages_fixed": (
            "由固定点或终端服务的村庄 {n} 个",
            "{n} villages by fixed points or terminals",
        ),
        "basis-villages_mobile": ("流动回收的村庄 {n} 个", "{n} villages by rounds"),
        "basis-people_without": ("未安排 {n} 人", "{n} people without any"),
        "param-share": ("覆盖比例", "share"),
        "param-radius_m": ("半径", "radius"),
        "param-sites": ("点数", "number of sites"),
        "param-people": ("人数", "people"),
        "param-households": ("户数", "households"),
        "param-area_m2": ("面积", "area"),
        "param-least_m2": ("最小面积", "least area"),
        "param-visits": ("次数", "visits"),
        "param-days": ("天数", "days"),
        "param-least_m": ("间距", "distance"),
        "farthest": (
            "最远单元 {cell} 到 {site} 路程 {metres} 米",
            "farthest cell {cell} is {metres} m from {site}",
        ),
        "farthest-beyond": (
            "最远单元 {cell} 到最近点位 {metres} 米",
            "farthest cell {cell} is {metres} m from a site",
        ),
        "farthest-none": (
            "单元 {cell} 没有可到达的点位",
            "from cell {cell} no site can be reached",
        ),
        "counted": ("计入：{names}", "counted: {names}"),
        "and-more": ("{names} 等 {n} 个", "{names} and more, {n} in all"),
        "note-no-villages": (
            "数据没有行政村，须逐村核对；或以行政村边界代替乡镇边界导入区域，再按“每个至少1个”校核",
            "the data hold no villages: check village by village, or import the region with the "
            "boundaries of villages in place of townships and hold it to one in each",
        ),
        "note-no-estates": (
            "数据没有封闭小区名录，须逐个小区核对",
            "the data list no gated estates: to be checked estate by estate",
        ),
        "note-no-stations": (
            "尚未布置回收站和分拣中心：先做三级体系，再校核",
            "no stations or centres are planned: site the three tiers first",
        ),
        "note-none-there": (
            "本乡镇没有此类场所",
            "there is none of them in this township",
        ),
        "note-floor-unknown": (
            "点位建筑面积未知，须现场核实",
            "floor areas are not known: to be measured on the spot",
        ),
        "note-no-timetable": (
            "没有流动回收班次，须按此频次安排",
            "no timetable of mobile rounds: to be arranged at this frequency",
        ),
        "part": ("全区域指标在本乡镇的部分", "this township's part of what is asked of all"),
        "fix-open": ("增设 {n} 个：{names} → {then}", "open {n}: {names} → {then}"),
        "fix-none": (
            "候选点不足：手工增加候选点，或安排流动回收",
            "no candidate is left that helps: add one by hand, or go round by vehicle",
        ),
        "fix-stations": ("增设 {n} 处", "{n} more of them"),
        "fix-floor-area-min": (
            "扩建或换到不小于 {n} 平方米的场所",
            "extend it, or take a place of {n} m² at least",
        ),
        "fix-area-per-households": ("增加建筑面积 {n} 平方米", "{n} m² more of floor"),
        "fix-visits-per-week": (
            "流动回收增加到每周 {n} 次",
            "let the vehicle come {n} times a week",
        ),
        "fix-site-distance": (
            "移开其中一个点，间距不小于 {n} 米",
            "move one of the two: {n} m apart at least",
        ),
        "fix-whole-proven": (
            "最少补救：增设 {n} 个点（同时满足所有可优化规则；下界 {bound}，已证明）",
            "Cheapest repair: {n} further sites, for all rules that can be optimised at once "
            "(bound {bound}, proven)",
        ),
        "fix-whole-feasible": (
            "补救：增设 {n} 个点（同时满足所有可优化规则；下界 {bound}，未证明最少）",
            "Repair: {n} further sites, for all rules that can be optimised at once (bound "
            "{bound}, not proven fewest)",
        ),
        "fix-whole-partly": (
            "覆盖比例无法达到：{why}。仅按点数要求：增设 {n} 个点（下界 {bound}）",
            "The shares cannot be reached: {why}. For the numbers of sites alone: {n} further "
            "sites (bound {bound})",
        ),
        "fix-left": (
            "{said}；另有 {left} 条因候选点不足，任何选点都不能达标",
            "{said}; {left} lines more no choice of these candidates can make pass",
        ),
        "fix-whole-refused": ("没有补救方案：{why}", "No repair: {why}"),
        "sheet-summary": ("概要", "Summary"),
        "sheet-checks": ("校核", "Checks"),
        "sheet-rules": ("规则与来源", "Rules and sources"),
        "sheet-fix": ("补救点位", "Repair sites"),
        "sheet-cells": ("居民单元", "Cells"),
        "sheet-notes": ("说明", "Notes"),
        "col-township": ("乡镇", "Township"),
        "col-code": ("代码", "Code"),
        "col-rule": ("规则", "Rule"),
        "col-text": ("要求内容", "What it asks"),
        "col-status": ("结论", "Result"),
        "col-required": ("要求", "Required"),
        "col-achieved": ("实际", "Achieved"),
        "col-shortfall": ("差额", "Shortfall"),
        "col-unit": ("单位", "Unit"),
        "col-evidence": ("依据", "Evidence"),
        "col-fix": ("最省补救", "Cheapest repair"),
        "col-number": ("数值核实", "Number"),
        "col-data": ("人口数据", "People"),
        "col-pack": ("规则包", "Pack"),
        "col-clause": ("条款", "Clause"),
        "col-source": ("来源", "Source"),
        "col-scope": ("适用", "For"),
        "col-formula": ("公式与参数", "Formula and numbers"),
        "col-id": ("编号", "Id"),
        "col-name": ("名称", "Name"),
        "col-kind": ("类型", "Kind"),
        "col-longitude": ("经度", "Longitude"),
        "col-latitude": ("纬度", "Latitude"),
        "col-people": ("人口", "People"),
        "col-households": ("户数", "Households"),
        "col-urban": ("主城区", "Urban"),
        "col-site": ("最近点位", "Nearest site"),
        "col-way": ("路程（米）", "Way (m)"),
        "col-figure": ("项目", "Figure"),
        "col-value": ("数值", "Value"),
        "verified": ("已核", "verified"),
        "unverified": ("未核", "unverified"),
        "chosen": ("规划者自定：{names}", "planner's choice: {names}"),
        "estimated": ("估算", "estimate"),
        "figures": ("统计", "figures"),
        "yes": ("是", "yes"),
        "no": ("否", "no"),
        "counts": (
            "达标 {passed}，接近 {near}，不达标 {fail}，待核 {unknown}",
            "{passed} pass, {near} near, {fail} fail, {unknown} not known",
        ),
        "region": ("区域：{name}", "Region: {name}"),
        "packs": ("规则包：{names}", "Packs: {names}"),
        "people-source": ("人口与户数来源：{source}", "People and households: {source}"),
        "data-hash": (
            "数据 {sha}，底图日期 {date}，边界 {boundaries}",
            "data {sha}, map of {date}, boundaries {boundaries}",
        ),
        "plan-proven": ("对象：优化方案（已证明）", "Checked: an optimised plan, proven"),
        "plan-feasible": (
            "对象：优化方案（未证明到要求的间隙）",
            "Checked: an optimised plan, not proven to the gap asked for",
        ),
        "plan-drawn": (
            "对象：外部给定的点位，未经优化",
            "Checked: sites as they were given, not optimised",
        ),
        "how": (
            "路程为{mode}路程；城区乡镇指过半人口居住在主城区的乡镇；接近指达到要求的 {near}。",
            "Ways are {mode}. City townships: most of whose people live in the main urban area. "
            "Near: {near} of what is required is reached.",
        ),
        "mode-walk": ("步行", "on foot"),
        "mode-ebike": ("电动车", "by e-bike"),
        "mode-drive": ("驾车", "by car"),
        "written": ("已写入 {folder}", "written to {folder}"),
        "check-agrees": (
            "独立复核一致（{n} 处不同）",
            "an independent check agrees ({n} differences)",
        ),
        "check-differs": (
            "独立复核有 {n} 处不同",
            "an independent check finds {n} differences",
        ),
        "credit": (
            "内部工作草图·未经审核。© OpenStreetMap 贡献者，ODbL",
            "Internal draft, not reviewed. © OpenStreetMap contributors, ODbL",
        ),
        "all-pass": ("全部达标", "everything passes"),
        "rule-only-checked": (
            "{rule}：只校核，不参与选点",
            "{rule}: checked, not enforced: it is no matter of choosing sites",
        ),
        "rule-only-checked-tier": (
            "{rule}：只校核，属回收站与分拣中心，不参与投放点选点",
            "{rule}: checked, not enforced: it is of stations or centres, not of points",
        ),
        "rule-only-checked-kinds": (
            "{rule}：只校核，选点不按点位类型要求数量",
            "{rule}: checked, not enforced: no plan is asked for numbers by kind of site",
        ),
        "rule-only-checked-spacing": (
            "{rule}：只校核，选点不要求间距",
            "{rule}: checked, not enforced: no plan is asked for spacing",
        ),
        "rule-only-checked-villages": (
            "{rule}：只校核，区域数据没有行政村",
            "{rule}: checked, not enforced: the region's data hold no villages",
        ),
        "rule-only-checked-estates": (
            "{rule}：只校核，区域数据没有封闭小区名录",
            "{rule}: checked, not enforced: the region's data list no gated estates",
        ),
        "rule-only-checked-list": (
            "{rule}：只校核，覆盖比例不能只对名单内的乡镇要求",
            "{rule}: checked, not enforced: a share cannot be asked of listed townships alone",
        ),
        "rule-only-checked-region": (
            "{rule}：只校核，提出要求时区域未知",
            "{rule}: checked, not enforced: the region was not known when the plan was asked for",
        ),
        "rule-list-unknown": (
            "{rule}：名单中的乡镇不在本区域：{names}",
            "{rule}: its list names townships that this region has not: {names}",
        ),
        "rule-mode": (
            "选点按情景的出行方式（{mode}），校核按步行",
            "the plan measures by its own mode ({mode}), the sheet on foot",
        ),
        "rule-most-sites": (
            "情景限定最多 {sites} 个点：覆盖比例只尽量提高，不保证达到",
            "the scenario allows {sites} sites at most: shares are made as large as they allow, "
            "not enforced",
        ),
        "rule-wider": (
            "{rule}：优化时对所有乡镇同样要求",
            "{rule}: the optimiser is asked for it in all townships",
        ),
        "rules-share-radius": (
            "多条规则半径不同，优化时一律按最小的 {radius_m} 米",
            "rules of several radii: the optimiser is asked for the least, {radius_m} m",
        ),
        "rule-radius": (
            "情景半径 {own_m} 米大于规则的 {radius_m} 米，按 {radius_m} 米规划",
            "the scenario's radius of {own_m} m is wider than the rules': planned with "
            "{radius_m} m",
        ),
        "rule-minutes-walked": (
            "规则按米计：步行 {minutes} 分钟换算后取较严者，按 {radius_m} 米规划",
            "rules are in metres: {minutes} minutes on foot were converted and the stricter taken, "
            "planned with {radius_m} m",
        ),
        "rule-minutes-dropped": (
            "规则按米计，{minutes} 分钟车程无法比较：改按规则的 {radius_m} 米规划",
            "rules are in metres, {minutes} minutes by vehicle cannot be compared: planned with "
            "the rules' {radius_m} m",
        ),
        "rule-people": (
            "规则的覆盖比例按人口计：情景改为按人口衡量",
            "shares of rules are of people: the scenario weighs people instead of kilograms",
        ),
        "pack-superseded": ("{pack} 已被 {by} 替代", "{pack} is superseded by {by}"),
        "rule-unverified": (
            "{rule}：数值系转引，未见原文",
            "{rule}: its number was read at second hand, not in the source",
        ),
        "rule-chosen": (
            "{rule}：{names} 由规划者选定",
            "{rule}: {names} chosen by the planner",
        ),
        "rule-finer-than-cells": (
            "{rule}：半径 {radius_m} 米小于居民单元 {cell_m} 米，结果只供参考",
            "{rule}: its radius of {radius_m} m is less than a cell of {cell_m} m: a rough guide "
            "only",
        ),
        "people-estimated": (
            "部分乡镇人口为估算，标“估算”的行据此计算",
            "people of some townships are an estimate: lines that stand on it say so",
        ),
        "households-assumed": (
            "部分户数按每户 {size} 人推算",
            "some households were made of people at {size} each",
        ),
        "drawn-outside": (
            "{sites} 个点在区域外，未计入：{names}",
            "{sites} sites lie outside the region and do not count: {names}",
        ),
    }
)


def say_names(names: Iterable[str], language: Language) -> str:
    """Say parameters of rules by name."""
    comma = "、" if language == "zh" else ", "
    return comma.join(COMPLIANCE.say(f"param-{name}", language) for name in names)


def say_compliance_finding(finding: Finding, language: Language) -> str:
    """Say a finding of the sheet, or of a file's coordinates."""
    if finding.kind == "rule-chosen":
        names = say_names(str(finding.values["names"]).split(","), language)
        return COMPLIANCE.say(finding.kind, language, **{**finding.values, "names": names})
    if finding.kind in COMPLIANCE.table:
        values = {
            key: f"{value:,g}" if isinstance(value, float) else value
            for key, value in finding.values.items()
        }
        if "mode" in values:
            values["mode"] = COMPLIANCE.say(f"mode-{values['mode']}", language)
        return COMPLIANCE.say(finding.kind, language, **values)
    from planner.wording.words import say_finding

    return say_finding(finding, language)

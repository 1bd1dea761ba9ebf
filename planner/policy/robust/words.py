"""Words of the robust core, Chinese and English."""

from __future__ import annotations

from planner.wording.language import Words

__all__ = ["ROBUST_WORDS"]

ROBUST_WORDS = Words(
    {
        "title": ("方案稳健性：必建、可替代、缓建", "What of the plan holds in other cases"),
        "standing": ("现有", "Standing"),
        "core": ("必建", "Core"),
        "replaceable": ("可替代", "Replaceable"),
        "later": ("缓建", "Later"),
        "untested": ("未检验", "Not tested"),
        "summary-roles": (
            "{cases} 种情形，逐个检验 {tested} 个新网点不可用：必建 {core} 个，"
            "可替代 {replaceable} 个，缓建 {later} 个",
            "{cases} cases, and {tested} new sites refused one by one: {core} core, {replaceable} "
            "replaceable, {later} later",
        ),
        "summary-untested": (
            "其中 {untested} 个网点的不可用情形未检验，不能判定为必建",
            "{untested} sites were not tried to be refused and cannot be called core",
        ),
        "summary-standing": ("现有网点 {standing} 个保留", "{standing} standing sites stay"),
        "summary-core": (
            "必建网点若不可用：{more} 个须多建，{lossy} 个换址后覆盖明显减少，{none} 个无法补足",
            "Core sites, if refused: {more} need further sites, {lossy} have only substitutes that "
            "cover clearly less, {none} cannot be mended",
        ),
        "summary-regret": (
            "方案的遗憾值：最大 {most}，平均 {mean}（{unit}，与各情形的最优方案相比）",
            "Regret of the plan: {most} at most, {mean} on average ({unit}, against the best plan "
            "of each case)",
        ),
        "summary-regret-targets": (
            "方案未达目标的缺口：最大 {most}，平均 {mean}（{unit}）",
            "What the plan misses of its targets: {most} at most, {mean} on average ({unit})",
        ),
        "summary-worst": (
            "最不利情形“{name}”：缺口 {regret}",
            "Worst case, {regret}: {name}",
        ),
        "summary-mended": (
            "各情形下补足目标最多需再加 {n} 个网点",
            "At most {n} more sites mend the plan in these cases",
        ),
        "summary-steady": (
            "同样多网点中最大遗憾最小的方案：{value}（下界 {bound}，{status}）",
            "Least greatest regret of as many sites: {value} (bound {bound}, {status})",
        ),
        "proven": ("已证明", "proven"),
        "feasible": ("可行，未证明到要求的差距", "feasible, not proven to the gap asked for"),
        "people": ("人", "people"),
        "kg/day": ("公斤/日", "kg a day"),
        "case-spread": ("人口按另一依据分布（{method}）", "People spread by {method}"),
        "case-people": ("各乡镇人口增减，第 {draw} 次抽样", "More or fewer people, draw {draw}"),
        "case-roads": ("道路中断 {pieces} 处 {label}", "{pieces} pieces of road blocked {label}"),
        "refused-standing": ("现有，保留", "Stands already"),
        "refused-untested": ("未检验", "Not tested"),
        "refused-nothing": ("无须替代", "Nothing is needed in its place"),
        "refused-substitute": (
            "由替代网点接替，少覆盖 {lost} {unit}",
            "A substitute takes over, {lost} {unit} fewer covered",
        ),
        "refused-even": ("由替代网点接替，覆盖不减", "A substitute takes over, nobody is lost"),
        "refused-less": ("不设替代，少覆盖 {lost} {unit}", "{lost} {unit} fewer covered"),
        "refused-nearly": (
            "由替代网点接替，距目标差 {missed} {unit}；要达标须多建 {more} 个",
            "A substitute takes over, {missed} {unit} short of the targets (to meet them: {more} "
            "more)",
        ),
        "refused-missed": (
            "；若只由替代网点接替，距目标差 {missed} {unit}",
            "; the substitute alone: {missed} {unit} short of the targets",
        ),
        "refused-more": ("须多建 {more} 个", "Needs {more} more"),
        "refused-dearer": ("须多花 {more}", "Costs {more} more"),
        "refused-impossible": ("没有其他候选点可补足", "No other candidates can mend it"),
        "refused-unknown": ("未得出结论", "Not found out"),
        "robust-no-spreads": (
            "数据没有其他可信的人口分布，未检验此项",
            "The data have no other plausible spread of the people: not tried",
        ),
        "robust-no-roads": (
            "数据没有路网，未检验道路中断",
            "The data have no roads: none are blocked",
        ),
        "robust-cases-left-out": (
            "共 {cases} 种情形，按 max_runs 只检验前 {kept} 种",
            "Of {cases} cases the first {kept} are tried (max_runs)",
        ),
        "robust-refused-some": (
            "{sites} 个新网点中，只逐个检验服务人口最多的 {kept} 个不可用的情形，其余标为未检验",
            "Of {sites} new sites the {kept} that serve most are refused one by one; the others "
            "are marked as not tested",
        ),
        "sheet-summary": ("概览", "Summary"),
        "sheet-sites": ("网点", "Sites"),
        "sheet-cases": ("情形", "Cases"),
        "place": ("网点", "Site"),
        "id": ("编号", "Id"),
        "name": ("名称", "Name"),
        "kind": ("类型", "Kind"),
        "township": ("乡镇", "Township"),
        "lon": ("经度", "Longitude"),
        "lat": ("纬度", "Latitude"),
        "role": ("分类", "Role"),
        "chosen": ("入选情形数", "Cases that choose it"),
        "allowed": ("可选情形数", "Cases that may"),
        "missing": ("未入选情形数", "Cases without it"),
        "frequency": ("入选频率", "Frequency"),
        "served": ("服务量（{unit}）", "Served, {unit}"),
        "if_refused": ("若不可用", "If refused"),
        "lost_if_refused": ("若不可用少覆盖（{unit}）", "Covered less if refused, {unit}"),
        "missed_if_refused": ("若不可用距目标差（{unit}）", "Missed of the targets, {unit}"),
        "more_if_refused": ("若不可用须多建（个）", "Further sites if refused"),
        "substitute": ("替代网点", "Substitute"),
        "straight_m": ("与替代网点直线距离（米）", "Substitute away, m"),
        "substitute_township": ("替代网点所在乡镇", "Township of the substitute"),
        "case": ("情形", "Case"),
        "objective": ("目标", "Objective"),
        "objective-people": ("覆盖最多", "most covered"),
        "objective-sites": ("网点最少", "fewest sites"),
        "objective-cost": ("费用最少", "least cost"),
        "value": ("最优值", "Value"),
        "bound": ("界", "Bound"),
        "covered_best": ("最优方案覆盖", "Covered by the best plan"),
        "covered_base": ("本方案覆盖", "Covered by this plan"),
        "short_base": ("本方案目标缺口", "Missed of the targets"),
        "quotas_short_base": ("本方案配额缺口（个）", "Sites missed of the quotas"),
        "regret": ("遗憾值", "Regret"),
        "mended_sites": ("补足后网点数", "Sites once mended"),
        "checked": (
            "复核 {claims} 项，{faults} 项不符",
            "{claims} claims computed again, {faults} differ",
        ),
        "written": ("已写入 {path}", "written to {path}"),
    }
)

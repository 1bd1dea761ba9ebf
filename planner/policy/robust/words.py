"""Words of the robust core, Chinese and English."""

from __future__ import annotations

from planner.wording.language import Words

__all__ = ["ROBUST_WORDS"]

ROBUST_WORDS = Words(
    {
        "title": ("方案稳健性：必建、可替代、缓建", "What of the plan holds in other cases"),
        "standing": ("现有", "standing"),
        "core": ("必建", "core"),
        "replaceable": ("可替代", "replaceable"),
        "later": ("缓建", "later"),
        "summary-roles": (
            "{runs} 种情形：必建 {core} 个，可替代 {replaceable} 个，缓建 {later} 个，"
            "现有 {standing} 个",
            "{runs} cases: {core} core, {replaceable} replaceable, {later} later, "
            "{standing} standing",
        ),
        "summary-regret": (
            "方案的遗憾值：最大 {most}，平均 {mean}（{unit}，与各情形的最优方案相比）",
            "regret of the plan: {most} at most, {mean} on average ({unit}, against the best plan "
            "of each case)",
        ),
        "summary-regret-targets": (
            "方案未达目标的缺口：最大 {most}，平均 {mean}（{unit}）",
            "what the plan misses of its targets: {most} at most, {mean} on average ({unit})",
        ),
        "summary-worst": (
            "最不利情形“{name}”：缺口 {regret}",
            "worst case {name}: {regret}",
        ),
        "summary-mended": (
            "补足目标最多需再加 {n} 个网点",
            "at most {n} more sites mend the plan",
        ),
        "summary-steady": (
            "同样多网点中最大遗憾最小的方案：{value}（下界 {bound}，{status}）",
            "least greatest regret of as many sites: {value} (bound {bound}, {status})",
        ),
        "proven": ("已证明", "proven"),
        "feasible": ("可行，未证明到要求的差距", "feasible, not proven to the gap asked for"),
        "people": ("人", "people"),
        "kg/day": ("公斤/日", "kg a day"),
        "case-spread": ("人口按另一依据分布（{method}）", "people spread by {method}"),
        "case-people": ("各乡镇人口增减，第 {draw} 次抽样", "more or fewer people, draw {draw}"),
        "case-roads": ("道路中断 {pieces} 处 {label}", "{pieces} pieces of road blocked {label}"),
        "case-refused": ("网点 {id} 不可用", "site {id} refused"),
        "robust-no-spreads": (
            "数据没有其他可信的人口分布，未检验此项",
            "the data have no other plausible spread of the people: not tried",
        ),
        "robust-no-roads": (
            "数据没有路网，未检验道路中断",
            "the data have no roads: none are blocked",
        ),
        "robust-cases-left-out": (
            "共 {cases} 种情形，按 max_runs 只检验前 {kept} 种",
            "of {cases} cases the first {kept} are tried (max_runs)",
        ),
        "robust-refused-some": (
            "{sites} 个新网点中，只逐个检验服务人口最多的 {kept} 个不可用的情形",
            "of {sites} new sites the {kept} that serve most are refused one by one",
        ),
        "sheet-summary": ("概览", "Summary"),
        "sheet-sites": ("网点", "Sites"),
        "sheet-cases": ("情形", "Cases"),
        "id": ("编号", "id"),
        "name": ("名称", "name"),
        "kind": ("类型", "kind"),
        "township": ("乡镇", "township"),
        "lon": ("经度", "longitude"),
        "lat": ("纬度", "latitude"),
        "role": ("分类", "role"),
        "chosen": ("入选情形数", "cases that choose it"),
        "allowed": ("可选情形数", "cases that may"),
        "missing": ("未入选情形数", "cases without it"),
        "frequency": ("入选频率", "frequency"),
        "regret_if_refused": ("若不可用的遗憾值", "regret if refused"),
        "substitute": ("替代网点", "substitute"),
        "substitute_township": ("替代网点所在乡镇", "township of the substitute"),
        "case": ("情形", "case"),
        "objective": ("目标", "objective"),
        "value": ("最优值", "value"),
        "bound": ("界", "bound"),
        "covered_best": ("最优方案覆盖", "covered by the best plan"),
        "covered_base": ("本方案覆盖", "covered by this plan"),
        "short_base": ("本方案目标缺口", "missed of the targets"),
        "quotas_short_base": ("本方案配额缺口（个）", "sites missed of the quotas"),
        "regret": ("遗憾值", "regret"),
        "mended_sites": ("补足后网点数", "sites once mended"),
        "checked": (
            "复核 {claims} 项，{faults} 项不符",
            "{claims} claims computed again, {faults} differ",
        ),
        "written": ("已写入 {path}", "written to {path}"),
    }
)

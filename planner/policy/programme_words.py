"""Words of the whole programme."""

from __future__ import annotations

from planner.wording.language import Words

__all__ = ["PROGRAMME"]

PROGRAMME = Words(
    {
        "plan": ("规划方案", "Plan"),
        "compliance": ("达标校核", "Compliance"),
        "hosts": ("两网融合", "Shared sites"),
        "tiers": ("三级体系", "Three tiers"),
        "service": ("流动回收", "Mobile rounds"),
        "phases": ("分年实施", "Year by year"),
        "robust": ("稳健核心", "Robust core"),
        "head-compliance": (
            "达标 {ok}，接近 {near}，不达标 {fail}，待核 {unknown}",
            "{ok} pass, {near} near, {fail} fail, {unknown} not known",
        ),
        "head-hosts": (
            "{sites} 个网点中 {reused} 个利用既有场所，节省 {saved} 元，覆盖人数 {people}",
            "{reused} of {sites} sites re-use existing places, {saved} yuan saved, {people} people",
        ),
        "head-no-hosts": (
            "区域数据中没有可利用的既有场所",
            "no existing place to share is in the region's data",
        ),
        "head-tiers": (
            "回收站/中转站 {stations} 处，分拣中心 {centres} 处，用地 {land} 平方米；"
            "年费用 {yuan} 元（差距 {gap}）",
            "{stations} stations, {centres} centres, {land} m2 of land; {yuan} yuan a year "
            "(gap {gap})",
        ),
        "head-service": (
            "网点之外的 {villages} 个村庄：固定点 {point}、智能终端 {terminal}、流动 {mobile}；"
            "车辆 {vehicles} 辆",
            "{villages} villages out of reach: {point} fixed points, {terminal} terminals, "
            "{mobile} mobile stops; {vehicles} vehicles",
        ),
        "head-phases": ("覆盖率 {years}", "Covered: {years}"),
        "head-robust": (
            "必建 {core}，可替代 {replaceable}，缓建 {later}",
            "{core} must be built, {replaceable} replaceable, {later} can wait",
        ),
        "refused": ("没有答案：{why}", "No answer: {why}"),
        "checked": ("复核 {part}：{n} 处不符", "Checked {part}: {n} differences"),
        "written": ("已写入 {folder}", "Written to {folder}"),
    }
)

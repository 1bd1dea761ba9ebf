"""Words of hosts (两网融合), Chinese and English."""

from __future__ import annotations

from planner.wording.language import Words

__all__ = ["HOSTS_WORDS"]

HOSTS_WORDS = Words(
    {
        "title": ("两网融合：利用既有场所设回收点", "Two networks: points at existing places"),
        "sentence-lost": (
            "{n} 个回收点中 {k} 个利用既有场所（现有回收点 {existing} 个，兼作 {hosted} 个），"
            "比全部新建节省 {saved} 元；与原方案相比少覆盖 {people} 人，费用相差 {change} 元",
            "{k} of {n} re-use existing places ({existing} points that stand, {hosted} hosts), "
            "{saved} yuan saved against building anew; {people} people lost against the plan, "
            "cost {change} yuan",
        ),
        "sentence-gained": (
            "{n} 个回收点中 {k} 个利用既有场所（现有回收点 {existing} 个，兼作 {hosted} 个），"
            "比全部新建节省 {saved} 元；与原方案相比多覆盖 {people} 人，费用相差 {change} 元",
            "{k} of {n} re-use existing places ({existing} points that stand, {hosted} hosts), "
            "{saved} yuan saved against building anew; {people} people gained against the plan, "
            "cost {change} yuan",
        ),
        "plan-line": (
            "原方案：{n} 个回收点中 {k} 个利用既有场所，覆盖 {people} 人，{yuan} 元",
            "The plan: {k} of {n} re-use existing places, {people} people covered, {yuan} yuan",
        ),
        "step-line": (
            "刻度 {dial}：{said}（间隙 {gap}）",
            "Dial {dial}: {said} (gap {gap})",
        ),
        "hosts-none": (
            "数据中没有可兼作回收点的场所（垃圾分类点、转运站、供销社等），方案不变；"
            "请用文件提供场所名单（命令行 --hosts，应用中“自备场所文件”）",
            "The data hold no host (waste-sorting points, transfer stations, co-operatives), so "
            "the plan stays as it is: give them in a file (--hosts, or your own file in the app)",
        ),
        "hosts-not-matched": (
            "{within_m} 米内没有候选点与既有场所相配，方案不变；请加大同一场所的距离",
            "No candidate lies within {within_m} m of a host, so the plan stays as it is: allow a "
            "greater distance",
        ),
        "estimates": (
            "改造与新建费用为假设，见“费用与来源”",
            "Costs are assumptions, see costs and sources",
        ),
        "checked": (
            "另行复核 {claims} 项，{faults} 项不符",
            "{claims} claims computed again, {faults} differ",
        ),
        "written": ("已写入 {path}", "written to {path}"),
        "sheet-summary": ("概览", "Summary"),
        "sheet-dial": ("刻度", "Dial"),
        "sheet-sites": ("回收点", "Sites"),
        "sheet-costs": ("费用与来源", "Costs and sources"),
        "dial": ("刻度", "Dial"),
        "sites": ("回收点", "Sites"),
        "reused": ("利用既有场所", "Re-used"),
        "existing": ("现有", "Existing"),
        "hosted": ("兼作", "Hosted"),
        "new": ("新建", "New"),
        "people_covered": ("覆盖人口", "People covered"),
        "people_change": ("人口增减", "People gained or lost"),
        "yuan": ("费用（元）", "Cost, yuan"),
        "saved_yuan": ("节省（元）", "Saved, yuan"),
        "yuan_change": ("与原方案费用差（元）", "Cost against the plan, yuan"),
        "same_as_plan": ("与原方案相同", "Same as in the plan"),
        "gap": ("间隙", "Gap"),
        "status": ("状态", "Status"),
        "proven": ("已证明", "proven"),
        "feasible": ("可行", "feasible"),
        "id": ("编号", "Id"),
        "kind": ("类型", "Kind"),
        "name": ("名称", "Name"),
        "place": ("回收点", "Site"),
        "idle": ("未利用的既有场所", "Place not used"),
        "host-says": ("依托：{host}，相距 {metres} 米", "At: {host}, {metres} m away"),
        "yuan-says": ("费用 {yuan} 元", "Cost {yuan} yuan"),
        "role": ("方式", "Role"),
        "host": ("依托场所", "Host"),
        "host_kind": ("场所类型", "Kind of host"),
        "host_name": ("场所名称", "Name of host"),
        "away_m": ("相距（米）", "Metres away"),
        "township": ("乡镇", "Township"),
        "in_plan": ("原方案已有", "In the plan"),
        "figure": ("项目", "Figure"),
        "source": ("来源或假设", "Source or assumption"),
        "yes": ("是", "yes"),
        "no": ("否", "no"),
    }
)

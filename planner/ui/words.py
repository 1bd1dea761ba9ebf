"""The app's own words, Chinese and English."""

from __future__ import annotations

from planner.language import Words

__all__ = ["UI"]

UI = Words(
    {
        "app": ("回收网点规划", "Planning recycling points"),
        "settings": ("规划参数", "What is asked for"),
        "more-settings": ("更多条件", "More conditions"),
        "radius": ("服务半径（米）", "Coverage radius (m)"),
        "radius-help": (
            "居民到最近回收点的路程不超过此值即算覆盖。1000 米约为步行 15 分钟。",
            "People count as covered when their travel to an open site is no longer than this. "
            "1000 m is about a 15-minute walk.",
        ),
        "mode": ("出行方式", "How people travel"),
        "mode-walk": ("步行", "On foot"),
        "mode-ebike": ("电动车", "By e-bike"),
        "mode-drive": ("驾车", "By car"),
        "per-township": ("每个乡镇至少（个）", "Sites in each township, at least"),
        "per-township-help": (
            "政策要求：每个乡镇至少设立 1 个回收点。",
            "The policy asks for at least one in each township.",
        ),
        "urban-target": ("主城区覆盖目标（%）", "Main urban area, target (%)"),
        "urban-target-help": (
            "“主城区基本覆盖”没有规定数值，由您选定；0 表示不设目标。",
            "“Basically covered” has no number in the policy: it is yours to choose. "
            "0 sets no target.",
        ),
        "township-target": ("各乡镇覆盖目标（%）", "Each township, target (%)"),
        "township-target-help": (
            "每个乡镇至少有这一比例的居民被覆盖；0 表示不设目标。",
            "At least this share of each township's people is covered; 0 sets no target.",
        ),
        "budget": ("回收点总数上限", "At most so many sites"),
        "budget-help": (
            "留空：求满足要求的最少回收点。填入数目：在此数目内覆盖最多人口（现有点计入）。",
            "Empty: the fewest sites that meet the targets. A number: cover the most people with "
            "that many, existing ones counted.",
        ),
        "budget-empty": ("不限", "no limit"),
        "existing": ("保留现有回收点", "Keep existing sites"),
        "existing-help": (
            "关闭后，现有回收点与其他候选点同等看待，可以不再启用。",
            "When off, existing sites are candidates like any other and may be closed.",
        ),
        "objective": ("优化目标", "Minimise"),
        "objective-sites": ("数量最少", "Number"),
        "objective-cost": ("适宜性优先", "Cost"),
        "objective-help": (
            "“适宜性优先”：按候选点类型的适宜权重，优先选用更合适的场所。",
            "“Cost” weighs each kind of place by how well it is suited to host a point.",
        ),
        "about": (
            "{townships} 个乡镇 · {people} 人 · {candidates} 个候选点（现有 {existing}）",
            "{townships} townships · {people} people · {candidates} candidates "
            "({existing} existing)",
        ),
        "about-osm": ("OSM 数据 {date}", "OSM data of {date}"),
        "about-walk": ("步行路网 {km} 公里", "{km} km of walking network"),
        "about-ebike": ("电动车路网 {km} 公里", "{km} km of e-bike network"),
        "about-drive": ("驾车路网 {km} 公里", "{km} km of driving network"),
        "about-straight": ("无路网：直线距离 × {factor}", "no roads: straight lines × {factor}"),
        "waiting": ("正在计算…", "Working…"),
        "working": ("{phase}…", "{phase}…"),
        "table": ("乡镇达标情况", "Townships"),
        "col-pass": ("结论", "Result"),
        "col-name": ("乡镇", "Township"),
        "col-people": ("人口", "People"),
        "col-share": ("覆盖率", "Covered"),
        "col-sites": ("回收点", "Sites"),
        "col-required": ("应有", "Needed"),
        "col-reason": ("说明", "Why"),
        "col-code": ("代码", "Code"),
        "passes": ("✓ 达标", "✓ passes"),
        "falls-short": ("✕ 未达标", "✕ falls short"),
        "unknown": ("尚不确知之处：{n} 条", "What we do not know: {n}"),
        "downloads": ("下载", "Downloads"),
        "get-map": ("离线地图（HTML）", "Offline map (HTML)"),
        "get-sites": ("回收点（GeoJSON）", "Sites (GeoJSON)"),
        "get-table": ("回收点（CSV）", "Sites (CSV)"),
        "get-townships": ("乡镇（GeoJSON）", "Townships (GeoJSON)"),
        "get-uncovered": ("未覆盖单元（GeoJSON）", "Uncovered cells (GeoJSON)"),
        "get-plan": ("方案（plan.json）", "Plan (plan.json)"),
        "no-bundle": (
            "没有可用的区域数据。请先运行：recyclenet import，或检查 RECYCLENET_BUNDLE",
            "There is no region to plan for. Run recyclenet import first, or check "
            "RECYCLENET_BUNDLE",
        ),
        "refused": ("无法满足这些条件：", "These conditions cannot be met: "),
        "broken": (
            "出错了，请刷新页面；详情已写入服务器日志",
            "Something went wrong: reload the page; details are in the server's log",
        ),
    }
)

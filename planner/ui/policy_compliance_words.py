"""Words of the section on compliance, Chinese and English."""

from __future__ import annotations

from planner.wording.language import Words

__all__ = ["COMPLIANCE_UI"]

COMPLIANCE_UI = Words(
    {
        "packs": ("规则包", "Packs of rules"),
        "packs-none": ("请选择规则包", "Choose packs of rules"),
        "packs-help": (
            "每条规则附条款与来源；“未核”表示数值系转引，未见原文。",
            "Each rule names its clause and source; unverified numbers were read at second hand.",
        ),
        "own-rules": ("自有规则文件（TOML）", "Rules of your own (TOML)"),
        "own-sites": (
            "改为校核一份点位文件（可选）",
            "Check a file of sites instead (optional)",
        ),
        "own-sites-help": (
            "GeoJSON、CSV、XLSX 等；可含名称、类型、建筑面积（floor_m2）列。不填则校核当前方案。",
            "GeoJSON, CSV, XLSX, ...; with columns name, kind, floor_m2 if you like. Without one "
            "the plan at hand is checked.",
        ),
        "chosen-share": ("覆盖比例（%）：{rule}", "Share covered (%): {rule}"),
        "chosen-radius_m": ("半径（米）：{rule}", "Radius (m): {rule}"),
        "chosen-help": (
            "原文没有这个数值，由您选定。",
            "The source has no such number: it is yours to choose.",
        ),
        "look-for-repair": ("同时求最省补救", "Look for the cheapest repair too"),
        "check-rules": ("校核", "Check"),
        "plan-by-rules": ("按这些规则规划", "Plan by these rules"),
        "planned-by-rules": (
            "按这些规则规划时：哪些参与选点，哪些只校核",
            "Planning by these rules: what binds the plan, what is checked only",
        ),
        "no-packs": ("请选择规则包。", "Choose a pack of rules."),
        "count-pass": ("达标", "Pass"),
        "count-near": ("接近", "Near"),
        "count-fail": ("不达标", "Fail"),
        "count-unknown": ("待核", "Not known"),
        "only-short": ("只看未达标与待核", "Only what does not pass"),
        "nothing-short": ("没有未达标或待核的条目", "Nothing falls short or is unknown"),
        "add-repair": ("把补救点位加入方案", "Open the repair's sites in the plan"),
        "rules-and-sources": ("规则与来源", "Rules and sources"),
        "what-is-not-known": ("说明与未知", "What is assumed or not known"),
        "compliance-xlsx": ("下载 Excel", "Excel"),
        "compliance-docx": ("下载 Word", "Word"),
        "compliance-geojson": ("下载 GeoJSON", "GeoJSON"),
        "compliance-json": ("下载 JSON", "JSON"),
        "compliance-csv": ("下载居民单元 CSV", "Cells, CSV"),
    }
)

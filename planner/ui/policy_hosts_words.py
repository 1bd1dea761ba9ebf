"""Words of the section on hosts (两网融合), Chinese and English."""

from __future__ import annotations

from planner.wording.language import Words

__all__ = ["HOSTS_UI"]

HOSTS_UI = Words(
    {
        "hosts-caption": (
            "点数不变，让回收点尽量依托既有场所（垃圾分类点、转运站、供销社、商贸中心）：在覆盖与利用之间取舍",
            "As many points as the plan, at existing places where that pays (waste-sorting points, "
            "transfer stations, co-operatives, trade centres): coverage against re-use",
        ),
        "hosts-dial": ("刻度：0 覆盖优先，1 利用优先", "Dial: 0 coverage first, 1 re-use first"),
        "hosts-within": ("同一场所的距离（米）", "Same place within, m"),
        "hosts-file": ("自备场所文件", "Own file of hosts"),
        "hosts-make": ("沿刻度求解", "Solve along the dial"),
        "hosts-old": (
            "选项已变，下面是上次的结果",
            "Options have changed: below is the last result",
        ),
        "hosts-chart-x": ("利用既有场所的点数", "points at existing places"),
        "hosts-chart-y": ("覆盖人口", "people covered"),
        "hosts-xlsx": ("下载 XLSX", "Download XLSX"),
        "hosts-points": ("下载回收点 GeoJSON", "Download points as GeoJSON"),
        "hosts-notes": ("依据与假设", "What it stands on"),
    }
)

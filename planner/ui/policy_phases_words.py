"""Words of the section on the years, Chinese and English."""

from __future__ import annotations

from planner.wording.language import Words

__all__ = ["PHASES_UI"]

PHASES_UI = Words(
    {
        "phases-caption": (
            "把本方案的新网点分到各年开设：只增不减，各年累计覆盖人口最多，并与任意选址的各年最优相比",
            "When the new sites of this plan open: none is closed again, the most people are "
            "covered over the years; set beside each year's free optimum",
        ),
        "phases-from": ("首年", "First year"),
        "phases-to": ("末年", "Last year"),
        "phases-new": ("每年至多新开（0：平均分配）", "New sites a year at most (0: even parts)"),
        "phases-growth": ("人口年增长率（%）", "Growth of the people, % a year"),
        "phases-any": ("可在全部候选点中选", "Choose among all candidates"),
        "phases-make": ("安排分年开设", "Plan the years"),
        "phases-old": (
            "选项已变，下面是上次的结果",
            "Options have changed: below is the last result",
        ),
        "phases-covered": ("{year} 年末覆盖率", "Covered by the end of {year}"),
        "phases-sites": ("{sites} 个网点", "{sites} sites"),
        "phases-notes": ("依据与假设", "What it stands on"),
        "phases-map-of": ("年末网点图", "Map by the end of"),
        "phases-map": ("下载当年图 PNG", "Download the year's map as PNG"),
        "phases-page": ("下载网页地图（离线）", "Download map page (offline)"),
        "phases-year": ("年份", "year"),
        "phases-site": ("网点", "site"),
        "phases-count": ("新网点", "new sites"),
        "phases-township": ("乡镇", "township"),
        "phases-xlsx": ("下载 XLSX", "Download XLSX"),
        "phases-json": ("下载 JSON", "Download JSON"),
        "phases-gantt": ("下载进度图 PNG", "Download chart as PNG"),
    }
)

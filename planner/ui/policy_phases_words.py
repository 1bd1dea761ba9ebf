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
        "phases-cost": ("每个新网点费用（元，假设）", "Cost of a new site, yuan (assumed)"),
        "phases-sites-of": ("候选范围", "Choose among"),
        "phases-of-plan": ("本方案的网点", "Sites of this plan"),
        "phases-of-any": ("全部候选点", "All candidates"),
        "phases-table": (
            "各年限额与目标：整列留空为不限（不填新开与预算时平均分配）；"
            "只填部分年份时，空格按 0 计",
            "Limits and targets of each year: an empty column asks nothing (without sites or "
            "money: even parts); in a column that is not, an empty year is 0",
        ),
        "phases-col-new": ("至多新开（个）", "New sites at most"),
        "phases-col-budget": ("预算（元）", "Budget, yuan"),
        "phases-col-urban": ("主城区覆盖目标（%）", "Urban target, %"),
        "phases-col-township": ("各乡镇覆盖目标（%）", "Target of each township, %"),
        "phases-col-least": ("每个乡镇至少（个）", "Sites in each township"),
        "phases-growth": ("人口年增长率（%）", "Growth of the people, % a year"),
        "phases-growth-file": (
            "或上传各乡镇增长率表（CSV、XLSX）",
            "Or a table of rates by township (CSV, XLSX)",
        ),
        "phases-goods": ("家电等 2023—2027 年增长（%）", "Appliances 2023-2027, +%"),
        "phases-goods-help": (
            "政策目标：2027 年废旧家电回收量比 2023 年增长 30%；只影响回收量，不影响覆盖人口",
            "The policy's goal: 30 % more appliances in 2027 than in 2023; it changes what is "
            "handed in, not who is covered",
        ),
        "phases-materials": ("各年各品类回收量（公斤每日）", "Materials by year, kg a day"),
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
        "phases-year": ("年份", "Year"),
        "phases-site": ("网点", "Site"),
        "phases-count": ("新网点", "New sites"),
        "phases-township": ("乡镇", "Township"),
        "phases-xlsx": ("下载 XLSX", "Download XLSX"),
        "phases-json": ("下载 JSON", "Download JSON"),
        "phases-gantt": ("下载进度图 PNG", "Download chart as PNG"),
        "again-head": ("按实际建成情况重新安排", "Plan again from what was built"),
        "again-caption": (
            "已过年份以实际建成为准，其余年份改动最少：只有能多覆盖足够人口时才增减网点",
            "Years gone by are as they were built; of the others a site is added or dropped only "
            "where that covers enough more people",
        ),
        "again-one-year": (
            "只有一个年份，没有可重新安排的后续年份",
            "There is only one year: nothing is left to be planned again",
        ),
        "again-from": ("从哪一年起重新安排", "Plan again from"),
        "again-change": ("每项改动至少多覆盖（人/年）", "People a year that a change must bring"),
        "again-why": (
            "数值越大，改动越少",
            "The more it must bring, the fewer changes there are",
        ),
        "again-earlier": (
            "此前的安排（phases.json；不上传则用上面的结果）",
            "The earlier openings (phases.json; else those above)",
        ),
        "again-built": (
            "已建清单（编号、状态、年份；不上传则在下表选择）",
            "What was built (id, state, year; else choose below)",
        ),
        "again-first": (
            "请先点击“安排分年开设”，或上传此前下载的 phases.json",
            "Plan the years first, or bring the phases.json of an earlier run",
        ),
        "again-table": (
            "此前各年计划开设的网点，实际结果如何",
            "What became of the sites that were to be open by then",
        ),
        "again-planned": ("计划年份", "Planned for"),
        "again-end": ("实际情况", "What became of it"),
        "again-built-word": ("已建", "Built"),
        "again-refused": ("未获批，不可用", "Refused: cannot be had"),
        "again-late": ("未建，可延后", "Not built yet"),
        "again-make": ("重新安排", "Plan again"),
        "again-old": (
            "选项已变，下面是上次的结果",
            "Options have changed: below is the last result",
        ),
        "again-xlsx": ("下载 XLSX", "Download XLSX"),
        "again-json": ("下载 JSON", "Download JSON"),
        "again-gantt": ("下载进度图 PNG", "Download chart as PNG"),
        "again-map": ("下载当年图 PNG", "Download the year's map as PNG"),
        "again-page": ("下载网页地图（离线）", "Download map page (offline)"),
    }
)

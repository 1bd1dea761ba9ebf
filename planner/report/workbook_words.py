"""Words of the workbook; columns of its tables are named in ``handover_fields``."""

from __future__ import annotations

from planner.wording.language import Words

__all__ = ["WORKBOOK_WORDS"]

WORKBOOK_WORDS = Words(
    {
        "title": ("：回收点规划方案", ": plan of recycling points"),
        "sheet-overview": ("概要", "Overview"),
        "sheet-townships": ("达标情况", "Townships"),
        "sheet-sites": ("回收点", "Sites"),
        "sheet-uncovered": ("未覆盖", "Uncovered"),
        "sheet-parameters": ("参数", "Parameters"),
        "sheet-sources": ("数据来源", "Sources"),
        "sheet-notes": ("说明", "Notes"),
        "col-figure": ("指标", "Figure"),
        "col-value": ("数值", "Value"),
        "col-unit": ("单位", "Unit"),
        "col-note": ("说明", "Remark"),
        "col-kind": ("类别代码", "Kind"),
        "col-longitude": ("经度（度，WGS84）", "longitude (degrees, WGS84)"),
        "col-latitude": ("纬度（度，WGS84）", "latitude (degrees, WGS84)"),
        "yes": ("是", "yes"),
        "no": ("否", "no"),
        "unit-sites": ("个", "count"),
        "unit-people": ("人", "people"),
        "unit-households": ("户", "households"),
        "unit-kg": ("公斤/日", "kg a day"),
        "figure-sites": ("回收点总数", "Recycling points"),
        "figure-sites-new": ("其中新设", "of them new"),
        "figure-sites-existing": ("其中现有", "of them existing"),
        "figure-people": ("总人口", "People"),
        "figure-people-covered": ("覆盖人口", "People covered"),
        "figure-people-low": ("覆盖人口下限", "People covered, at least"),
        "figure-people-high": ("覆盖人口上限", "People covered, at most"),
        "figure-share": ("人口覆盖率", "Share of people covered"),
        "figure-urban": ("主城区人口", "People of the main urban area"),
        "figure-urban-covered": ("主城区覆盖人口", "of them covered"),
        "figure-urban-share": ("主城区覆盖率", "Main urban area: share covered"),
        "figure-urban-target": ("主城区目标", "Main urban area: target"),
        "figure-townships": ("乡镇", "Townships"),
        "figure-townships-pass": ("达标乡镇", "Townships that pass"),
        "figure-households": ("住户", "Households"),
        "figure-households-covered": ("覆盖住户", "Households covered"),
        "figure-material": ("可回收物", "Recyclables"),
        "figure-material-covered": ("覆盖可回收物", "Recyclables covered"),
        "figure-objective": ("目标值", "Value of the plan"),
        "figure-bound": ("理论界限", "Bound"),
        "figure-gap": ("与界限的差距", "Gap to the bound"),
        "note-estimated": ("估计值", "an estimate"),
        "note-range": (
            "按其他可信的人口分布重新计算",
            "by other spreads of the people that are as plausible",
        ),
        "note-people": ("按人口计算", "of people"),
        "note-kg": ("按可回收物重量计算", "of kilograms of recyclables"),
        "note-no-target": ("未设目标", "no target"),
        "note-bound": (
            "满足同样条件的任何方案都不可能比这更好",
            "no plan that meets the same conditions can be better than this",
        ),
        "note-places": (
            "坐标并非测绘成果，实施前须现场核实。以下各条由程序记录，全部列出。",
            "Coordinates are no survey: look at each place before building. What follows was "
            "noted by the program, all of it.",
        ),
    }
)

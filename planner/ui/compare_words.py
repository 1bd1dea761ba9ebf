"""Words of the page that compares plans, Chinese and English."""

from __future__ import annotations

from planner.wording.language import Language, Words

__all__ = ["COMPARE_UI", "compare_say"]

COMPARE_UI = Words(
    {
        "title": ("方案对比", "Compare plans"),
        "none": (
            "还没有可以对比的方案。在“规划”页调好参数后按“留存此方案”，改动参数后再留存一次，"
            "然后回到这里。",
            "No plans to compare yet. On the Plan page set the parameters and press “Keep this "
            "plan”; change them, keep again, then come back.",
        ),
        "one": (
            "只留存了一个方案（{name}）。再留存一个就可以对比。",
            "Only one plan is kept ({name}). Keep another one to compare.",
        ),
        "to-plan": ("去规划页", "Go to the Plan page"),
        "choose": ("要对比的方案（第一个为基准）", "Plans to compare (the first is the base)"),
        "choose-more": ("请至少选择两个方案。", "Choose two plans at least."),
        "choose-empty": ("选择方案", "Choose plans"),
        "gone": (
            "链接中的方案 {id} 无法打开，已略去：{why}",
            "Plan {id} of the link cannot be opened and is left out: {why}",
        ),
        "as-saved": (
            "按保存时的结果显示，未在此重新证明：{names}",
            "Shown as saved, not proven again here: {names}",
        ),
        "base": ("{label}（基准）", "{label} (base)"),
        "pair": ("地图与表格显示", "Shown on map and in tables"),
        "pair-of": ("{a} → {b}", "{a} → {b}"),
        "sites": ("回收点", "Sites"),
        "people": ("覆盖人口", "People covered"),
        "area": ("覆盖面积（平方公里）", "Land covered (km²)"),
        "urban": ("主城区覆盖", "Urban covered"),
        "passing": ("乡镇达标", "Passing"),
        "gap": ("与最优的差距", "Gap"),
        "people-note": ("{n} 人", "{n} people"),
        "proven": ("已证明", "proven"),
        "open": ("尚未证明", "not proven"),
        "parameters": ("不同的参数", "Parameters that differ"),
        "parameters-same": ("各方案参数相同。", "All parameters are the same."),
        "townships": ("乡镇变化", "Changes by township"),
        "changed-only": ("只看有变化的乡镇", "Changed townships only"),
        "filter": ("按名称筛选", "Filter by name"),
        "no-townships": ("没有符合条件的乡镇。", "No township fits."),
        "site-table": ("点位变化（{n}）", "Changes of sites ({n})"),
        "notes": ("对比说明（{n}）", "How to read this ({n})"),
        "downloads": ("下载", "Downloads"),
        "format-share": ("%.1f %%", "%.1f %%"),
        "format-m": ("%d 米", "%d m"),
        "format-s": ("%.1f 分钟", "%.1f min"),
        "get-html": ("网页（离线）", "Page (offline)"),
        "get-xlsx": ("表格 XLSX", "Tables XLSX"),
        "get-cells": ("人口单元 GeoJSON", "People GeoJSON"),
        "get-townships": ("乡镇 GeoJSON", "Townships GeoJSON"),
        "get-sites": ("点位 GeoJSON", "Sites GeoJSON"),
    }
)


def compare_say(key: str, language: Language, **values: object) -> str:
    """Say one sentence of the page."""
    return COMPARE_UI.say(key, language, **values)

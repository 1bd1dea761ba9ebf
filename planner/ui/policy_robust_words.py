"""Words of the section on the robust core, Chinese and English."""

from __future__ import annotations

from planner.wording.language import Words

__all__ = ["ROBUST_UI"]

ROBUST_UI = Words(
    {
        "robust-caption": (
            "人口另有分布、道路中断、网点不可用时重新求解：每种情形都选的为必建，"
            "有别的网点顶替的为可替代，有时用不着的为缓建",
            "Asked again with people elsewhere, roads blocked and sites refused: core is what all "
            "cases choose, replaceable where another site stands in, later where it is not missed",
        ),
        "robust-people": ("人口增减抽样", "Draws of people"),
        "robust-roads": ("道路中断抽样", "Draws of blocked roads"),
        "robust-refused": ("逐个不可用的网点", "Sites refused one by one"),
        "robust-make": ("检验稳健性", "Try the cases"),
        "robust-old": (
            "选项已变，下面是上次的结果",
            "Options have changed: below is the last result",
        ),
        "robust-notes": ("未检验的内容", "What was not tried"),
        "robust-cases": ("各情形", "Cases"),
        "robust-xlsx": ("下载 XLSX", "Download XLSX"),
        "robust-map": ("下载网页地图（离线）", "Download map page (offline)"),
        "robust-json": ("下载 JSON", "Download JSON"),
        "robust-geojson": ("下载 GeoJSON", "Download GeoJSON"),
    }
)

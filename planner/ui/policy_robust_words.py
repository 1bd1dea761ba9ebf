"""Words of the section on the robust core, Chinese and English."""

from __future__ import annotations

from planner.wording.language import Words

__all__ = ["ROBUST_UI"]

ROBUST_UI = Words(
    {
        "robust-caption": (
            "人口增减、道路中断时重新求解，并逐个检验新网点不可用：每种情形都选且无等效替代的为必建，"
            "有等效替代的为可替代，多数情形用不着的为缓建",
            "Asked again with more or fewer people and roads blocked, and each new site refused in "
            "turn: core is what every case chooses and nothing replaces as well, replaceable what "
            "another site replaces, later what most cases do without",
        ),
        "robust-change": ("人口增减幅度（±%）", "People more or fewer, ±%"),
        "robust-people": ("人口增减抽样次数", "Draws of people"),
        "robust-roads": ("道路中断抽样次数", "Draws of blocked roads"),
        "robust-pieces": ("每次中断路段数", "Pieces of road blocked in each"),
        "robust-refused": ("逐个检验不可用的新网点", "New sites refused one by one"),
        "robust-all": (
            "默认检验全部；未检验的网点不判定为必建",
            "All unless you say less; what is not tested is never called core",
        ),
        "robust-near": ("等效替代可少覆盖（占该点服务量 %）", "A substitute may lose, % of served"),
        "robust-seed": ("随机种子", "Seed of the draws"),
        "robust-away": ("{metres} 米", "{metres} m"),
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

"""Words of the section on the three tiers, Chinese and English."""

from __future__ import annotations

from planner.wording.language import Words

__all__ = ["TIERS_UI"]

TIERS_UI = Words(
    {
        "tiers-caption": (
            "为本方案的投放点布置回收站/中转站和分拣中心：按材料吨数、场地能力和公路运费求年费用最低",
            "Stations and sorting centres for the points of this plan: least cost a year of places "
            "and haulage, by tonnes of each material",
        ),
        "tiers-siting": ("布置方式", "Siting"),
        "tiers-together": ("两级一并选址", "both tiers together"),
        "tiers-in-turn": ("先站后中心", "stations first, then centres"),
        "tiers-split": ("可拆分运送", "Tonnes may be split"),
        "tiers-direct": ("可直送分拣中心", "Straight to a centre allowed"),
        "tiers-special-none": ("无", "None"),
        "tiers-special": ("单独分拣的材料", "Materials for specialised centres"),
        "tiers-max-centres": ("分拣中心至多", "Centres at most"),
        "tiers-any": ("不限", "any number"),
        "tiers-make": ("布置三级体系", "Site stations and centres"),
        "tiers-old": (
            "选项已变，下面是上次的结果",
            "Options have changed: below is the last result",
        ),
        "tiers-cost": ("年费用（元）", "Cost, yuan a year"),
        "tiers-bound": ("下界 {bound}，间隙 {gap}", "bound {bound}, gap {gap}"),
        "tiers-stations": ("回收站/中转站", "Stations"),
        "tiers-centres": ("分拣中心", "Centres"),
        "tiers-land": ("用地（平方米）", "Land, m2"),
        "tiers-tonnes": ("吨/年", "Tonnes a year"),
        "tiers-reused": ("{n} 处利用既有场所", "{n} at existing places"),
        "tiers-notes": ("依据与假设", "What it stands on"),
        "tiers-xlsx": ("下载 XLSX", "Download XLSX"),
        "tiers-links": ("下载流向 GeoJSON", "Download flows as GeoJSON"),
        "tiers-json": ("下载 JSON", "Download JSON"),
        "tiers-map": ("下载网页地图（离线）", "Download map page (offline)"),
    }
)

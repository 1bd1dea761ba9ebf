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
        "tiers-together": ("两级一并选址", "Both tiers together"),
        "tiers-in-turn": ("先站后中心", "Stations first, then centres"),
        "tiers-split": ("可拆分运送", "Tonnes may be split"),
        "tiers-direct": ("可直送分拣中心", "Straight to a centre allowed"),
        "tiers-special-none": ("无", "None"),
        "tiers-special": ("单独分拣的材料", "Materials for specialised centres"),
        "tiers-split-help": (
            "一个投放点的同类材料可分送几个回收站；不勾选则各走一路",
            "A point's tonnes may go to several stations; else they go one way",
        ),
        "tiers-keep": ("现有场所必须用作回收站", "Existing places must be stations"),
        "tiers-keep-help": (
            "再生资源回收站等现有场所一律保留为回收站/中转站",
            "Recycling centres and the like that exist are stations in any case",
        ),
        "tiers-most-stations": ("回收站至多（处）", "Stations at most"),
        "tiers-most-centres": ("分拣中心至多（处）", "Centres at most"),
        "tiers-more": ("更多条件", "More conditions"),
        "tiers-most-reach": ("投放点到回收站至多（公里）", "Point to station at most, km"),
        "tiers-most-budget": ("场地年费用至多（元）", "Cost of places at most, yuan a year"),
        "tiers-most-station-floor": (
            "回收站面积至少（平方米）",
            "Least floor, station, m2",
        ),
        "tiers-most-centre-floor": (
            "分拣中心面积至少（平方米）",
            "Least floor, centre, m2",
        ),
        "tiers-growth-title": (
            "目标年增长：为现状的多少倍（1 为不变，1.3 为增加三成）",
            "Growth to a target year: times of today (1: none, 1.3: 30 % more)",
        ),
        "tiers-growth-year": ("目标年", "Target year"),
        "tiers-growth-no-year": ("不注明", "Not named"),
        "tiers-material": ("材料", "Material"),
        "tiers-factor": ("倍数", "Times"),
        "tiers-extra-title": (
            "补充来源：公物仓、企业、校园等数据中没有的场所（可增行）",
            "Further sources the data do not know: stores of public equipment, works, campuses "
            "(rows may be added)",
        ),
        "tiers-extra-name": ("名称", "Name"),
        "tiers-extra-lon": ("经度", "Longitude"),
        "tiers-extra-lat": ("纬度", "Latitude"),
        "tiers-extra-kg_day": ("公斤/日", "kg a day"),
        "tiers-extra-lacks": (
            "补充来源第 {row} 行缺少：{fields}。请补全，或删除该行",
            "Row {row} of the further sources lacks: {fields}. Fill it in, or delete the row",
        ),
        "tiers-any": ("不限", "No limit"),
        "tiers-make": ("布置三级体系", "Site stations and centres"),
        "tiers-old": (
            "选项已变，下面是上次的结果",
            "Options have changed: below is the last result",
        ),
        "tiers-cost": ("年费用（元）", "Cost, yuan a year"),
        "tiers-bound": ("下界 {bound}，间隙 {gap}", "Bound {bound}, gap {gap}"),
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

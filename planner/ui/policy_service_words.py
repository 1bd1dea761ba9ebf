"""Words of the section on villages without a point and the rounds, Chinese and English."""

from __future__ import annotations

from planner.wording.language import Words

__all__ = ["SERVICE_UI"]

SERVICE_UI = Words(
    {
        "service-caption": (
            "没有网点服务的村庄：固定点、智能终端还是流动回收更省，流动回收的路线与定时定点公告",
            "Villages without a point: a fixed point, a terminal or a mobile stop, whichever costs "
            "least; the rounds and the notices of where and when",
        ),
        "service-village": ("归并距离（米）", "One village within, m"),
        "service-depots": ("车辆基地数", "Depots"),
        "service-vehicles": ("每个基地车辆至多", "Vehicles at each depot, at most"),
        "service-any": ("不限", "any number"),
        "service-share": ("须服务的人口比例", "Share of them to be served"),
        "service-make": ("编排服务与路线", "Plan service and rounds"),
        "service-old": (
            "选项已变，下面是上次的结果",
            "Options have changed: below is the last result",
        ),
        "service-cost": ("年费用（元）", "Cost, yuan a year"),
        "service-villages": ("村庄", "Villages"),
        "service-mobile": ("流动回收点", "Mobile stops"),
        "service-vehicles-needed": ("车辆", "Vehicles"),
        "service-km": ("公里/月", "km a month"),
        "service-hours": ("小时/月", "Hours a month"),
        "service-rounds-cost": ("路线费用（元/月）", "Rounds, yuan a month"),
        "service-break-even": (
            "多少户起固定点（终端）比流动回收更省",
            "From how many households on a point (terminal) is cheaper than a mobile stop",
        ),
        "service-distance": ("距基地（公里）", "km from the depot"),
        "service-households": ("户数", "households"),
        "service-pair": ("比较", "compared"),
        "service-timetable": ("时间表", "Timetable"),
        "service-notes": ("依据与假设", "What it stands on"),
        "service-xlsx": ("下载时间表 XLSX", "Download timetable (XLSX)"),
        "service-notices": ("下载各乡镇公告", "Download notices of the townships"),
        "service-rounds": ("下载路线 GeoJSON", "Download rounds as GeoJSON"),
        "service-json": ("下载 JSON", "Download JSON"),
        "service-map-page": ("下载网页地图（离线）", "Download map page (offline)"),
        "service-nobody": (
            "方案没有遗漏任何居民单元",
            "The plan leaves no cell out: there is nothing to do",
        ),
    }
)

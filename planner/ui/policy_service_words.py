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
        "service-share": ("须服务的人口比例", "Share of them to be served"),
        "service-village": ("归并距离（米）", "One village within, m"),
        "service-max-points": ("固定点至多", "Fixed points, at most"),
        "service-max-terminals": ("智能终端至多", "Terminals, at most"),
        "service-max-mobile": ("流动回收点至多", "Mobile stops, at most"),
        "service-days": ("每周出车", "Days a week"),
        "service-days-to": ("{n} 天（周一至{last}）", "{n} (Mon to {last})"),
        "service-vehicles": ("每个基地车辆至多", "Vehicles a depot, at most"),
        "service-any": ("不限", "Any number"),
        "service-start": ("发车时间", "Vehicles leave at"),
        "service-first": ("首个周一", "First Monday"),
        "service-first-help": (
            "四周一个周期，从周一开始；不填则公告只写第几周",
            "A cycle of four weeks begins on a Monday; without one, weeks are numbered, not dated",
        ),
        "service-first-monday": ("从 {date}（周一）开始", "Begins on Monday, {date}"),
        "service-depots": ("车辆基地数", "Depots"),
        "service-depots-help": (
            "未指定基地时，从开放网点中选位置最便利的若干处",
            "Where none is named, so many open points that lie best",
        ),
        "service-named": ("指定车辆基地", "Name the depots"),
        "service-named-help": (
            "中转站、分拣中心或停车场：名称与经纬度（WGS84，度）；留空则由系统选取",
            "Stations, centres or yards: name and degrees (WGS84); left empty, they are chosen",
        ),
        "service-named-wrong": (
            "第 {row} 行不完整：请填写名称、经度和纬度，或清空该行",
            "Row {row} is not complete: give name, longitude and latitude, or clear it",
        ),
        "service-named-many": ("车辆基地至多 {most} 处", "At most {most} depots"),
        "service-depot-name": ("名称", "Name"),
        "service-depot-lon": ("经度", "Longitude"),
        "service-depot-lat": ("纬度", "Latitude"),
        "service-make": ("编排服务与路线", "Plan service and rounds"),
        "service-old": (
            "选项已变，下面是上次的结果",
            "Options have changed: below is the last result",
        ),
        "service-cost": ("年费用（元）", "Yuan a year"),
        "service-villages": ("村庄", "Villages"),
        "service-mobile": ("流动回收点", "Mobile stops"),
        "service-vehicles-needed": ("车辆", "Vehicles"),
        "service-km": ("公里/月", "Kilometres a month"),
        "service-hours": ("小时/月", "Hours a month"),
        "service-rounds-cost": ("路线费用（元/月）", "Rounds, yuan a month"),
        "service-break-even": (
            "多少户起固定点（终端）比流动回收更省",
            "From how many households on a point (terminal) is cheaper than a mobile stop",
        ),
        "service-distance": ("距基地（公里）", "Distance from the depot, km"),
        "service-households": ("户数", "Households"),
        "service-pair": ("与流动回收相比", "Against a mobile stop"),
        "service-timetable": ("时间表", "Timetable"),
        "service-notes": ("依据与假设", "What it stands on"),
        "service-xlsx": ("下载时间表 XLSX", "Download timetable (XLSX)"),
        "service-notices": ("下载各乡镇公告", "Download notices of the townships"),
        "service-rounds": ("下载路线 GeoJSON", "Download rounds as GeoJSON"),
        "service-villages-file": ("下载村庄 GeoJSON", "Download villages as GeoJSON"),
        "service-json": ("下载 JSON", "Download JSON"),
        "service-map-page": ("下载网页地图（离线）", "Download map page (offline)"),
        "service-nobody": (
            "方案没有遗漏任何居民单元",
            "The plan leaves no cell out: there is nothing to do",
        ),
    }
)

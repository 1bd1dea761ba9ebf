"""Words of the section on hosts (两网融合), Chinese and English."""

from __future__ import annotations

from planner.wording.language import Words

__all__ = ["HOSTS_UI"]

HOSTS_UI = Words(
    {
        "hosts-caption": (
            "点数不变，让回收点尽量依托既有场所（垃圾分类点、转运站、供销社、商贸中心）：在覆盖与利用之间取舍",
            "As many points as the plan, at existing places where that pays (waste-sorting points, "
            "transfer stations, co-operatives, trade centres): coverage against re-use",
        ),
        "hosts-dial": ("刻度：0 覆盖优先，1 利用优先", "Dial: 0 coverage first, 1 re-use first"),
        "hosts-within": ("同一场所的距离（米）", "Same place within, m"),
        "hosts-file": ("自备场所文件", "Own file of hosts"),
        "hosts-make": ("沿刻度求解", "Solve along the dial"),
        "hosts-old": (
            "选项已变，下面是上次的结果",
            "Options have changed: below is the last result",
        ),
        "hosts-none": (
            "本区域数据里没有可依托的既有场所，因此方案不变。原因：导入时没有地图地点，也没有自备点位。"
            "办法：在上方“自备场所文件”上传名单（名称、经度、纬度、类型），或导入区域时带上地图数据。"
            "可依托的类型：{kinds}；同一场所距离 {within} 米",
            "The region's data hold no place to stand at, so the plan stays as it is: it was "
            "imported without places of a map or of your own. Bring a list (name, longitude, "
            "latitude, kind) as your own file of hosts above, or import the region with a map. "
            "Kinds: {kinds}; same place within {within} m",
        ),
        "hosts-not-matched": (
            "既有场所 {within} 米内没有候选点，因此方案不变。办法：在上方加大“同一场所的距离”，"
            "或把这些场所作为候选点导入（{kinds}）",
            "No candidate lies within {within} m of a place to stand at, so the plan stays as it "
            "is: allow a greater distance above, or import the places as candidates ({kinds})",
        ),
        "hosts-away": ("{metres} 米", "{metres} m"),
        "hosts-map": ("下载网页地图（离线）", "Download map page (offline)"),
        "hosts-chart-x": ("利用既有场所的点数", "Points at existing places"),
        "hosts-chart-y": ("覆盖人口", "People covered"),
        "hosts-xlsx": ("下载 XLSX", "Download XLSX"),
        "hosts-points": ("下载回收点 GeoJSON", "Download points as GeoJSON"),
        "hosts-notes": ("依据与假设", "What it stands on"),
    }
)

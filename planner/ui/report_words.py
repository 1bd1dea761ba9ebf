"""Words of the page that shows the report and hands out files."""

from __future__ import annotations

from planner.wording.language import Words

__all__ = ["REPORT_UI"]

REPORT_UI = Words(
    {
        "head": ("报告与导出", "Report and export"),
        "imprint": ("写在报告上", "On the report"),
        "title": ("标题", "Title"),
        "author": ("编制人", "Author"),
        "organisation": ("单位", "Organisation"),
        "review": ("审图号", "Map review number"),
        "review-help": (
            "印在每张地图和每页页脚。留空时注明“内部工作草图·未经审核”。",
            "Printed on each map and at the foot of each page. Without one the map calls itself an "
            "internal working draft.",
        ),
        "preview": ("报告预览", "Preview of the report"),
        "files": ("下载", "Downloads"),
        "group-report": ("报告", "Report"),
        "group-map": ("地图", "Map"),
        "group-table": ("表格", "Tables"),
        "group-geo": ("地理数据", "Geodata"),
        "group-plan": ("方案与成果包", "Plan and handover"),
        "file-report.pdf": ("报告 PDF", "Report, PDF"),
        "file-report.docx": ("报告 Word", "Report, Word"),
        "file-map.png": ("地图 PNG", "Map, PNG"),
        "file-map.html": ("离线网页地图", "Offline web map"),
        "file-plan.xlsx": ("全部表格 XLSX", "All tables, XLSX"),
        "file-townships.csv": ("达标情况 CSV", "Townships, CSV"),
        "file-sites.csv": ("回收点 CSV", "Sites, CSV"),
        "file-sites.geojson": ("回收点 GeoJSON", "Sites, GeoJSON"),
        "file-townships.geojson": ("乡镇 GeoJSON", "Townships, GeoJSON"),
        "file-uncovered.geojson": ("未覆盖 GeoJSON", "Uncovered, GeoJSON"),
        "file-plan.json": ("方案 plan.json", "Plan, plan.json"),
        "file-scenario.toml": ("条件 scenario.toml", "Question, scenario.toml"),
        "file-plan.rnpack": ("方案包 RNPACK", "Pack, RNPACK"),
        "file-handover.zip": ("成果包 ZIP", "Handover pack, ZIP"),
        "handover-help": (
            "GeoPackage、Shapefile、KML、GeoJSON、XLSX 与元数据，导出后逐一读回核对。约需十几秒。",
            "GeoPackage, Shapefiles, KML, GeoJSON, XLSX and metadata, each read back and compared. "
            "Takes some seconds.",
        ),
        "made-when-asked": (
            "点击后生成，大文件需要几秒。",
            "Made when you click; the large ones take some seconds.",
        ),
        "not-yet": (
            "正在证明方案，完成后即可预览和下载。",
            "The plan is being proven; preview and files follow when it is.",
        ),
    }
)

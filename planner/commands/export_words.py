"""What ``recyclenet export`` says."""

from __future__ import annotations

from planner.wording.language import Words

__all__ = ["EXPORT"]

EXPORT = Words(
    {
        "choose": (
            "请选择要导出的内容（可多选），并用 --out 指定文件夹：",
            "Choose what to export (several at once), and a folder with --out:",
        ),
        "kind-pack": (
            "移交包：下列全部 GIS 格式、表格、元数据与核对结果，一个 zip 文件",
            "handover pack: every GIS format below, tables, metadata and check, one zip file",
        ),
        "kind-xlsx": ("Excel 表格", "Excel tables"),
        "kind-png": ("地图图片", "map as a picture"),
        "kind-pdf": ("PDF 报告", "report as PDF"),
        "kind-docx": ("Word 报告", "report for Word"),
        "kind-html": ("离线网页地图", "map as one offline page"),
        "kind-gpkg": (
            "GeoPackage（CGCS2000，内含 QGIS 样式）",
            "GeoPackage (CGCS2000 in China, QGIS styles inside)",
        ),
        "kind-shp": ("Shapefile（GBK 与 UTF-8 各一份）", "Shapefiles (in GBK and in UTF-8)"),
        "kind-kml": ("KML（外业查看）", "KML (for field crews)"),
        "kind-geojson": ("GeoJSON（RFC 7946，WGS84 经纬度）", "GeoJSON (RFC 7946, WGS84)"),
        "exported": ("已导出 {files} 个文件到 {folder}", "{files} files written to {folder}"),
        "more-changes": ("另有 {more} 处文字改动", "{more} more texts were changed"),
    }
)

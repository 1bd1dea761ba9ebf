"""Words inside a handover pack: titles of layers, values in words, notes."""

from __future__ import annotations

from planner.wording.language import Words

__all__ = ["HANDOVER", "LAYER_TITLES"]

LAYER_TITLES = Words(
    {
        "sites": ("回收点", "Sites"),
        "townships": ("乡镇达标情况", "Townships"),
        "uncovered": ("未覆盖人口单元", "Cells without a site"),
        "cells": ("全部人口单元", "All demand cells"),
        "no_go": ("手工划定的禁建区", "No-go areas drawn by hand"),
        "edits": ("手工修改的点", "Points changed by hand"),
    }
)

HANDOVER = Words(
    {
        "role-existing": ("现有", "existing"),
        "role-new": ("新设", "new"),
        "role-hosted": ("依托环卫设施（两网融合）", "hosted by a waste facility"),
        "role-mobile": ("流动回收", "mobile"),
        "state-covered": ("已覆盖", "covered"),
        "state-not chosen": ("半径内没有启用的回收点", "no open site within the radius"),
        "state-no candidate": ("半径内没有候选点", "no candidate within the radius"),
        "state-unreachable": ("经路网无法到达", "cannot be reached by road"),
        "state-unmapped?": ("未覆盖，或只是未上图", "uncovered or unmapped?"),
        "change-added": ("新增候选点", "candidate added"),
        "change-added-existing": ("新增现有点", "existing point added"),
        "change-closed": ("关闭", "closed"),
        "change-forced": ("强制启用", "forced open"),
        "pass-yes": ("达标", "passes"),
        "pass-no": ("未达标", "falls short"),
        "straddles": (
            "区域跨 {zones} 个投影带（中央经线 {meridians}）。平面坐标统一用 {meridian} 带"
            "（EPSG:{epsg}）；带外人口 {people} 人，离中央经线最远 {away} 公里，长度变形最大约 "
            "{stretch} 厘米/公里。需分带交付时请按乡镇分开导出",
            "The region straddles {zones} zones (central meridians {meridians}). All metric "
            "coordinates are in the zone of {meridian} (EPSG:{epsg}); {people} people live outside "
            "it, at most {away} km from its meridian, where lengths are off by up to {stretch} cm "
            "per km. Export the townships apart where each zone is wanted by itself",
        ),
        "outside-china": (
            "区域不在中国境内，不适用 CGCS2000：经纬度用 WGS84（EPSG:4326），平面坐标用 {crs}",
            "The region is outside China, where CGCS2000 is not in use: degrees are WGS84 "
            "(EPSG:4326), metres are {crs}",
        ),
        "cgcs2000": (
            "CGCS2000 经纬度（EPSG:4490）与 3 度带（中央经线 {meridian}，EPSG:{epsg}，"
            "横坐标不加带号）；由 WGS84 换算，差异远小于规划所需精度",
            "CGCS2000 in degrees (EPSG:4490) and in the 3-degree zone of {meridian} (EPSG:{epsg}, "
            "no zone number before the easting); converted from WGS84, the difference is far below "
            "what planning needs",
        ),
        "cut": (
            "{file}：{layer} {row} 的“{field}”超过 {limit} 字节，在完整字符处截断",
            "{file}: {field} of {row} in {layer} is longer than {limit} bytes, cut after a whole "
            "character",
        ),
        "replaced": (
            "{file}：{layer} {row} 的“{field}”有 {encoding} 没有的字符，写作 {told}",
            "{file}: {field} of {row} in {layer} has characters unknown to {encoding}, written as "
            "{told}",
        ),
        "check-title": ("核对结果", "Result of the check"),
        "check-how": (
            "每个文件写成后都重新读出，与方案逐项比较：要素数、编号、全部属性、坐标、合计数、"
            "中文。",
            "Every file was read back after writing and compared with the plan: number of "
            "features, ids, all attributes, coordinates, totals, Chinese text.",
        ),
        "check-agrees": (
            "全部一致：核对 {files} 个文件、{values} 个值，无差异。",
            "All agree: {files} files, {values} values compared, no difference.",
        ),
        "check-differs": (
            "不一致：核对 {files} 个文件、{values} 个值，差异 {differences} 处。",
            "Differences: {files} files, {values} values compared, {differences} differ.",
        ),
        "check-file": (
            "{file} · {layer}：{rows} 个要素，{values} 个值，"
            "坐标最大偏差 {away} 米（允许 {allowed}）",
            "{file} · {layer}: {rows} features, {values} values, coordinates off by at most "
            "{away} m (allowed {allowed})",
        ),
        "check-table": ("{file}：{values} 个值", "{file}: {values} values"),
        "check-changes": (
            "与方案有意的不同（仅 Shapefile 与 KML，因格式所限）：",
            "Differences on purpose (Shapefile and KML only, by the limits of the format):",
        ),
        "check-no-changes": (
            "没有截断或替换任何文字。",
            "No text was cut and no character replaced.",
        ),
        "field-layer": ("图层", "layer"),
        "field-file": ("文件名", "file"),
        "field-code": ("Shapefile 字段", "field in Shapefiles"),
        "field-key": ("GeoPackage/GeoJSON/KML 字段", "field in GeoPackage, GeoJSON, KML"),
        "field-title": ("中文名称", "Chinese title"),
        "field-title-en": ("英文名称", "English title"),
        "field-type": ("类型", "type"),
        "field-unit": ("单位", "unit"),
        "type-text": ("文本", "text"),
        "type-whole": ("整数", "whole number"),
        "type-number": ("小数", "number"),
        "type-yes": ("是/否（Shapefile 中为 1/0）", "yes or no (1 or 0 in Shapefiles)"),
        "kml-yes": ("是", "yes"),
        "kml-no": ("否", "no"),
        "readme-title": (
            "{region}：回收点规划成果移交包",
            "{region}: plan of recycling points, handed over",
        ),
        "readme-scenario": ("方案：{name}", "Scenario: {name}"),
        "readme-proof": (
            "目标 {name}：{value}；最优界 {bound}（任何方案都不可能更好）；差距 {gap}",
            "Objective {name}: {value}; bound {bound} (no plan can be better); gap {gap}",
        ),
        "readme-files": ("文件", "Files"),
        "readme-list": (
            "geojson/  RFC 7946 GeoJSON，WGS84 经纬度\n"
            "gpkg/  GeoPackage，内含 QGIS 样式与中文字段名；经纬度与平面坐标各一个\n"
            "shapefile-gbk/  Shapefile，平面坐标，GBK 编码（ArcGIS 等旧软件）\n"
            "shapefile-utf8/  同上，UTF-8 编码（附 .cpg）\n"
            "kml/  KML，外业查看（奥维、Google Earth 等），WGS84\n"
            "tables/  Excel 表\n"
            "plan/  方案全文 plan.json 与情景 scenario.toml，可重新计算\n"
            "字段对照表.xlsx、.csv  短字段代码的中文名称\n"
            "metadata.json  来源、日期、坐标、许可、每个文件的 sha256\n"
            "核对结果.txt、check.json  各文件读回后与方案逐项比较的结果",
            "geojson/  RFC 7946 GeoJSON, degrees WGS84\n"
            "gpkg/  GeoPackages with QGIS styles and titles of fields, in degrees and in metres\n"
            "shapefile-gbk/  Shapefiles in metres, GBK (ArcGIS and other older programs in China)\n"
            "shapefile-utf8/  the same in UTF-8 (with .cpg)\n"
            "kml/  KML for field crews, WGS84\n"
            "tables/  Excel tables\n"
            "plan/  the whole plan, plan.json, and scenario.toml, to be computed again\n"
            "字段对照表.xlsx, .csv  what the short codes of fields mean\n"
            "metadata.json  sources, dates, coordinates, licence, sha256 of each file\n"
            "核对结果.txt, check.json  what came of reading every file back",
        ),
        "readme-crs": ("坐标系", "Coordinates"),
        "readme-sources": ("数据来源", "Sources"),
        "readme-extract": ("地图数据：{file}（sha256 {sha256}）", "map: {file} (sha256 {sha256})"),
        "readme-date": ("地图数据日期：{date}", "date of the map: {date}"),
        "readme-people": ("人口：{source}", "people: {source}"),
        "readme-bundle": ("区域数据 sha256：{sha256}", "region's data, sha256: {sha256}"),
        "readme-scenario-hash": (
            "情景（plan/scenario.toml）sha256：{sha256}",
            "scenario (plan/scenario.toml), sha256: {sha256}",
        ),
        "readme-licence": ("许可与署名", "Licence and credit"),
        "readme-odbl": (
            "由 OpenStreetMap 数据得出的图层按 ODbL 1.0 提供：须署名，"
            "改动后的数据库须以相同许可公开（https://opendatacommons.org/licenses/odbl/1-0/）",
            "Layers made from OpenStreetMap are under ODbL 1.0: credit it, and share changed "
            "databases alike (https://opendatacommons.org/licenses/odbl/1-0/)",
        ),
        "readme-unknown": ("须知（估计、缺失与未知）", "To be known (estimated, missing, unknown)"),
    }
)

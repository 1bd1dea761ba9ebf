"""Words of errors about places: OSM extracts, boundaries, coordinates, bundles, roads."""

from __future__ import annotations

__all__ = ["MAP_WORDS"]

MAP_WORDS: dict[str, str] = {
    # The OSM extract.
    "Download or export the extract again": "请重新下载或导出 OSM 数据",
    "cannot be read as OSM data ({})": "无法按 OSM 数据读取（{0}）",
    "is truncated or damaged ({})": "不完整或已损坏（{0}）",
    "is truncated": "不完整",
    "is empty (0 bytes)": "为空（0 字节）",
    "Give an .osm.pbf or .osm file": "请给出 .osm.pbf 或 .osm 文件",
    "Give an .osm.pbf, .osm, .osm.gz or .osm.bz2 file": (
        "请给出 .osm.pbf、.osm、.osm.gz 或 .osm.bz2 文件"
    ),
    "is a history or change file, which holds several versions of one object": (
        "是历史或变更文件，同一对象有多个版本"
    ),
    "is an osmChange file (a list of edits), not an extract": (
        "是 osmChange 编辑记录，不是 OSM 数据"
    ),
    "Give an extract of one moment (osmium time-filter makes one)": (
        "请给出单一时点的数据（可用 osmium time-filter 生成）"
    ),
    "is not OSM data ({})": "不是 OSM 数据（{0:zh}）",
    "a web page; the download failed": "是网页，下载失败",
    "a zip archive; unpack it first": "是 zip 压缩包，请先解压",
    "an OSM file packed a second time; unpack it first": "OSM 文件被重复压缩，请先解压一层",
    "it begins with {}": "开头是 {0}",
    "is an incomplete Overpass answer ({})": "是不完整的 Overpass 结果（{0}）",
    "Ask for a smaller area or a longer timeout": "请缩小范围，或延长超时时间",
    "holds several versions of {} ({} and {})": "对象 {0:names} 有多个版本（{1} 和 {2}）",
    "holds {} ways but none of their nodes": "有 {0} 条路，但没有它们的节点",
    (
        "Export the nodes of the ways too (Overpass: (._;>;); out;), or give negative ids new "
        "numbers (osmium renumber)"
    ): ("请连同路的节点一起导出（Overpass：(._;>;); out;），或给负编号重新编号（osmium renumber）"),
    "has no roads (no way with a highway tag)": "没有道路（没有带 highway 标签的路）",
    "Take another extract, or plan on straight lines with --straight-line 1.4": (
        "请换一份数据，或用 --straight-line 1.4 按直线距离规划"
    ),
    # Township boundaries.
    "no field {} (there are: {})": "没有字段 {0}（现有：{1}）",
    "no field {} (there are: no fields)": "没有字段 {0}（没有任何字段）",
    "Its attribute table is missing (.dbf beside a .shp)": "缺少属性表（与 .shp 同名的 .dbf）",
    "{} is empty in {} of {} features (feature {})": (
        "{2} 个要素中有 {1} 个的 {0} 为空（第 {3} 个）"
    ),
    "{} is empty in {} of {} features (feature {} …)": (
        "{2} 个要素中有 {1} 个的 {0} 为空（第 {3} 个等）"
    ),
    "Name every township": "请补全各乡镇名称",
    "{} of feature {} is garbled ({})": "第 {1} 个要素的 {0} 是乱码（{2}）",
    "Save the file anew in UTF-8 from the program that shows it right": (
        "请在能正常显示的程序中另存为 UTF-8"
    ),
    "{} {} stands in features {} ({})": "{0} {1} 重复出现在第 {2} 个要素（{3}）",
    "Give each township a code of its own, and its parts one common feature": (
        "请让每个乡镇有唯一代码，同一乡镇的各部分合成一个要素"
    ),
    "{} is empty in a feature, and {} is taken": "有要素的 {0} 为空，且 {1} 已被占用",
    "Give each township a code of its own": "请给每个乡镇唯一代码",
    "{} townships are called {} (features {})": "有 {0} 个乡镇都叫 {1}（第 {2} 个要素）",
    "Tell them apart with --code-field": "请用 --code-field 指定代码列加以区分",
    "lies at {} (W, S, E, N) but the extract's roads at {}": (
        "位于 {0}（西、南、东、北），而 OSM 数据的道路位于 {1}"
    ),
    "Give the boundaries of the place of {}": "请给出 {0} 所在地的边界",
    "no complete administrative boundary at admin_level {} (there are {})": (
        "admin_level {0} 没有完整的行政边界（现有：{1:each}）"
    ),
    "level {}: {} complete of {}": "{0} 级 {2} 个中有 {1} 个完整",
    "no administrative boundaries at all": "没有任何行政边界",
    "Choose one of those levels, or give outlines with --boundaries FILE": (
        "请从中选一级，或用 --boundaries FILE 给出边界"
    ),
    "reaches across the 180th meridian, where no cells are drawn": "跨越 180° 经线，无法划分格网",
    "Give township outlines with --boundaries FILE --name-field FIELD": (
        "请用 --boundaries FILE --name-field FIELD 给出乡镇边界"
    ),
    (
        "has no administrative boundaries to take for townships ({}) and no place nodes to draw "
        "cells around"
    ): ("没有可用作乡镇的行政边界（{0:each}），也没有可据以划分的地名点"),
    "neither an OSM extract nor a boundary file is given": "未给出 OSM 数据，也未给出边界文件",
    "Name an .osm.pbf file, or --boundaries FILE": "请指定 .osm.pbf 文件，或 --boundaries FILE",
    "--name-field is missing": "缺少 --name-field",
    "Say which column holds the townships' names": "请指明哪一列是乡镇名称",
    "{} has no area": "{0} 没有面积",
    "has no area": "没有面积",
    "Redraw its outline": "请重画边界",
    "{} goes round the globe": "{0} 绕地球一圈",
    "Cut its outline at the 180th meridian (RFC 7946, section 3.1.9)": (
        "请在 180° 经线处切开边界（RFC 7946 第 3.1.9 节）"
    ),
    "has coordinates that {} cannot show": "有 {0} 无法表示的坐标",
    "Check the coordinate system of the file": "请核对文件的坐标系",
    "is too wide for one metric coordinate system: {} shows {} nowhere": (
        "范围过大，一个平面坐标系容不下：{0} 无法表示 {1}"
    ),
    "is too wide for one metric coordinate system: {} shows {} {} times as large": (
        "范围过大，一个平面坐标系容不下：{0} 把 {1} 放大到 {2} 倍"
    ),
    (
        "Check that its coordinates are right, or import places more than a thousand kilometres "
        "apart one by one"
    ): ("请核对坐标；相距一千公里以上的地方请分别导入"),
    "no township is called {}": "没有叫 {0} 的乡镇",
    "no township is called {}; the nearest names are {}": "没有叫 {0} 的乡镇，相近的名称有 {1}",
    "Give names or codes of townships of the region": "请给出本区域乡镇的名称或代码",
    # Coordinate systems.
    "names no coordinate system": "没有注明坐标系",
    "names no coordinate system ({})": "没有注明可用的坐标系（{0}）",
    "names no coordinate system; as {} its coordinates fit the {} (confidence {} %)": (
        "没有注明坐标系；按 {0} 读取时坐标与{1:zh}吻合（可信度 {2} %）"
    ),
    "its coordinates are not {} but {}: read so they fit the {} (confidence {} %)": (
        "坐标不是 {0}，而是 {1}：按后者读取时与{2:zh}吻合（可信度 {3} %）"
    ),
    "Convert them with --convert {} or --accept-diagnosis": (
        "请用 --convert {0} 或 --accept-diagnosis 转换"
    ),
    "Convert them with --convert {} or --accept-diagnosis; keep them with --convert {}": (
        "请用 --convert {0} 或 --accept-diagnosis 转换；如需保留原坐标，请用 --convert {1}"
    ),
    "{}, e.g. EPSG:4490 for CGCS2000 degrees (or say it with --convert {})": (
        "{0:zh}，如 CGCS2000 经纬度为 EPSG:4490（或用 --convert {1} 指明）"
    ),
    "Put its .prj beside it": "请附上 .prj 文件",
    "Set the layer's system (QGIS: Layer CRS)": "请设定图层的坐标系（QGIS：图层 CRS）",
    "coordinates up to {}, {} are no degrees of {}": "坐标达 {0}、{1}，不是 {2} 的度数",
    (
        "coordinates up to {}, {} are no degrees of {} (GeoJSON without crs is WGS84 degrees, "
        "RFC 7946)"
    ): ("坐标达 {0}、{1}，不是 {2} 的度数（未注明坐标系的 GeoJSON 即为 WGS84 经纬度，RFC 7946）"),
    "Name the coordinate system they are in, or convert them to EPSG:4326": (
        "请注明所用坐标系，或转换为 EPSG:4326"
    ),
    "coordinates like {}, {} lie outside the area of {}": "坐标 {0}、{1} 一类超出 {2} 的适用范围",
    "Its coordinate system is not the one named (zone, or zone prefix of eastings?)": (
        "实际坐标系与注明的不符（带号，或东坐标的带号前缀？）"
    ),
    "{} is no way to read coordinates": "{0} 不是坐标读法",
    "Give gcj02, bd09, wgs84, swapped, dms, epsg:N or none, joined by +": (
        "可用 gcj02、bd09、wgs84、swapped、dms、epsg:N 或 none，以 + 相连"
    ),
    "{} is no coordinate system of maps": "{0} 不是地图坐标系",
    "Look its number up at epsg.org, e.g. epsg:4548": "请在 epsg.org 查编号，如 epsg:4548",
    "{} to {} m": "{0:zh}（相差 {1} 米以内）",
    "{}, {} m from where they lie as they are": "{0:zh}（比原位置移动 {1} 米）",
    # Bundles.
    "is missing or was changed since the import": "缺失，或导入后被改动",
    "Import the region again": "请重新导入区域",
    "Import the region again with this program": "请用本程序重新导入区域",
    "is not a bundle (no manifest.json)": "不是区域数据文件夹（没有 manifest.json）",
    "Make one with: recyclenet import EXTRACT --out BUNDLE": (
        "请先生成：recyclenet import EXTRACT --out BUNDLE"
    ),
    "is damaged or of another program": "已损坏，或由其他程序写成",
    "has format version {}, this program reads {}": "格式版本为 {0}，本程序可读 {1}",
    "names a file outside the bundle": "指向区域数据之外的文件",
    "was changed by hand": "被手工改动过",
    # Roads and travel.
    "arrays do not fit each other": "数组长度不一致",
    "none of {} ways is open to mode {}": "{0} 条路中没有一条可用于出行方式 {1}",
    (
        "Check that the extract holds the roads of the region, or plan on straight-line "
        "distances with --straight-line FACTOR"
    ): ("请核对 OSM 数据是否含本区域道路，或用 --straight-line FACTOR 按直线距离规划"),
    "unknown table [{}]": "未知的表 [{0}]",
    "Known: ebike, drive": "可用：ebike、drive",
    "has no table [{}]": "没有表 [{0}]",
    "Start from {}": "请以 {0:names} 为模板修改",
    "Start from a copy of {}": "请复制 {0:names} 后修改",
    "Give 1 to 150 km/h": "应为 1 至 150 km/h",
    "detour factor {} is not from 1 up to 100": "绕行系数 {0} 不在 1 至 100 之间",
    "1.3 is usual where roads are dense, 1.6 in mountains": "路网密集处一般取 1.3，山区取 1.6",
    "radius {} {} is beyond the {} {} that were measured": "服务半径 {0} {1} 超出已计算的 {2} {3}",
    "Measure the distances again up to the radius": "请按该半径重新计算距离",
    "{} {} is not between 0 and {} {}": "{0} {1} 不在 0 至 {2} {3} 之间",
    "Choose a distance or a time that people may travel to a site": (
        "请给出居民到网点可接受的距离或时间"
    ),
    "over {} pairs of cell and candidate lie within {} {}": (
        "{1} {2} 内的格网与候选点组合超过 {0} 对"
    ),
    "Choose a smaller radius, larger cells or fewer candidates": "请缩小半径、放大格网或减少候选点",
}

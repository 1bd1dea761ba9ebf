"""Words of errors about figures: people, growth, rasters, candidates, tables of ours."""

from __future__ import annotations

__all__ = ["TABLES_WORDS"]

TABLES_WORDS: dict[str, str] = {
    # Population tables.
    "{} is the township of row {} again": "{0} 与第 {1} 行是同一乡镇",
    "Keep one row a township": "每个乡镇请只留一行",
    "Keep one row a place": "每个地方请只留一行",
    "Keep one row a place, or tell places of one name apart by a code column": (
        "每个地方请只留一行，同名的请用代码列区分"
    ),
    "Keep one of the rows": "请只保留其中一行",
    "Keep one of the two": "请只保留其一",
    "{} overlaps {} without containing it": "{0} 与 {1} 部分重叠，却不包含它",
    "Keep the one row of the two that you trust": "两行中请保留可信的一行",
    "{} has {} people, fewer than the {} of its parts": "{0} 有 {1} 人，少于所辖各部分之和 {2} 人",
    "Correct the total or the figures of its townships": "请改正合计数，或各乡镇人口",
    "gives the region no people: the sum of its {} rows is {}, of those in the region 0": (
        "本区域人口为 0：全表 {0} 行合计 {1} 人，区域内为 0"
    ),
    "Fill in the people of each place, or import without it for an estimate": (
        "请填写各地人口；或不用此表导入，改为估算"
    ),
    "{} is not in the region": "{0} 不在本区域",
    "{} is not in the region; {} may be meant (score {})": (
        "{0} 不在本区域，可能是 {1}（相似度 {2}）"
    ),
    "{} is not in the region; the nearest names are {}": "{0} 不在本区域，相近的名称有 {1}",
    "no row of the table is in the region, e.g. {} is not in the region": (
        "表中没有一行在本区域内，如 {0} 不在本区域"
    ),
    (
        "no row of the table is in the region, e.g. {} is not in the region; the nearest names "
        "are {}"
    ): ("表中没有一行在本区域内，如 {0} 不在本区域，相近的名称有 {1}"),
    "Correct the name or give the code": "请改正名称，或给出代码",
    "Correct the name or give the code, or skip such rows with --skip-unknown": (
        "请改正名称或给出代码，或用 --skip-unknown 略过这类行"
    ),
    (
        "Correct the name or give the code, confirm it in a table for --names, take all guesses "
        "with --accept-guesses, or skip such rows with --skip-unknown"
    ): (
        "请改正名称或给出代码；也可在 --names 对照表中确认，用 --accept-guesses 全部采纳，或用 "
        "--skip-unknown 略过这类行"
    ),
    "nobody lives there by the {} ({} townships of {} km2)": (
        "按{0:zh}，区域内无人居住（{1} 个乡镇，{2} 平方公里）"
    ),
    "estimate from {}": "估算（依据：{0:each}）",
    "{}: {}; spread over {}": "{0}（{1:each}；分摊依据：{2:each}）",
    "{} townships with figures of their own": "{0} 个乡镇有本级人口",
    "{} sharing wider totals": "{0} 个分摊上级合计",
    "{} estimated": "{0} 个为估算",
    "a population raster": "人口栅格",
    "population raster {}": "人口栅格 {0}",
    "building floor area": "建筑面积",
    "residential land": "居住用地",
    "local streets": "生活街道",
    "land area": "土地面积",
    "Check the boundaries, or give the people with --population": (
        "请核对边界，或用 --population 给出人口"
    ),
    "{} is the name of {} townships ({})": "{0} 是 {1} 个乡镇的名称（{2}）",
    "Give their codes in a code column": "请用代码列给出代码",
    "has a heading but no rows": "只有表头，没有数据",
    "has no rows": "没有数据行",
    "Give a row a place": "请为每个地方填一行",
    "no column of people among: {}": "找不到人口列，现有：{0}",
    "no column of code or name among: {}": "找不到代码列或名称列，现有：{0}",
    "no column of rate among: {}": "找不到增长率列，现有：{0}",
    "no column {} for the code among: {}": "没有列 {0}（应为代码列），现有：{1}",
    "no column {} for the name among: {}": "没有列 {0}（应为名称列），现有：{1}",
    "no column {} for the people among: {}": "没有列 {0}（应为人口列），现有：{1}",
    "Name it with {}, or call it one of: {}": "请用 {0:names} 指明，或改名为：{1}",
    "has neither code nor name": "既无代码也无名称",
    "Fill one in or delete the row": "请补填其一，或删除该行",
    "{} was given in row {} already": "{0} 在第 {1} 行已给出",
    "no figure ({})": "没有数值（{0}）",
    "{} is more people than can be": "{0} 超出可能的人口",
    "{} is negative": "{0} 是负数",
    "{} is not a number": "{0} 不是数字",
    "{} is not a whole number": "{0} 不是整数",
    "Give whole people, e.g. 12345 or 12,345, or delete the row": (
        "请填整数人口，如 12345 或 12,345，或删除该行"
    ),
    "has no two columns": "不足两列",
    "Give the name as written and the official name or code": "请给出所写名称，以及标准名称或代码",
    "is half empty": "只填了一半",
    "Fill it in or delete the row": "请补填，或删除该行",
    "{} is said to mean {} already": "{0} 已对应 {1}",
    # Growth and households.
    "{} is no year to plan with": "{0} 不是可用的年份",
    "Give e.g. 2027": "例如 2027",
    "{} is neither a rate nor a file": "{0} 既不是增长率，也不是文件",
    "Give a rate a year like 0.004 or 0.4%, or a table with columns code and rate": (
        "请给出年增长率，如 0.004 或 0.4%，或含 code、rate 两列的表"
    ),
    "Give the columns code (or name) and rate": "请给出 code（或 name）列和 rate 列",
    "{} has a rate already": "{0} 已有增长率",
    "{} is no rate": "{0} 不是增长率",
    "Give e.g. 0.004 or 0.4%": "例如 0.004 或 0.4%",
    "{} a year is not allowed": "年增长率不能为 {0}",
    "Give -{} to {}; 0.4 per cent is 0.004 or 0.4%": (
        "应为 -{0} 至 {1}；百分之 0.4 写作 0.004 或 0.4%"
    ),
    "{} households of {} people cannot be": "{1} 人不可能有 {0} 户",
    "Give whole households, or leave the cell empty": "请填整数户数，或将单元格留空",
    "{} people per household cannot be": "户均人口不可能为 {0}",
    "Give 1 to {}, or leave the cell empty": "应为 1 至 {0}，或将单元格留空",
    "{} is no number of households": "{0} 不是户数",
    # Population rasters and heights.
    "Name a GeoTIFF": "请指定 GeoTIFF 文件",
    "cannot be read as a GeoTIFF ({})": "无法按 GeoTIFF 读取（{0}）",
    "Give a GeoTIFF with people per pixel, e.g. of WorldPop or GHS-POP": (
        "请给出像元值为人数的 GeoTIFF，如 WorldPop、GHS-POP"
    ),
    "has no coordinate system": "没有坐标系",
    "has no place on the ground": "没有地理定位",
    "Take the file from its source again, or assign one with a GIS": (
        "请重新从来源下载，或用 GIS 软件指定"
    ),
    "has {} bands": "有 {0} 个波段",
    "Say with --raster-band which one holds people": "请用 --raster-band 指明人口波段",
    "has no band {}, but {}": "没有第 {0} 波段，共 {1} 个",
    "holds no plain numbers": "不是普通数值",
    "has a coordinate system that does not reach the region": "坐标系不适用于本区域",
    "Give a raster of the region": "请给出本区域的栅格",
    "does not cover the region": "未覆盖本区域",
    "Give a raster of the region; check that it is the right tile": (
        "请给出本区域的栅格，并核对分幅是否正确"
    ),
    "has no people in the region": "在本区域内没有人口",
    "Give a raster of its people": "请给出含本区域人口的栅格",
    "has {} people on {} km2, more than can live there": "在 {1} 平方公里内有 {0} 人，超出可能",
    "Give people per pixel, not another quantity": "像元值应为人数，不是其他量",
    "cannot be read as heights ({})": "无法按高程读取（{0}）",
    "Give a GeoTIFF of heights in metres with its coordinate system": (
        "请给出带坐标系、以米为单位的高程 GeoTIFF"
    ),
    "holds no height at any candidate": "各候选点处均无高程",
    "Does it cover the region?": "请核对是否覆盖本区域",
    # Candidates and their kinds.
    "the tag {}={} stands in row {} already": "标签 {0}={1} 在第 {2} 行已出现",
    "kind {} differs here from an earlier row of it": "类别 {0} 与前面的行不一致",
    "Give its names, weight, existing and priority alike in all its rows": (
        "同一类别各行的名称、weight、existing、priority 须一致"
    ),
    "no row for kind {}": "缺少类别 {0} 的行",
    "Copy it from {}": "请从 {0:names} 复制",
    "Give the columns {}": "请给出各列：{0}",
    "kind {} is no identifier": "类别 {0} 不是合规的标识",
    "key {} and value {} do not fit kind {}": "key {0} 与 value {1} 不适用于类别 {2}",
    "Give both (value * for any); leave both empty for {} and {} only": (
        "两者都要给出（value 为 * 表示任意）；仅 {0:names}、{1:names} 可都留空"
    ),
    "weight {} is not above 0 and up to 1": "weight {0} 不在 0（不含）至 1 之间",
    "existing {} is not allowed": "existing 不能为 {0}",
    "Give yes or no": "应为 yes 或 no",
    "priority {} is no whole number": "priority {0} 不是整数",
    "Give 0 to 9999": "应为 0 至 9999",
    "none of {} sites lies in the region": "{0} 个点都不在本区域内",
    "Check longitude, latitude and coordinate system": "请核对经度、纬度和坐标系",
    "is a {}": "是 {0:names}",
    "is no geometry": "没有几何图形",
    "Keep points and polygons only": "请只保留点和面要素",
    "kind {} is not in the table of kinds": "类别 {0} 不在类别表中",
    "Add it there (--kinds), leave it empty, or give one of: {}": (
        "请在类别表（--kinds）中添加，或留空，或从中选一：{0}"
    ),
    # Tables of materials, special demand, suitability.
    "has {} materials": "有 {0} 种物料",
    "Give 1 to 50": "应为 1 至 50 种",
    "all figures are 0": "全部数值为 0",
    "Give at least one": "请至少给出一个",
    "has {} kinds": "有 {0} 个类别",
    "Give 1 to 100": "应为 1 至 100 个",
    "is no list of key=value": "不是 key=value 列表",
    "{} is not key=value": "{0} 不是 key=value 形式",
    "{} is no material of the materials table": "物料表中没有 {0}",
    "shares add up to {}": "各项占比合计为 {0}",
    "Make them add up to 1": "合计应为 1",
    "{} is no criterion": "{0} 不是适宜性指标",
    "[{}] is missing": "缺少 [{0}]",
    "Give weight 0 to leave it out": "不用时请把权重设为 0",
    "{} is the same as zero": "{0} 与 zero 相同",
    # Places in a table's columns.
    "{} is no place in WKT": "{0} 不是 WKT 坐标",
    "{} is not within -{} to {} degrees": "{0} 不在 -{1} 至 {2} 度之间",
    "{} is no coordinate": "{0} 不是坐标",
    "{} is no place on earth": "{0} 不是地球上的位置",
    "Give decimal degrees in WGS84": "请给出 WGS84 十进制度数",
    "Longitude and latitude may be exchanged; give decimal degrees in WGS84": (
        "经纬度可能颠倒；请给出 WGS84 十进制度数"
    ),
}

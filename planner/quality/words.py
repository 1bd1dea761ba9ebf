"""Words of the data-quality sheet."""

from __future__ import annotations

from planner.wording.language import Words

__all__ = ["QUALITY"]

QUALITY = Words(
    {
        "title": ("数据质量表：{region}", "Data quality: {region}"),
        "sums": (
            "良好 {good} 项，存疑 {doubtful} 项，差 {poor} 项",
            "{good} good, {doubtful} doubtful, {poor} poor",
        ),
        "limits": (
            "完整性由地图自身推断：道路与人口、用地及公布的平均值相比，住房与人口相比。"
            "全区域一样空白时，与同类乡镇之比看不出来；人口本身为估计时，比值只能参考。"
            "存疑处请看卫星影像或到现场核实。",
            "Completeness is inferred from the map itself: roads against people, land and "
            "published means, homes against people. A region that is bare throughout does not "
            "show in the comparison of its townships, and where people are estimated the ratios "
            "are a hint only. Look at imagery, or on the spot, where it matters.",
        ),
        "column-topic": ("类别", "Topic"),
        "column-where": ("地点", "Where"),
        "column-figure": ("情况", "What and how much"),
        "column-grade": ("评级", "Grade"),
        "column-remedy": ("怎么办", "What to do"),
        "column-link": ("在 OSM 中编辑", "Edit in OSM"),
        "good": ("良好", "good"),
        "doubtful": ("存疑", "doubtful"),
        "poor": ("差", "poor"),
        "region": ("全区域", "the region"),
        "topic-age": ("时效", "Age"),
        "topic-map": ("地图完整性", "Completeness of the map"),
        "topic-boundaries": ("边界", "Boundaries"),
        "topic-people": ("人口", "People"),
        "topic-urban": ("主城区", "Main urban area"),
        "topic-roads": ("道路", "Roads"),
        "topic-sites": ("候选点", "Candidate sites"),
        "topic-other": ("其他", "Other"),
        "dated": ("数据日期 {date}", "the data are of {date}"),
        "dated-ago": (
            "数据日期 {date}（距今 {years} 年）",
            "the data are of {date} ({years} years old)",
        ),
        "undated": ("数据没有日期", "the data carry no date"),
        "no-map": (
            "没有地图数据：无法评估道路和住房的完整性",
            "there is no map: nothing can be said of roads and homes",
        ),
        "outlines": (
            "边界来源：{source}；重叠 {overlaps} 个乡镇共 {overlap_km2} 平方公里，"
            "空隙 {gaps} 个共 {gap_km2} 平方公里，修补 {mended} 个",
            "boundaries: {source}; {overlaps} townships overlap ({overlap_km2} km2), {gaps} have "
            "gaps ({gap_km2} km2), {mended} were mended",
        ),
        "township": (
            "道路 {road_km} 公里，人均 {road_m} 米，为公布平均值的 {road_ratio}、"
            "本区域同类乡镇的 {road_fit}：{roads}；已上图的住房建筑面积人均 {floor} 平方米，"
            "为公布值的 {floor_ratio}（建筑 {buildings} 座）：{homes}",
            "{road_km} km of road, {road_m} m a head: {road_ratio} of the published mean, "
            "{road_fit} of what is usual for such a township here: {roads}; {floor} m2 of mapped "
            "homes a head: {floor_ratio} of the published figure ({buildings} buildings): {homes}",
        ),
        "township-cut-off": (
            "；{people} 人所在路网没有候选点",
            "; {people} people on roads without any candidate",
        ),
        "township-old": (
            "；{share} 的道路五年以上未编辑",
            "; {share} of its roads unedited for five years",
        ),
        "do-nothing": ("无需处理", "nothing"),
        "do-age": (
            "重新获取最新数据并重新导入",
            "fetch the latest data and import the region again",
        ),
        "do-map": (
            "对照影像在 OSM 中补画道路和房屋，或用 --population-raster 给出人口分布，再重新导入",
            "draw the missing roads and houses in OSM from imagery, or give people by "
            "--population-raster; then import again",
        ),
        "do-extract": (
            "导入时一并给出 OSM 数据，或用 recyclenet fetch 获取",
            "import with an OSM extract, or get one by recyclenet fetch",
        ),
        "do-boundaries": (
            "用 --boundaries 提供官方乡镇边界，或在 OSM 中修正",
            "give the official townships with --boundaries, or mend them in OSM",
        ),
        "do-people": (
            "用 --population 提供各乡镇的人口数，核对名称和代码",
            "give every township's people with --population; check names and codes",
        ),
        "do-urban": (
            "用 --urban 或 --urban-names 指定主城区",
            "name the main urban area with --urban or --urban-names",
        ),
        "do-roads": (
            "检查缺失的道路、断开的路口和通行限制标签，在 OSM 中修正",
            "look for missing roads, loose junctions and wrong access tags, and mend them in OSM",
        ),
        "do-sites": (
            "用 --candidates 提供自备点位，或现场核实",
            "give your own sites with --candidates, or look on the spot",
        ),
        "do-map-app": (
            "对照影像在 OSM 中补画道路和房屋，再到“更换区域”重新获取或导入",
            "draw the missing roads and houses in OSM from imagery, then fetch or import the "
            "region again under “Another region”",
        ),
        "do-extract-app": (
            "到“更换区域”导入时一并给出 OSM 数据，或按地名获取",
            "import with an OSM extract, or fetch the place, under “Another region”",
        ),
        "do-boundaries-app": (
            "到“更换区域”导入官方乡镇边界，或在 OSM 中修正",
            "import with the official township outlines under “Another region”, or mend them in "
            "OSM",
        ),
        "do-people-app": (
            "到“更换区域”导入各乡镇的人口表，核对名称和代码",
            "import with a population table of every township under “Another region”; check names "
            "and codes",
        ),
        "do-urban-app": (
            "到“更换区域”导入时给出主城区范围",
            "import with the main urban area under “Another region”",
        ),
        "do-sites-app": (
            "到“更换区域”导入自备点位，或现场核实",
            "import with your own sites under “Another region”, or look on the spot",
        ),
        "do-other": ("核实后再使用", "check before use"),
    }
)

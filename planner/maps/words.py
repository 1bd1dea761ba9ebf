"""Words on the map itself; the app's own are in ``planner/ui/words.py``."""

from __future__ import annotations

from functools import cache

from geo.kinds import default_kinds
from planner.wording.language import LANGUAGES, Language, Words

__all__ = ["MAP_WORDS", "browser_words", "kind_name", "kind_names"]

MAP_WORDS = Words(
    {
        "map": (
            "规划地图。加减键缩放，方向键移动",
            "Map of the plan. Plus and minus zoom, arrow keys move",
        ),
        "legend": ("图例与图层", "Legend and layers"),
        "layer-sites": ("回收点", "Sites"),
        "layer-cells": ("人口单元：离回收点多远", "People: how far to their site"),
        "layer-townships": ("乡镇", "Townships"),
        "layer-reach": ("服务连线", "Lines to the serving site"),
        "layer-candidates": ("候选点", "Candidate sites"),
        "layer-base": ("底图", "Base map"),
        "site-existing": ("现有", "existing"),
        "site-new": ("新设", "new"),
        "site-hosted": ("依托环卫设施", "hosted by a waste facility"),
        "site-mobile": ("流动", "mobile"),
        "candidate": ("候选点", "candidate"),
        "not-open": ("现有，未启用", "existing, not open"),
        "own-data": ("用户自备数据", "user's own data"),
        "site-label": (
            "{township}，{kind}回收点：{name}，服务 {people} 人",
            "{township}, {kind} site: {name}, serves {people} people",
        ),
        "site-kind": ("类型", "Kind"),
        "site-people": ("服务人口", "People served"),
        "site-lost": ("撤去后失去服务", "Lost without it"),
        "site-id": ("编号", "Id"),
        "mark-added": ("手工添加", "added by hand"),
        "mark-closed": ("已关闭", "closed"),
        "mark-forced": ("强制启用", "forced open"),
        "mark-label": ("{mark}：{name}", "{mark}: {name}"),
        "no-go": ("禁建区", "No-go area"),
        "no-go-says": ("此范围内不设新点", "No new site may stand here"),
        "do-force": ("强制启用", "Force open"),
        "do-close": ("关闭", "Close"),
        "do-free": ("恢复", "Leave to the planner"),
        "do-remove": ("删除", "Delete"),
        "do-go": ("取消禁建区", "Take back"),
        "township": ("乡镇", "Township"),
        "township-pass": ("达标", "passes"),
        "township-fail": ("未达标", "falls short"),
        "colour-by": ("乡镇着色", "Colour townships by"),
        "by-compliance": ("达标情况", "compliance"),
        "by-coverage": ("覆盖率", "people covered"),
        "share-band": ("{from}–{to} %", "{from}–{to} %"),
        "sites": ("回收点", "Sites"),
        "sites-of": ("{n} 个（应有 {required}）", "{n} (needs {required})"),
        "covered": ("已覆盖", "Covered"),
        "population": ("人口", "People"),
        "worst": ("最远处到回收点", "Farthest from a site"),
        "people": ("{n} 人", "{n} people"),
        "metres": ("{n} 米", "{n} m"),
        "minutes": ("{n} 分钟", "{n} min"),
        "cell": ("此单元", "This cell"),
        "cell-band": ("{from}–{to} 米", "{from}–{to} m"),
        "cell-band-minutes": ("{from}–{to} 分钟", "{from}–{to} min"),
        "cell-unserved": ("服务范围内无回收点", "no site within reach"),
        "cell-size": ("方块越大，人口越多", "larger square: more people"),
        "cell-not-chosen": (
            "半径内没有启用的回收点",
            "No open site within the radius",
        ),
        "cell-no-candidate": ("半径内没有候选点", "No candidate site within the radius"),
        "cell-unmapped": (
            "未覆盖，或只是未上图？此乡镇的道路或住房在地图上可能缺失",
            "Uncovered or unmapped? Roads or homes of this township are likely missing on the map",
        ),
        "cell-unreachable": ("经路网无法到达", "Cannot be reached by road"),
        "tools": ("编辑工具", "Editing tools"),
        "tool-candidates": ("显示候选点", "Show candidate sites"),
        "tool-add": ("添加候选点", "Add a candidate site"),
        "tool-existing": ("添加现有回收点", "Add an existing point"),
        "tool-no-go": ("绘制禁建区", "Draw a no-go area"),
        "tool-undo": ("撤销 (Ctrl+Z)", "Undo (Ctrl+Z)"),
        "tool-redo": ("重做 (Ctrl+Y)", "Redo (Ctrl+Y)"),
        "hint-add": ("点击地图放置候选点", "Click the map to place a candidate"),
        "hint-existing": ("点击地图标出已有的回收点", "Click the map where a point stands already"),
        "hint-no-go": (
            "依次点击禁建区的各个角，至少三个",
            "Click the corners of the area, three at least",
        ),
        "hint-outside": (
            "此处不在任何乡镇内，请在区域内点击",
            "No township is here: click inside the region",
        ),
        "hint-keys": (
            "方向键移动地图，空格放在中心",
            "Arrows move the map, space places at its middle",
        ),
        "hint-close": (
            "双击、回车或“完成”结束；Esc 重画",
            "Double click, Enter or Done closes it; Esc starts again",
        ),
        "hint-name": ("名称（可不填）", "Name (optional)"),
        "hint-done": ("完成", "Done"),
        "hint-stop": ("退出", "Stop"),
        "base-offline": ("离线底图", "offline"),
        "base-osm": ("OpenStreetMap", "OpenStreetMap"),
        "base-tianditu": ("天地图", "Tianditu"),
        "base-amap": ("高德地图", "Amap"),
        "credit-tianditu": ("© 天地图", "© Tianditu"),
        "credit-amap": ("© 高德地图", "© Amap (AutoNavi)"),
        "online-failed": (
            "在线底图不可用，显示离线底图",
            "The online base map is not available: the offline one is shown",
        ),
        "full-screen": ("全屏", "Full screen"),
        "zoom-in": ("放大", "Zoom in"),
        "zoom-out": ("缩小", "Zoom out"),
        "scene-missing": (
            "地图数据未能载入。请刷新页面；仍无效时请检查服务器的 static 文件夹",
            "The map's data did not load. Reload the page, or have the server's static folder "
            "checked",
        ),
        "review": ("审图号：{number}", "Map review no.: {number}"),
        "review-none": ("内部工作草图·未经审核", "internal working draft, not reviewed"),
        "data-of": ("{licence}，{date}", "{licence}, {date}"),
        "straight-line": (
            "距离为直线距离 × {factor}（没有路网，估计值）",
            "Distances are straight lines × {factor} (no roads known, estimated)",
        ),
        "straight-townships": (
            "{names}：没有可用的道路数据，距离为直线距离 × {factor}（估计值）",
            "{names}: no roads mapped, distances there are straight lines × {factor} (estimated)",
        ),
        "people-estimated": ("人口分布为估计值", "Where people live is an estimate"),
        "borders-approximate": ("乡镇边界为近似值", "Township borders are approximate"),
        "no-script": (
            "此地图需要启用 JavaScript（无需联网）。",
            "This map needs JavaScript (no internet connection).",
        ),
    }
)


def browser_words(language: Language) -> dict[str, str]:
    """Return the sentences that the map's scripts fill in themselves."""
    column = LANGUAGES.index(language)
    return {key: both[column] for key, both in sorted(MAP_WORDS.table.items())}


def kind_name(kind: str, language: Language) -> str:
    """Name a kind of site; one from a table of the user's own keeps its identifier."""
    names = _kind_names().get(kind)
    return names[LANGUAGES.index(language)] if names else kind


def kind_names(language: Language) -> dict[str, str]:
    """Name every kind of the table that comes with the program."""
    column = LANGUAGES.index(language)
    return {kind: both[column] for kind, both in sorted(_kind_names().items())}


@cache
def _kind_names() -> dict[str, tuple[str, str]]:
    return {row.kind: (row.name_zh, row.name_en) for row in default_kinds().kinds}

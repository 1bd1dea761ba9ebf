"""Words of errors about maps that servers send, and places asked for by name."""

from __future__ import annotations

__all__ = ["SERVERS_WORDS"]

SERVERS_WORDS: dict[str, str] = {
    # Maps fetched from servers.
    "has no map data at all for {}": "没有 {0} 的地图数据",
    "If it serves another part of the world, give another with --overpass": (
        "若该服务器只覆盖其他地区，请用 --overpass 换一个"
    ),
    "cannot answer even for a square kilometre ({})": "连一平方公里的范围也无法返回（{0}）",
    "Try again later with a longer --timeout, or take another server (--overpass)": (
        "请稍后加大 --timeout 重试，或换服务器（--overpass）"
    ),
    "answers cannot be kept here ({})": "无法在此保存下载结果（{0:why}）",
    "Choose another folder with --cache DIR, or free some space": (
        "请用 --cache DIR 换一个文件夹，或腾出空间"
    ),
    "element {} of the answer is no OSM object ({})": "返回结果中第 {0} 项不是 OSM 对象（{1}）",
    "Take another server (--overpass), or ask again with --max-age 0": (
        "请换服务器（--overpass），或用 --max-age 0 重新请求"
    ),
    "holds an object that cannot be stored ({})": "含无法保存的对象（{0}）",
    "Take another server (--overpass)": "请换服务器（--overpass）",
    "{} is no address of a server": "{0} 不是服务器地址",
    "Give one like {}": "例如 {0:names}",
    "no answer to this question is kept, and --offline asks nobody": (
        "本地没有保存该请求的结果，而 --offline 不联网"
    ),
    "Run it once with internet access and without --offline. {}": (
        "请先联网、不加 --offline 运行一次。{0:zh}"
    ),
    "Or import a downloaded file: recyclenet import FILE.osm.pbf --out BUNDLE": (
        "或导入下载好的文件：recyclenet import FILE.osm.pbf --out BUNDLE"
    ),
    "Run the same command again: it goes on from the answers already kept": (
        "请重新运行同一命令，会接着已下载的部分继续"
    ),
    "{}. Or take another server": "{0:zh}，或换一个服务器",
    "{}, or takes another server (--overpass)": "{0:zh}，或换服务器（--overpass）",
    "{} after a while, or take another server (--overpass, --nominatim)": (
        "请稍后再试。{0:zh}；或换服务器（--overpass、--nominatim）"
    ),
    "{}: it asks to come back in {} minutes": "{0:zh}：要求 {1} 分钟后再来",
    "the encrypted connection cannot be trusted": "加密连接不可信",
    "Check this machine's clock and certificates, or the address": (
        "请核对本机时钟、证书，或服务器地址"
    ),
    "cannot be reached": "无法连接",
    "Check the internet connection and the address (--overpass, --nominatim). {}": (
        "请核对网络连接和地址（--overpass、--nominatim）。{0:zh}"
    ),
    "answers with broken or truncated JSON": "返回的 JSON 损坏或不完整",
    "cut the connection half way": "中途断开连接",
    "does not answer in time": "未在时限内应答",
    "has had too many requests from here (HTTP {})": "来自本机的请求过多（HTTP {0}）",
    "is too busy or failing (HTTP {})": "繁忙或故障（HTTP {0}）",
    "sends on to {}": "转到 {0}",
    "Give that address with --overpass": "请用 --overpass 给出该地址",
    "knows no such page (HTTP 404)": "没有该页面（HTTP 404）",
    "Check the address: an Overpass API ends in /api, a Nominatim in its host": (
        "请核对地址：Overpass API 以 /api 结尾，Nominatim 以主机名结尾"
    ),
    "refuses (HTTP {}: {})": "拒绝请求（HTTP {0}：{1}）",
    "refuses (HTTP {}: no words)": "拒绝请求（HTTP {0}，无说明）",
    "Check the address and your rights there, or take another server": (
        "请核对地址和权限，或换服务器"
    ),
    "sends an empty answer": "返回空结果",
    "sends a web page instead of data ({})": "返回的是网页，不是数据（{0}）",
    "sends a web page instead of data (no words)": "返回的是网页，不是数据（无说明）",
    "Check the address, and whether this network wants a log-in first": (
        "请核对地址，并确认网络是否需要先登录"
    ),
    "answers with something else than a list of places": "返回的不是地点列表",
    "answers with something else than a list of places ({})": "返回的不是地点列表（{0}）",
    "answers with something else than a list of places (no words)": "返回的不是地点列表（无说明）",
    "answers with something else than map elements": "返回的不是地图要素",
    "answers with something else than map elements ({})": "返回的不是地图要素（{0}）",
    "answers with something else than map elements (no words)": "返回的不是地图要素（无说明）",
    "Check the address (--overpass, --nominatim)": "请核对地址（--overpass、--nominatim）",
    "could not answer ({})": "无法应答（{0}）",
    # Places by name.
    "is empty, too long or unprintable": "为空、过长或含不可显示的字符",
    "Give the name of a place": "请给出地名",
    "no OSM object {} is known to the place search": "地名搜索查不到 OSM 对象 {0}",
    "Check the id on openstreetmap.org, or give the name": (
        "请在 openstreetmap.org 核对编号，或改给地名"
    ),
    "Draw a polygon": "请画一个面",
    "no such place is known": "查不到该地名",
    "no such place is known; near matches are {}": "查不到该地名，相近的有：{0}",
    "Give one of those ids, or another name": "请给出其中一个编号，或换个地名",
    "Check the spelling, add what it lies in (朝阳区, 长春市), or: {}": (
        "请核对写法，补上所属地区（朝阳区, 长春市），或{0:zh}"
    ),
    "Name the county or city it lies in. Or: {}": "请写明所在的县或市，或{0:zh}",
    "give a drawn polygon (geojson file) instead": "改用手绘的面（GeoJSON 文件）",
    "is no area in OpenStreetMap but {}": "在 OpenStreetMap 中不是区域，而是 {0}",
    "is no area in OpenStreetMap but {}; and {} more": (
        "在 OpenStreetMap 中不是区域，而是 {0}；另有 {1} 个"
    ),
    "{} is none of the {} choices: {}": "{0} 不在 {1} 个选项中：{2}",
    "{} is none of the {} choices: {}; and {} more": "{0} 不在 {1} 个选项中：{2}；另有 {3} 个",
    "Give the number of one": "请给出其中一个的序号",
    "may be one of several places: {}": "可能是多个地点之一：{0}",
    "may be one of several places: {}; and {} more": "可能是多个地点之一：{0}；另有 {1} 个",
    "Say which with --choose NUMBER, or give its id for the name": (
        "请用 --choose NUMBER 选定，或以编号代替地名"
    ),
    "has {} km², more than is fetched piece by piece ({} km²)": (
        "面积 {0} km²，超过分块下载的上限（{1} km²）"
    ),
    "Import a downloaded extract: recyclenet import FILE.osm.pbf --out BUNDLE": (
        "请导入下载好的 OSM 数据：recyclenet import FILE.osm.pbf --out BUNDLE"
    ),
    "OpenStreetMap has no outline at admin_level {} of {} ({} of {} found)": (
        "OpenStreetMap 在 admin_level {0} 没有 {1} 的边界（{3} 个中找到 {2} 个）"
    ),
    (
        "Give the outlines with --boundaries FILE --name-field FIELD, or go on without them "
        "with --skip-missing"
    ): ("请用 --boundaries FILE --name-field FIELD 给出边界，或用 --skip-missing 略过"),
    "Did you mean the recipe {}? {}": "是否指现成区域 {0}？{1:zh}",
    "nothing to fetch is given": "未说明要下载哪里",
    "Name a place: recyclenet fetch 景德镇市 --out BUNDLE": (
        "请给出地名：recyclenet fetch 景德镇市 --out BUNDLE"
    ),
    "Give 1 to 100000": "应为 1 至 100000",
    "is no name for an extract": "不能用作 OSM 数据的文件名",
    "End it in .osm.pbf": "请以 .osm.pbf 结尾",
    "no such place is known; near matches are {}; and {} more": (
        "查不到该地名，相近的有：{0}；另有 {1} 个"
    ),
    "borders": "边界",
    "roads": "道路",
    "region": "本区域",
}

"""What errors say in Chinese: every English text that one is made from, and its Chinese.

A text is written as it is raised, ``{}`` where a value stands; the same text may tell what is
wrong in one place and what to do in another. In the Chinese ``{0}`` is the first value,
``{0:zh}`` a value that is itself a text of ours, ``{0:each}`` a list of such, ``{0:some}`` a list
that may hold some, ``{0:why}`` a fault of the machine's or an error within the error, and
``{0:names}`` names or numbers without running text: without that, a short text such as ``is {}``
would take any English sentence for its own.
"""

from __future__ import annotations

from types import MappingProxyType

from planner.wording.error_words_files import FILES_WORDS
from planner.wording.error_words_map import MAP_WORDS
from planner.wording.error_words_planner import PLANNER_WORDS
from planner.wording.error_words_policy import POLICY_WORDS
from planner.wording.error_words_servers import SERVERS_WORDS
from planner.wording.error_words_solver import SOLVER_WORDS
from planner.wording.error_words_tables import TABLES_WORDS

__all__ = ["AREAS", "ERROR_WORDS", "MACHINE", "PLACES"]

AREAS = (
    FILES_WORDS,
    MAP_WORDS,
    SERVERS_WORDS,
    TABLES_WORDS,
    PLANNER_WORDS,
    POLICY_WORDS,
    SOLVER_WORDS,
)

ERROR_WORDS = MappingProxyType(
    {english: chinese for area in AREAS for english, chinese in area.items()}
)

MACHINE = MappingProxyType(
    {
        "No such file or directory": "没有该文件或文件夹",
        "Permission denied": "没有权限",
        "Operation not permitted": "不允许该操作",
        "No space left on device": "磁盘空间不足",
        "Disk quota exceeded": "磁盘配额已满",
        "Is a directory": "是文件夹",
        "Not a directory": "不是文件夹",
        "Directory not empty": "文件夹不为空",
        "File exists": "已有同名文件",
        "Read-only file system": "文件系统只读",
        "File name too long": "文件名过长",
        "Input/output error": "读写出错",
        "Too many open files": "打开的文件过多",
        "Too many levels of symbolic links": "符号链接层数过多",
        "Invalid argument": "参数无效",
        "Cannot allocate memory": "内存不足",
        "Device or resource busy": "设备正忙",
        "embedded null byte": "路径含空字符",
        "its content is of another format": "内容是另一种格式",
        "it is no database": "内容不是数据库",
        "it lacks the tables of a GeoPackage": "缺少 GeoPackage 的表",
        "one of its files is damaged": "其中有文件已损坏",
        "its JSON is broken or tells no features": "JSON 不完整，或不含要素",
        "its contents are damaged": "内容已损坏",
        "its compression is not supported": "压缩方式不受支持",
        "File is not a zip file": "不是 zip 格式",
        "no folder": "没有该文件夹",
        "no answer": "无应答",
        "too many at a time": "同时访问过多",
    }
)
"""Why a file, or the store, cannot be used: mostly the operating system's own words."""

PLACES = MappingProxyType(
    {
        "PLACE": "地名",
        "EXTRACT": "OSM 数据",
        "road network": "路网",
        "walk network": "步行路网",
        "drive network": "驾车路网",
        "OSM place nodes (approximate)": "OSM 地名点（近似）",
        "optimiser": "求解",
        "store": "方案库",
    }
)
"""Where a fault is, where that is no name: all else stays as it is."""

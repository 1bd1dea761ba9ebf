"""Words of errors about scenarios, edits, options, plans and ready regions."""

from __future__ import annotations

__all__ = ["PLANNER_WORDS"]

PLANNER_WORDS: dict[str, str] = {
    # Scenarios and their files.
    "has no table [scenario]": "没有表 [scenario]",
    "unknown table": "未知的表",
    "unknown table {}": "未知的表 {0}",
    "unknown field": "未知字段",
    "unknown field {}": "未知字段 {0}",
    "{} is given beside minutes {}": "已给分钟数 {1}，不能再给 {0} 米",
    "Give one of the two": "请只给其一",
    "{} is of no use for a radius in metres": "按米计的服务半径用不到步行速度 {0}",
    "Give minutes too, or leave it out": "请同时给出分钟数，或去掉此项",
    "is no scenario": "不是方案",
    "Update the program": "请升级程序",
    "Give {}": "应为 {0:names}",
    "Give true or false": "应为 true 或 false",
    "Give a value": "请给出值",
    "Give a list": "应为列表",
    "Give a list of names": "应为名称列表",
    "Give a table": "应为表",
    "Give a table of edits": "应为编辑内容的表",
    "Give a table [{}]": "请给出表 [{0}]",
    "Give [[{}]]": "请给出 [[{0}]]",
    "Give text": "应为文字",
    "Give one line of text": "应为一行文字",
    "Give one line of text, at most {} characters": "应为一行文字，最多 {0} 字",
    "Give a number": "应为数字",
    "Give a number from {} to {}": "应为 {0} 至 {1} 之间的数",
    "Give a number from {} up": "应为不小于 {0} 的数",
    "Give a whole number": "应为整数",
    "Give a whole number above 0": "应为大于 0 的整数",
    "Give a whole number from {} to {}": "应为 {0} 至 {1} 之间的整数",
    "Give a year from {} to {}": "应为 {0} 至 {1} 年",
    "Give at least {}": "至少为 {0:names}",
    "Give at least one name": "请至少给出一个名称",
    "Give at most {}": "最多 {0:names}",
    "Give more than 0": "应大于 0",
    "Give six digits": "应为六位数字",
    "Give each once": "每个只能给一次",
    "Give each id once": "每个编号只能给一次",
    "Give each of {} once, or leave the table out": "{0} 应各给一次，或去掉该表",
    "Give the sum of the parts, {}": "应为各部分之和 {0}",
    "Give {}, as named": "应与所列一致：{0}",
    "Give a township named there": "应为其中列出的乡镇",
    'Give sites by code, as { "360222" = 2 }': '应为各乡镇代码的点数，如 { "360222" = 2 }',
    "Give weights by criterion, as { slope = 0 }": "应为各指标权重，如 { slope = 0 }",
    "Give weights by kind": "应为各类别权重",
    "Give a list of kinds of candidates": "应为候选点类型的列表",
    "Give a kind of candidates": "应为候选点类型",
    "Give weights above 0 and up to 1": "权重应大于 0 且不超过 1",
    # Edits on the map.
    "{} is both closed and forced": "{0} 既要关闭又要必设",
    "{} of them": "{0} 个",
    "{} corners": "{0} 个角点",
    "Give {} to {} corners": "应为 {0} 至 {1} 个角点",
    "Give degrees": "应为度数",
    "Give degrees from {} to {}": "应为 {0} 至 {1} 度",
    "Give pairs of longitude and latitude": "应为成对的经纬度",
    "Give the id of a site: letters, digits and _ . : / -": "应为网点编号：字母、数字和 _ . : / -",
    "there is no area {}": "没有第 {0} 个禁建区域",
    # Options of the command line.
    "is of no use while sites are counted, not weighed by their cost": (
        "按网点数计算时用不到，按成本计算才有用"
    ),
    "Give --objective cost too, or leave it out": "请同时给出 --objective cost，或去掉此项",
    "{}: the region's data says nothing about it": "{0}：区域数据中没有相关内容",
    "Leave it out, or import again with what tells it (slope: --dem)": (
        "请去掉此项，或带相应数据重新导入（坡度：--dem）"
    ),
    "Give a value or leave it out": "请给出值，或去掉此项",
    "is of no use without {}": "须与 {0:names} 一起使用",
    "is of no use without any of {}": "须与 {0:names} 之一一起使用",
    "is of no use without an OSM extract": "须与 OSM 数据一起使用",
    "is of no use with {}": "不能与 {0:names} 同时使用",
    "Give {} FILE too, or leave {} out": "请同时给出 {0} FILE，或去掉 {1}",
    "Give both, or neither": "请两个都给，或都不给",
    "Give the file too, or leave it out": "请同时给出文件，或去掉此项",
    "Give people, or leave it out": "请给出人口，或去掉此项",
    "Say which year the people are of": "请指明人口数据的年份",
    # A plan's files.
    "is not the answer of a plan ({})": "不是规划方案的结果（{0:why}）",
    "Give the folder that recyclenet plan wrote": "请给出 recyclenet plan 写成的文件夹",
    "Give the folder that recyclenet plan wrote, or scenarios/N of an unpacked pack": (
        "请给出 recyclenet plan 写成的文件夹，或解包后的 scenarios/N"
    ),
    "is no plan": "不是规划方案",
    "names no bundle ({})": "未指明可用的区域数据（{0}）",
    "Give --bundle": "请给出 --bundle",
    "does not tell where its region's data lie": "未指明区域数据的位置",
    "Give the bundle too": "请同时给出区域数据",
    "Give the region's folder, or --scenario FILE of a plan's folder or an unpacked pack": (
        "请给出区域数据文件夹，或用 --scenario 给出方案文件夹或解包文件夹中的情景文件"
    ),
    "was packed without an answer: there is nothing to compare with": (
        "打包时没有规划结果，无可比较"
    ),
    "Make its plan: recyclenet plan --scenario {} --out FOLDER": (
        "请先规划：recyclenet plan --scenario {0} --out 方案文件夹"
    ),
    "is not a JSON object": "不是 JSON 对象",
    "is not a GeoJSON FeatureCollection": "不是 GeoJSON FeatureCollection",
    "is not the scenario of a plan ({})": "不是规划方案的参数（{0:why}）",
    # The app.
    "The app serves its map files from there: check your rights and the space": (
        "网页的地图文件放在此处，请核对权限和磁盘空间"
    ),
    "the map's scripts are missing": "缺少地图脚本",
    "Run: make setup": "请运行：make setup",
    "the app did not start within {} s": "网页未能在 {0} 秒内启动",
    "the app did not start within {} s {}": "网页未能在 {0} 秒内启动 {1}",
    # Ready regions.
    "no recipe {}": "没有现成区域 {0}",
    "holds none of the townships of {}: {}": "不含 {0} 的任何乡镇：{1}",
    "Take an extract of the place, or give --boundaries FILE --name-field FIELD": (
        "请用该地的 OSM 数据，或给出 --boundaries FILE --name-field FIELD"
    ),
    "Free some space for temporary files, or give --population FILE": (
        "请腾出临时文件空间，或给出 --population FILE"
    ),
    "is missing or no table": "缺失或不是表",
    "is no list of tables": "不是表的列表",
    # The command solve.
    "is not for --model {}": "不适用于 --model {0}",
    "is missing for --model {}": "--model {0} 缺少此项",
    "has groups or is given twice": "给出了分组，或重复给出",
    "Medians take one radius R": "中位模型只用一个半径 R",
    "is given for everybody and more": "给全体的值重复",
    "Write all=R for the rest": "其余请写作 all=R",
    "is {}": "不能为 {0:names}",
    "the region cannot be kept ({})": "无法保存该区域（{0:why}）",
    "Ask whoever runs this server to look at its disk": "请联系服务器管理员检查磁盘",
}

"""Why a pack of scenarios is refused, and what to do about it."""

from __future__ import annotations

from planner.errors import PackError
from planner.wording.language import LANGUAGES, Words

__all__ = ["FOUND", "PACK", "REFUSALS", "refused"]

_AGAIN = ("请重新下载，或请对方重新打包", "Download it again, or ask for a new pack")
_ORIGINAL = (
    "请向发送者索取原文件；不要打开来历不明的打包文件",
    "Ask the sender for the original; do not open packs of unknown origin",
)

FOUND = Words(
    {
        "empty": ("空文件", "an empty file"),
        "empty-zip": ("空的 zip 文件", "an empty zip file"),
        "unknown": ("未知格式", "of an unknown format"),
    }
)
"""What another file is, where its format has no name."""

REFUSALS = Words(
    {
        "foreign": (
            "不是 RecycleNet 打包文件（{found}）",
            "is no pack of RecycleNet ({found})",
        ),
        "foreign-bundle": (
            "不是区域数据文件夹的压缩包（{found}）",
            "is no zip file of a region's folder ({found})",
        ),
        "truncated": (
            "不完整，或结尾多出内容（共 {size} 字节）",
            "is incomplete, or something was put behind it ({size} bytes)",
        ),
        "too-large": (
            "过大：{size} MB，上限 {most} MB",
            "is too large: {size} MB, at most {most} MB",
        ),
        "part-too-large": (
            "{name} 过大：{size} MB，上限 {most} MB",
            "{name} is too large: {size} MB, at most {most} MB",
        ),
        "too-many-rows": (
            "{name} 有 {rows} 行，上限 {most} 行",
            "{name} has {rows} rows, at most {most}",
        ),
        "odd-table": (
            "{name} 中有不应有的列（{column}）",
            "{name} has a column that no region has ({column})",
        ),
        "too-many": (
            "含 {count} 项，上限 {most} 项",
            "holds {count} parts, at most {most}",
        ),
        "too-many-scenarios": (
            "含 {count} 个方案，网页一次最多打开 {most} 个",
            "holds {count} scenarios; a page opens {most} at most",
        ),
        "leads-out": (
            "含有指向包外的路径 {name}",
            "holds a path that leads out of it, {name}",
        ),
        "link": ("含有符号链接 {name}", "holds a symbolic link, {name}"),
        "twice": ("{name} 出现两次", "holds {name} twice"),
        "encrypted": ("{name} 已加密", "{name} is encrypted"),
        "method": (
            "{name} 的压缩方式不被支持",
            "{name} is compressed in a way that is not supported",
        ),
        "bomb": (
            "{name} 解压后异常庞大（{packed} 字节变为 {size} 字节）",
            "{name} swells out of proportion ({packed} bytes become {size})",
        ),
        "unknown-part": ("含有不应有的 {name}", "holds {name}, which does not belong there"),
        "missing": ("缺少 {name}", "lacks {name}"),
        "newer": (
            "由更新的版本制作（格式 {version}，本程序可读到 {known}）",
            "was made by a newer RecycleNet (format {version}, this one reads up to {known})",
        ),
        "manifest": ("清单无法读取（{why}）", "its manifest cannot be read ({why})"),
        "edited": (
            "{name} 与清单中的 sha256 不符：打包后被改动或损坏",
            "{name} is not what the manifest says (sha256): changed or damaged since it was packed",
        ),
        "bundle": ("其中的区域数据不可用（{why}）", "its region cannot be used ({why})"),
        "scenario": ("其中的情景不可用（{why}）", "its scenario cannot be used ({why})"),
        "unreadable": ("无法读取（{why}）", "cannot be read ({why})"),
        "unwritable": ("无法写入（{why}）", "cannot be written ({why})"),
        "place-taken": (
            "已有别的文件，不会覆盖",
            "is another file, which is not replaced",
        ),
        "other-data": (
            "方案所用的区域数据（{asked}）与该文件夹中的（{found}）不同",
            "was made from other data ({asked}) than its bundle holds now ({found})",
        ),
        "no-bundle": (
            "是情景文件，还需要区域数据",
            "is a scenario, and needs the region's data",
        ),
    }
)

REMEDIES = Words(
    {
        "foreign": (
            "请选择 recyclenet pack 生成的 .rnpack 文件",
            "Give a file that recyclenet pack wrote",
        ),
        "foreign-bundle": (
            "请压缩整个区域文件夹（内含 manifest.json）",
            "Zip the whole folder of the region, with its manifest.json",
        ),
        "truncated": _AGAIN,
        "too-large": _ORIGINAL,
        "part-too-large": _ORIGINAL,
        "too-many-rows": _ORIGINAL,
        "odd-table": _ORIGINAL,
        "too-many": _ORIGINAL,
        "too-many-scenarios": (
            "请对方分成几个包",
            "Ask for several smaller packs",
        ),
        "leads-out": _ORIGINAL,
        "link": _ORIGINAL,
        "twice": _ORIGINAL,
        "encrypted": (
            "请对方用 recyclenet pack 打包，不加密码",
            "Ask for one made by recyclenet pack, without a password",
        ),
        "method": ("请对方用 recyclenet pack 打包", "Ask for one made by recyclenet pack"),
        "bomb": _ORIGINAL,
        "unknown-part": _ORIGINAL,
        "missing": _AGAIN,
        "newer": ("请升级 RecycleNet", "Update RecycleNet"),
        "manifest": _AGAIN,
        "edited": _ORIGINAL,
        "bundle": _AGAIN,
        "scenario": (
            "若由更新版本的程序制作，请升级 RecycleNet；否则请对方重新打包",
            "Update RecycleNet if a newer one made it, or else ask for a new pack",
        ),
        "unreadable": ("请检查路径与权限", "Check the path and your rights"),
        "unwritable": (
            "请检查路径、磁盘空间与权限",
            "Check the path, the free space and your rights",
        ),
        "place-taken": ("请换一个 --out", "Choose another --out"),
        "other-data": (
            "请用 --bundle 指出原来的区域数据，或重新规划",
            "Give the bundle that it was made from with --bundle, or plan again",
        ),
        "no-bundle": ("请加 --bundle", "Give --bundle"),
    }
)

PACK = Words(
    {
        "packed": (
            "已打包到 {file}：情景 {scenarios} 个，区域 {bundles} 个，{size} MB",
            "packed into {file}: {scenarios} scenarios, {bundles} regions, {size} MB",
        ),
        "unpacked": (
            "已解包到 {folder}，全部校验无误：",
            "unpacked into {folder}, all of it checked:",
        ),
        "unpacked-scenario": (
            "  {folder}：{name}（{region}）",
            "  {folder}: {name} ({region})",
        ),
        "no-name": ("未命名", "no name"),
        "plan-again": (
            "重新规划：recyclenet plan {bundle} --scenario {scenario} --out 方案文件夹",
            "plan again: recyclenet plan {bundle} --scenario {scenario} --out FOLDER",
        ),
    }
)


def refused(key: str, where: str, **values: object) -> PackError:
    """Say why, in both languages, in one line each."""
    # Imported where it is used: a command that refuses nothing starts without the optimiser.
    from planner.wording.errors import say_part

    lines = {}
    for one in LANGUAGES:
        told = dict(values)
        if "why" in told:
            told["why"] = say_part(told["why"], one)
        if told.get("found") in FOUND.table:
            told["found"] = FOUND.say(str(told["found"]), one)
        lines[one] = (REFUSALS.say(key, one, **told), REMEDIES.say(key, one))
    what, remedy = lines["en"]
    zh = f"{where}：{lines['zh'][0]}。{lines['zh'][1]}"
    return PackError(what, where=where, remedy=remedy, zh=" ".join(zh.split()))

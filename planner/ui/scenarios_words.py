"""Words of saving and of the page of saved scenarios."""

from __future__ import annotations

from planner.wording.language import Language, Words

__all__ = ["SAVED_UI", "saved_say"]

SAVED_UI = Words(
    {
        "head": ("方案库", "Saved scenarios"),
        "about": (
            "您保存的方案，以及同事共享给团队的方案。未共享的方案只有持链接者能看到。",
            "What you saved, and what colleagues shared with the team. The rest is seen by those "
            "only who have its link.",
        ),
        "none": (
            "方案库里还没有您的方案。在“规划”页左侧按“保存”，它就会出现在这里。"
            "以前保存过？请用您自己的链接打开一次。",
            "No scenario of yours is here yet. Save one in the sidebar of the Plan page. Saved "
            "some before? Open one by your own link first.",
        ),
        "none-found": ("没有符合条件的方案。", "No scenario fits these filters."),
        "to-plan": ("去规划页", "Go to the Plan page"),
        "search": ("搜索", "Search"),
        "search-example": ("标题、标签、作者、说明", "title, tag, author, note"),
        "tag": ("标签", "Tag"),
        "region": ("区域", "Region"),
        "all": ("全部", "all"),
        "only-mine": ("只看我的", "Only mine"),
        "archived": ("已归档", "Archived"),
        "more": ("再显示一些（还有 {n} 个）", "Show more ({n} left)"),
        "compare": ("对比所选（{n}）", "Compare those ticked ({n})"),
        "compare-help": ("勾选 2 至 {most} 个方案。", "Tick 2 to {most} scenarios."),
        "tick": ("选择“{title}”用于对比", "Choose “{title}” for comparing"),
        "open-help": ("打开此方案", "Open this scenario"),
        "manage": ("管理", "Manage"),
        "less": ("收起", "Close"),
        "is-shared": ("团队共享", "shared"),
        "is-theirs": ("他人方案", "somebody else's"),
        "version": ("第 {n} 版", "version {n}"),
        "figures": ("{sites} 个回收点，覆盖 {share}", "{sites} sites, {share} covered"),
        "unproven": ("未证明最优", "not proven"),
        "read-only": (
            "这是他人的方案，只能查看。“复制为我的方案”后即可修改。",
            "Somebody else's scenario: it can be read only. Make it yours to change it.",
        ),
        "title": ("标题", "Title"),
        "title-example": ("例如：近期方案 1000 米", "e.g. first stage, 1000 m"),
        "tags": ("标签", "Tags"),
        "tags-example": ("选择或输入标签", "choose or type"),
        "share": ("团队共享", "Shared with the team"),
        "share-help": (
            "所有使用本方案库的人都能在列表和 QGIS 中看到它；仍然只有您能修改。",
            "Everybody who uses this store sees it in the list and in QGIS; only you change it.",
        ),
        "do-duplicate": ("复制一份", "Duplicate"),
        "do-duplicate-help": (
            "以最新版本另建一个方案，有自己的钥匙。",
            "Makes another scenario of the latest version, with a key of its own.",
        ),
        "do-mine": ("复制为我的方案", "Make it mine"),
        "do-mine-help": (
            "复制并打开；副本归您所有，原方案不变。",
            "Copies and opens it: the copy is yours, the other stays as it is.",
        ),
        "do-archive": ("归档", "Archive"),
        "do-archive-help": (
            "从列表中移出；链接与历史保留，可随时恢复。",
            "Takes it off the list; link and history stay, and it can be put back.",
        ),
        "do-unarchive": ("恢复", "Put back"),
        "do-unarchive-help": ("放回列表。", "Puts it back into the list."),
        "do-pack": ("打包下载", "Pack"),
        "do-pack-help": (
            "一个文件，含参数、手工修改、结果和区域数据，可在另一台电脑上打开，得到相同的方案。",
            "One file with the question, the edits, the answer and the region's data: it opens "
            "elsewhere and gives the same plan.",
        ),
        "pack-no-data": (
            "无法打包：区域数据在保存之后已更新或移除。请打开方案，重新保存后再打包。",
            "It cannot be packed: the region's data changed since it was saved, or are gone. Open "
            "it, save it again, then pack it.",
        ),
        "pack-open": ("打开方案包", "Open a pack"),
        "pack-file": ("方案包（.rnpack）", "Pack (.rnpack)"),
        "pack-help": (
            "从“打包下载”、报告导出页或 recyclenet pack 得到的文件。先逐项校验；其区域成为您的"
            "私有区域，其方案存为您自己的方案。",
            "A file from “Pack”, from the page Report & export or from recyclenet pack. All of it "
            "is checked first; its region becomes a private region of yours, its scenarios are "
            "saved as your own.",
        ),
        "pack-take": ("校验并打开", "Check and open"),
        "pack-note": ("取自 {file}", "from {file}"),
        "links": ("链接", "Links"),
        "history": ("历史（{n} 版）", "History ({n})"),
        "version-help": ("打开这一版", "Open this version"),
        "link-view": (
            "查看链接：可发给任何人，打开的就是这个方案，只能查看。",
            "Link to look at it: send it to anybody; it opens exactly this, read-only.",
        ),
        "link-own": (
            "您自己的链接：请收藏。持有者可以修改此方案，勿外传。",
            "Your own link: bookmark it. Whoever has it can change this scenario: keep it to "
            "yourself.",
        ),
        "save-head": ("保存", "Save"),
        "save-open": ("保存方案", "Save this scenario"),
        "save-more": ("标题、说明、另存为", "Title, note, save as"),
        "without-plan": (
            "方案尚未算完：现在保存只保存参数与手工修改。",
            "The plan is not there yet: saving now keeps the question alone.",
        ),
        "not-saved": ("尚未保存。", "Not saved yet."),
        "open-mine": ("正在编辑：{title}（第 {n} 版）", "Open: {title} (version {n})"),
        "open-theirs": (
            "正在查看他人的方案：{title}（第 {n} 版）。复制为我的方案后即可修改。",
            "Somebody else's: {title} (version {n}). “Make it mine” to change it.",
        ),
        "other-data": (
            "区域数据在保存之后已更新：方案按新数据重新计算，结果可能不同。",
            "The region's data changed since it was saved: the plan is made anew and may differ.",
        ),
        "author": ("姓名", "Your name"),
        "note": ("说明", "Note"),
        "note-example": ("改了什么、为什么", "what changed, and why"),
        "address-has-key": (
            "地址栏中含有修改此方案的钥匙：请勿转发地址栏，给他人请发下方“链接”中的查看链接。",
            "The address of this page holds the right to change this scenario. Do not send it: "
            "send the link to look at it, under “Links” below.",
        ),
        "own-keys": (
            "每个方案有自己的钥匙，本次会话持有 {n} 把。刷新或关闭页面后只留下地址栏中的那一把："
            "请在各方案的“管理 → 链接”中收藏自己的链接。",
            "Each scenario has a key of its own; this sitting holds {n}. After a reload only the "
            "one in the address is left: bookmark your own link of each, under “Manage” → “Links”.",
        ),
        "save-version": ("保存新版本", "Save a version"),
        "save-new": ("保存", "Save"),
        "save-as": ("另存为", "Save as"),
        "close": ("关闭", "Close"),
        "close-help": (
            "不再编辑这个已存方案；当前参数保留。",
            "Stops working on the saved scenario; what is asked now stays.",
        ),
        "saved": ("已保存第 {n} 版", "Version {n} is saved"),
        "somebody": ("有人", "somebody"),
        "conflict": (
            "您打开之后，{author}已于 {when} 保存了第 {n} 版。您的修改尚未保存，请选择：",
            "Since you opened it {author} saved version {n} ({when}). Your work is not saved yet. "
            "Choose:",
        ),
        "conflict-copy": ("另存为我的副本", "Save mine as a copy"),
        "conflict-theirs": ("采用对方版本（放弃我的修改）", "Take theirs and drop mine"),
        "conflict-overwrite": ("在其之上保存我的版本", "Save mine over theirs"),
        "conflict-overwrite-help": (
            "对方的版本仍保留在历史中。",
            "Their version stays in the history.",
        ),
        "copy-title": ("{title}（副本）", "{title} (copy)"),
    }
)


def saved_say(key: str, language: Language, **values: object) -> str:
    """Say one of these sentences."""
    return SAVED_UI.say(key, language, **values)

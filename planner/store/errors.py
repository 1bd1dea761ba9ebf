"""What can go wrong between a planner and the store, each in one line and in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from planner.errors import PlannerError
from planner.wording.errors import say_part
from planner.wording.language import Words

if TYPE_CHECKING:
    from planner.store.values import Version

__all__ = [
    "CHOICES",
    "Choice",
    "ConflictError",
    "ForeignStoreError",
    "NewerStoreError",
    "NotOwnerError",
    "OtherRegionError",
    "RefusedTextError",
    "StoreError",
    "UnknownScenarioError",
]

Choice = Literal["copy", "theirs", "overwrite"]
CHOICES: tuple[Choice, ...] = ("copy", "theirs", "overwrite")
"""What a planner may do after a conflict: save a copy, take theirs, or save over it knowingly."""

_WORDS = Words(
    {
        "unreachable": (
            "方案库无法打开（{why}）。请检查 RECYCLENET_STORE 指向的位置、权限与磁盘空间，"
            "或稍后再试",
            "the store cannot be used ({why}). Check what RECYCLENET_STORE points to, your rights "
            "and the free space, or try again",
        ),
        "bad-url": (
            "RECYCLENET_STORE 不是可用的地址。请给出 postgresql://用户@主机/数据库，"
            "或一个 SQLite 文件的路径",
            "RECYCLENET_STORE is no address of a store. Give postgresql://user@host/database, or "
            "the path of an SQLite file",
        ),
        "newer": (
            "方案库由更新版本的程序写成（结构 {found}，本程序只到 {known}）。未作任何改动；"
            "请升级程序",
            "the store was written by a newer version of the program (schema {found}; this one "
            "knows {known}). Nothing was changed: update the program",
        ),
        "foreign": (
            "该位置已有别的数据（{what}），不是方案库。未作任何改动；请换一个位置",
            "other data is there ({what}), not a store. Nothing was changed: name another place",
        ),
        "foreign-file": (
            "该位置的文件不是 SQLite 数据库，因此不是方案库。未作任何改动；请换一个位置",
            "the file there is no SQLite database, so no store. Nothing was changed: name another "
            "place",
        ),
        "unknown": (
            "方案库中没有链接所指的方案。请核对链接是否完整",
            "the store has no scenario of this link. Check that the link is whole",
        ),
        "not-owner": (
            "此方案属于他人，只能查看。可先“复制为我的方案”再修改",
            "this scenario is somebody else's: it can be read only. Make it yours, then change it",
        ),
        "other-region": (
            "此方案属于区域“{region}”，不能保存“{other}”的版本。请另存为新方案",
            "this scenario is of the region {region!r} and takes no version of {other!r}. Save it "
            "as new",
        ),
        "conflict": (
            "您打开之后，{author}已保存第 {number} 版（{when}）。可另存副本、采用对方版本，"
            "或确认在其之上保存",
            "since you opened it {author} has saved version {number} ({when}). Save a copy, take "
            "theirs, or save over it knowingly",
        ),
        "text": (
            "{field}：须为一行可显示的文字，最多 {most} 字",
            "{field}: give one line of text, at most {most} characters",
        ),
        "too-many": ("{field}：最多 {most} 个", "{field}: at most {most}"),
        "somebody": ("有人", "somebody"),
    }
)


class StoreError(PlannerError):
    """The store cannot be used; base of all that is raised by ``planner.store``.

    Parameters
    ----------
    key
        Of the sentence.
    zh
        The same line in Chinese.
    """

    def __init__(self, key: str = "unreachable", **values: object) -> None:
        super().__init__(_WORDS.say(key, "en", **values))
        self.key = key
        if "why" in values:
            values["why"] = say_part(values["why"], "zh")
        self.zh = " ".join(_WORDS.say(key, "zh", **values).split())


class NewerStoreError(StoreError):
    """The store has a schema that this program does not know."""

    def __init__(self, *, found: str, known: str) -> None:
        super().__init__("newer", found=found, known=known)


class ForeignStoreError(StoreError):
    """Something else than a store stands there.

    Parameters
    ----------
    what
        Names of some of it; empty for a file that is no database.
    """

    def __init__(self, what: str = "") -> None:
        if what:
            super().__init__("foreign", what=what)
        else:
            super().__init__("foreign-file")


class UnknownScenarioError(StoreError):
    """No scenario, version or snapshot has this id."""

    def __init__(self) -> None:
        super().__init__("unknown")


class NotOwnerError(StoreError):
    """The key is not that of the scenario's owner."""

    def __init__(self) -> None:
        super().__init__("not-owner")


class OtherRegionError(StoreError):
    """A version of another region than the scenario's; nothing was written."""

    def __init__(self, *, region: str, other: str) -> None:
        super().__init__("other-region", region=region, other=other)


class RefusedTextError(StoreError):
    """A title, name, note or tag that is none."""

    def __init__(self, field: str, *, most: int, key: str = "text") -> None:
        super().__init__(key, field=field, most=most)


class ConflictError(StoreError):
    """Somebody saved a version since this one was opened; nothing was written.

    Parameters
    ----------
    theirs
        The latest version: number, author, note, time.

    Attributes
    ----------
    choices
        :data:`CHOICES`. ``overwrite`` is :meth:`planner.store.Store.update` once more, expecting
        ``theirs.number``: their version stays in the history.
    """

    def __init__(self, theirs: Version) -> None:
        when = f"{theirs.when:%Y-%m-%d %H:%M} UTC"
        super().__init__(
            "conflict",
            author=theirs.author or _WORDS.say("somebody", "en"),
            number=theirs.number,
            when=when,
        )
        self.theirs = theirs
        self.choices = CHOICES
        self.zh = _WORDS.say(
            "conflict",
            "zh",
            author=theirs.author or _WORDS.say("somebody", "zh"),
            number=theirs.number,
            when=when,
        )

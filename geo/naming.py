"""Names of townships as offices write them, and which official name is meant.

A name is tried as it is, then in a normal form (width, spaces, 街道办事处 for 街道, the county
before it, no 镇 or 乡 at its end, traditional characters), then by a table of former names. What is
left is a guess: the nearest spelling with its score, for a person to confirm.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from geo.errors import InputError, PopulationError
from geo.population import canonical_code, canonical_name
from geo.table_file import column_of, read_table

__all__ = ["NameMatch", "Names", "read_name_map", "stem"]

Kind = Literal["exact", "normalised", "alias", "guess"]

_ALIASES = Path(__file__).resolve().parent.parent / "data" / "township_aliases.csv"
_SUFFIX = re.compile(
    r"(街道|镇|乡|管理处|垦殖场|总场|农场|林场|牧场|渔场|茶场|园区|开发区|管委会|管理委员会)$"
)
_GOVERNMENT = re.compile(r"(党委|人民政府|政府)$")
_OFFICE = re.compile(r"街道(办事处|办|办公室)$|(?<=..)办事处$")
_PUNCTUATION = re.compile(r"[\s·・.,'\"\-_()（）]+")
_SIMPLER = str.maketrans(
    "鎮鄉區縣場處農墾園樂東門馬龍灣島橋嶺崗貢寧興陽廣雲華長關潭蘆麗羅義萬壽蓮豐黃錢鋪鷹鳳鵝灘濱涇溝",
    "镇乡区县场处农垦园乐东门马龙湾岛桥岭岗贡宁兴阳广云华长关潭芦丽罗义万寿莲丰黄钱铺鹰凤鹅滩滨泾沟",
)
#: Spellings less alike than this are no guess.
_LEAST = 0.6


@dataclass(frozen=True, kw_only=True, slots=True)
class NameMatch:
    """What a name stands for.

    Parameters
    ----------
    text
        As given.
    name
        The official name.
    at
        Its position.
    kind
        "exact", "normalised", "alias" or "guess".
    score
        1 for exact, 0.9 and more for what needs no asking, below for a guess.
    """

    text: str
    name: str
    at: int
    kind: Kind
    score: float


class Names:
    """Official names to match others with.

    Parameters
    ----------
    names
        Official names, in any order.
    around
        Names of counties, cities and provinces that may stand before a township's.
    codes
        Official codes where known, for aliases that hold in one county only.
    aliases
        (name, former name, prefix of codes); by default the table that comes with the program.
    """

    def __init__(
        self,
        names: Sequence[str],
        *,
        around: Iterable[str] = (),
        codes: Sequence[str] = (),
        aliases: Iterable[tuple[str, str, str]] | None = None,
    ) -> None:
        self.names = list(names)
        self._around = sorted(
            {_plain(text) for text in around if len(_plain(text)) > 1}, key=lambda t: (-len(t), t)
        )
        self._exact = _index(canonical_name(name) for name in self.names)
        self._forms = _index(self._form(name) for name in self.names)
        self._stems = _index(stem(self._form(name)) for name in self.names)
        self._codes = [canonical_code(code) for code in codes] or [""] * len(self.names)
        self._aliases: dict[str, list[tuple[str, str]]] = {}
        for name, former, within in _aliases() if aliases is None else aliases:
            for one, other in ((name, former), (former, name)):
                self._aliases.setdefault(_plain(one), []).append((_plain(other), within))

    def match(self, text: str, allowed: Iterable[int] | None = None) -> NameMatch | None:
        """Find the one official name that is meant; None where none or several could be.

        Parameters
        ----------
        text
            The name as given.
        allowed
            Positions that may be meant; all where None.
        """
        may = set(range(len(self.names)) if allowed is None else allowed)
        form = self._form(text)
        if not form:
            return None
        for kind, score, found in (
            ("exact", 1.0, self._exact.get(canonical_name(text), ())),
            ("normalised", 0.95, self._forms.get(form, ())),
            ("normalised", 0.9, self._stems.get(form, ()) if not _SUFFIX.search(form) else ()),
            ("alias", 0.9, tuple(self._by_alias(form))),
        ):
            meant = sorted(may.intersection(found))
            if len(meant) == 1:
                return self._told(text, meant[0], kind, score)  # type: ignore[arg-type]
            if meant:
                return None
        guesses = self.guesses(text, allowed=may)
        if len(guesses) > 1 and guesses[0].score - guesses[1].score < 0.01:
            return None
        return guesses[0] if guesses else None

    def guesses(
        self, text: str, *, allowed: Iterable[int] | None = None, most: int = 3
    ) -> list[NameMatch]:
        """Official names spelt like one, the likest first."""
        form = self._form(text)
        bare = stem(form)
        found = []
        for at in sorted(range(len(self.names)) if allowed is None else allowed):
            other = self._form(self.names[at])
            same = bare and bare == stem(other)
            ratio = difflib.SequenceMatcher(None, form, other, autojunk=False).ratio()
            score = 0.85 if same else round(0.85 * ratio, 3)
            if same or ratio >= _LEAST:
                found.append(self._told(text, at, "guess", score))
        return sorted(found, key=lambda match: (-match.score, match.at))[:most]

    def _told(self, text: str, at: int, kind: Kind, score: float) -> NameMatch:
        return NameMatch(text=text, name=self.names[at], at=at, kind=kind, score=score)

    def _form(self, text: str) -> str:
        """Normal form: nothing that two offices write differently for one place."""
        form = _GOVERNMENT.sub("", _plain(text))
        for _ in range(3):
            before = next((a for a in self._around if form.startswith(a)), "")
            if not before or len(form) - len(before) < 2:
                break
            form = form[len(before) :]
        return _OFFICE.sub("街道", form)

    def _by_alias(self, form: str) -> Iterable[int]:
        for other, within in self._aliases.get(form, ()):
            for at in self._forms.get(self._form(other), ()):
                if not self._codes[at] or self._codes[at].startswith(within):
                    yield at


def read_name_map(path: Path) -> Mapping[str, str]:
    """Read a table of names as given and the official names or codes they stand for.

    Columns ``given`` and ``name`` (原名, 正式名称), or the first two; keys are folded names.

    Raises
    ------
    PopulationError
        If the file cannot be read, has no two columns, or one name is said to mean two.
    """
    table = read_table(path, PopulationError)
    if len(table.header) < 2:
        raise PopulationError(
            "has no two columns",
            where=path.name,
            remedy="Give the name as written and the official name or code",
        )
    given_at = column_of(table.header, ("given", "原名", "写法", "from"))
    name_at = column_of(table.header, ("name", "official", "正式名称", "code", "to"))
    if given_at is None or name_at is None:
        given_at, name_at = 0, 1
    found: dict[str, str] = {}
    for line, cells in table.rows:
        given, name = canonical_name(cells[given_at]), cells[name_at].strip()
        if not given or not name:
            raise PopulationError(
                "is half empty",
                where=f"{path.name} row {line}",
                remedy="Fill it in or delete the row",
            )
        if found.setdefault(given, name) != name:
            raise PopulationError(
                f"{cells[given_at]!r:.60} is said to mean {found[given]!r:.60} already",
                where=f"{path.name} row {line}",
                remedy="Keep one of the rows",
            )
    return found


def _plain(text: str) -> str:
    return _PUNCTUATION.sub("", canonical_name(text)).translate(_SIMPLER)


def stem(form: str) -> str:
    """A township's name without its kind: 昌东 of 昌东镇."""
    short = _SUFFIX.sub("", form)
    return short if len(short) > 1 or not form else form


def _index(forms: Iterable[str]) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for at, form in enumerate(forms):
        if form:
            found[form] = (*found.get(form, ()), at)
    return found


@cache
def _aliases() -> tuple[tuple[str, str, str], ...]:
    table = read_table(_ALIASES, InputError)
    return tuple((cells[0], cells[1], cells[2]) for _, cells in table.rows)

"""What codes and names of a table stand for in a region."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from geo.boundary import Region
from geo.errors import PopulationError
from geo.naming import NameMatch, Names
from geo.population import PopulationRow, canonical_code, canonical_name

__all__ = ["TOTAL_NAMES", "Gazetteer", "Meaning", "code_prefix"]

#: Names that stand for the sum of a table.
TOTAL_NAMES = frozenset({"合计", "总计", "总人口", "全区合计", "total", "sum"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Meaning:
    """What a row stands for.

    Parameters
    ----------
    townships
        Ascending indices; none where it is not in the region, or only by a guess.
    own
        It is one township by itself, not an area around several.
    match
        How its name was taken where it is not written as the region writes it.
    """

    townships: tuple[int, ...] = ()
    own: bool = False
    match: NameMatch | None = None


class Gazetteer:
    """Which townships a code or a name stands for; sets are ascending tuples of indices."""

    def __init__(self, region: Region) -> None:
        frame = region.townships
        self.codes = [canonical_code(code) for code in frame["code"]]
        self.counties = [canonical_code(code) for code in frame["county_code"]]
        self.by_code: dict[str, tuple[int, ...]] = {}
        self.by_name: dict[str, tuple[int, ...]] = {}
        self.wider: dict[str, tuple[int, ...]] = {}
        self.shown: dict[str, str] = {}
        columns = ("name", "name_en", "county", "county_code", "ancestors")
        rows = zip(*(frame[column].astype(str) for column in columns), strict=True)
        for at, (name, name_en, county, county_code, ancestors) in enumerate(rows):
            self.by_code[self.codes[at]] = (at,)
            for text in dict.fromkeys((canonical_name(name), canonical_name(name_en))):
                if text:
                    self.by_name[text] = (*self.by_name.get(text, ()), at)
            self.shown.setdefault(canonical_name(name), name)
            tokens = [county, county_code, region.name, *ancestors.split(";")]
            folded = (canonical_name(canonical_code(token)) for token in tokens)
            for token, shown in zip(folded, tokens, strict=True):
                if token and self.wider.get(token, (-1,))[-1] != at:
                    self.wider[token] = (*self.wider.get(token, ()), at)
                    self.shown.setdefault(token, shown)
        self.names = Names(
            [str(name) for name in frame["name"]],
            around=[self.shown[token] for token in self.wider if not token.isdigit()],
            codes=self.codes,
        )

    def meaning(self, row: PopulationRow, file: str, *, guesses: bool = False) -> Meaning:
        """Find what a row stands for; by the nearest spelling only if ``guesses`` are agreed to.

        Raises
        ------
        PopulationError
            If its name is that of several townships and no code tells which.
        """
        code, name = canonical_code(row.code), canonical_name(row.name)
        if own := self.by_code.get(code, ()):
            return Meaning(townships=own, own=True)
        if wider := (self._by_prefix(code) or self.wider.get(code, ())):
            return Meaning(townships=wider)
        if named := [at for at in self.by_name.get(name, ()) if self._may_be(code, at)]:
            if len(named) > 1:
                codes = ", ".join(self.codes[at] for at in named)
                raise PopulationError(
                    f"{row.name!r} is the name of {len(named)} townships ({codes})",
                    where=f"{file} row {row.line}",
                    remedy="Give their codes in a code column",
                )
            return Meaning(townships=(named[0],), own=True)
        if name in TOTAL_NAMES:
            return Meaning(townships=tuple(range(len(self.codes))))
        if around := tuple(at for at in self.wider.get(name, ()) if self._may_be(code, at)):
            return Meaning(townships=around)
        near = self.names.match(
            row.name, [at for at in range(len(self.codes)) if self._may_be(code, at)]
        )
        if near is None or (near.kind == "guess" and not guesses):
            return Meaning(match=near)
        return Meaning(townships=(near.at,), own=True, match=near)

    def _by_prefix(self, code: str) -> tuple[int, ...]:
        """Townships of a county, city or province by its code (GB/T 2260)."""
        if not re.fullmatch(r"\d{6}", code):
            return ()
        prefix = code_prefix(code)
        return tuple(
            at
            for at in range(len(self.codes))
            if (division := self._division(at)) and division.startswith(prefix)
        )

    def _division(self, at: int) -> str:
        """Code by GB/T 2260 of the county around a township, empty if unknown."""
        known = (c for c in (self.counties[at], self.codes[at]) if re.fullmatch(r"\d{6,12}", c))
        return next(known, "")

    def _may_be(self, code: str, at: int) -> bool:
        """Whether a row whose code is not known may still be meant by its name.

        Codes of townships change as they are upgraded and merged, the county's rarely: a
        township of the same name in another county is another township.
        """
        own = self._division(at)
        return not (own and re.fullmatch(r"\d{6,12}", code)) or own.startswith(
            code_prefix(code[:6])
        )

    def nearest(self, row: PopulationRow) -> str:
        """Names like a row's, for the sentence about it."""
        known = sorted({*self.by_name, *self.wider})
        like = difflib.get_close_matches(canonical_name(row.name), known, n=3, cutoff=0.5)
        if not like:
            like = difflib.get_close_matches(canonical_code(row.code), sorted(self.codes), n=3)
        return ", ".join(self.shown.get(text, text) for text in like)


def code_prefix(code: str) -> str:
    """Digits of a six-digit code that its parts share: 360222, 3602 of 360200, 36 of 360000."""
    return re.sub(r"^(\d\d)0000$|^(\d{4})00$", r"\1\2", code)

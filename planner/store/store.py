"""The store of scenarios: saved, listed, opened, copied; each call is one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from sqlalchemy import Engine, select

from planner.edits import Edits
from planner.store import history, listing, snapshots
from planner.store.database import Database, open_database
from planner.store.errors import OtherRegionError, RefusedTextError, UnknownScenarioError
from planner.store.sharing import Held, change, find, find_own, is_key, new_id, new_key
from planner.store.tables import tags
from planner.store.values import (
    LINE,
    TAG,
    Draft,
    Entry,
    Receipt,
    SavedScenario,
    Version,
    line,
    lines,
    scenario_in,
    tag_list,
)

__all__ = ["Store", "open_store"]


def open_store(url: str | None = None) -> Store:
    """Open the store, and bring it to the latest schema.

    Parameters
    ----------
    url
        ``postgresql://user@host/database``, ``sqlite:///file`` or the path of a file; without,
        ``RECYCLENET_STORE``, else ``data/cache/recyclenet.sqlite3``.

    Raises
    ------
    StoreError
        If it cannot be opened (:class:`planner.store.NewerStoreError`: a newer program wrote it;
        :class:`planner.store.ForeignStoreError`: something else is there); nothing is changed.
    """
    return Store(open_database(url))


@dataclass(frozen=True, slots=True, eq=False)
class Store:
    """Scenarios and their versions; safe to share between threads, not across ``fork``.

    Every method raises :class:`planner.store.StoreError` where the database cannot be used.
    """

    database: Database

    @property
    def engine(self) -> Engine:
        """The way around this class, for administrators."""
        return self.database.engine

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close its connections."""
        self.database.close()

    def save(
        self, draft: Draft, *, title: str, author: str = "", note: str = "", key: str = ""
    ) -> Receipt:
        """Save a new scenario.

        Parameters
        ----------
        key
            An owner's key that is held already, so that one key opens several; without, a new
            one is made.

        Raises
        ------
        RefusedTextError
            If a text is no line, or the key has not the form of one.
        """
        _checked(title=title, author=author)
        note = lines("note", note)
        if key and not is_key(key):
            key = ""
        with self.database.writes() as (connection, when):
            made = Receipt(id=new_id(), key=key or new_key(), revision=1)
            region = (draft.region_id, draft.region, draft.bundle_sha256)
            fid = history.begin(connection, made, title, region, when)
            history.add(connection, fid, 1, draft, author=author, note=note, when=when)
        return made

    def update(
        self,
        scenario_id: str,
        draft: Draft,
        *,
        key: str,
        expected: int,
        author: str = "",
        note: str = "",
    ) -> int:
        """Save a further version.

        Parameters
        ----------
        expected
            Number of the latest version, as it was when the scenario was opened.

        Returns
        -------
        int
            Number of the version saved.

        Raises
        ------
        ConflictError
            If there is a later version; nothing is written.
        OtherRegionError
            If it is of another region than the scenario: versions have none of their own, and
            the earlier ones would be asked of it.
        UnknownScenarioError, NotOwnerError, RefusedTextError
        """
        _checked(author=author)
        note = lines("note", note)
        with self.database.writes() as (connection, when):
            found = find_own(connection, scenario_id, key)
            if found.region_id != draft.region_id:
                raise OtherRegionError(region=found.region, other=draft.region)
            fid = found.fid
            number = history.advance(
                connection,
                fid,
                expected=expected,
                when=when,
                bundle_sha256=draft.bundle_sha256,
                region=draft.region,
            )
            history.add(connection, fid, number, draft, author=author, note=note, when=when)
        return number

    def list(
        self,
        keys: Iterable[str] = (),
        *,
        search: str = "",
        tag: str = "",
        region: str | None = None,
        archived: bool = False,
        mine: bool = False,
    ) -> tuple[Entry, ...]:
        """List scenarios that a key given changes, or that are shared with the team.

        Parameters
        ----------
        search
            Words; each must be in title, region, tags, or the latest author and note.
        region
            Id as in the address; ``None`` for all.
        archived
            List what was archived instead.
        mine
            Leave out what is only shared.
        """
        held = Held.of(keys)
        with self.database.reads() as connection:
            return listing.entries(
                connection,
                held,
                search=search,
                tag=tag,
                region=region,
                archived=archived,
                mine=mine,
            )

    def open(
        self, scenario_id: str, version: int | None = None, *, keys: Iterable[str] = ()
    ) -> SavedScenario:
        """Open a scenario by its link; whoever has it may read.

        Raises
        ------
        UnknownScenarioError
            If there is none, or it has no such version.
        ScenarioError
            If a newer program wrote the question.
        """
        with self.database.reads() as connection:
            fid = find(connection, scenario_id).fid
            entry = listing.entry_of(connection, fid, Held.of(keys))
            row = history.row_of(connection, fid, version or entry.revision)
        return SavedScenario(
            entry=entry,
            version=history.version_in(row),
            scenario=scenario_in(row.question),
            answer=row.answer,
            policy=row.policy,
        )

    def history(self, scenario_id: str) -> tuple[Version, ...]:
        """Versions of a scenario, the latest first."""
        with self.database.reads() as connection:
            return history.read_all(connection, find(connection, scenario_id).fid)

    def rename(self, scenario_id: str, title: str, *, key: str) -> None:
        """Give another title; the last to name it names it."""
        _checked(title=title)
        with self.database.writes() as (connection, when):
            fid = find_own(connection, scenario_id, key).fid
            change(connection, fid, title=title, updated=when)

    def tag(self, scenario_id: str, tag: str, *, key: str) -> None:
        """Add a tag."""
        self._tag(scenario_id, key, add=(line("tag", tag.strip(), TAG),))

    def untag(self, scenario_id: str, tag: str, *, key: str) -> None:
        """Take a tag off."""
        self._tag(scenario_id, key, drop=(tag.strip(),))

    def _tag(
        self, scenario_id: str, key: str, *, add: tuple[str, ...] = (), drop: tuple[str, ...] = ()
    ) -> None:
        with self.database.writes() as (connection, _):
            fid = find_own(connection, scenario_id, key).fid
            asked = select(tags.c.tag).where(tags.c.scenario == fid)
            had = set(connection.execute(asked).scalars())
            listing.set_tags(connection, fid, tag_list((had | set(add)) - set(drop)))

    def archive(self, scenario_id: str, *, key: str) -> None:
        """Put out of the list; link and history stay."""
        self._mark(scenario_id, key, archived=True)

    def unarchive(self, scenario_id: str, *, key: str) -> None:
        """Put back into the list."""
        self._mark(scenario_id, key, archived=False)

    def share(self, scenario_id: str, *, key: str, shared: bool = True) -> None:
        """List it to everybody who uses the store, or to its owners alone again."""
        self._mark(scenario_id, key, shared=shared)

    def _mark(self, scenario_id: str, key: str, **marks: bool) -> None:
        with self.database.writes() as (connection, when):
            fid = find_own(connection, scenario_id, key).fid
            change(connection, fid, **marks, updated=when)

    def duplicate(
        self, scenario_id: str, *, key: str, title: str, author: str = "", note: str = ""
    ) -> Receipt:
        """Copy the latest version of a scenario of one's own, tags too, under the same key."""
        return self._copy(scenario_id, None, title, author, note, key=key, own=True)

    def make_mine(
        self,
        scenario_id: str,
        version: int | None = None,
        *,
        title: str = "",
        author: str = "",
        note: str = "",
        key: str = "",
    ) -> Receipt:
        """Copy a scenario that can be read; the copy has an owner of its own.

        Parameters
        ----------
        title
            Of the copy; without, that of the scenario.
        key
            One that is held already; without, a new one is made.
        """
        return self._copy(scenario_id, version, title, author, note, key=key, own=False)

    def _copy(
        self,
        scenario_id: str,
        version: int | None,
        title: str,
        author: str,
        note: str,
        *,
        key: str,
        own: bool,
    ) -> Receipt:
        _checked(author=author)
        note = lines("note", note)
        if not is_key(key):
            key = ""
        with self.database.writes() as (connection, when):
            found = find_own(connection, scenario_id, key) if own else find(connection, scenario_id)
            source = history.row_of(connection, found.fid, version or found.revision)
            told_title = line("title", title or found.title)
            made = Receipt(id=new_id(), key=key or new_key(), revision=1)
            region = (found.region_id, found.region, source.bundle_sha256)
            fid = history.begin(connection, made, told_title, region, when)
            history.copy(connection, source, fid, author=author, note=note, when=when)
            kept = select(tags.c.tag).where(tags.c.scenario == found.fid)
            listing.set_tags(connection, fid, connection.execute(kept).scalars().all())
        return made

    def keep_edits(self, edits: Edits) -> str:
        """Keep edits for a link of work that is not saved; the same edits have the same id."""
        name = snapshots.snapshot_id(edits)
        try:
            self.edits(name)
        except UnknownScenarioError:
            with self.database.writes() as (connection, when):
                snapshots.keep(connection, edits, when)
        return name

    def edits(self, edits_id: str) -> Edits:
        """Edits of a link.

        Raises
        ------
        UnknownScenarioError
            If they are not kept here.
        """
        with self.database.reads() as connection:
            return snapshots.read(connection, edits_id)

    def keep_text(self, text: str) -> str:
        """Keep what a link cannot hold; the same text has the same id everywhere."""
        name = snapshots.text_id(text)
        try:
            self.text(name)
        except UnknownScenarioError:
            with self.database.writes() as (connection, when):
                snapshots.keep_text(connection, text, when)
        return name

    def text(self, text_id: str) -> str:
        """Text of a link.

        Raises
        ------
        UnknownScenarioError
            If it is not kept here.
        """
        with self.database.reads() as connection:
            return snapshots.read_text(connection, text_id)


def _checked(*, title: str | None = None, author: str = "") -> None:
    if title is not None:
        line("title", title)
        if not title.strip():
            raise RefusedTextError("title", most=LINE)
    line("author", author, LINE)

from __future__ import annotations

import dataclasses
import re
import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from planner.edits import Edits
from planner.scenario import Scenario
from planner.store import (
    ConflictError,
    Draft,
    ForeignStoreError,
    NotOwnerError,
    OtherRegionError,
    RefusedTextError,
    Store,
    StoreError,
    UnknownScenarioError,
    open_store,
)

HOSTILE = "'; DROP TABLE scenarios; -- <script>alert(1)</script> %_\\ {0} ${x} 回收"


def asked(draft: Draft, radius_m: float) -> Draft:
    return dataclasses.replace(draft, scenario=Scenario(radius_m=radius_m, name=HOSTILE))


def test_what_was_saved_is_opened(store: Store, draft: Draft, store_url: str) -> None:
    made = store.save(draft, title=HOSTILE, author="李工", note="第一稿\n给科长看")
    store.close()
    with open_store(store_url) as again:
        found = again.open(made.id)
    assert found.scenario == draft.scenario and found.answer == draft.answer
    assert found.entry.title == HOSTILE and not found.entry.mine and not found.entry.shared
    assert found.entry.bundle_sha256 == draft.bundle_sha256 == found.version.bundle_sha256
    assert (found.version.number, found.version.author) == (1, "李工")
    assert found.version.note == "第一稿\n给科长看"
    assert found.version.figures == draft.figures
    assert found.version.when.utcoffset() is not None


def test_versions_stay_as_they_were(store: Store, draft: Draft) -> None:
    made = store.save(draft, title="甲")
    for n, radius_m in enumerate((700.0, 800.0), 1):
        later = asked(draft, radius_m)
        number = store.update(made.id, later, key=made.key, expected=n, author=f"a{n}", note="n")
        assert number == n + 1
    told = store.history(made.id)
    assert [one.number for one in told] == [3, 2, 1]
    assert [one.author for one in told] == ["a2", "a1", ""]
    radii = [store.open(made.id, n).scenario.radius_m for n in (1, 2, 3)]
    assert radii == [draft.scenario.radius_m, 700.0, 800.0]
    assert store.open(made.id).version.number == 3
    for wrong in (4, -1):
        with pytest.raises(UnknownScenarioError):
            store.open(made.id, wrong)


def test_nobody_is_overwritten_unseen(store: Store, draft: Draft) -> None:
    made = store.save(draft, title="甲", author="李工")
    store.update(made.id, asked(draft, 700), key=made.key, expected=1, author="王工", note="改")
    with pytest.raises(ConflictError) as told:
        store.update(made.id, asked(draft, 900), key=made.key, expected=1, author="李工")
    theirs = told.value.theirs
    assert (theirs.number, theirs.author, theirs.note) == (2, "王工", "改")
    assert told.value.choices == ("copy", "theirs", "overwrite")
    assert "王工" in told.value.zh and "王工" in str(told.value)
    assert len(store.history(made.id)) == 2  # nothing was written
    # Overwriting knowingly: theirs stays in the history.
    assert store.update(made.id, asked(draft, 900), key=made.key, expected=theirs.number) == 3
    assert store.open(made.id, 2).scenario.radius_m == 700.0


def test_a_reading_sees_one_moment(store: Store, draft: Draft) -> None:
    """Of a scenario saved meanwhile, what is read later is as it was when reading began."""
    made = store.save(draft, title="甲")
    revision = text("SELECT revision FROM scenarios")
    numbers = text("SELECT count(*) FROM versions")
    with store.database.reads() as connection:
        assert connection.execute(revision).scalar_one() == 1
        assert store.update(made.id, asked(draft, 700), key=made.key, expected=1) == 2
        assert connection.execute(numbers).scalar_one() == 1
        assert connection.execute(revision).scalar_one() == 1
    with store.database.reads() as connection:
        assert connection.execute(numbers).scalar_one() == 2


def test_only_the_owner_changes(store: Store, draft: Draft) -> None:
    made = store.save(draft, title="甲")
    other = store.save(draft, title="乙")
    calls = {
        "update": lambda key: store.update(made.id, draft, key=key, expected=1),
        "rename": lambda key: store.rename(made.id, "x", key=key),
        "tag": lambda key: store.tag(made.id, "x", key=key),
        "untag": lambda key: store.untag(made.id, "x", key=key),
        "archive": lambda key: store.archive(made.id, key=key),
        "unarchive": lambda key: store.unarchive(made.id, key=key),
        "share": lambda key: store.share(made.id, key=key),
        "duplicate": lambda key: store.duplicate(made.id, key=key, title="x"),
    }
    for call in calls.values():
        for key in ("", other.key, made.id, made.key[:-1], made.key + "A", "\0", "é" * 32):
            with pytest.raises(NotOwnerError):
                call(key)
    assert store.list([made.key]) == (store.open(made.id, keys=[made.key]).entry,)
    assert store.open(made.id).entry.title == "甲" and len(store.history(made.id)) == 1


def test_no_secret_is_kept_in_the_clear(tmp_path: Path, draft: Draft) -> None:
    with open_store(str(tmp_path / "s.sqlite3")) as store:
        made = store.save(draft, title="甲")
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert made.id.encode() in kept and made.key.encode() not in kept


def test_lists_show_what_is_mine_or_shared(store: Store, draft: Draft) -> None:
    a = store.save(draft, title="甲")
    b = store.save(draft, title="乙", key=a.key)
    c = store.save(draft, title="丙")
    assert b.key == a.key != c.key and len({a.id, b.id, c.id}) == 3

    def seen(*keys: str, **asked: object) -> list[tuple[str, bool]]:
        return [(one.title, one.mine) for one in store.list(keys, **asked)]  # type: ignore[arg-type]

    assert seen() == []
    assert seen(a.key) == [("乙", True), ("甲", True)]
    assert seen(a.key, c.key, "x") == [("丙", True), ("乙", True), ("甲", True)]
    store.share(c.id, key=c.key)
    assert seen() == [("丙", False)]
    assert seen(a.key) == [("丙", False), ("乙", True), ("甲", True)]
    assert seen(a.key, mine=True) == [("乙", True), ("甲", True)]
    store.archive(c.id, key=c.key)
    assert seen() == [] and seen(archived=True) == [("丙", False)]
    assert store.open(c.id).entry.archived  # the link still opens it
    store.unarchive(c.id, key=c.key)
    store.share(c.id, key=c.key, shared=False)
    assert seen() == []


def test_search_tags_and_region(store: Store, draft: Draft) -> None:
    a = store.save(draft, title="Élan 100%_a", author="Wang", note="zum Büro")
    b = store.save(
        dataclasses.replace(draft, region_id="nanchang", region="南昌高新区"), title="南"
    )
    keys = [a.key, b.key]

    def seen(**asked: object) -> list[str]:
        return [one.id for one in store.list(keys, **asked)]  # type: ignore[arg-type]

    for words in ("élan", "ÉLAN wang", "BÜRO", "100%_A", "  a  "):
        assert seen(search=words) == [a.id], words
    for words in ("100_", "élan 南", "\\", "%%"):
        assert seen(search=words) == [], words
    assert seen(search="高新") == [b.id] == seen(region="nanchang")
    assert seen(region="") == [a.id]
    store.tag(a.id, " 报送稿 ", key=a.key)
    store.tag(a.id, "x'%", key=a.key)
    store.tag(a.id, "x'%", key=a.key)
    assert store.open(a.id).entry.tags == ("x'%", "报送稿")
    assert seen(tag="报送稿") == [a.id] == seen(search="报送")
    assert seen(tag="报送") == []
    store.untag(a.id, "报送稿", key=a.key)
    assert store.open(a.id).entry.tags == ("x'%",) and seen(tag="报送稿") == []


def test_copies_stand_on_their_own(store: Store, draft: Draft) -> None:
    made = store.save(draft, title="甲", author="李工")
    store.tag(made.id, "t", key=made.key)
    store.update(made.id, asked(draft, 700), key=made.key, expected=1)
    twin = store.duplicate(made.id, key=made.key, title="甲二")
    mine = store.make_mine(made.id, 1, author="赵工")
    assert twin.key == made.key and mine.key != made.key
    assert store.open(twin.id).scenario.radius_m == 700.0
    found = store.open(mine.id, keys=[mine.key])
    assert found.scenario == draft.scenario and found.answer == draft.answer
    assert found.entry.mine and found.entry.title == "甲" and found.entry.tags == ("t",)
    assert [one.author for one in store.history(mine.id)] == ["赵工"]
    store.update(mine.id, asked(draft, 900), key=mine.key, expected=1)
    assert [one.number for one in store.history(made.id)] == [2, 1]


def test_a_version_is_of_the_scenarios_region(store: Store, draft: Draft) -> None:
    made = store.save(draft, title="甲")
    other = dataclasses.replace(asked(draft, 700), region_id="n" * 22, region=HOSTILE)
    with pytest.raises(OtherRegionError, match="Save it as new") as refusal:
        store.update(made.id, other, key=made.key, expected=1)
    assert "另存为新方案" in refusal.value.zh and draft.region in refusal.value.zh
    assert "\n" not in refusal.value.zh and HOSTILE in refusal.value.zh
    # Nothing was written: the first version is opened of the region it was saved for.
    assert [one.number for one in store.history(made.id)] == [1]
    found = store.open(made.id)
    assert (found.entry.region_id, found.scenario) == (draft.region_id, draft.scenario)
    # The same region under a new name, with new data, is still the same.
    renamed = dataclasses.replace(draft, region="新名", bundle_sha256="f" * 64)
    assert store.update(made.id, renamed, key=made.key, expected=1) == 2
    assert store.open(made.id).entry.region == "新名"


def test_edits_of_links(store: Store) -> None:
    edits = Edits(closed=("n1", "n2")).with_no_go([(0, 0), (1, 0), (1, 1)], name='河 ‘’"')
    name = store.keep_edits(edits)
    assert store.keep_edits(Edits(closed=("n2", "n1"), no_go=edits.no_go)) == name
    assert store.edits(name) == edits and re.fullmatch(r"[\w-]{22}", name)
    for wrong in ("A" * 22, "", name + "A", "\0" * 22, name.lower() + "é"):
        with pytest.raises(UnknownScenarioError):
            store.edits(wrong)
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE edits SET content = replace(content, 'n1', 'n3')"))
    with pytest.raises(UnknownScenarioError):
        store.edits(name)


def test_texts_of_links(store: Store) -> None:
    name = store.keep_text('{"tiers": {"名": "‘\\""}}')
    assert store.keep_text('{"tiers": {"名": "‘\\""}}') == name
    assert store.text(name) == '{"tiers": {"名": "‘\\""}}' and re.fullmatch(r"[\w-]{22}", name)
    for wrong in ("A" * 22, "", "\0" * 22):
        with pytest.raises(UnknownScenarioError):
            store.text(wrong)
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE texts SET content = '{}'"))
    with pytest.raises(UnknownScenarioError):
        store.text(name)


def test_what_is_asked_of_the_policy_goes_with_a_version(store: Store, draft: Draft) -> None:
    asked = ['{"tiers": {"split": true}}', "", '{"hosts": {"dial": 0.25}}']
    first, *rest = (dataclasses.replace(draft, policy=one) for one in asked)
    made = store.save(first, title="政策")
    for number, one in enumerate(rest, 1):
        store.update(made.id, one, key=made.key, expected=number)
    assert [store.open(made.id, n).policy for n in (1, 2, 3)] == asked
    assert store.open(store.make_mine(made.id, 1).id).policy == asked[0]
    for wrong in ("{", "[]", "\ud800"):
        with pytest.raises(RefusedTextError):
            dataclasses.replace(draft, policy=wrong)


def test_links_that_lead_nowhere(store: Store) -> None:
    for wrong in ("A" * 22, "", "A", "../../etc/passwd", "' OR 1=1 --", "\0" * 22):
        for call in (store.open, store.history, store.make_mine):
            with pytest.raises(UnknownScenarioError):
                call(wrong)


def test_texts_that_are_none(store: Store, draft: Draft) -> None:
    for texts in (
        {"title": "a\nb"},
        {"title": "x" * 201},
        {"title": "  "},
        {"title": "\ud800"},
        {"author": "\0"},
        {"author": "\u202eevil"},
        {"note": "x" * 2001},
        {"note": "a\x1bb"},
    ):
        with pytest.raises(RefusedTextError) as told:
            store.save(draft, **{"title": "t", **texts})
        assert told.value.zh and "\n" not in str(told.value)
    with store.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM scenarios")).scalar() == 0


def test_a_draft_is_looked_at(draft: Draft) -> None:
    for wrong in ("{", "[1]", '"\ud800"', "[" * 100_000):
        with pytest.raises(RefusedTextError):
            dataclasses.replace(draft, answer=wrong)


def test_a_question_of_a_newer_program_is_said(store: Store, draft: Draft) -> None:
    made = store.save(draft, title="甲")
    with store.engine.begin() as connection:
        connection.execute(
            text("UPDATE versions SET question = replace(question, 'radius_m', 'warp')")
        )
    with pytest.raises(Exception, match="unknown field 'warp'"):
        store.open(made.id)
    assert store.list([made.key])[0].title == "甲"  # the list does not suffer


DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("save"), st.integers(0, 2), st.integers(300, 3000)),
        st.tuples(st.just("update"), st.integers(0, 9), st.integers(0, 3)),
        st.tuples(st.just("tag"), st.integers(0, 9), st.sampled_from("abc")),
        st.tuples(st.just("untag"), st.integers(0, 9), st.sampled_from("abc")),
        st.tuples(st.just("archive"), st.integers(0, 9), st.booleans()),
        st.tuples(st.just("share"), st.integers(0, 9), st.booleans()),
    ),
    max_size=12,
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(deeds=DEEDS)
def test_it_does_as_a_plain_model_does(store: Store, draft: Draft, deeds: list[tuple]) -> None:  # type: ignore[type-arg]
    """The store beside a list of dicts, through any order of deeds of three owners."""
    bare = Draft(
        scenario=draft.scenario, region_id="", region="r", bundle_sha256=draft.bundle_sha256
    )
    keys: dict[int, str] = {}
    model: list[dict] = []  # type: ignore[type-arg]
    for name, which, value in deeds:
        if name == "save":
            made = store.save(asked(bare, value), title="t", key=keys.get(which, ""))
            keys[which] = made.key
            model.append({"id": made.id, "owner": which, "radii": [value], "tags": set()})
            continue
        if not model:
            continue
        one = model[which % len(model)]
        key = keys[one["owner"]]
        if name == "update":
            expected = len(one["radii"]) - value
            if value:
                with pytest.raises(ConflictError) as told:
                    store.update(one["id"], asked(bare, 300), key=key, expected=expected)
                assert told.value.theirs.number == len(one["radii"])
            else:
                store.update(one["id"], asked(bare, 400 + which), key=key, expected=expected)
                one["radii"].append(400 + which)
        elif name == "tag":
            store.tag(one["id"], value, key=key)
            one["tags"].add(value)
        elif name == "untag":
            store.untag(one["id"], value, key=key)
            one["tags"].discard(value)
        elif name == "archive":
            (store.archive if value else store.unarchive)(one["id"], key=key)
            one["archived"] = value
        else:
            store.share(one["id"], key=key, shared=value)
            one["shared"] = value
    for owner, key in keys.items():
        for archived in (False, True):
            seen = {
                one["id"]
                for one in model
                if one.get("archived", False) is archived
                and (one["owner"] == owner or one.get("shared"))
            }
            others = {one.id for one in store.list([key], archived=archived)}
            assert others & {one["id"] for one in model} == seen
    for one in model:
        found = store.open(one["id"])
        assert set(found.entry.tags) == one["tags"]
        radii = [store.open(one["id"], n + 1).scenario.radius_m for n in range(len(one["radii"]))]
        assert radii == one["radii"] and found.entry.revision == len(radii)


def test_places_that_are_no_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for url in ("mysql://u:secret@h/d", "postgresql://[", "sqlite://", "sqlite:///:memory:"):
        with pytest.raises(StoreError) as told:
            open_store(url)
        assert "secret" not in str(told.value) and "RECYCLENET_STORE" in told.value.zh
    (tmp_path / "text").write_text("no database at all" * 100)
    (tmp_path / "folder").mkdir()
    for name in ("text", "folder", "text/below"):
        with pytest.raises(StoreError):
            open_store(str(tmp_path / name))
    assert (tmp_path / "text").read_text().startswith("no database")
    with pytest.raises(ForeignStoreError) as other:
        open_store(str(tmp_path / "text"))
    assert "不是 SQLite 数据库" in other.value.zh and "no SQLite database" in str(other.value)
    with pytest.raises(StoreError) as told:
        open_store("postgresql://u:secret@127.0.0.1:9/d")
    assert "secret" not in str(told.value) + told.value.zh
    monkeypatch.setenv("RECYCLENET_STORE", str(tmp_path / "deep" / "s.sqlite3"))
    open_store().close()
    file = sqlite3.connect(tmp_path / "deep" / "s.sqlite3")
    assert file.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    file.close()


def test_every_connection_keeps_what_it_commits(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "s.sqlite3")) as store, store.engine.connect() as connection:
        told = [
            connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert told == ["wal", 2, 1, 30_000]

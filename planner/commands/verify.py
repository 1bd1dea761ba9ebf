"""The command ``recyclenet verify``: make a plan again, and say whether it is the same."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.wording.language import LANGUAGES, Words

if TYPE_CHECKING:
    from geo.bundle import Bundle
    from geo.progress import Progress
    from planner.answers import Answer
    from planner.checking.files import PlanFiles
    from planner.plan import Plan
    from planner.scenario import Scenario
    from planner.wording.language import Language

__all__ = ["VERIFY", "Said", "Verdict", "add_verify", "say_verdict", "verify_plan"]

DIFFERS = 1
PAGE, SCENARIO = "map.html", "scenario.toml"
DRAWN = {PAGE: "page", SCENARIO: "toml"}
"""What is said of files that another version writes otherwise."""
MOST_WANTED = ("people", "kg_day")
UNSAID = ("distances_s", "solve_s", "recyclenet", "solver")
"""Fields of an answer that say how it came about, not what it is."""

VERIFY = Words(
    {
        "identical": (
            "核验一致：重新规划得到同一方案，{files} 个文件逐字节相同（用时和版本号不计）",
            "identical: planned again, {files} files are the same to the byte (times taken and "
            "version numbers apart)",
        ),
        "differs": ("核验不一致：", "differs:"),
        "data": ("区域数据已变：{what}", "the data have changed: {what}"),
        "bundle": (
            "区域数据已变：原 {old}…，现 {new}…",
            "the data have changed: bundle {old}..., now {new}...",
        ),
        "version": (
            "版本已变：{old}，现 {new}",
            "the version has changed: {old}, now {new}",
        ),
        "better": (
            "求解得到更好的方案：{goal} {old}（界 {old_bound}）→ {new}（界 {new_bound}）",
            "the solver found a better plan: {goal} {old} (bound {old_bound}) -> {new} (bound "
            "{new_bound})",
        ),
        "worse": (
            "重新求解未达到原方案：{goal} {old}（界 {old_bound}）→ {new}（界 {new_bound}）",
            "the plan was not reached again: {goal} {old} (bound {old_bound}) -> {new} (bound "
            "{new_bound})",
        ),
        "impossible": (
            "方案所称不可能：{goal} {old}，而界为 {new_bound}",
            "the plan claims what cannot be: {goal} {old}, and the bound is {new_bound}",
        ),
        "other": (
            "求解得到同样好的另一方案：{goal} {new}（界 {old_bound} → {new_bound}），"
            "{changed} 个网点不同",
            "the solver found another plan that is as good: {goal} {new} (bound {old_bound} -> "
            "{new_bound}), {changed} sites differ",
        ),
        "proof": (
            "网点相同，证明不同：{goal} {new}，界 {old_bound} → {new_bound}",
            "the same sites with another proof: {goal} {new}, bound {old_bound} -> {new_bound}",
        ),
        "question": (
            "方案回答的是另一个问题：{old}，情景文件要求 {new}",
            "the plan answers another question: {old}, its scenario asks for {new}",
        ),
        "asked": (
            "情景文件与做方案时的不同：{what}",
            "the scenario file is not the one that the plan was made for: {what}",
        ),
        "answer": (
            "打包的结果与重新规划的不同：{names}",
            "the packed answer is not that of the plan made again: {names}",
        ),
        "same-answer": (
            "核验一致：重新规划得到同一方案，打包的结果逐项相同（用时和版本号不计）",
            "identical: planned again, the packed answer is the same in every field (times taken "
            "and version numbers apart)",
        ),
        "files": (
            "文件内容与重新规划的不同：{names}（逐项差异：recyclenet check）",
            "files are not those of the plan made again: {names} (recyclenet check names each "
            "difference)",
        ),
        "page": (
            "map.html 由另一版本绘制，内容依据相同",
            "map.html was drawn by another version, from the same plan",
        ),
        "toml": (
            "scenario.toml 由另一版本写成，所问相同",
            "scenario.toml was written by another version, and asks for the same",
        ),
        "refused": ("按现有数据已无法规划：{reason}", "there is no plan any more: {reason}"),
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One thing noticed, to be said in either language."""

    key: str
    values: dict[str, Any] = field(default_factory=dict)
    #: Values whose words differ: Chinese and English.
    spoken: dict[str, tuple[str, str]] = field(default_factory=dict)

    def say(self, language: Language) -> str:
        """The sentence."""
        own = {key: pair[LANGUAGES.index(language)] for key, pair in self.spoken.items()}
        return VERIFY.say(self.key, language, **self.values, **own)


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What came of making a plan again.

    Parameters
    ----------
    differences
        What differs; none: the plan is identical.
    notes
        What changed without changing the plan.
    files
        Number of files compared; none where a packed answer was.
    """

    differences: tuple[Said, ...]
    notes: tuple[Said, ...]
    files: int


def add_verify(commands: Any) -> None:
    """Add the command to the ``add_subparsers()`` of a parser; its ``run`` gives the exit code."""
    parser = commands.add_parser("verify", help="核验 · make a plan again and compare")
    add = parser.add_argument
    add("plan", type=Path, help="folder that recyclenet plan wrote, or scenarios/N of a pack")
    add("--bundle", type=Path, help="if it has moved since")
    default = "zh" if os.environ.get("LANG", "").lower().startswith("zh") else "en"
    add("--lang", choices=LANGUAGES, default=default, help="语言 · language")
    add("--quiet", action="store_true", help="不显示进度 · no progress")
    parser.set_defaults(run=_run)


def verify_plan(
    folder: Path, bundle_path: Path | None = None, progress: Progress | None = None
) -> Verdict:
    """Make the plan of a folder again, from its scenario, and compare all that it says.

    Parameters
    ----------
    folder
        What ``recyclenet plan --out`` wrote, or one scenario of what ``recyclenet unpack`` wrote.
    bundle_path
        The region's bundle; where it lay when the plan was made, if left out.

    Raises
    ------
    OutputError, BundleError
        If the plan or the bundle cannot be read.
    PackError
        If a packed scenario has been given another region than its own.
    """
    from geo.progress import silent
    from planner.answers import answer_in
    from planner.checking.files import bundle_of, read_plan_files
    from planner.outputs import PLAN_FILE

    progress = progress or silent
    if not (folder / PLAN_FILE).is_file():
        return _verify_packed(folder, bundle_path, progress)
    files, told = read_plan_files(folder), answer_in(folder)
    progress("load bundle", 0.0)
    bundle = bundle_of(folder, bundle_path)
    other = (*_other_data(files.plan, files.data, bundle), *_other_question(files))
    notes = _other_versions(told)
    plan = _made_again(bundle, files.scenario, progress)
    if isinstance(plan, Said):
        return Verdict(differences=(*other, *notes, plan), notes=(), files=0)
    # Of two questions neither answer is the better one.
    found = [] if any(one.key == "asked" for one in other) else _outcome(told, plan)
    names, compared = _differing_files(folder, plan, told)
    if notes:  # how another version draws and comments is not what the plan says
        excused = [PAGE, SCENARIO] if _same_data(files, bundle) else [PAGE]
        notes += [Said(key=DRAWN[name]) for name in excused if name in names]
        names = [name for name in names if name not in excused]
    if names and not (other or found):
        found = [Said(key="files", values={"names": ", ".join(names)})]
    differences = (*other, *found)
    if differences:
        return Verdict(differences=(*differences, *notes), notes=(), files=compared)
    return Verdict(differences=(), notes=tuple(notes), files=compared)


def _verify_packed(folder: Path, bundle_path: Path | None, progress: Progress) -> Verdict:
    """Make the plan of an unpacked scenario again, and compare with the answer beside it."""
    from planner.answers import answer_of
    from planner.errors import OutputError
    from planner.opened_plan import open_answer

    progress("load bundle", 0.0)
    opened = open_answer(folder, bundle_path)  # on other data than its own it is refused
    told = opened.answer
    if told is None:
        raise OutputError(
            "was packed without an answer: there is nothing to compare with",
            where=str(folder),
            remedy=f"Make its plan: recyclenet plan --scenario {folder / 'scenario.toml'} "
            "--out FOLDER",
        )
    notes = _other_versions(told)
    plan = _made_again(opened.bundle, opened.scenario, progress)
    if isinstance(plan, Said):
        return Verdict(differences=(*notes, plan), notes=(), files=0)
    found = _outcome(told, plan)
    if not found:
        before, now = told.record(), answer_of(plan).record()
        names = [key for key in before if key not in UNSAID and before[key] != now[key]]
        found = [Said(key="answer", values={"names": ", ".join(names)})] if names else []
    if found:
        return Verdict(differences=(*found, *notes), notes=(), files=0)
    return Verdict(differences=(), notes=tuple(notes), files=0)


def say_verdict(verdict: Verdict, language: Language) -> str:
    """Say in a few lines what came of it."""
    same = "identical" if verdict.files else "same-answer"
    key = "differs" if verdict.differences else same
    head = VERIFY.say(key, language, files=verdict.files)
    lines = [f"  ✗ {one.say(language)}" for one in verdict.differences]
    lines += [f"  ! {one.say(language)}" for one in verdict.notes]
    plain = ("".join(c if c.isprintable() else " " for c in line) for line in (head, *lines))
    return "".join(f"{line}\n" for line in plain)


def _other_data(plan: dict[str, Any], told: Any, bundle: Bundle) -> list[Said]:
    from planner.scenario_data import data_of, differing, say_differing

    if told is not None and (found := differing(told, data_of(bundle))):
        spoken = {"what": (say_differing(found, "zh"), say_differing(found, "en"))}
        return [Said(key="data", spoken=spoken)]
    data = plan.get("data")
    old = data.get("bundle_sha256") if isinstance(data, dict) else None
    if old == bundle.sha256:
        return []
    return [Said(key="bundle", values={"old": f"{old!s:.12}", "new": bundle.sha256[:12]})]


def _other_question(files: PlanFiles) -> list[Said]:
    """What the scenario file asks for otherwise than the one that the plan was made for."""
    from planner.errors import ScenarioError
    from planner.scenario import scenario_in
    from planner.wording.scenario import parameters

    told = files.plan.get("scenario")
    try:
        before = scenario_in(told, "plan.json") if isinstance(told, dict) else files.scenario
    except ScenarioError:
        return []  # that plan.json is not what it should be is said of the file
    rows = zip(parameters(before), parameters(files.scenario), strict=True)
    changed = [(old, new) for old, new in rows if old.raw != new.raw]
    if not changed:
        return []
    said = []
    for language in LANGUAGES:
        each = [f"{o.title(language)} {o.text(language)} → {n.text(language)}" for o, n in changed]
        said.append(("；" if language == "zh" else "; ").join(each))
    return [Said(key="asked", spoken={"what": (said[0], said[1])})]


def _same_data(files: PlanFiles, bundle: Bundle) -> bool:
    """Whether the scenario file tells of its data what is so."""
    from planner.scenario_data import data_of

    return files.data is not None and files.data == data_of(bundle, files.data.program)


def _other_versions(told: Answer) -> list[Said]:
    from planner.record import versions

    old, new = ((one["recyclenet"], one["solver"]) for one in (_made_with(told), versions()))
    if old == new:
        return []
    values = {"old": f"RecycleNet {old[0]}, {old[1]}", "new": f"RecycleNet {new[0]}, {new[1]}"}
    return [Said(key="version", values=values)]


def _made_again(bundle: Bundle, scenario: Scenario, progress: Progress) -> Plan | Said:
    """Make the plan again, or say why there is none any more."""
    from planner.errors import PlanError
    from planner.plan import make_plan
    from planner.wording.errors import say_error

    try:
        return make_plan(bundle, scenario, progress=progress)
    except PlanError as error:
        return Said(key="refused", spoken={"reason": (say_error(error, "zh"), str(error))})


def _made_with(told: Answer) -> dict[str, str]:
    return {"recyclenet": told.recyclenet, "solver": told.solver}


def _outcome(told: Answer, plan: Plan) -> list[Said]:
    """Compare what was found with what was found before."""
    from planner.answers import answer_of
    from planner.wording.words import WORDS

    now = answer_of(plan)
    if told.objective != now.objective:
        return [Said(key="question", values={"old": told.objective, "new": now.objective})]
    sense = 1 if told.objective in MOST_WANTED else -1
    slack = 1e-6 * max(1.0, abs(now.value))
    gain = sense * (now.value - told.value)
    changed = set(told.open_sites) ^ set(now.open_sites)
    if sense * (told.value - now.bound) > slack:
        key = "impossible"
    elif abs(gain) > slack:
        key = "better" if gain > 0 else "worse"
    elif changed:
        key = "other"
    elif (told.bound, told.gap, told.status) != (now.bound, now.gap, now.status):
        key = "proof"
    else:
        return []
    goal = f"objective-{told.objective}"
    values: dict[str, Any] = {"old": told.value, "new": now.value, "new_bound": now.bound}
    values |= {"old_bound": told.bound, "changed": len(changed)}
    return [
        Said(
            key=key, values=values, spoken={"goal": (WORDS.say(goal, "zh"), WORDS.say(goal, "en"))}
        )
    ]


def _differing_files(folder: Path, plan: Plan, told: Answer) -> tuple[list[str], int]:
    """Files that are not as they would be written now, and the number of all."""
    from planner.outputs import plan_files

    # How long it took, and with which versions, is not what the plan says.
    plan.record["timings"] = {"distances_s": told.distances_s, "solve_s": told.solve_s}
    plan.record["data"] = {**plan.record["data"], **_made_with(told)}
    due = plan_files(plan)
    differing = [name for name in sorted(due) if (folder / name).read_bytes() != due[name]]
    return differing, len(due)


def _run(options: argparse.Namespace) -> int:
    # Imported where they are used: `recyclenet --help` answers at once.
    from planner.terminal import phases

    with phases(options.lang, quiet=options.quiet) as progress:
        verdict = verify_plan(options.plan, options.bundle, progress)
    sys.stdout.write(say_verdict(verdict, options.lang))
    return DIFFERS if verdict.differences else 0

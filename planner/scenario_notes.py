"""What the keys of a scenario file mean, written beside them: readers of the file are planners."""

from __future__ import annotations

import re

from planner.maps.words import kind_name
from planner.scenario import Scenario
from planner.wording.language import Words
from planner.wording.scenario import SCENARIO_WORDS
from planner.wording.words import WORDS

__all__ = ["NOTES", "noted"]

NOTES = Words(
    {
        "model-sites": ("点位最少", "fewest sites"),
        "model-cost": ("相对成本最低", "least relative cost"),
        "model-most-people": ("点位数量内覆盖人口最多", "most people with so many sites"),
        "model-most-kg": ("点位数量内覆盖回收量最多", "most kilograms with so many sites"),
        "name": ("名称", "name"),
        "radius_m": ("服务范围，路程（米）", "coverage limit, metres of travel"),
        "minutes": ("服务范围（分钟）", "coverage limit, minutes of travel"),
        "mode": (
            "出行方式：walk 步行，ebike 电动车，drive 驾车",
            "how people travel: walk, ebike or drive",
        ),
        "min_per_township": ("每个乡镇至少设点数", "sites that each township needs at least"),
        "urban_target": (
            "主城区覆盖目标，0 至 1；none 为不要求",
            "share of the main urban area to be covered, or none",
        ),
        "township_target": (
            "每个乡镇覆盖目标，0 至 1；none 为不要求",
            "share of each township to be covered, or none",
        ),
        "objective": (
            "求最少：sites 点位数量，cost 相对成本；有 max_sites 时不用",
            "what is made least: sites or cost; of no use with max_sites",
        ),
        "keep_existing": ("现有回收点是否全部保留", "whether existing sites stay open"),
        "weight": (
            "衡量依据：people 人口，kg 可回收物重量",
            "what is covered: people, or kg of recyclables",
        ),
        "suitability": (
            "适宜性权重；空为区域默认",
            "weights of suitability; empty: those of the region",
        ),
        "kinds": ("新设点类型；空为全部", "kinds of new sites; empty: all"),
        "program": ("程序版本", "version of the program"),
    }
)
_KEY = re.compile(r'("?)([A-Za-z0-9_-]+)\1 = ')
_TABLE = re.compile(r"\[([a-z.]+)\]")


def noted(toml: str, scenario: Scenario) -> str:
    """Write beside each key what it is, and on top which model answers.

    Comments mean nothing to readers of TOML: the file asks for the same.

    Parameters
    ----------
    toml
        The tables ``[scenario]`` and ``[data]`` as they are written, one key a line.
    """
    lines, table = [], ""
    for line in toml.removesuffix("\n").split("\n"):  # texts may hold other ends of lines
        heading = _TABLE.fullmatch(line)
        table = heading[1] if heading else table
        key = _KEY.match(line)
        said = _said(table, key[2]) if key else ""
        lines.append(f"{line}  # {said}" if said else line)
        if heading and table == "scenario":
            lines.append(f"# {_model(scenario)}")
    return "".join(f"{line}\n" for line in lines)


def _model(scenario: Scenario) -> str:
    key = scenario.objective
    model = f"model-{key}" if scenario.max_sites is None else f"model-most-{scenario.weight}"
    return f"模型 model: {NOTES.say(model, 'zh')} · {NOTES.say(model, 'en')}"


def _said(table: str, key: str) -> str:
    if table == "data.kinds":
        name = kind_name(key, "zh")
        return "" if name == key else name
    if table == "data":
        key = key if key in NOTES.table else f"data-{key.replace('_', '-')}"
    elif table == "scenario.edits":
        key = f"edits-{key}"
    elif table != "scenario":
        return ""
    words = (one for one in (NOTES, SCENARIO_WORDS, WORDS) if key in one.table)
    return next((one.say(key, "zh") for one in words), "")

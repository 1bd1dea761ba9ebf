"""How plans are made, in plain words: the report's section on method, and what it refers to."""

from __future__ import annotations

from planner.plan import Plan
from planner.wording.language import Language, Words

__all__ = ["METHOD_WORDS", "REFERENCES", "method_paragraphs", "references"]

METHOD_WORDS = Words(
    {
        "people": (
            "人口：先知道乡镇或全区的总数，再按住宅建筑面积、居住用地或道路，"
            "分到边长 {cell_m} 米的方格里，各格之和等于总数（Wright 1936；Mennis 2003）。",
            "People: the totals known of townships or of the region are spread over squares of "
            "{cell_m} m by floor area of homes, residential land or streets, so that the squares "
            "add up to the totals (Wright 1936; Mennis 2003).",
        ),
        "roads": (
            "距离：沿道路计算从每个方格到每个候选点的最短路径（Dial 1969），"
            "两端离开道路的一段按直线计入。出行方式不同，可走的道路也不同。",
            "Distance: shortest ways along the roads from each square to each candidate (Dial "
            "1969), with the straight piece off the road at both ends. Each mode of travel has "
            "the roads it may use.",
        ),
        "straight": (
            "距离：本区域没有道路数据，距离为直线距离乘以 {factor:g}（Ballou 等 2002），是估计值。",
            "Distance: no roads are known here; distances are straight lines times {factor:g} "
            "(Ballou et al. 2002), an estimate.",
        ),
        "minutes": (
            "时间：步行取 {pace:g} 米/秒（Highway Capacity Manual 2000），车辆按道路等级取速度；"
            "不含红绿灯、拥堵和坡度。",
            "Time: {pace:g} m/s on foot (Highway Capacity Manual 2000), vehicles by class of road; "
            "without lights, congestion and slopes.",
        ),
        "candidates": (
            "候选点：地图上可依托的场所（停车场、市场、环卫设施等）、自备点位，"
            "以及程序在路旁和空地上补充的位置。水面、保护地和划定的禁建区不设点。",
            "Candidates: places on the map that can host a point (car parks, markets, facilities "
            "of the waste service), the planner's own, and places proposed beside roads and on "
            "open land. None in water, reserves or no-go areas.",
        ),
        "cover": (
            "选点：在满足每个乡镇最少点数和覆盖目标的前提下，使回收点最少（或相对成本最低）。"
            "这是带配额的部分集合覆盖问题。同样好的方案中，取居民总路程较短的一个。",
            "Choice: the fewest points (or the least relative cost) such that each township has "
            "those it needs and the targets are met: a partial set covering problem with quotas. "
            "Of plans that are equally good, one with short ways is taken.",
        ),
        "most": (
            "选点：在点数上限内，先满足每个乡镇的最少点数，再使覆盖的{what}最多"
            "（最大覆盖问题，Church 与 ReVelle 1974）。同样好的方案中，取居民总路程较短的一个。",
            "Choice: within the limit of points, each township gets those it needs, and the most "
            "{what} are covered (the maximal covering location problem, Church and ReVelle 1974). "
            "Of plans that are equally good, one with short ways is taken.",
        ),
        "most-people": ("人口", "people"),
        "most-kg": ("可回收物", "recyclables"),
        "range": (
            "覆盖率的上下限：总人口不变，换用其他同样可信的分布依据，对同一批回收点重新计算，取最小和最大。",
            "Range of coverage: the same totals are spread by every other evidence that is "
            "plausible, and with the same points open the least and the most covered are told.",
        ),
        "fit": (
            "适宜性：按空地、离建筑、水体、学校和货车通道的距离、坡度等打分（0 至 1），"
            "取加权平均（Malczewski 2006）；不知道的按未知计，不当作合适。",
            "Suitability: scores (0 to 1) for free land, distance to buildings, water, schools "
            "and lorry access, slope and more, averaged by weight (Malczewski 2006); what is not "
            "known counts as unknown, not as fit.",
        ),
    }
)

REFERENCES: tuple[tuple[str, str], ...] = (
    (
        "Ballou",
        "Ballou, R. H., H. Rahardja, N. Sakai (2002). Selected country circuity factors for road "
        "travel distance estimation. Transportation Research A 36(9).",
    ),
    (
        "Church",
        "Church, R., C. ReVelle (1974). The maximal covering location problem. Papers of the "
        "Regional Science Association 32.",
    ),
    (
        "Dial",
        "Dial, R. B. (1969). Algorithm 360: shortest-path forest with topological ordering. "
        "Communications of the ACM 12(11).",
    ),
    (
        "Malczewski",
        "Malczewski, J. (2006). GIS-based multicriteria decision analysis: a survey of the "
        "literature. International Journal of Geographical Information Science 20(7).",
    ),
    (
        "Mennis",
        "Mennis, J. (2003). Generating surface models of population using dasymetric mapping. "
        "The Professional Geographer 55(1).",
    ),
    ("Highway", "Transportation Research Board (2000). Highway Capacity Manual."),
    (
        "Wright",
        "Wright, J. K. (1936). A method of mapping densities of population. Geographical "
        "Review 26(1).",
    ),
)
"""What each word of the paragraphs stands for, in the order of the list."""


def method_paragraphs(plan: Plan, language: Language) -> list[str]:
    """Say how this plan was made: only what was used for it."""
    scenario, data = plan.scenario, plan.record["data"]

    def say(key: str, **values: object) -> str:
        return METHOD_WORDS.say(key, language, **values)

    straight = data["impedance"] == "straight-line"
    out = [
        say("people", cell_m=f"{data['cell_m']:g}"),
        say("straight", factor=data["detour_factor"]) if straight else say("roads"),
    ]
    if scenario.unit == "s":
        out.append(say("minutes", pace=scenario.speed_walk_m_s))
    out.append(say("candidates"))
    if plan.record["suitability"] is not None:
        out.append(say("fit"))
    if scenario.max_sites is None:
        out.append(say("cover"))
    else:
        out.append(say("most", what=say(f"most-{scenario.weight}")))
    if any(row["spreads"] > 1 for row in plan.record["townships"]):
        out.append(say("range"))
    return out


def references(paragraphs: list[str]) -> list[str]:
    """Works that the paragraphs refer to."""
    text = " ".join(paragraphs)
    return [work for word, work in REFERENCES if word in text]

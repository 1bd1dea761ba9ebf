from __future__ import annotations

import io
import re

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from geo.bundle import Bundle
from planner.edits import Edits
from planner.plan import Plan, make_plan
from planner.report.workbook import plan_xlsx
from planner.scenario import Scenario


@pytest.fixture(scope="module")
def plan(town: Bundle) -> Plan:
    edits = Edits().with_added(117.2, 29.3, name="=cmd|' /C calc'!A0", existing=True)
    scenario = Scenario(
        radius_m=300.0, min_per_township=7, urban_target=None, name="+一期", edits=edits
    )
    return make_plan(town, scenario)


@pytest.fixture(scope="module")
def book(plan: Plan) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(plan_xlsx(plan, "zh", review_number="@赣S1号")))


def rows(book: Workbook, sheet: str) -> list[dict[str, object]]:
    head, *body = book[sheet].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in body]


def test_sheets_in_both_languages(book: Workbook, plan: Plan) -> None:
    zh = ["概要", "达标情况", "回收点", "未覆盖", "参数", "数据来源", "说明"]
    assert book.sheetnames == zh
    english = openpyxl.load_workbook(io.BytesIO(plan_xlsx(plan, "en")))
    assert english.sheetnames == [
        *("Overview", "Townships", "Sites", "Uncovered", "Parameters", "Sources", "Notes")
    ]
    for sheet in english.worksheets[:-1]:
        text = " ".join(str(c.value) for row in sheet for c in row if c.value is not None)
        own = re.sub("北镇|东街道|南乡|测试县|市场|超市|回收站|一期|[街路]", "", text)
        assert not re.search("[\u4e00-\u9fff]", own), re.findall(".{9}[\u4e00-\u9fff]+.{9}", own)[
            :3
        ]


def test_overview_is_the_record(book: Workbook, plan: Plan) -> None:
    record = plan.record
    told = {row[0].value: row[1].value for row in book["概要"].iter_rows() if row[1].value}
    assert told["回收点总数"] == record["sites"]
    assert told["覆盖人口"] == record["people"]["covered"]
    assert told["人口覆盖率"] == record["people"]["share"]
    assert told["理论界限"] == record["objective"]["bound"]
    assert told["达标乡镇"] == sum(row["pass"] for row in record["townships"]) or not told.get(
        "达标乡镇"
    )
    assert "@赣S1号" in " ".join(str(book["概要"].cell(row, 1).value) for row in range(1, 7))


def test_townships_are_the_record(book: Workbook, plan: Plan) -> None:
    told = {row["行政区代码"]: row for row in rows(book, "达标情况")}
    assert len(told) == len(plan.record["townships"])
    for row in plan.record["townships"]:
        one = told[row["code"]]
        assert one["行政区名称"] == row["name"]
        assert (one["人口（人）"], one["覆盖人口（人）"]) == (row["people"], row["covered"])
        assert one["覆盖率"] == row["share"]
        assert (one["回收点数"], one["应设点数"]) == (row["sites"], row["required"])
        assert one["是否达标"] == ("是" if row["pass"] else "否")
        assert one["最远距离（米）"] == row["worst"]
    sheet = book["达标情况"]
    assert sheet.freeze_panes and sheet.auto_filter.ref == sheet.dimensions
    share = next(cell for cell in sheet[1] if cell.value == "覆盖率").column
    assert sheet.cell(2, share).number_format == "0.00 %"
    passes = [row["是否达标"] for row in rows(book, "达标情况")]
    assert passes == sorted(passes)  # 否 before 是


def test_sites_and_uncovered_are_the_plans(book: Workbook, plan: Plan) -> None:
    sites = rows(book, "回收点")
    assert [row["编号"] for row in sites] == plan.sites["id"].tolist()
    assert [row["服务人口（人）"] for row in sites] == plan.sites["people"].tolist()
    for row, point in zip(sites, plan.sites.geometry, strict=True):
        assert abs(float(str(row["经度（度，WGS84）"])) - point.x) < 1e-6
        assert abs(float(str(row["纬度（度，WGS84）"])) - point.y) < 1e-6
    bare = rows(book, "未覆盖")
    people = plan.bundle.demand.frame["people"].to_numpy()
    assert len(bare) == int((plan.site_of < 0).sum()) > 0
    assert sum(int(str(row["人口（人）"])) for row in bare) == people[plan.site_of < 0].sum()
    assert all(row["状态"] for row in bare)


def test_all_that_is_unknown_and_what_was_asked(book: Workbook, plan: Plan) -> None:
    notes = [row["说明"] for row in rows(book, "说明")]
    assert len(notes) == len(plan.record["warnings"]) + 1
    asked = {row["条件"]: str(row["数值"]) for row in rows(book, "参数")}
    assert asked["方案名称"] == "+一期" and "calc" in asked["手工添加的点"]


def test_no_cell_is_a_formula(book: Workbook) -> None:
    odd = 0
    for sheet in book:
        for row in sheet:
            for cell in row:
                assert cell.data_type != "f" and cell.hyperlink is None
                if isinstance(cell.value, str) and cell.value.lstrip()[:1] in "=+-@":
                    odd += bool(cell.value)
                    assert cell.quotePrefix or not cell.value
    assert odd >= 2  # the added point's name, the scenario's


def test_the_same_plan_is_the_same_file(plan: Plan) -> None:
    assert plan_xlsx(plan, "zh") == plan_xlsx(plan, "zh")

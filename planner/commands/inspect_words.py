"""Words of the coordinate check and the preview of a user's file, Chinese and English."""

from __future__ import annotations

import math

from geo.diagnosis import Diagnosis, Hypothesis
from geo.errors import CoordinateError
from geo.reading import Reading
from planner.wording.language import Language, Words

__all__ = ["PREVIEW", "say_diagnosis", "say_reading", "say_suspect", "say_tried"]

PREVIEW = Words(
    {
        "file": (
            "{file}：{kind}{layer}，{rows} 行{encoding}",
            "{file}: {kind}{layer}, {rows} rows{encoding}",
        ),
        "layer": ("，图层（工作表）{layer}，共 {layers} 个", ", layer {layer} of {layers}"),
        "encoding": ("，文字编码 {encoding}", ", text in {encoding}"),
        "packed": ("，取自压缩包中的 {packed}", ", {packed} in the archive"),
        "role": ("用途：{role}", "taken as {role}"),
        "crs": ("坐标系：{crs}（{by}）", "coordinates: {crs} ({by})"),
        "crs-none": ("没有坐标", "no coordinates"),
        "by-file": ("文件注明", "the file says so"),
        "by-format": ("格式规定", "the format says so"),
        "by-assumed": ("按经纬度列推定", "assumed of degrees"),
        "by-check": ("坐标体检认为", "the check finds so"),
        "by-asked": ("按要求", "as asked"),
        "by-nobody": ("文件未注明", "nobody says"),
        "column": ("  {name} → {taken}，例：{sample}", "  {name} -> {taken}, e.g. {sample}"),
        "taken": (
            "可用 {taken} 行，拒绝 {refused} 行",
            "{taken} rows can be used, {refused} are refused",
        ),
        "refused": ("  {where}：{what}", "  {where}: {what}"),
        "more": ("  另有 {more} 行", "  and {more} more"),
        "inside": (
            "区域内 {inside} 行，区域外 {outside} 行",
            "{inside} in the region, {outside} not",
        ),
        "names": ("地名对应：", "names:"),
        "name": (
            "  {text} → {name}（{kind}，{score}）",
            "  {text} -> {name} ({kind}, {score})",
        ),
        "name-none": ("  {text} → 未找到", "  {text} -> not found"),
        "kind-exact": ("一致", "exact"),
        "kind-normalised": ("规整后一致", "by form"),
        "kind-alias": ("曾用名", "former name"),
        "kind-guess": ("猜测，须确认", "a guess, to be confirmed"),
        "first": ("前几行：", "first rows:"),
        "role-boundaries": ("乡镇边界", "townships"),
        "role-candidates": ("候选点", "candidate sites"),
        "role-existing": ("现有网点", "existing sites"),
        "role-exclude": ("禁建区", "no-go areas"),
        "role-urban": ("主城区", "the main urban area"),
        "role-population": ("人口表", "people"),
        "as-name": ("名称", "name"),
        "as-code": ("代码", "code"),
        "as-county": ("区县", "county"),
        "as-people": ("人口", "people"),
        "as-households": ("户数", "households"),
        "as-household size": ("户均人口", "people per household"),
        "as-x": ("东坐标（经度）", "east (longitude)"),
        "as-y": ("北坐标（纬度）", "north (latitude)"),
        "as-wkt": ("几何（WKT）", "geometry (WKT)"),
        "as-kind": ("类型", "kind"),
        "as-existing": ("是否现有", "existing or not"),
        "as-weight": ("权重", "weight"),
        "as-township": ("所在乡镇", "township"),
        "as-unused": ("未使用", "not used"),
    }
)

CHECK = Words(
    {
        "plain": (
            "坐标体检：{plain} 与{basis}相符（中位距离 {near} 米，置信度 {confidence}）",
            "coordinate check: {plain} fits the {basis} (median {near} m, confidence {confidence})",
        ),
        "plain-place": (
            "坐标体检：{plain}，位于区域之内",
            "coordinate check: {plain}, in the region",
        ),
        "unknown": (
            "坐标体检：{plain}，位于区域之内；证据不足以判断有无偏移",
            "coordinate check: {plain}, in the region; nothing tells whether it is displaced",
        ),
        "doubt": (
            "坐标体检：或为 {best}（位移 {shift} 米，置信度 {confidence}），证据不足，"
            "按 {plain} 采用",
            "coordinate check: perhaps {best} ({shift} m off, confidence {confidence}); the "
            "evidence is too weak, taken as {plain}",
        ),
        "mend": (
            "坐标体检：坐标不是 {plain}，而是 {best}：换算后到{basis}的中位距离 {near} 米，"
            "位移 {shift} 米，置信度 {confidence}",
            "coordinate check: not {plain} but {best}: so read the median distance to the {basis} "
            "is {near} m; moved {shift} m, confidence {confidence}",
        ),
        "elsewhere": (
            "坐标体检：无论怎样读都不在区域之内",
            "coordinate check: not in the region, however it is read",
        ),
        "tried": (
            "  {reading}：区域内 {inside}，中位距离 {near} 米",
            "  {reading}: {inside} inside, median {near} m",
        ),
        "suspect": (
            "{file}：{diagnosis}。"
            "请用 --convert {role}{reading} 或 --accept-diagnosis 同意换算{keep}",
            "{file}: {diagnosis}. Agree with --convert {role}{reading} or --accept-diagnosis{keep}",
        ),
        "keep": ("，或用 --convert {role}none 原样采用", ", or keep it with --convert {role}none"),
        "borders": ("边界", "borders"),
        "roads": ("道路", "roads"),
        "place": ("区域", "region"),
        "none": ("中国范围", "extent of China"),
        "nothing": ("文件各列的原样", "the columns as they stand"),
        "gcj02": ("GCJ-02（高德、腾讯）", "GCJ-02 (Amap, Tencent)"),
        "bd09": ("BD-09（百度）", "BD-09 (Baidu)"),
        "swapped": ("（两轴对调）", " (axes exchanged)"),
        "packed": ("（度分秒）", " (degrees, minutes, seconds)"),
    }
)


def say_reading(reading: Reading, language: Language) -> str:
    """Name a way to read coordinates."""
    system = "WGS84" if reading.key in ("wgs84", "swapped", "dms") else reading.crs.name
    text = CHECK.say(reading.shift, language) if reading.shift else system
    text += CHECK.say("swapped", language) if reading.swapped else ""
    return text + (CHECK.say("packed", language) if reading.packed else "")


def say_diagnosis(diagnosis: Diagnosis, language: Language) -> str:
    """Say in one sentence what the coordinate check found."""
    plain = _plain(diagnosis)
    told = say_reading(plain.reading, language) if plain else CHECK.say("nothing", language)
    verdict: str = diagnosis.verdict
    if verdict == "plain" and diagnosis.basis == "place":
        verdict = "plain-place"
    return CHECK.say(
        verdict,
        language,
        plain=told,
        best=say_reading(diagnosis.best.reading, language),
        basis=CHECK.say(diagnosis.basis, language),
        near=_metres(diagnosis.best.near_m),
        shift=_metres(diagnosis.shift_m),
        confidence=f"{math.floor(diagnosis.confidence * 1000) / 10:g}%",
    )


def say_tried(hypothesis: Hypothesis, language: Language) -> str:
    """Say how one reading fits."""
    return CHECK.say(
        "tried",
        language,
        reading=say_reading(hypothesis.reading, language),
        inside=f"{math.floor(hypothesis.inside * 100)}%",
        near=_metres(hypothesis.near_m),
    )


def say_suspect(error: CoordinateError, language: Language) -> str:
    """Say why a file is not taken, and how to consent."""
    diagnosis = error.diagnosis
    assert isinstance(diagnosis, Diagnosis)
    role = f"{error.role}=" if error.role else ""
    text = CHECK.say(
        "suspect",
        language,
        file=error.where,
        diagnosis=say_diagnosis(diagnosis, language),
        role=role,
        reading=diagnosis.best.key,
        keep=CHECK.say("keep", language, role=role) if diagnosis.plain else "",
    )
    return " ".join(text.split())


def _plain(diagnosis: Diagnosis) -> Hypothesis | None:
    return next((one for one in diagnosis.hypotheses if one.key == diagnosis.plain), None)


def _metres(value: float) -> str:
    return f"{value:.0f}" if math.isfinite(value) else "?"

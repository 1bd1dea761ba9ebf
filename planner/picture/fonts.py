"""Chinese type for pictures and reports: found by name, or said to be missing."""

from __future__ import annotations

import re

from matplotlib import font_manager
from matplotlib.font_manager import FontProperties

from planner.errors import MissingToolError

__all__ = ["CHINESE_FAMILIES", "LATIN_FAMILY", "chinese_family", "has_chinese", "typeface"]

# Simplified Chinese forms first: the same code points look Japanese in a Japanese face. Older
# Matplotlib finds only the first face of the collection, which is the Japanese one.
CHINESE_FAMILIES = (
    *("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN"),
    *("Microsoft YaHei", "PingFang SC", "Hiragino Sans GB", "WenQuanYi Micro Hei"),
    *("WenQuanYi Zen Hei", "Droid Sans Fallback", "SimHei", "Noto Sans CJK JP"),
)
LATIN_FAMILY = "DejaVu Sans"
"""Comes with Matplotlib; stands in for letters and signs that the Chinese face lacks."""

_CHINESE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")


def has_chinese(text: str) -> bool:
    """Whether a text cannot be written without a Chinese typeface."""
    return _CHINESE.search(text) is not None


def chinese_family() -> str:
    """Name the Chinese typeface of this machine.

    Raises
    ------
    MissingToolError
        If there is none: texts would be rows of boxes.
    """
    known = {entry.name for entry in font_manager.fontManager.ttflist}
    for family in CHINESE_FAMILIES:
        if family in known:
            return family
    raise MissingToolError(
        "no Chinese typeface on this machine: texts would be rows of boxes",
        zh="本机没有中文字体，文字会变成方框。请安装字体（Debian、Ubuntu："
        "sudo apt-get install fonts-noto-cjk），然后重新启动",
        where="fonts",
        remedy="Install one (Debian, Ubuntu: sudo apt-get install fonts-noto-cjk), then restart",
    )


def typeface(*, chinese: bool, size_pt: float, bold: bool = False) -> FontProperties:
    """Choose type for a text of a picture.

    Raises
    ------
    MissingToolError
        If Chinese is asked for and there is no Chinese typeface.
    """
    families = [LATIN_FAMILY]
    if chinese:
        families.insert(0, chinese_family())
    return FontProperties(family=families, size=size_pt, weight="bold" if bold else "normal")

"""Words of the whole programme."""

from __future__ import annotations

from planner.wording.language import Words

__all__ = ["PROGRAMME"]

PROGRAMME = Words(
    {
        "plan": ("规划方案", "Plan"),
        "compliance": ("达标校核", "Compliance"),
        "hosts": ("两网融合", "Shared sites"),
        "tiers": ("三级体系", "Three tiers"),
        "service": ("流动回收", "Mobile rounds"),
        "phases": ("分年实施", "Year by year"),
        "robust": ("稳健核心", "Robust core"),
        "refused": ("没有答案：{why}", "No answer: {why}"),
        "checked": ("复核 {part}：{n} 处不符", "Checked {part}: {n} differences"),
        "written": ("已写入 {folder}", "Written to {folder}"),
    }
)

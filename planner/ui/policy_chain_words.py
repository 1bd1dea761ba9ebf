"""Words of the whole programme's button, Chinese and English."""

from __future__ import annotations

from planner.wording.language import Words

__all__ = ["CHAIN_UI"]

CHAIN_UI = Words(
    {
        "chain-make": ("一键落实全部", "Carry out everything"),
        "chain-caption": (
            "按各分项的选项，一次完成达标校核、三级体系、两网融合、流动回收、分年实施与稳健核心，"
            "逐项独立复核，并打包全部成果",
            "Rules, three tiers, shared sites, mobile rounds, years and robust core in one go, "
            "with the options of each section; each is checked independently, all files are packed",
        ),
        "chain-old": (
            "选项已变，下面是上次的结果",
            "Options have changed: below is the last result",
        ),
        "asked-brought": (
            "本分项按随方案保存的选项计算",
            "This section is asked as it was saved with the scenario",
        ),
        "asked-anew": ("改用页面上的选项", "Use the controls of this page"),
        "chain-checked": ("复核 {n} 处不符", "{n} differences when checked"),
        "chain-zip": ("下载全部成果（ZIP）", "Download everything (ZIP)"),
    }
)

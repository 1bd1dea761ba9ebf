"""Words of errors about questions put to the optimiser."""

from __future__ import annotations

__all__ = ["SOLVER_WORDS"]

SOLVER_WORDS: dict[str, str] = {
    # Limits of a search.
    "no plan that serves enough was found ({}); none is below {}": (
        "未找到服务量足够的方案（{0:zh}）；目标值不会低于 {1}"
    ),
    "no plan of {} sites that reaches everybody was found ({})": (
        "未找到 {0} 个网点覆盖所有人的方案（{1:zh}）"
    ),
    (
        "no plan of {} sites that serves everybody was found ({}); at least {} are needed and "
        "{} would do"
    ): ("未找到 {0} 个网点服务所有人的方案（{1:zh}）；至少需要 {2} 个，{3} 个够用"),
    "no plan that keeps every rule was found ({})": "未找到满足全部规则的方案（{0:zh}）",
    "no plan that keeps every rule was found ({}), nor a proof that there is none": (
        "未找到满足全部规则的方案（{0:zh}），也未证明不存在"
    ),
    "no plan that keeps every rule and reaches everybody was found": (
        "未找到满足全部规则且覆盖所有人的方案"
    ),
    "gap": "已达到所要求的差距",
    "work limit": "已达计算量上限",
    "time limit": "已达时限",
    "cancelled": "已取消",
    "None": "未用尽限制",
    "Allow more time": "请延长时间",
    "Allow more time, more sites or more capacity": "请延长时间，或增加网点、容量",
    "Allow more time, or drop a rule": "请延长时间，或去掉一条规则",
    "Allow more time or more sites, or compute travel further": (
        "请延长时间或增加网点，或计算更远的距离"
    ),
    "Allow more time or more sites, or drop a rule": "请延长时间或增加网点，或去掉一条规则",
    "Allow more time or more sites, or say what an unserved unit costs": (
        "请延长时间或增加网点，或给出未服务单元的成本"
    ),
    # Questions without an answer.
    "at most {} sites may be open and at least {} are needed": (
        "最多可设 {0} 个网点，至少需要 {1} 个"
    ),
    "at most {} sites may be open and at least {} are needed; {} would do": (
        "最多可设 {0} 个网点，至少需要 {1} 个；{2} 个够用"
    ),
    "the budget is {} and at least {} is needed": "预算为 {0}，至少需要 {1}",
    "the budget is {} and at least {} is needed; {} would do": "预算为 {0}，至少需要 {1}；{2} 够用",
    "the rules cannot all hold": "各条规则不能同时满足",
    "the rules cannot all hold: {}": "下列规则不能同时满足：{0}",
    "group {}: {} is to be served and the sites within reach take {} at most": (
        "分组 {0}：需服务 {1}，可达网点最多容纳 {2}"
    ),
    "zone {} needs {} sites and has {} to choose from": "分区 {0} 需要 {1} 个网点，只有 {2} 个可选",
    (
        "group {}: a share of {} is asked and {} is the most there is with every allowed site "
        "open ({} units have no site within the radius)"
    ): ("分组 {0}：要求覆盖 {1}，可设的网点全部启用也只有 {2}（{3} 个单元在半径内没有网点）"),
    "max_sites is {} and at least {} are needed ({} existing, {} more for the quotas)": (
        "max_sites 为 {0}，至少需要 {1} 个（现有 {2} 个，按各区最低数量再加 {3} 个）"
    ),
    "zone {} asks for {} and has {} sites that may be open ({} such zones)": (
        "分区 {0} 要求 {1} 个，只有 {2} 个可设（此类分区共 {3} 个）"
    ),
    "Lower the quota or add candidates there": "请降低该区最低数量，或增加候选点",
    # A problem's arrays.
    "a name ends in NUL": "名称以空字符结尾",
    "Rename the group": "请给分组改名",
    "a year that is not there": "没有该年份",
    "at least {}, at most {}": "至少 {0}，最多 {1}",
    "entry {} is {}": "第 {0} 项为 {1}",
    "households {}": "户数为 {0:names}",
    "lists within a list": "列表中套有列表",
    "no demand units": "没有需求单元",
    "no group {}": "没有分组 {0}",
    "no members": "没有成员",
    "no year": "没有年份",
    "not a rising sequence from 0": "不是从 0 起的递增序列",
    "numbers beyond 32 bits": "数值超出 32 位",
    "one per {} households": "每 {0} 户一个",
    "shape {} instead of ({},)": "形状为 {0}，应为 ({1},)",
    "shape {}": "形状为 {0}",
    "site {} does not exist": "网点 {0} 不存在",
    "site {} is also {}": "网点 {0} 同时属于 {1:names}",
    "site {} is not existing": "网点 {0} 不是现有网点",
    "site {} lies in zone {} of {}": "网点 {0} 所在分区 {1} 不在 {2} 个分区之内",
    "site {} stays open and site {} is forbidden": "网点 {0} 须保留，而网点 {1} 被禁设",
    "site {} with itself": "网点 {0} 与自身成对",
    "sites are linked to one another": "网点之间有联动要求",
    "sites {} and {} both stay open ({} such pairs)": "网点 {0} 与 {1} 都须保留（此类共 {2} 对）",
    "sum {} is above 2**53, sums would be inexact": "合计 {0} 超过 2**53，求和会失准",
    "sum {} is below {}, differences would drown in rounding": (
        "合计 {0} 低于 {1}，差异会被舍入淹没"
    ),
    "type {}": "类型为 {0:names}",
    "unit {} does not exist": "单元 {0} 不存在",
    "unsorted or doubled sites in row {}": "第 {0} 行的网点未排序或有重复",
    "zone {} asks for {}": "分区 {0} 要求 {1} 个",
    "{} indices and {} impedances for {} entries": "{2} 项却有 {0} 个索引、{1} 个阻抗",
    "{} is taken": "{0} 已被占用",
    "{} is too large": "{0} 过大",
    "{} is {}": "{0:names} 为 {1:names}",
    "{} of shape {}": "{0:names}，形状为 {1:names}",
    "{} of {} may be open, {} must": "{1} 个中可设 {0} 个，须设 {2} 个",
    "{} of {} stay open, at most {} may": "{1} 个中须保留 {0} 个，最多可设 {2} 个",
    "{} sites": "{0:names} 个网点",
    "{} of group {}": "分组 {1} 的值为 {0}",
    "group {} has a share of {}": "分组 {0} 的占比为 {1}",
    "group {} twice": "分组 {0} 重复",
    "weight times an impedance of {} is beyond what can be summed": (
        "权重乘以阻抗 {0} 超出可求和的范围"
    ),
    "{} is beyond the travel cutoff of {}": "{0} 超出已计算的距离上限 {1}",
    "Ask for coverage": "请改用覆盖模型",
    "Give CSR row starts": "应为 CSR 行起点",
    "Give a dictionary of names and units": "应为名称到单元的字典",
    "Give a list of Choice(sites, least, most)": "应为 Choice(sites, least, most) 的列表",
    "Give a list of groups of sites": "应为网点分组的列表",
    "Give a list of sites": "应为网点列表",
    "Give a mask or indices": "应为掩码或索引",
    "Give a number from 0 up each": "各项应为不小于 0 的数",
    "Give a number from 0 up, or None for no limit": "应为不小于 0 的数，不限则为 None",
    "Give a number up to 100": "应为不超过 100 的数",
    "Give a positive number": "应为正数",
    "Give a positive number, or none": "应为正数，或不给",
    "Give a positive number, infinity to rule the repair out": "应为正数，无穷大表示不用该办法",
    "Give a share below 1": "应为小于 1 的占比",
    "Give a share from 0 to below 1": "应为 0 至小于 1 的占比",
    "Give a typical impedance": "请给出典型阻抗",
    "Give a whole number from 0 up, or None for no limit": "应为不小于 0 的整数，不限则为 None",
    "Give a whole number of 32 bits": "应为 32 位整数",
    "Give at least one demand unit": "请至少给出一个需求单元",
    "Give at least one site to choose from": "请至少给出一个可选网点",
    "Give at least {} different sites": "请至少给出 {0} 个不同的网点",
    "Give each group one radius": "每个分组应有一个半径",
    "Give each zone a quota (0 for none) and use -1 for a site outside all zones": (
        "请给每个分区一个最低数量（无则为 0），不属任何分区的网点用 -1"
    ),
    "Give finite numbers from 0 up": "应为不小于 0 的有限数",
    "Give max_sites here, or max_sites or a budget in the problem": (
        "请在此给出 max_sites，或在问题中给出 max_sites 或预算"
    ),
    "Give numbers": "应为数字",
    "Give numbers from 0 up, infinity for no limit": "应为不小于 0 的数，不限则为无穷大",
    "Give one cost for each site": "每个网点应有一个成本",
    "Give one flag for each demand unit": "每个需求单元应有一个标志",
    "Give one flag for each site": "每个网点应有一个标志",
    "Give one for each site": "每个网点应有一个",
    "Give one index and one impedance for each entry of the matrix": (
        "矩阵每项应有一个索引和一个阻抗"
    ),
    "Give one plain list": "应为一个简单列表",
    "Give one quota for each zone": "每个分区应有一个最低数量",
    "Give one radius for everybody": "应为全体统一的半径",
    "Give one weight for each demand unit": "每个需求单元应有一个权重",
    "Give one year for each site": "每个网点应有一个年份",
    "Give one zone for each demand unit": "每个需求单元应有一个分区",
    "Give one zone for each site": "每个网点应有一个分区",
    "Give pairs of different sites": "应为不同网点组成的对",
    "Give pairs of sites": "应为成对的网点",
    "Give people from 0 up": "人数应不小于 0",
    "Give seconds > 0": "秒数应大于 0",
    "Give the positive search radius": "应为正的搜索半径",
    "Give the problem that the solution answers": "请给出该解所对应的问题",
    "Give true or false for each site": "每个网点应为 true 或 false",
    "Give whole numbers": "应为整数",
    "Give whole numbers from 0 up": "应为不小于 0 的整数",
    "Impedances are numbers from 0 up; leave out what cannot be reached": (
        "阻抗应为不小于 0 的数，不可达的请略去"
    ),
    "It always means everybody": "该名称固定指全体",
    "Leave out empty groups": "请去掉空的分组",
    "Leave out pairs of sites that are kept, or make one closable": (
        "请去掉都保留的网点对，或允许关闭其一"
    ),
    "Leave the links out": "请去掉联动要求",
    "Leave the change out": "请去掉该改动",
    "Lower least, or allow a forbidden one": "请降低 least，或解除一个禁设网点",
    "Raise most, or make an existing one closable": "请提高 most，或允许关闭一个现有网点",
    "Make a Travel of it": "应为 Travel 对象",
    "Name each case once": "每种情形只能列一次",
    "Name each year once": "每个年份只能列一次",
    "Name each group once": "每个分组只能列一次",
    "Name a group there is": "请给出已有的分组",
    "Number from 0": "编号应从 0 起",
    "Number them from 0": "编号应从 0 起",
    "Number zones as in Problem.quotas, -1 for none": "分区编号应与 Problem.quotas 一致，无则为 -1",
    "Only existing sites can be closed": "只有现有网点可以关闭",
    "Quotas >= 0": "最低数量应不小于 0",
    "Shares go from 0 to 1": "占比应为 0 至 1",
    "Keep the higher share": "请保留较高的占比",
    "Sites go from 0 to {}": "网点编号为 0 至 {0}",
    "Units go from 0 to {}": "单元编号为 0 至 {0}",
    "Sort each row and keep the shortest of doubled entries": "请将每行排序，重复项只留最短的",
    "Swap them": "请对调",
    "Take one of them out of the group": "请从分组中去掉一个",
    "There are: {}": "现有：{0:names}",
    "Use a larger unit": "请改用更大的单位",
    "Use a smaller unit": "请改用更小的单位",
    "Compute travel up to the radius first": "请先把距离计算到该半径",
    # Models and their options.
    'Choose "sites" or "cost"': '应为 "sites" 或 "cost"',
    'Choose "distance" or None': '应为 "distance" 或 None',
    'Choose "none" or "add"': '应为 "none" 或 "add"',
    'Choose "exact" or "quick"': '应为 "exact" 或 "quick"',
    'Choose "apart", "together", "choice" or "forced"': (
        '应为 "apart"、"together"、"choice" 或 "forced"'
    ),
    "Choose from {}, once": "应从 {0:names} 中选，每个一次",
    "Choose a group that has one, or None for everybody": "请选有半径的分组，或用 None 表示全体",
    "every price is 0": "各项单价都是 0",
    "nothing limits the plan": "方案没有任何上限",
    "{} over a scale of {} is too much for impedances up to {}": (
        "阻抗最大为 {2} 时，{0} 除以尺度 {1} 过大"
    ),
    "Lower the aversion, or give a radius or a larger scale": (
        "请降低公平系数，或给出半径或更大的尺度"
    ),
    "nothing to take it from: with everything open nobody has any way to go": (
        "无从推算：网点全部启用时所有人距离都为 0"
    ),
    "{} is below an impedance of {}": "{0} 低于阻抗 {1}",
    "Raise it, or give a radius that is not above it": "请提高它，或给出不超过它的半径",
    "{} has nothing to change": "{0} 没有可改的内容",
    "there are none": "没有此项",
    "{} has no radius of its own in {}": "{0} 在 {1} 中没有自己的半径",
    "the question has no answer": "问题无解",
    "Ask why_not first": "请先用 why_not 查原因",
    "the problem can be made": "问题可以构造",
    "Make it": "请直接构造",
    "the question has an answer": "问题有解",
    "Solve it": "请直接求解",
    "zones from {} to {} of {}": "分区编号为 {0} 至 {1}，而分区共 {2} 个",
    "sites up to {} in a problem of {}": "网点编号达 {0}，而问题只有 {1} 个网点",
    # Files of problems.
    "Update this program to read it": "请升级本程序再读取",
    "Check the path and your rights": "请核对路径和权限",
    "Call it version 2": "请标为版本 2",
    "Use a larger machine": "请换内存更大的机器",
    "Write it again": "请重新写出",
    "Write it as docs/exchange.md says": "请按 docs/exchange.md 的格式写出",
    "Write it as {}": "请写成 {0:names}",
    "Write CSR starts from 0 to the number of entries, and one of all else for each list": (
        "请写 CSR 起点（从 0 到项数），其余各数组每个列表一项"
    ),
    "It has {} in this format": "此格式应为 {0} 维",
    "{} need {} arrays": "{0:zh}需要{1:zh}数组",
    "Choices": "选择规则",
    "Groups": "分组",
    "Sites together": "同设规则",
    "both": "全部两个",
    "all three": "全部三个",
    "all four": "全部四个",
    "does not exist": "不存在",
    "does not fit into memory": "内存放不下",
    "group_names are not distinct": "group_names 有重复",
    "has an unknown array {}": "有未知数组 {0}",
    "has no array {}": "没有数组 {0}",
    "has only {}": "只有 {0:names}",
    "has version {}": "版本为 {0}",
    "is damaged ({})": "已损坏（{0}）",
    "is not a problem file": "不是问题文件",
    "{} and {} do not fit together": "{0} 与 {1:names} 不匹配",
    "{} has {} dimensions": "{0:names} 有 {1} 维",
}

"""Words of the years, Chinese and English."""

from __future__ import annotations

from planner.wording.language import Words

__all__ = ["PHASES_WORDS"]

PHASES_WORDS = Words(
    {
        "title": ("分年实施计划", "Openings year by year"),
        "urban": ("主城区", "main urban area"),
        "short-quota": (
            "{year} 年：{name} 需 {need} 个网点，只有 {have} 个候选点",
            "{year}: {name} needs {need} sites and has {have} candidates",
        ),
        "short-target": (
            "{year} 年：{group} 目标 {share}，全部开设也只能达到 {most}",
            "{year}: {group}: {share} is asked and {most} is the most there is",
        ),
        "short-sites": (
            "{year} 年：至多 {most} 个网点，至少需要 {least} 个；"
            "请增加 new_sites 或 budgets_yuan，或降低目标",
            "{year}: at most {most} sites may be open and at least {least} are needed: allow more "
            "new sites or money, or lower a target",
        ),
        "short-budget": (
            "{year} 年：累计预算 {most} 元，至少需要 {least} 元",
            "{year}: {most} yuan may be spent by then and at least {least} are needed",
        ),
        "short-clash": (
            "{year} 年的要求单独可以满足，但与此前各年已开设的网点不能兼顾；请放宽限额或目标",
            "{year} can be met alone, but not after what the years before it need: allow more "
            "sites or lower a target",
        ),
        "summary-proof": (
            "累计覆盖 {value} 人·年，上界 {bound}，差距 {gap}（{status}）",
            "{value} person-years covered, bound {bound}, gap {gap} ({status})",
        ),
        "summary-year": (
            "{year} 年：新开 {opened} 个，累计 {sites} 个；覆盖 {covered}/{total}（{share}）；"
            "有网点的乡镇 {with_site}/{townships}；任意选址最多 {free}，相差 {price}",
            "{year}: {opened} opened, {sites} open; {covered} of {total} covered ({share}); "
            "{with_site} of {townships} townships have a site; {free} at most if chosen freely, "
            "{price} fewer",
        ),
        "summary-fewest": (
            "末年同样覆盖，重新选址最少约需 {fewest} 个（下界 {bound}），多用 {price} 个",
            "As much is covered in the last year by {fewest} sites chosen freely (bound {bound}): "
            "{price} fewer",
        ),
        "summary-changes": (
            "与原计划相比：保留 {kept} 个，取消 {dropped} 个，新增 {added} 个",
            "Against the earlier plan: {kept} kept, {dropped} dropped, {added} added",
        ),
        "summary-left": (
            "{n} 个方案网点在限额内未能开设",
            "{n} sites of the plan are opened in no year",
        ),
        "phases-year-assumed": (
            "数据未注明人口年份，按 {year} 年起计算增长",
            "The data do not say of which year the people are: growth is counted from {year}",
        ),
        "phases-no-growth": (
            "未给出人口增长率，各年人口按不变计算",
            "No growth is given: the people stay the same in all years",
        ),
        "phases-not-all": (
            "限额不足以开设方案的全部新网点，只选其中最有效的",
            "The years do not allow all new sites of the plan: the best of them are chosen",
        ),
        "phases-cost": (
            "每个新网点按 {yuan} 元计，利用既有场所更低"
            "（假设，见 data/hosts.toml，可用 site_yuan 修改）",
            "A new site is taken to cost {yuan} yuan, less at an existing place (an assumption of "
            "data/hosts.toml: set site_yuan)",
        ),
        "phases-of-plan": (
            "只在本方案的网点中安排：与任意选址的差距，主要是方案按“网点最少”选点而不是按“覆盖最多”选点；"
            "要单看逐年累加的代价，请改为在全部候选点中选",
            "Only sites of the plan are opened: what is covered less than freely is mostly the "
            "plan's own choice, made for the fewest sites and not for the most people. Choose "
            "among all candidates to see the price of nesting alone",
        ),
        "phases-kg": (
            "方案按可回收物重量（公斤/日）计，以下“覆盖”为公斤/日",
            "The plan weighs recyclables: what is covered is in kg a day",
        ),
        "growth-without-rate": (
            "{where}：{townships} 个乡镇（共 {of} 个）没有增长率，按不变计算：{names}",
            "{where}: {townships} of {of} townships have no rate and stay as they are: {names}",
        ),
        "standing": ("现有", "Standing"),
        "built": ("已建", "Built"),
        "planned": ("计划", "Planned"),
        "first": ("所在乡镇的第一个网点", "First site of its township"),
        "gain": ("新增覆盖最多", "Adds the most people"),
        "rule": ("满足配额或方案要求", "Asked for by a rule or the plan"),
        "proven": ("已证明", "proven"),
        "feasible": ("可行，未证明到要求的差距", "feasible, not proven to the gap asked for"),
        "sheet-years": ("各年", "Years"),
        "sheet-sites": ("开设顺序", "Order of openings"),
        "sheet-materials": ("各年回收量（公斤每日）", "Materials, kg a day"),
        "material": ("品类", "Material"),
        "change": ("首末年变化", "Change to the last year"),
        "place": ("网点", "Site"),
        "sheet-summary": ("概览", "Summary"),
        "gantt": ("分年开设进度", "Openings by year"),
        "gantt-townships": ("各乡镇分年新开网点数", "New sites by township and year"),
        "map-by": ("{year} 年末网点", "Sites by the end of {year}"),
        "map-title": ("{region}：{year} 年末网点", "{region}: sites by the end of {year}"),
        "id": ("编号", "Id"),
        "name": ("名称", "Name"),
        "kind": ("类型", "Kind"),
        "township": ("乡镇", "Township"),
        "township_code": ("乡镇代码", "Township code"),
        "year": ("年份", "Year"),
        "order": ("次序", "Order"),
        "state": ("状态", "State"),
        "reason": ("理由", "Reason"),
        "lon": ("经度", "Longitude"),
        "lat": ("纬度", "Latitude"),
        "cost_yuan": ("费用（元，假设）", "Cost, yuan (assumed)"),
        "sites": ("网点（累计）", "Sites open"),
        "sites_allowed": ("至多网点", "Sites allowed"),
        "opened": ("当年新开", "Opened"),
        "spent_yuan": ("累计支出（元）", "Spent by then, yuan"),
        "budget_yuan": ("累计预算（元）", "Budget by then, yuan"),
        "share": ("覆盖率", "Share"),
        "townships": ("乡镇数", "Townships"),
        "townships_with_site": ("有网点的乡镇", "Townships with a site"),
        "gain_people": ("开设时新增覆盖（人）", "People newly covered"),
        "gain_kg": ("开设时新增覆盖（公斤/日）", "Kg a day newly covered"),
        "total_people": ("人口", "People"),
        "total_kg": ("可回收物（公斤/日）", "Recyclables, kg a day"),
        "covered_people": ("覆盖人口", "People covered"),
        "covered_kg": ("覆盖（公斤/日）", "Kg a day covered"),
        "urban_total": ("主城区总量", "Urban total"),
        "urban_covered": ("主城区覆盖", "Urban covered"),
        "free_covered": ("任意选址最多", "Most if chosen freely"),
        "free_bound": ("其上界", "Bound on it"),
        "nesting_price": ("与任意选址相差", "Fewer than freely"),
        "checked": (
            "复核 {claims} 项，{faults} 项不符",
            "{claims} claims computed again, {faults} differ",
        ),
        "written": ("已写入 {path}", "written to {path}"),
    }
)

"""Words of the report: short sentences that need no knowledge of optimisation."""

from __future__ import annotations

from planner.wording.language import Words

__all__ = ["REPORT_WORDS"]

REPORT_WORDS = Words(
    {
        "title": ("{region}再生资源回收点规划报告", "Plan of recycling points: {region}"),
        "facts-author": ("编制：{author}", "Prepared by: {author}"),
        "facts-organisation": ("单位：{organisation}", "Organisation: {organisation}"),
        "facts-data": ("地图数据日期：{date}", "Map data of {date}"),
        "facts-question": ("规划条件：{question}", "Asked for: {question}"),
        "page": ("第 {page} 页 / 共 {pages} 页", "Page {page} of {pages}"),
        "list": ("、", ", "),
        "and-more": ("等 {n} 个", "and {n} more"),
        "none": ("无", "none"),
        # summary
        "summary": ("摘要", "Summary"),
        "sum-sites": (
            "本方案在{region}共设 {sites} 个回收点，其中现有 {existing} 个，新设 {new} 个。",
            "The plan has {sites} recycling points in {region}: {existing} existing and {new} new.",
        ),
        "sum-people": (
            "{total} 人中有 {covered} 人（{share}）在{limit}有回收点。",
            "{covered} of {total} people ({share}) have a point {limit}.",
        ),
        "sum-range": (
            "人口在乡镇内的分布是估计的：按其他同样可信的分布，覆盖率在 {low} 至 {high} 之间。",
            "Where in a township people live is an estimate: by other spreads that are as "
            "plausible, {low} to {high} are covered.",
        ),
        "sum-estimated": (
            "人口分布是估计的，覆盖率因此也是估计值。",
            "Where people live is an estimate, and so is the share covered.",
        ),
        "sum-urban-met": (
            "主城区 {covered} 的{what}在此范围内，达到 {target} 的目标。",
            "Of the main urban area's {what}, {covered} are within that limit: the target of "
            "{target} is met.",
        ),
        "sum-urban-short": (
            "主城区 {covered} 的{what}在此范围内，未达到 {target} 的目标。",
            "Of the main urban area's {what}, {covered} are within that limit: short of the "
            "target of {target}.",
        ),
        "sum-urban": (
            "主城区 {covered} 的{what}在此范围内；本次未设目标。",
            "Of the main urban area's {what}, {covered} are within that limit; no target was set.",
        ),
        "sum-no-urban": ("本区域未划定主城区。", "No main urban area is defined."),
        "what-people": ("人口", "people"),
        "what-kg": ("可回收物", "recyclables"),
        "sum-townships-all": (
            "{of} 个乡镇全部达标。",
            "All {of} townships pass.",
        ),
        "sum-townships-short": (
            "{of} 个乡镇中 {n} 个未达标：{names}。",
            "{n} of {of} townships fall short: {names}.",
        ),
        "sum-proven": (
            "计算已经证明：在所列数据和条件下，没有别的方案能使目标值更好。"
            "目标只有一个：求最少点数时，同样点数的其他布点可能覆盖更多人口。",
            "It is proven that, for these data and conditions, no plan reaches a better "
            "objective. There is one objective: where the fewest sites are asked for, as many "
            "other sites may cover more people.",
        ),
        "sum-more": (
            "点数不变而改变布点，至多还可多覆盖 {n} 人（理论界限，未计覆盖目标的限制）。"
            "要在此点数内覆盖最多，请把这一点数设为点数上限。",
            "As many sites at other places may cover up to {n} people more (a bound that leaves "
            "targets aside). To cover the most with that many, make them the limit of sites.",
        ),
        "sum-no-more": (
            "点数不变，没有别的布点能覆盖更多人口。",
            "As many sites at other places cannot cover more people.",
        ),
        "sum-proven-within": (
            "计算已经证明：在所列数据和条件下，任何方案至多比本方案好 {gap}。",
            "It is proven that, for these data and conditions, no plan is better by more "
            "than {gap}.",
        ),
        "sum-open": (
            "本方案是目前找到的最好方案，尚未证明到所要求的程度："
            "可能存在更好的方案，但至多好 {gap}。",
            "This is the best plan found so far and is not yet proven as asked: a better one may "
            "exist, by at most {gap}.",
        ),
        "sum-material": (
            "每日可回收物约 {tonnes} 吨（按人均量估计），其中 {share} 在服务范围内产生。",
            "About {tonnes} tonnes of recyclables arise each day (estimated by head), {share} of "
            "them within the limit.",
        ),
        # key figures
        "figures": ("主要指标", "Key figures"),
        "col-figure": ("指标", "Figure"),
        "col-value": ("数值", "Value"),
        "col-note": ("说明", "Remark"),
        "fig-sites": ("回收点总数", "Recycling points"),
        "fig-sites-note": (
            "现有 {existing} 个，新设 {new} 个",
            "{existing} existing, {new} new",
        ),
        "fig-people": ("覆盖人口", "People covered"),
        "fig-people-note": ("总人口 {total} 人", "of {total} people"),
        "fig-share": ("人口覆盖率", "Share of people covered"),
        "fig-range-note": (
            "按其他可信的人口分布为 {low} 至 {high}",
            "{low} to {high} by other plausible spreads",
        ),
        "fig-one-spread": ("只有一种可信的人口分布，无上下限", "one plausible spread: no range"),
        "fig-counted": ("按已知人口计算", "by known figures"),
        "fig-urban": ("主城区覆盖率", "Main urban area covered"),
        "fig-urban-kg": ("主城区可回收物覆盖率", "Urban recyclables covered"),
        "fig-target": ("目标 {target}", "target {target}"),
        "fig-no-target": ("未设目标", "no target"),
        "fig-townships": ("达标乡镇", "Townships that pass"),
        "fig-townships-value": ("{n} / {of} 个", "{n} of {of}"),
        "fig-households": ("覆盖住户", "Households covered"),
        "fig-households-note": ("共 {total} 户", "of {total}"),
        "fig-material": ("覆盖可回收物", "Recyclables covered"),
        "fig-material-value": ("{n} 吨/日", "{n} t a day"),
        "fig-material-note": ("共 {total} 吨/日，估计值", "of {total} t a day, estimated"),
        "fig-objective": ("目标值", "Value of the plan"),
        "fig-bound": ("理论界限", "Bound"),
        "fig-bound-note": (
            "满足同样条件的任何方案都不可能比这更好",
            "no plan that meets the same conditions can be better than this",
        ),
        "fig-gap": ("与界限的差距", "Gap to the bound"),
        "fig-gap-note": ("要求不超过 {asked}", "{asked} or less was asked for"),
        "proof": ("“已证明”是什么意思", 'What "proven" means'),
        "proof-why": (
            "计算同时做两件事：一边寻找好方案，一边计算一个界限，满足同样条件的任何方案都不可能越过它。"
            "两者之间的差距，就是方案还可能改进的最大余地。",
            "Two things are computed side by side: good plans, and a bound that no plan meeting "
            "the same conditions can pass. The gap between the two is the most by which a plan "
            "could still be improved.",
        ),
        "proof-exact": (
            "本方案的目标值为 {value}，界限也是 {bound}：目标值不可能更好。",
            "This plan reaches {value} and the bound is {bound} too: no plan reaches a better one.",
        ),
        "proof-within": (
            "本方案的目标值为 {value}，界限为 {bound}，差距 {gap}，在所要求的 {asked} 之内。",
            "This plan reaches {value} and the bound is {bound}: a gap of {gap}, within the "
            "{asked} asked for.",
        ),
        "proof-open": (
            "本方案的目标值为 {value}，界限为 {bound}，差距 {gap}，大于所要求的 {asked}。"
            "延长计算时间或可缩小差距。",
            "This plan reaches {value} and the bound is {bound}: a gap of {gap}, more than the "
            "{asked} asked for. A longer run may narrow it.",
        ),
        "proof-limits": (
            "这一证明以本报告所列的数据和条件为前提。数据有出入时，结论随之改变。",
            "The proof stands on the data and conditions listed in this report. Where the data "
            "are wrong, so is the conclusion.",
        ),
        # map
        "map": ("规划图", "Map"),
        "map-alt": (
            "{region}回收点规划图：回收点、人口单元与乡镇达标情况",
            "Map of {region}: recycling points, where people live, and which townships pass",
        ),
        "map-missing": ("规划图未能绘制。", "The map could not be drawn."),
        # townships
        "townships": ("乡镇达标情况", "Townships"),
        "townships-intro": (
            "达标是指：回收点数不少于应设点数，且覆盖率不低于乡镇目标（如已设定）。"
            "最远一列是有人居住、离最近回收点最远的单元的{way}，超出服务范围的也计算在内。",
            "A township passes if it has the points it needs and, where a target for townships is "
            'set, reaches it. "Worst" is the {way} from the inhabited cell that is worst off to '
            "its nearest point, also where that is beyond the limit.",
        ),
        "way-m": ("路程", "way"),
        "way-s": ("时间", "time"),
        "townships-estimated": (
            "注：标 * 的乡镇，人口是估计值。",
            "* the number of people is an estimate.",
        ),
        "col-township": ("乡镇", "Township"),
        "col-people": ("人口（人）", "People"),
        "col-covered": ("覆盖（人）", "Covered"),
        "col-share": ("覆盖率", "Share"),
        "col-sites": ("点数", "Points"),
        "col-required": ("应设", "Needed"),
        "col-worst-m": ("最远（米）", "Worst (m)"),
        "col-worst-s": ("最远（分钟）", "Worst (min)"),
        "col-result": ("结果", "Result"),
        "passes": ("达标", "passes"),
        "falls-short": ("未达标", "falls short"),
        "short": ("需说明的乡镇：原因与最近的办法", "Townships with a remark: why, and what helps"),
        "col-reason": ("原因", "Reason"),
        "col-repair": ("最近的办法", "Nearest repair"),
        "repair-unknown": ("未计算", "not computed"),
        # sites
        "sites": ("回收点一览", "List of recycling points"),
        "sites-intro": (
            "“服务人口”是以该点为最近回收点的人口；“独有人口”是除该点外，服务范围内没有其他回收点的人口。"
            "坐标为 WGS84 经纬度，并非测绘成果，实施前须现场核实。",
            '"Serves" counts the people whose nearest point it is; "only here" those of them who '
            "have no other point within the limit. Coordinates are WGS84, not a survey: look at "
            "each place before building.",
        ),
        "col-number": ("序号", "No."),
        "col-name": ("名称", "Name"),
        "col-id": ("编号", "Id"),
        "col-kind": ("类型", "Kind"),
        "col-role": ("类别", "Role"),
        "col-serves": ("服务人口", "Serves"),
        "col-lost": ("独有人口", "Only here"),
        "col-place": ("经度，纬度", "Longitude, latitude"),
        "role-existing": ("现有", "existing"),
        "role-new": ("新设", "new"),
        "role-hosted": ("依托环卫", "hosted"),
        "role-mobile": ("流动", "mobile"),
        # method
        "method": ("方法", "Method"),
        "references": ("参考文献", "References"),
        # parameters
        "parameters": ("规划条件", "What was asked for"),
        "parameters-intro": (
            "以下条件由规划者给定。条件改变，方案随之改变。",
            "These conditions were set by the planner. Other conditions give another plan.",
        ),
        "col-parameter": ("条件", "Condition"),
        "scenario-name": ("方案名称", "Name of the scenario"),
        # sources
        "sources": ("数据来源", "Data"),
        "col-data": ("数据", "Data"),
        "col-from": ("来源", "From"),
        "col-date": ("日期", "Date"),
        "col-licence": ("许可", "Licence"),
        "data-map": ("地图（道路、设施、用地）", "Map (roads, places, land)"),
        "data-boundaries": ("乡镇边界", "Township boundaries"),
        "data-boundaries-osm": (
            "OpenStreetMap 行政边界（{source}）",
            "OpenStreetMap administrative boundaries ({source})",
        ),
        "data-boundaries-approximate": (
            "近似边界（由地名点推算）",
            "approximate, from place nodes",
        ),
        "data-boundaries-own": ("自备文件", "own file"),
        "data-population": ("人口", "People"),
        "data-candidates": ("候选点", "Candidate sites"),
        "data-exclude": ("禁建区", "No-go areas"),
        "data-urban": ("主城区", "Main urban area"),
        "data-kinds": ("候选类型表", "Table of kinds"),
        "data-input": ("自备文件（{role}）", "Own file ({role})"),
        "data-table": ("方案所用的区域数据", "The region's data as used"),
        "data-table-value": (
            "人口单元 {cells} 个（{cell_m} 米网格），候选点 {candidates} 个；坐标系 {crs}",
            "{cells} cells of {cell_m} m, {candidates} candidates; {crs}",
        ),
        "data-program": ("计算程序", "Program"),
        "data-program-value": (
            "RecycleNet {version}，求解器 {solver}",
            "RecycleNet {version}, solver {solver}",
        ),
        "licence-own": ("自备数据", "own data"),
        "unknown-date": ("未注明", "not stated"),
        "urban-how": ("主城区的划定：{how}", "The main urban area: {how}"),
        "people-how": ("人口的来源：{how}", "Where the people come from: {how}"),
        "sources-credit": (
            "公开使用本报告或其中的地图时，须保留“{licence}”的署名。",
            'Keep the credit "{licence}" wherever this report or its map is shown.',
        ),
        # what is unknown
        "unknown": ("估计与未知", "What is estimated or unknown"),
        "unknown-intro": (
            "以下各条由程序在导入数据和求解时记录，全部列出，重要的在前。",
            "Noted by the program on import and while planning: all of it, what weighs most first.",
        ),
        "unknown-none": ("没有记录。", "Nothing was noted."),
        "unknown-always": (
            "方案不了解：土地权属与价格、开放时间、沿途坡度与台阶、交通状况，以及地图上没有的一切。"
            "地图缺少道路的地方，人口会显得未被覆盖。",
            "The plan knows nothing of land ownership and price, opening hours, slopes and stairs "
            "on the way, traffic, and whatever is not on the map. Where roads are missing on the "
            "map, people look unserved.",
        ),
        # checking
        "checking": ("复核", "How the plan can be checked"),
        "checking-how": (
            "本报告的数字全部取自方案文件 plan.json。命令 recyclenet check 从区域数据出发，"
            "用另一套算法（不与求解器共用代码）重新计算每个距离、人口数和达标结论，并逐项比对。"
            "它不重新证明界限，只核对目标值、界限、差距与状态是否一致。",
            "Every figure of this report stands in the plan's file plan.json. The command "
            "recyclenet check starts from the region's data and computes each distance, number "
            "of people and verdict again by other means (it shares no code with the solver) and "
            "compares them one by one. It does not prove the bound again; it checks that value, "
            "bound, gap and status fit each other.",
        ),
        "checking-same": (
            "同样的数据和条件，每次计算得到同样的方案。区域数据的校验值（SHA-256）：{sha256}",
            "The same data and conditions give the same plan every time. SHA-256 of the region's "
            "data: {sha256}",
        ),
        "checking-agrees": (
            "本方案已复核：重新计算 {checked} 项，全部一致。",
            "This plan was checked: {checked} claims computed again, all agree.",
        ),
        "checking-differs": (
            "本方案复核不符：重新计算 {checked} 项，{differences} 项不同。",
            "The check disagrees: {checked} claims computed again, {differences} differ.",
        ),
        "checking-not": (
            "本报告生成时未附复核结果。",
            "No check's result was at hand when this report was made.",
        ),
    }
)

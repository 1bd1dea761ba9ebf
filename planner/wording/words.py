"""Sentences about regions and plans, for every front end: summaries, findings, reasons, phases."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import cast

from geo.findings import Finding
from planner.wording.language import LANGUAGES, Language, Words
from planner.wording.shares import as_written, gap_percent, percent, target_percent

__all__ = [
    "FINDINGS",
    "PHASES",
    "REASONS",
    "REFUSALS",
    "TERMS",
    "WORDS",
    "say_finding",
    "say_phase",
    "say_reason",
]

WORDS = Words(
    {
        "imported": (
            "{name}：已写入 {folder}\n"
            "  乡镇 {townships} 个（{boundaries}）；人口 {people}（{people_source}）\n"
            "  需求单元 {cells} 个；候选点 {candidates} 个（现有 {existing}，生成 {generated}）\n"
            "  {urban}",
            "{name}: written to {folder}\n"
            "  {townships} townships ({boundaries}); {people} people ({people_source})\n"
            "  {cells} demand cells; {candidates} candidates ({existing} existing, "
            "{generated} generated)\n"
            "  {urban}",
        ),
        "imported-roads": (
            "  {mode}路网：{km} 公里，{nodes} 个节点，{parts} 个连通部分",
            "  {mode} network: {km} km, {nodes} nodes, {parts} connected parts",
        ),
        "metres": ("{n} 米", "{n} m"),
        "data-region": ("区域", "region"),
        "data-bundle-sha256": ("区域数据", "bundle"),
        "data-bundle-format": ("数据格式版本", "format of the bundle"),
        "data-extract": ("地图文件", "map extract"),
        "data-extract-sha256": ("地图文件内容", "content of the extract"),
        "data-extract-date": ("地图日期", "date of the map"),
        "data-boundaries": ("边界来源", "boundaries"),
        "data-population": ("人口来源", "population"),
        "data-population-year": ("人口年份", "year of the population"),
        "data-population-estimated": ("人口为估计", "population estimated"),
        "data-cell-m": ("单元边长（米）", "demand cell, metres"),
        "data-kinds": ("候选点类型权重", "weight of kind"),
        "data-nothing": ("无", "none"),
        "data-accepted": (
            "  ! 方案文件是为另一份区域数据写的，按现有数据规划：{what}",
            "  ! the scenario was written for other data; planned on these: {what}",
        ),
        "edit-closed": ("关闭 {id}", "closing {id}"),
        "edit-no-go": ("禁建区第 {number} 块", "no-go area number {number}"),
        "minutes": ("{n} 分钟", "{n} minutes"),
        "mode-walk": ("步行", "walking"),
        "mode-ebike": ("电动车", "e-bike"),
        "mode-drive": ("驾车", "driving"),
        "planned": (
            "方案已写入 {folder}\n"
            "  回收点 {sites} 个（新建 {new}）；覆盖 {people} 人中的 {share}；"
            "达标乡镇 {passed}/{townships}\n"
            "  {status}：{objective} {value}，界 {bound}，差距 {gap}",
            "plan written to {folder}\n"
            "  {sites} sites ({new} new); {share} of {people} people covered; "
            "{passed}/{townships} townships pass\n"
            "  {status}: {objective} {value}, bound {bound}, gap {gap}",
        ),
        "planned-range": (
            "  按其他可信的人口分布：覆盖 {low} 至 {high}，主城区 {urban_low} 至 {urban_high}",
            "  by other plausible spreads of the people: {low} to {high} covered, urban "
            "{urban_low} to {urban_high}",
        ),
        "planned-urban": (
            "  主城区覆盖 {share}，目标 {target}；{definition}",
            "  {share} of the urban people covered, target {target}; {definition}",
        ),
        "planned-urban-kg": (
            "  主城区可回收物覆盖 {share}，目标 {target}；{definition}",
            "  {share} of the urban recyclables covered, target {target}; {definition}",
        ),
        "planned-material": (
            "  可回收物每日 {tonnes} 吨（估计），覆盖 {share}；住户 {households} 户",
            "  {tonnes} tonnes of recyclables a day (estimated), {share} of it covered; "
            "{households} households",
        ),
        "status-proven": ("已证明", "proven"),
        "status-drawn": ("外部给定，未经优化", "given, not optimised"),
        "status-feasible": (
            "可行解，尚未证明到所要求的差距",
            "feasible, not proven to the gap asked",
        ),
        "objective-sites": ("回收点总数（最少）", "open sites (fewest)"),
        "objective-cost": ("相对成本（最低）", "relative cost (least)"),
        "objective-kg_day": ("覆盖可回收物（最多，公斤/日）", "kg a day covered (most)"),
        "objective-people": ("覆盖人口（最多）", "people covered (most)"),
        "check-agrees": (
            "复核通过：重新计算 {checked} 项，差异 {differences} 项（最优界未重新证明）",
            "agrees: {checked} claims computed again, {differences} differ "
            "(the bound is not proven again)",
        ),
        "check-differs": (
            "复核不符：重新计算 {checked} 项，{differences} 项不同",
            "differs: {checked} claims computed again, {differences} differ",
        ),
        "more-noticed": (
            "另有 {more} 条见 plan.json / manifest.json",
            "{more} more in plan.json / manifest.json",
        ),
    }
)

REASONS = Words(
    {
        "no-candidate": (
            "需 {required} 个回收点，但没有候选点",
            "needs {required} sites, has no candidate",
        ),
        "too-few-sites": (
            "需 {required} 个回收点，仅有 {sites} 个（候选点 {candidates} 个）",
            "needs {required} sites, has {sites} ({candidates} candidates)",
        ),
        "below-target": (
            "覆盖率 {share} 低于目标 {target}",
            "{share} covered, target {target}",
        ),
        "no-people": ("无常住人口记录", "nobody is known to live there"),
    }
)

REFUSALS = Words(
    {
        "no-roads-for-mode": (
            "区域数据中没有{mode}路网",
            "the bundle has no roads for {mode}",
        ),
        "no-roads-for-mode-remedy": (
            "请重新导入区域，或选择其他出行方式",
            "Import the region again, or choose another mode",
        ),
        "urban-target": (
            "主城区覆盖目标 {share} 在 {radius}内无法达到：候选点全部启用时为 {attainable}",
            "{share} of the main urban area's people cannot be covered within {radius}: with "
            "every candidate open it is {attainable}",
        ),
        "urban-target-remedy": (
            "请将目标降至 {lower}，或在未覆盖处增加候选点",
            "Lower the urban target to {lower}, or add candidates near the uncovered cells",
        ),
        "urban-target-radius": (
            "主城区覆盖目标 {share} 在 {radius}内无法达到：候选点全部启用时为 {attainable}",
            "{share} of the main urban area's people cannot be covered within {radius}: with "
            "every candidate open it is {attainable}",
        ),
        "urban-target-radius-remedy": (
            "请将目标降至 {lower}，或将服务半径增至 {needed}，或在未覆盖处增加候选点",
            "Lower the urban target to {lower}, or raise the radius to {needed}, or add "
            "candidates near the uncovered cells",
        ),
        "township-target": (
            "{name}（{code}）的覆盖目标 {share} 在 {radius}内无法达到："
            "候选点全部启用时为 {attainable}",
            "{share} of the people of {name} ({code}) cannot be covered within {radius}: with "
            "every candidate open it is {attainable}",
        ),
        "township-target-remedy": (
            "请将乡镇目标降至 {lower}，或在当地增加候选点",
            "Lower the township target to {lower}, or add candidates there",
        ),
        "township-target-radius": (
            "{name}（{code}）的覆盖目标 {share} 在 {radius}内无法达到："
            "候选点全部启用时为 {attainable}",
            "{share} of the people of {name} ({code}) cannot be covered within {radius}: with "
            "every candidate open it is {attainable}",
        ),
        "township-target-radius-remedy": (
            "请将乡镇目标降至 {lower}，或将服务半径增至 {needed}，或在当地增加候选点",
            "Lower the township target to {lower}, or raise the radius to {needed}, or add "
            "candidates there",
        ),
        "too-few-sites-allowed": (
            "最多 {most} 个回收点太少：现有 {existing} 个保留，乡镇下限还需 {quotas} 个",
            "{most} sites are too few: {existing} existing ones stay and the township minimum "
            "needs {quotas} more",
        ),
        "too-few-sites-allowed-remedy": (
            "请至少允许 {least} 个，或允许关闭现有回收点",
            "Allow at least {least}, or let existing sites be closed",
        ),
        "quota-short": (
            "{name} 需 {need} 个回收点，候选点只有 {have} 个",
            "{name} needs {need} sites and has {have} candidates",
        ),
        "quota-short-remedy": (
            "请将下限降至 {have}，或在当地增加候选点",
            "Ask for {have}, or add candidates there",
        ),
        "too-few-sites-allowed-all-new": (
            "最多 {most} 个回收点太少：乡镇下限需要 {quotas} 个",
            "{most} sites are too few: the township minimum needs {quotas}",
        ),
        "too-few-sites-allowed-all-new-remedy": (
            "请至少允许 {least} 个，或降低乡镇下限",
            "Allow at least {least}, or lower the township minimum",
        ),
        "no-candidates": (
            "{name} 没有候选点",
            "{name} has no candidate site",
        ),
        "no-candidates-remedy": (
            "请提供候选点文件，或检查人口与禁建区后重新导入",
            "Import again with --candidates, or with people and fewer no-go areas",
        ),
        "more": ("（另有 {more} 个乡镇未达目标）", " ({more} more townships fall short)"),
        "added-outside": (
            "新增点 {id} {name}（{lon}，{lat}）不在任何乡镇内",
            "the added point {id} {name} ({lon}, {lat}) lies in no township",
        ),
        "added-outside-remedy": (
            "请把它移到区域内，或撤销新增",
            "Move it into the region, or take it back",
        ),
        "added-id-taken": (
            "新增点的编号 {id} 在区域数据中已有",
            "the id {id} of an added point is one of the region's data",
        ),
        "added-id-taken-remedy": ("请换一个编号", "Give it another id"),
        "added-kind-unknown": (
            "新增点 {id} 的类型 {kind} 未知（已知：{known}）",
            "the kind {kind} of the added point {id} is unknown (known: {known})",
        ),
        "added-kind-unknown-remedy": (
            "请改用已知类型",
            "Give it a known kind",
        ),
        "kind-unknown": (
            "区域没有类型为 {kind} 的候选点（已有：{known}）",
            "the region has no candidates of the kind {kind} (it has: {known})",
        ),
        "kind-unknown-remedy": (
            "请改用区域已有的类型，或不限类型",
            "Give kinds that it has, or none for all of them",
        ),
        "forced-unknown": (
            "指定启用的点 {id} 不在区域数据和新增点中",
            "the site {id}, which must be open, is neither in the region's data nor an added point",
        ),
        "forced-unknown-remedy": (
            "请撤销对它的指定；区域重新导入后编号可能改变",
            "Take back that it must be open; ids may change when a region is imported again",
        ),
        "forced-in-no-go": (
            "指定启用的点 {id} {name} 位于手工禁建区第 {row} 块 {area} 内",
            "the site {id} {name}, which must be open, stands in the drawn no-go area "
            "number {row} {area}",
        ),
        "forced-in-no-go-remedy": (
            "请撤销对它的指定，或删去该禁建区",
            "Take back that it must be open, or remove the area",
        ),
        "too-few-sites-allowed-forced": (
            "最多 {most} 个回收点太少：现有 {existing} 个保留，指定启用 {forced} 个，"
            "乡镇下限还需 {quotas} 个",
            "{most} sites are too few: {existing} existing ones stay, {forced} must be open by "
            "hand and the township minimum needs {quotas} more",
        ),
        "too-few-sites-allowed-forced-remedy": (
            "请至少允许 {least} 个，或撤销部分指定",
            "Allow at least {least}, or take back some that must be open",
        ),
        "answer-broken": (
            "保存的结果不完整或已被改动：{field}",
            "is not the answer of a plan: {field}",
        ),
        "answer-broken-remedy": ("请重新规划", "Plan again"),
        "answer-foreign": (
            "保存的结果与区域数据或方案参数不符：{what}",
            "does not answer this scenario on this region: {what}",
        ),
        "answer-foreign-remedy": (
            "请用同一份数据，或重新规划",
            "Use the data it was made with, or plan again",
        ),
        "other-data": (
            "方案文件是为另一份区域数据写的：{what}",
            "the scenario was written for other data: {what}",
        ),
        "other-data-remedy": (
            "请给出原来的区域数据（sha256 {sha}…），或加 --accept-data 按现有数据规划",
            "Give the bundle it was written for (sha256 {sha}...), or --accept-data to plan on "
            "this one",
        ),
        "edits-in-the-way": (
            "（手工调整有影响：撤销 {edits} 后最高可达 {regained}）",
            " (edits by hand are in the way: without {edits} it is {regained})",
        ),
        "kinds-in-the-way": (
            "（候选点类型有影响：允许全部类型时最高可达 {regained}）",
            " (the kinds of candidates are in the way: with all of them it is {regained})",
        ),
        "unknown-site": ("没有点位 {id}", "there is no site {id}"),
        "unknown-site-remedy": (
            "请在地图或表格中重新选择",
            "Choose one on the map or in the table",
        ),
    }
)

PHASES = Words(
    {
        "find the place": ("查找地点", "find the place"),
        "fetch roads, places, land and buildings": (
            "获取边界、道路、设施、用地、水系和建筑",
            "fetch boundaries, roads, places, land, water and buildings",
        ),
        "wait for the map server": ("等待地图服务器", "wait for the map server"),
        "put the answers together": ("合并所获数据", "put the answers together"),
        "read extract": ("读取 OSM 数据", "read extract"),
        "read boundaries": ("读取乡镇边界", "read boundaries"),
        "assemble boundaries": ("拼合乡镇边界", "assemble boundaries"),
        "walk network": ("构建步行路网", "build the walking network"),
        "ebike network": ("构建电动自行车路网", "build the e-bike network"),
        "drive network": ("构建驾车路网", "build the driving network"),
        "find dwellings": ("查找住宅", "find dwellings"),
        "read population raster": ("读取人口栅格", "reading the population raster"),
        "spread people": ("分配人口", "spread people"),
        "collect candidates": ("收集候选点", "collect candidates"),
        "propose places": ("补充候选点", "propose places"),
        "write bundle": ("写入区域数据", "write bundle"),
        "load bundle": ("读取区域数据", "load bundle"),
        "walk distances": ("计算步行距离", "walking distances"),
        "ebike distances": ("计算电动车距离", "e-bike distances"),
        "drive distances": ("计算驾车距离", "driving distances"),
        "straight-line distances": ("计算直线距离", "straight-line distances"),
        "reduce": ("化简问题", "reduce the problem"),
        "search": ("寻找好方案", "search for a good plan"),
        "prove": ("求解并证明", "solve and prove"),
        "turn dial": ("在覆盖与利用之间求解", "solve along the dial"),
        "measure tiers": ("测量货运距离", "measure by lorry"),
        "site tiers": ("布置三级体系", "site stations and centres"),
        "villages": ("归并未覆盖单元", "group cells without a point"),
        "ways between stops": ("计算停靠点之间的车程", "ways between stops"),
        "choose service": ("选择服务方式", "choose how villages are served"),
        "rounds": ("编排流动回收路线", "plan the rounds"),
        "draw rounds": ("绘制路线", "draw the rounds"),
        "check service": ("独立复核", "check independently"),
        "improve": ("改进方案", "improve the plan"),
        "write plan": ("写入方案", "write plan"),
        "write comparison": ("写入对比结果", "write comparison"),
        "curve": ("权衡曲线", "trade-off curve"),
        "phase openings": ("安排分年开设", "phase openings"),
        "robust cases": ("检验稳健性", "try other cases"),
        "open plan": ("打开方案", "open plan"),
        "unpack": ("解包并校验", "unpack and check"),
        "write export": ("写入导出文件并核对", "write and check the files"),
        "write handover": ("写入移交包并核对", "write and check the handover pack"),
        "repairs": ("寻找改进措施", "look for repairs"),
        "compliance": ("按规则校核", "check against rules"),
    }
)

FINDINGS = Words(
    {
        # map servers
        "live-fetched": (
            "{place}（{osm_id}）的地图数据于 {date} 取自 {servers}，共 {requests} 次请求",
            "map data of {place} ({osm_id}) fetched on {date} from {servers} "
            "in {requests} requests",
        ),
        "live-kept-answers": (
            "{of} 份答复中有 {answers} 份取自本机缓存（{oldest} 至 {newest}），"
            "此后地图可能已有变化",
            "{answers} of {of} answers are kept ones of {oldest} to {newest}; "
            "the map may have changed since",
        ),
        "live-tiles-split": (
            "有 {tiles} 块区域过大，服务器答复不了，已分成小块",
            "{tiles} tiles were more than the server could answer and were split",
        ),
        # ready regions
        "recipe-township-alias": (
            "{name} 在 OSM 中称作 {osm_name}",
            "{name} goes by {osm_name} in OSM",
        ),
        "recipe-townships-missing": (
            "OSM 数据中没有这些乡镇的完整边界，区域不含：{names}（找到 {found} 个）",
            "no complete outline of {names} in the OSM data, the region is without them "
            "({found} found)",
        ),
        "recipe-townships-count": (
            "区域有 {found} 个乡镇，应有 {expected} 个",
            "the region has {found} townships, {expected} are expected",
        ),
        "recipe-urban-missing": (
            "主城区所列 {of} 个街道中有 {missing} 个未找到：{names}",
            "{missing} of the {of} townships of the main urban area were not found: {names}",
        ),
        "recipe-outline-missing": (
            "数据中没有 {name} 的完整边界，取全部数据为区域",
            "no complete outline of {name} in the data, all of it is taken for the region",
        ),
        # the extract
        "extract-no-roads": ("数据中没有道路", "the extract has no roads"),
        "extract-no-relations": (
            "数据中没有关系（relation）：文件可能不完整，或导出时略去了边界",
            "the extract has no relations: it may be cut short, or was made without boundaries",
        ),
        "extract-cut-roads": (
            "{ways} 条道路在数据边缘被截断（缺 {nodes} 个节点）",
            "{ways} roads are cut at the edge of the extract ({nodes} nodes missing)",
        ),
        "extract-repeated": (
            "{objects} 个对象重复出现，取第一个",
            "{objects} objects are there more than once, the first one counts",
        ),
        "extract-areas-dropped": (
            "舍去 {broken} 个损坏和 {clipped} 个被截断的面",
            "{broken} broken and {clipped} clipped areas were left out",
        ),
        "extract-areas-mended": ("修补了 {areas} 个无效的面", "{areas} invalid areas were mended"),
        "admin-level-unreadable": (
            "admin_level “{admin_level}”无法识别，该边界未采用（{name}）",
            "admin_level {admin_level!r} is no number, the boundary was passed over ({name})",
        ),
        # township boundaries
        "admin-level-chosen": (
            "乡镇边界取 admin_level {level}：{units} 个，{area_km2} 平方公里（{why}）",
            "townships are admin_level {level}: {units} units, {area_km2} km2 ({why})",
        ),
        "admin-incomplete": (
            "admin_level {level} 有 {units} 个边界在数据中不完整，未采用：{names}",
            "{units} boundaries of admin_level {level} are incomplete in the extract and were "
            "left out: {names}",
        ),
        "admin-beyond-roads": (
            "admin_level {level} 有 {units} 个边界内几乎没有道路数据，未采用：{names}",
            "{units} boundaries of admin_level {level} lie beyond the roads of the extract and "
            "were left out: {names}",
        ),
        "admin-covers-little": (
            "admin_level {level} 的 {units} 个完整边界只含 {roads_share:.0%} 的道路，未采用",
            "the {units} complete boundaries of admin_level {level} hold only {roads_share:.0%} of "
            "the roads and were not used",
        ),
        "boundary-unnamed": ("{units} 个边界没有名称", "{units} boundaries have no name"),
        "boundary-approximate": (
            "没有完整的乡镇边界：以 {places} 个地名点的泰森多边形近似（范围：{within}）",
            "no complete township boundaries: Voronoi cells of {places} place nodes stand in "
            "(within: {within})",
        ),
        "boundary-overlap": (
            "{name} 与 {others} 重叠 {area_m2} 平方米（占 {share}）",
            "{name} overlaps {others} by {area_m2} m2 ({share} of it)",
        ),
        "boundary-gap": (
            "{name} 旁有 {area_m2} 平方米的空隙",
            "there is a gap of {area_m2} m2 beside {name}",
        ),
        "boundary-no-territory": (
            "{name} 完全位于更小的乡镇之内，没有自己的地域",
            "{name} lies wholly inside smaller townships and has no territory of its own",
        ),
        "boundary-mended": ("{name} 的边界无效，已修补", "the outline of {name} was mended"),
        "boundary-code-missing": (
            "{of} 个乡镇中 {units} 个没有代码，已自编：{names}",
            "{units} of {of} townships have no code, codes were made: {names}",
        ),
        "boundary-datum": (
            "坐标系 {crs} 与 WGS84 的换算精度约 {accuracy_m} 米",
            "{crs} is converted to WGS84 to about {accuracy_m} m",
        ),
        "boundary-encoding": (
            "文字编码判定为 {encoding}（声明：{declared}），例：{sample}",
            "the text was read as {encoding} (declared: {declared}), e.g. {sample}",
        ),
        "coordinates-converted": (
            "坐标由 {plain} 改读为 {reading} 并换算到 WGS84"
            "（位移 {shift_m} 米，置信度 {confidence}，{by}）",
            "coordinates were read as {reading} instead of {plain} and converted to WGS84 "
            "(moved {shift_m} m, confidence {confidence}, {by})",
        ),
        "coordinates-kept": (
            "坐标体检认为坐标是 {reading}（置信度 {confidence}），按要求未换算",
            "the coordinate check takes them for {reading} (confidence {confidence}); they were "
            "kept as asked",
        ),
        "coordinates-doubtful": (
            "坐标或为 {reading}（位移 {shift_m} 米，置信度 {confidence}），证据不足，未换算",
            "the coordinates may be {reading} ({shift_m} m off, confidence {confidence}); the "
            "evidence is too weak to convert them",
        ),
        "names-matched": (
            "{rows} 行的地名经规整或别名对应到乡镇：{names}",
            "the names of {rows} rows were matched by form or alias: {names}",
        ),
        "names-guessed": (
            "{rows} 行的地名按最相近的拼写对应（经确认）：{names}",
            "the names of {rows} rows were matched by their nearest spelling, as agreed: {names}",
        ),
        "county-guessed": (
            "{name} 没有区县代码，按最长共同边界归入 {county}",
            "{name} has no county, it was put with {county} by the longest shared border",
        ),
        "crs-zone-straddle": (
            "区域跨 3 度带 {zones}，统一采用 {zone} 带（中央经线 {meridian}°，{crs}）",
            "the region straddles 3-degree zones {zones}; zone {zone} is used for all of it "
            "(meridian {meridian}, {crs})",
        ),
        # roads
        "network-parts": (
            "{mode} 路网有 {parts} 个互不连通的部分，"
            "主体之外 {outside_m} 米（{outside_share:.2%}）",
            "the {mode} network has {parts} disconnected parts; {outside_m} m "
            "({outside_share:.2%}) lie outside the main one",
        ),
        "network-fragments": (
            "{mode} 路网有 {parts} 个短于 1 公里的孤立路段（{length_m} 米），不用于接入",
            "{parts} fragments of the {mode} network under 1 km ({length_m} m) take no access",
        ),
        "network-one-way-traps": (
            "{mode} 路网有 {nodes} 个节点（{length_m} 米）因单行而进出不得，不用于接入",
            "{nodes} nodes of the {mode} network ({length_m} m) cannot be left or entered for "
            "one-ways and take no access",
        ),
        "network-closed-ways": (
            "{mode}：{ways} 条道路（{length_m} 米）因通行限制未采用",
            "{mode}: {ways} ways ({length_m} m) are closed by their access tags",
        ),
        "network-trunk-roads": (
            "{mode}：{ways} 条干线道路（{length_m} 米）没有人行道标记，未采用",
            "{mode}: {ways} trunk roads ({length_m} m) without a sidewalk are not walked",
        ),
        "township-without-roads": (
            "{name}：{fault}（每平方公里道路 {km_per_km2:.2f} 公里，"
            "{far_share:.0%} 的人离道路 {far_m:g} 米以上），改用直线距离 × {factor:g}（估计）",
            "{name}: {fault} ({km_per_km2:.2f} km of road a km2, {far_share:.0%} of the people "
            "live over {far_m:g} m from one): straight lines x {factor:g} there (estimated)",
        ),
        "bundle-older": (
            "区域数据为旧格式（版本 {version}）：没有电动车路网；按分钟计算时，"
            "所有车辆一律 {kmh} 公里/小时，请重新导入",
            "the bundle has format version {version}: no e-bike network, and in minutes every "
            "car goes at {kmh} km/h; import the region again",
        ),
        # people
        "population-rows-skipped": (
            "略过 {rows} 行其他地区的人口（首行 {first}，共 {people} 人）",
            "{rows} rows for other places were passed over (first: {first}; {people} people)",
        ),
        "population-code-and-name-differ": (
            "第 {row} 行代码指 {by_code}，名称指 {by_name}；按代码",
            "row {row}: the code means {by_code}, the name {by_name}; the code counts",
        ),
        "population-total-wider": (
            "第 {row} 行的合计 {people} 人还包括区域之外，未采用（{rows_outside} 行在外）",
            "row {row}: the total of {people} people reaches beyond the region and was not used "
            "({rows_outside} rows outside)",
        ),
        "population-total-spread": (
            "第 {row} 行的合计中 {people} 人分配到 {townships} 个乡镇",
            "row {row}: {people} people of the total were spread over {townships} townships",
        ),
        "population-sum-differs": (
            "第 {row} 行合计 {total} 人，各部分之和 {sum} 人",
            "row {row}: the total is {total}, its parts add up to {sum}",
        ),
        "population-township-without-figure": (
            "{of} 个乡镇中 {townships} 个没有人口数：{names}",
            "{townships} of {of} townships have no figure: {names}",
        ),
        "demand-estimated": (
            "{of} 个乡镇中 {townships} 个的人口为估计值（{people_total} 人中的 {people} 人）",
            "people are an estimate in {townships} of {of} townships ({people} of {people_total})",
        ),
        "demand-method-buildings": (
            "{townships} 个乡镇（{people} 人）按住宅建筑面积分布",
            "{townships} townships ({people} people) spread over residential floor area",
        ),
        "demand-method-landuse": (
            "{townships} 个乡镇（{people} 人）按居住用地分布",
            "{townships} townships ({people} people) spread over residential land",
        ),
        "demand-method-roads": (
            "{townships} 个乡镇（{people} 人）按地方道路密度分布",
            "{townships} townships ({people} people) spread by local-road density",
        ),
        "demand-method-area": (
            "{townships} 个乡镇（{people} 人）没有建筑、用地和道路数据，按面积均匀分布",
            "{townships} townships ({people} people) have no buildings, land use or roads mapped "
            "and are spread evenly over their area",
        ),
        "demand-method-raster": (
            "{townships} 个乡镇（{people} 人）按人口栅格分布",
            "{townships} townships ({people} people) spread by a population raster",
        ),
        "raster-used": (
            "人口栅格（像元约 {pixel_m} 米）在区域内共 {people:,} 人（模型估计）",
            "the population raster (pixels of about {pixel_m} m) has {people:,} people in the "
            "region, an estimate of its makers",
        ),
        "raster-scaled": (
            "人口栅格的 {raster:,} 人按人口表调整为 {figures:,} 人",
            "{raster:,} people of the raster were scaled to the {figures:,} of the population "
            "table",
        ),
        "raster-partial": (
            "人口栅格未完整覆盖 {of} 个乡镇中的 {townships} 个，改用地图数据：{names}",
            "the raster does not cover {townships} of {of} townships wholly; the map tells there: "
            "{names}",
        ),
        "raster-values-dropped": (
            "人口栅格中 {pixels} 个像元为负值或非数值，按无人处理",
            "{pixels} pixels of the raster are negative or no number and count as nobody",
        ),
        "population-grown": (
            "人口由 {from_year} 年的 {before:,} 人推算到 {to_year} 年的 {people:,} 人"
            "（年增长率 {least:g}% 至 {most:g}%，估计）",
            "people were projected from {before:,} in {from_year} to {people:,} in {to_year} "
            "({least:g} to {most:g} % a year), an estimate",
        ),
        "growth-without-rate": (
            "{of} 个乡镇中 {townships} 个没有增长率，人口不变：{names}",
            "{townships} of {of} townships have no rate of growth and keep their people: {names}",
        ),
        "households-assumed": (
            "{of:,} 户中 {households:,} 户按每户 {size:g} 人推算（假设）",
            "{households:,} of {of:,} households follow from an assumed {size:g} people each",
        ),
        "special-demand": (
            "{name}：{places} 处，每日约 {kg_day:,} 公斤可回收物（按类别估计）",
            "{name}: {places} places, about {kg_day:,} kg of recyclables a day, estimated by kind",
        ),
        "special-demand-repeated": (
            "{places} 处学校、机关或商店重复标注，只计一次",
            "{places} schools, offices or shops are mapped twice and count once",
        ),
        "demand-townships-empty": (
            "{townships} 个乡镇没有人口：{names}",
            "{townships} townships have no people: {names}",
        ),
        "map-poor": (
            "{of} 个乡镇中 {townships} 个的道路或住房在地图上可能大量缺失（{people} 人）：{names}",
            "roads or homes are likely missing on the map in {townships} of {of} townships "
            "({people} people): {names}",
        ),
        "map-doubtful": (
            "{of} 个乡镇中 {townships} 个的地图完整性存疑（{people} 人）：{names}",
            "the map of {townships} of {of} townships ({people} people) may be incomplete: {names}",
        ),
        "map-age": (
            "最近一次编辑为 {newest}；{objects} 个对象中 {old_share:.0%} 在此前 {years} 年内"
            "未曾编辑",
            "the newest edit is of {newest}; {old_share:.0%} of {objects} objects had not been "
            "edited for {years} years then",
        ),
        "people-cut-off": (
            "{mode}：{cells} 个单元（{people} 人）所在的 {parts} 个路网部分没有任何候选点",
            "{mode}: {cells} cells ({people} people) are on {parts} parts of the road network "
            "without any candidate",
        ),
        "spread-single": (
            "{townships} 个乡镇（{people} 人）只有一种可信的人口分布，无法给出覆盖的上下限",
            "in {townships} townships ({people} people) only one spread of the people is "
            "plausible: no range of what is covered can be given",
        ),
        # main urban area
        "urban-file": (
            "主城区取自 {file}：{areas} 个面，{people} 人",
            "main urban area from {file}: {areas} polygons, {people} people",
        ),
        "urban-names": (
            "主城区为指定乡镇：{names}（{people} 人）",
            "main urban area: the townships named, {names} ({people} people)",
        ),
        "urban-streets": (
            "主城区为 {townships} 个街道（{people} 人）",
            "main urban area: {townships} subdistricts (街道), {people} people",
        ),
        "urban-density": (
            "主城区由密度聚类得出：{clusters} 片，{people} 人"
            "（每平方公里 {people_per_km2:g} 人以上，DBSCAN，半径 {radius_m:g} 米）",
            "main urban area found by density: {clusters} clusters, {people} people (from "
            "{people_per_km2:g} people/km2, DBSCAN, radius {radius_m:g} m)",
        ),
        "urban-densest": (
            "没有达到 {min_people} 人的密集区，主城区取最大的一片（{people} 人）",
            "no dense cluster reaches {min_people} people; the largest one stands for the main "
            "urban area ({people} people)",
        ),
        "no-urban-area": (
            "没有主城区：主城区覆盖目标不起作用",
            "there is no main urban area: its target asks for nothing",
        ),
        # candidates
        "protected-area-not-excluded": (
            "保护地 {osm_id}（{km2} 平方公里）属于有人居住的景观，未列为禁建区",
            "protected area {osm_id} ({km2} km2) is a lived-in landscape and was not excluded",
        ),
        "exclusions-outside": (
            "{areas} 个禁建面都在区域之外",
            "all {areas} no-go areas lie outside the region",
        ),
        "exclusions": (
            "禁建区 {areas} 个，{km2} 平方公里（缓冲 {buffer_m:g} 米）",
            "{areas} no-go areas, {km2} km2 (buffer {buffer_m:g} m)",
        ),
        "candidates-private": (
            "{candidates} 个不对公众开放的候选点已舍去",
            "{candidates} candidates closed to the public were left out",
        ),
        "candidates-outside-osm": (
            "OSM 候选点中 {candidates} 个在各乡镇之外，已舍去",
            "{candidates} OSM candidates outside all townships were left out",
        ),
        "candidates-outside-file": (
            "自备点位中 {candidates} 个在各乡镇之外，已舍去：{names}",
            "{candidates} of your own sites lie outside all townships and were left out: {names}",
        ),
        "candidates-excluded": (
            "{candidates} 个候选点在禁建区内，已舍去：{names}",
            "{candidates} candidates in no-go areas were left out: {names}",
        ),
        "existing-in-exclusion": (
            "{candidates} 个现有回收点在禁建区内，予以保留：{names}",
            "{candidates} existing sites stand in no-go areas and stay: {names}",
        ),
        "candidates-merged": (
            "{candidates} 个候选点与同类点相距不到 {within_m:g} 米，已合并",
            "{candidates} candidates within {within_m:g} m of one of their kind were merged",
        ),
        "candidates-none-in-osm": (
            "OSM 中没有可设点的场所（查看了 {features} 个要素）",
            "OSM has no place that could host a site here ({features} features looked at)",
        ),
        "candidates-on-land": (
            "另在停车场、广场、绿地或路侧绿带上提出 {candidates} 个候选点"
            "（彼此相距 {spacing_m:g} 米以上），须现场核实权属",
            "{candidates} more candidates proposed on car parks, squares, greens or verges (at "
            "least {spacing_m:g} m apart): who owns the land must be asked on the spot",
        ),
        "candidates-too-steep": (
            "{candidates} 个拟建位置坡度超过 {degrees:g} 度，未采用",
            "{candidates} proposed places are steeper than {degrees:g} degrees and were left out",
        ),
        "suitability-unknown": (
            "数据中没有依据、未计入适宜性的判据：{criteria}",
            "criteria of suitability that the data says nothing about, left out: {criteria}",
        ),
        "suitability-free-unknown": (
            "{of} 个候选点中有 {candidates} 个，{within_m:g} 米内地图未标绘停车场、广场或绿地，"
            "空地面积未知",
            "the map tells no car park, square or green within {within_m:g} m of {candidates} of "
            "{of} candidates: their free land is unknown",
        ),
        "candidates-generated": (
            "补充 {candidates} 个候选点，使各单元 {reach_m:g} 米内有候选点",
            "{candidates} candidates were generated so that every cell has one within "
            "{reach_m:g} m",
        ),
        "demand-far-from-road": (
            "{cells} 个单元（{people} 人）到最近道路就超过 {reach_m:g} 米",
            "{cells} cells ({people} people) are more than {reach_m:g} m from any road",
        ),
        "demand-shut-in": (
            "{cells} 个单元（{people} 人）{reach_m:g} 米内都是禁建区或区域之外",
            "{cells} cells ({people} people) have only no-go areas within {reach_m:g} m",
        ),
        "townships-without-candidate": (
            "{townships} 个乡镇没有候选点：{names}",
            "{townships} townships have no candidate: {names}",
        ),
        # the plan
        "quota-unmeetable": (
            "{name}：要求 {required} 个回收点，候选点只有 {candidates} 个",
            "{name}: {required} sites asked for, only {candidates} candidates",
        ),
        "cells-unmapped": (
            "{cells} 个未覆盖单元（{people} 人）位于道路或住房可能缺失的 {townships} 个乡镇："
            "未覆盖，或只是未上图",
            "{cells} uncovered cells ({people} people) lie in {townships} townships whose roads "
            "or homes are likely missing on the map: uncovered, or unmapped?",
        ),
        "straight-line": (
            "没有路网：距离为直线距离 × {factor}（估计）",
            "no roads: distances are straight lines x {factor} (estimated)",
        ),
        "straight-line-townships": (
            "{townships} 个乡镇没有可用的路网数据，其中 {people} 人的距离为直线距离 × {factor:g}"
            "（估计）",
            "{townships} townships have no mapped roads: for their {people} people distances are "
            "straight lines x {factor:g} (estimated)",
        ),
        "cells-unreachable": (
            "{cells} 个单元（{people} 人）无法经路网到达任何候选点",
            "{cells} cells ({people} people) cannot reach any candidate by road",
        ),
        "cells-no-candidate": (
            "{cells} 个单元（{people} 人）{radius_m:g} 米内没有候选点",
            "{cells} cells ({people} people) have no candidate within {radius_m:g} m",
        ),
        "cells-beyond-minutes": (
            "{cells} 个单元（{people} 人）{minutes:g} 分钟内没有候选点",
            "{cells} cells ({people} people) have no candidate within {minutes:g} minutes",
        ),
        "not-proven": (
            "尚未证明到所要求的差距：差距 {gap}，要求 {asked}",
            "not proven to the gap asked: the gap is {gap}, asked {asked}",
        ),
        "stopped-by-the-clock": (
            "求解因时间上限而停止，重复运行结果可能不同",
            "the search was stopped by the clock: another run may differ",
        ),
        "edited": (
            "方案含手工调整：新增 {added} 点，关闭 {closed} 点，指定启用 {forced} 点，"
            "禁建区 {areas} 块",
            "edited by hand: points added {added}, closed {closed}, forced open {forced}, no-go "
            "areas {areas}",
        ),
        "edits-existing-closed": (
            "现有回收点保留，但手工关闭了 {sites} 个：{names}",
            "existing sites stay but for {sites} closed by hand: {names}",
        ),
        "edits-ruled-out": (
            "手工禁建区内的 {sites} 个候选点不参与选址：{names}",
            "candidates ruled out by drawn no-go areas: {sites} ({names})",
        ),
        "edits-existing-in-no-go": (
            "手工禁建区内有 {sites} 个现有回收点，不受影响：{names}",
            "existing sites in drawn no-go areas, which do not touch them: {sites} ({names})",
        ),
        "edits-added-in-exclusion": (
            "{sites} 个新增点位于水面、保护地等禁建范围内，请核实：{names}",
            "points added on water, in reserves or other excluded areas, to be looked at: {sites} "
            "({names})",
        ),
        "edits-added-unjudged": (
            "{sites} 个新增候选点的选址适宜性未知，按未知取值：{names}",
            "added candidates whose fit is not known and counts as unknown: {sites} ({names})",
        ),
        "edits-closed-unknown": (
            "手工关闭的 {sites} 个点不在区域数据中，不起作用：{names}",
            "closed by hand, but not in the region's data, which changes nothing: {sites} "
            "({names})",
        ),
        "quota-unmeetable-edits": (
            "{name}：要求 {required} 个回收点，手工排除 {ruled_out} 个候选点后只剩 {candidates} 个",
            "{name}: {required} sites asked for, only {candidates} candidates are left after "
            "{ruled_out} were ruled out by hand",
        ),
        "quota-unmeetable-kinds": (
            "{name}：要求 {required} 个回收点，按类型和手工排除 {ruled_out} 个候选点后只剩 "
            "{candidates} 个",
            "{name}: {required} sites asked for, only {candidates} candidates are left after "
            "{ruled_out} were ruled out by kind or by hand",
        ),
        "compare-other-data": (
            "区域数据的版本与方案 A 不同（A：{a}，本方案：{b}），人口单元相同，可以对比",
            "made on another version of the region's data than A (A: {a}, this one: {b}); the "
            "people are the same, so the plans compare",
        ),
        "compare-units": (
            "一个方案按路程、一个按时间：平均与最远路程不能相减",
            "one plan is by length of way, the other by time: mean and longest ways are not set "
            "against each other",
        ),
    }
)


TERMS = Words(
    {
        "few-roads": ("几乎没有道路数据", "hardly any roads are mapped"),
        "far-from-roads": ("多数人远离已有道路数据", "most people live far from any mapped road"),
        "walk": ("步行", "walking"),
        "ebike": ("电动车", "e-bike"),
        "drive": ("驾车", "driving"),
        "township-level": ("乡镇级", "the township level"),
        "finest-tiling": ("完整覆盖区域的最细一级", "the finest level that tiles the region"),
        "single-unit": ("唯一完整的边界", "the only complete boundary"),
        "asked": ("按要求", "as asked"),
        "diagnosis": ("按体检结论", "as the check found"),
        "unknown": ("未知", "unknown"),
        "roads": ("道路范围", "the reach of the roads"),
    }
)
"""Words of the data's own that stand as values in findings."""

LEADING = (
    *(
        "not-proven",
        "stopped-by-the-clock",
        "quota-unmeetable",
        *("quota-unmeetable-edits", "quota-unmeetable-kinds", "edited", "edits-existing-closed"),
        "straight-line",
        "straight-line-townships",
        "cells-unreachable",
        "cells-unmapped",
    ),
    *("boundary-approximate", "admin-covers-little", "admin-incomplete", "admin-beyond-roads"),
    *("recipe-townships-missing", "recipe-outline-missing", "live-kept-answers"),
    *("demand-estimated", "no-urban-area", "map-poor", "people-cut-off", "spread-single"),
    *("townships-without-candidate", "demand-townships-empty"),
)
"""Findings without which a plan would be misread."""


def by_weight(findings: Iterable[Finding]) -> list[Finding]:
    """Put what bears on the answer first: the plan, then people, sites, roads, boundaries."""
    # Later in the table is nearer to the plan.
    order = dict.fromkeys([*LEADING, *reversed(list(FINDINGS.table))])
    ranks = {kind: rank for rank, kind in enumerate(order)}
    return sorted(findings, key=lambda f: (ranks[f.kind], f.where))


def say_finding(finding: Finding, language: Language) -> str:
    """Say what was noticed, and where."""
    values = {key: _said(key, value, language) for key, value in finding.values.items()}
    text = FINDINGS.say(finding.kind, language, **values)
    return f"{finding.where}: {text}" if finding.where else text


def _said(key: str, value: object, language: Language) -> object:
    """Write a value as it is written everywhere; numbers that count nothing stay as they are."""
    if isinstance(value, str):
        return TERMS.say(value, language) if value in TERMS.table else value
    if key in WRITTEN:
        return WRITTEN[key](cast(float, value))
    return value if key in NAMES_OF_THINGS else as_written(value)


NAMES_OF_THINGS = {"level", "row", "line", "epsg", "year", "years"}
WRITTEN: dict[str, Callable[[float], str]] = {
    "gap": gap_percent,
    "asked": target_percent,
    "share": percent,
    "target": target_percent,
}
"""Shares that were reached are rounded down, gaps up, and what is asked for is told exactly."""


def say_reason(kind: str, **values: object) -> str:
    """Say why a township does not pass, in both languages: files have one column for it."""
    zh, en = (
        REASONS.say(kind, one, **{key: _said(key, value, one) for key, value in values.items()})
        for one in LANGUAGES
    )
    return f"{zh} / {en}"


def say_phase(phase: str, language: Language) -> str:
    """Name what is being done; a phase without words goes by its own name, work does not stop."""
    return PHASES.say(phase, language) if phase in PHASES.table else phase

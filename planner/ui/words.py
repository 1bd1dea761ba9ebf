"""The app's own words, Chinese and English."""

from __future__ import annotations

from planner.wording.language import Words

__all__ = ["UI"]

UI = Words(
    {
        "settings": ("规划参数", "What is asked for"),
        "more-settings": ("更多条件", "More conditions"),
        "radius": ("服务半径（米）", "Coverage radius (m)"),
        "radius-help": (
            "居民到最近回收点的路程不超过此值即算覆盖。1000 米约为步行 15 分钟。",
            "People count as covered when their travel to an open site is no longer than this. "
            "1000 m is about a 15-minute walk.",
        ),
        "unit": ("覆盖按", "Coverage by"),
        "unit-help": (
            "按路程（米）或按时间（分钟）计算覆盖。",
            "People are covered by length of way (metres) or by time (minutes).",
        ),
        "unit-m": ("路程（米）", "Metres"),
        "unit-min": ("时间（分钟）", "Minutes"),
        "minutes": ("服务时间（分钟）", "Coverage limit (minutes)"),
        "minutes-help": (
            "居民到最近回收点的时间不超过此值即算覆盖。步行按 1.2 米/秒。",
            "People count as covered when they reach an open site within this time. "
            "Walking is taken at 1.2 m/s.",
        ),
        "households": ("每多少户设一个点", "One site for so many households"),
        "households-empty": ("不要求", "not asked for"),
        "households-help": (
            "每个乡镇按户数向上取整设点，例如每 2000 户一个。",
            "Each township needs one for every so many of its households or part of them, "
            "such as 2000.",
        ),
        "weight": ("衡量依据", "What counts"),
        "weight-help": (
            "“废品量”按每处每日可回收物重量计算覆盖。",
            "“Recyclables” counts kilograms a day instead of people.",
        ),
        "weight-people": ("人口", "People"),
        "weight-kg": ("废品量", "Recyclables"),
        "fit": ("适宜性权重", "What makes a place fit"),
        "fit-help": (
            "权重越大，该项不合适的地点成本越高；0 表示不考虑。",
            "The larger, the dearer a place that falls short of it; 0 leaves it out.",
        ),
        "mode": ("出行方式", "How people travel"),
        "mode-walk": ("步行", "On foot"),
        "mode-ebike": ("电动车", "By e-bike"),
        "mode-drive": ("驾车", "By car"),
        "per-township": ("每个乡镇至少（个）", "Sites in each township, at least"),
        "per-township-help": (
            "政策要求：每个乡镇至少设立 1 个回收点。",
            "The policy asks for at least one in each township.",
        ),
        "urban-target": ("主城区覆盖目标（%）", "Main urban area, target (%)"),
        "urban-target-help": (
            "“主城区基本覆盖”没有规定数值，由您选定；0 表示不设目标。",
            "“Basically covered” has no number in the policy: it is yours to choose. "
            "0 sets no target.",
        ),
        "township-target": ("各乡镇覆盖目标（%）", "Each township, target (%)"),
        "township-target-help": (
            "每个乡镇至少有这一比例的居民被覆盖；0 表示不设目标。",
            "At least this share of each township's people is covered; 0 sets no target.",
        ),
        "budget": ("回收点总数上限", "At most so many sites"),
        "budget-help": (
            "留空：求满足要求的最少回收点。填入数目：在此数目内覆盖最多人口（现有点计入）。",
            "Empty: the fewest sites that meet the targets. A number: cover the most people with "
            "that many, existing ones counted.",
        ),
        "budget-empty": ("不限", "no limit"),
        "existing": ("保留现有回收点", "Keep existing sites"),
        "existing-help": (
            "关闭后，现有回收点与其他候选点同等看待，可以不再启用。",
            "When off, existing sites are candidates like any other and may be closed.",
        ),
        "kinds": ("新设点类型", "Kinds of new sites"),
        "kinds-all": ("全部类型", "all kinds"),
        "kinds-one": ("{name} · {n}", "{name} · {n}"),
        "kinds-help": (
            "只在所选类型的候选点新设。现有回收点、手工添加和强制启用的点不受限制。",
            "New sites open at candidates of these kinds only. Existing sites, points added by "
            "hand and sites forced open are not restricted.",
        ),
        "objective": ("优化目标", "Minimise"),
        "objective-sites": ("数量最少", "Number"),
        "objective-cost": ("适宜性优先", "Cost"),
        "objective-help": (
            "“适宜性优先”：按候选点类型的适宜权重，优先选用更合适的场所。",
            "“Cost” weighs each kind of place by how well it is suited to host a point.",
        ),
        "about": (
            "{townships} 个乡镇 · {people} 人 · {candidates} 个候选点（现有 {existing}）",
            "{townships} townships · {people} people · {candidates} candidates "
            "({existing} existing)",
        ),
        "room-later": (
            "；同样点数能否覆盖更多，随后告知",
            "; whether as many cover more: follows",
        ),
        "about-osm": ("OSM 数据 {date}", "OSM data of {date}"),
        "about-walk": ("步行路网 {km} 公里", "{km} km of walking network"),
        "about-ebike": ("电动车路网 {km} 公里", "{km} km of e-bike network"),
        "about-drive": ("驾车路网 {km} 公里", "{km} km of driving network"),
        "about-straight": ("无路网：直线距离 × {factor}", "no roads: straight lines × {factor}"),
        "waiting": ("正在计算…", "Working…"),
        "working": ("{phase}…", "{phase}…"),
        "table": ("乡镇达标情况", "Townships"),
        "col-pass": ("结论", "Result"),
        "col-name": ("乡镇", "Township"),
        "col-people": ("人口", "People"),
        "col-share": ("覆盖率", "Covered"),
        "col-sites": ("回收点", "Sites"),
        "col-required": ("应有", "Needed"),
        "col-reason": ("说明", "Why"),
        "col-code": ("代码", "Code"),
        "passes": ("✓ 达标", "✓ passes"),
        "falls-short": ("✕ 未达标", "✕ falls short"),
        "no-bundle": (
            "没有可用的区域数据。请先运行：recyclenet import，或检查 RECYCLENET_BUNDLE",
            "There is no region to plan for. Run recyclenet import first, or check "
            "RECYCLENET_BUNDLE",
        ),
        "as-saved": (
            "按保存时的结果显示，正在重新证明",
            "Shown as it was saved; being proven again",
        ),
        "refused": ("无法满足这些条件：", "These conditions cannot be met: "),
        "broken": (
            "出错了，请刷新页面；详情已写入服务器日志",
            "Something went wrong: reload the page; details are in the server's log",
        ),
        "page-plan": ("规划", "Plan"),
        "tab-townships": ("乡镇达标情况", "Townships"),
        "tab-curve": ("投入与覆盖曲线", "What more sites bring"),
        "tab-unknown": ("尚不确知之处（{n}）", "What we do not know ({n})"),
        "unknown-none": ("没有需要说明之处。", "Nothing to tell."),
        "table-help": (
            "点击左侧选框，地图转到该乡镇；在地图上点乡镇，表中同时选中。点列名排序。",
            "Tick a row and the map goes there; click a township on the map and its row is "
            "ticked. Click a heading to sort.",
        ),
        "col-covered": ("已覆盖", "People covered"),
        "col-worst-m": ("最远（米）", "Farthest (m)"),
        "col-worst-min": ("最远（分钟）", "Farthest (min)"),
        "col-worst-help": (
            "该乡镇最偏远的住户到最近启用回收点的路程，服务半径以外也计。",
            "From the worst-served home of the township to its nearest open site, also beyond "
            "the radius.",
        ),
        "filter": ("筛选", "Show"),
        "filter-all": ("全部", "All"),
        "filter-short": ("未达标", "Falling short"),
        "filter-far": ("有住户超出半径", "With homes beyond the radius"),
        "search": ("名称或代码", "Name or code"),
        "let-go": ("取消选中", "Let go"),
        "fact-sites": ("回收点 {n} 个（应有 {required}）", "{n} sites (needs {required})"),
        "fact-covered": (
            "覆盖 {covered} / {people} 人（{share}）",
            "{covered} of {people} people covered ({share})",
        ),
        "fact-worst-m": ("最远住户 {n} 米", "farthest home {n} m"),
        "fact-worst-min": ("最远住户 {n} 分钟", "farthest home {n} min"),
        "fact-worst-none": ("有住户经路网无法到达", "some homes cannot be reached by road"),
        "ways-out": (
            "以下调整经过试算，可以得到方案：",
            "Each of these was tried and gives a plan:",
        ),
        "repair": ("采用", "Do it"),
        "edits": ("手工调整", "Changed by hand"),
        "edits-none": ("没有调整", "nothing"),
        "edits-added": ("加点 {n}", "{n} added"),
        "edits-forced": ("必建 {n}", "{n} forced"),
        "edits-closed": ("关闭 {n}", "{n} closed"),
        "edits-no-go": ("禁建区 {n}", "{n} no-go areas"),
        "undo": ("撤销", "Undo"),
        "redo": ("重做", "Redo"),
        "edits-clear": ("清除", "Clear"),
        "keep": ("方案对比", "To compare"),
        "keep-this": ("留存此方案", "Keep this plan"),
        "keep-help": (
            "留作对比；在“方案对比”页查看差别。",
            "Put it aside and see what differs on the page “Compare”.",
        ),
        "kept": ("已留存：{names}", "Kept: {names}"),
        "plan-name": ("方案 {letter}", "Plan {letter}"),
        "plan-name-m": ("{n} 米", "{n} m"),
        "plan-name-min": ("{n} 分钟", "{n} min"),
        "plan-name-sites": ("{n} 点", "{n} sites"),
        "online": ("在线底图", "Online base maps"),
        "online-help": (
            "默认使用离线底图。在图例中选择在线底图后才会联网；无法连接时自动恢复离线底图。",
            "The map works offline. Only when an online base map is chosen in the legend is it "
            "asked for; where it cannot be reached the offline one stays.",
        ),
        "tianditu": ("天地图密钥（tk）", "Key of Tianditu (tk)"),
        "tianditu-empty": ("自备密钥，仅本次使用", "your own, for this sitting"),
        "link-refused": (
            "链接中的 {name}={value} 无效，已按默认值处理。",
            "{name}={value} of this link is no good: the default holds.",
        ),
        "edits-not-linked": (
            "方案库暂时无法使用：手工修改不在链接中，刷新页面会丢失。",
            "The store cannot be used now: edits are not in the link, and a reload loses them.",
        ),
        "edits-not-here": (
            "链接中的手工修改无法取得，以下结果不含这些修改：{why}",
            "The edits of this link cannot be had; what is shown is without them: {why}",
        ),
        "edits-unknown": (
            "本服务器没有保存这些修改，请发送链接的人重新发送。",
            "this server does not keep them; ask the sender for a new link.",
        ),
        "curve-by": ("横轴", "Against"),
        "curve-by-sites": ("回收点数量", "Number of sites"),
        "curve-by-radius": ("服务半径", "Radius"),
        "curve-x-sites": ("回收点数量（个）", "Sites"),
        "curve-x-m": ("服务半径（米）", "Coverage radius (m)"),
        "curve-x-min": ("服务时间（分钟）", "Coverage limit (minutes)"),
        "curve-y": ("人口覆盖率（%）", "People covered (%)"),
        "curve-what": ("方案", "Plan"),
        "curve-point": ("同样条件下覆盖最多", "most covered under these conditions"),
        "curve-share": ("人口覆盖率", "Share covered"),
        "curve-urban-share": ("主城区覆盖率", "Main urban area"),
        "curve-urban-target": (
            "主城区覆盖率（目标 {target}）",
            "Main urban area (target {target})",
        ),
        "curve-people": ("覆盖人口", "People covered"),
        "curve-failing": ("未达标乡镇", "Townships falling short"),
        "curve-proof": ("与最优的差距", "Gap to the best"),
        "curve-best": ("0，已证明覆盖最多", "0: proven, most covered"),
        "curve-fewest": ("0，已证明点数最少", "0: proven, fewest sites"),
        "curve-proven": ("不超过 {gap}，在要求之内", "at most {gap}: within what was asked"),
        "curve-open": ("不超过 {gap}，目前最好", "at most {gap}: best so far"),
        "curve-knee": ("拐点：再增加收效渐小", "Knee: more brings less from here"),
        "curve-townships": ("乡镇底线：最少 {n} 个", "Township minimum: {n} at least"),
        "curve-urban": ("主城区达标：最少 {n} 个", "Urban target: {n} at least"),
        "curve-now": ("当前方案", "This plan"),
        "curve-also": ("（{what}）", " ({what})"),
        "curve-help": (
            "点击任一标记即采用该方案：圆点为该点数下覆盖最多的方案，菱形为满足政策的最少点数方案，"
            "方块为当前方案。实心：已证明最优；浅色：已证明与最优相差不超过 {gap} %；"
            "空心：目前最好。竖条表示更好的方案最多能到哪里。",
            "Click a mark to take its plan: circles cover the most with so many sites, diamonds "
            "meet a policy with the fewest, the square is this plan. Solid: proven the best; "
            "pale: proven within {gap} % of the best; hollow: best so far. Bars show how far a "
            "better plan could reach at most.",
        ),
        "curve-work": ("正在计算曲线…", "Working out the curve…"),
        "page-compare": ("方案对比", "Compare"),
        "page-report": ("报告导出", "Report & export"),
        "page-scenarios": ("方案库", "Scenarios"),
        "standing-shown": (
            "没有方案：地图显示现有的 {n} 个回收点及其覆盖",
            "No plan: the map shows the {n} points that stand already and what they cover",
        ),
        "page-policy": ("政策落实", "Policy"),
        "policy-head": ("政策落实", "The policy in full"),
        "policy-help": (
            "以“规划”页的当前方案为基础；每一部分可单独使用。",
            "Built on the plan of the page “Plan”; each part can be used by itself.",
        ),
        "policy-compliance": ("达标校核", "Compliance"),
        "policy-tiers": ("三级体系", "Three tiers"),
        "policy-hosts": ("两网融合", "Shared sites"),
        "policy-service": ("流动回收", "Mobile rounds"),
        "policy-phases": ("分年实施", "Year by year"),
        "policy-robust": ("稳健核心", "Robust core"),
        "page-region": ("区域与数据", "Region and data"),
        "to-sample": ("打开内置样例", "Open the sample"),
        "region-unknown": (
            "此服务器上没有链接所指的区域：请核对链接，或打开内置样例",
            "The region of this link is not on this server: check the link, or open the sample",
        ),
        "region-made": ("区域已就绪，可以开始规划", "The region is ready to be planned"),
        "region-private": (
            "知道此页链接的人才能打开这一区域；请保存链接。",
            "Only people who have this page's link can open the region: keep the link.",
        ),
        "region-shared": ("内置区域，所有人可见。", "The region that the app opens with."),
        "region-ready-made": ("预置区域，所有人可见。", "A ready region, the same for everybody."),
        "fact-boundaries": ("边界：{source}", "Boundaries: {source}"),
        "fact-people": ("人口：{source}", "People: {source}"),
        "fact-files": ("导入所用文件：{files}", "Files used: {files}"),
        "fact-licence": ("许可：{licence}", "Licence: {licence}"),
        "fact-requests": (
            "取自地图服务器：{n} 次请求，{date}",
            "From map servers: {n} requests, {date}",
        ),
        "plan-this": ("规划这个区域", "Plan this region"),
        "section-choose": ("更换区域", "Another region"),
        "section-check": ("坐标体检", "Check a file"),
        "section-quality": ("数据质量", "Data quality"),
        "source-ready": ("现成区域", "Ready regions"),
        "source-ready-help": (
            "“获取”会从 OpenStreetMap 下载并导入，需要联网，约需几分钟。",
            "“Fetch” downloads from OpenStreetMap and imports: it needs the internet and takes "
            "some minutes.",
        ),
        "sample": ("内置样例", "The sample"),
        "ready-there": ("打开：{name}", "Open {name}"),
        "ready-fetch": ("获取：{name}", "Fetch {name}"),
        "ready-anew": ("重新获取最新数据", "Fetch it anew"),
        "source-place": ("按地名获取", "A place by its name"),
        "place-name": ("地名", "Place"),
        "place-example": ("例如：景德镇市", "e.g. Isle of Wight"),
        "place-help": (
            "市、县、区或乡镇的名称，中英文均可；也可填 OSM 编号，如 R3172234。",
            "A city, county or district in Chinese or English, or an OSM id such as R3172234.",
        ),
        "place-fetch": ("获取", "Fetch"),
        "place-note": (
            "地名会发送给 Nominatim 和 Overpass 服务器。大城市需要较长时间。",
            "The name is sent to Nominatim and Overpass servers. Large cities take a while.",
        ),
        "place-which": ("有几个地方符合，请选择：", "Several places match. Which is meant?"),
        "place-fetch-this": ("获取所选地方", "Fetch this one"),
        "live-failed": (
            "未能从地图服务器取得数据（{error}）。没有网络也可以用文件：下载 .osm.pbf 数据，"
            "在“自有文件”中导入。",
            "The map servers gave no data ({error}). Without internet use a file: download an "
            ".osm.pbf extract and import it under “Files of your own”.",
        ),
        "source-bundle": ("别处导入的区域", "A region from elsewhere"),
        "file-bundle": ("区域文件夹（.zip）", "Folder of a region (.zip)"),
        "file-bundle-help": (
            "recyclenet import 或 fetch 写出的整个文件夹，压缩为 zip；不超过 200 MB。"
            "逐个文件校验后成为您的私有区域。",
            "The whole folder that recyclenet import or fetch wrote, zipped, up to 200 MB. Each "
            "file is checked; it becomes a private region of yours.",
        ),
        "bundle-open": ("校验并打开", "Check and open"),
        "upload-choose": ("选择文件", "Choose a file"),
        "upload-limit": ("不超过 {mb} MB", "up to {mb} MB"),
        "source-files": ("自有文件", "Files of your own"),
        "file-extract": ("OSM 数据（.osm.pbf、.osm）", "OSM extract (.osm.pbf, .osm)"),
        "file-extract-help": (
            "可从 Geofabrik 等处下载；不超过 200 MB。没有也可以：只给乡镇边界，按直线距离规划。",
            "Download one from Geofabrik or elsewhere; up to 200 MB. Without one, township "
            "outlines alone will do: distances are straight lines then.",
        ),
        "file-boundaries": ("乡镇边界", "Township outlines"),
        "file-boundaries-help": (
            "多边形图层：GeoJSON、GPKG、Shapefile（zip）、KML",
            "Polygons: GeoJSON, GPKG, Shapefile (zip) or KML",
        ),
        "file-population": ("人口表", "Population table"),
        "file-population-help": (
            "CSV 或 XLSX：代码或名称一列，人口一列",
            "CSV or XLSX: a column of codes or names, a column of people",
        ),
        "file-candidates": ("现有回收点与候选点", "Existing and candidate sites"),
        "file-candidates-help": (
            "带坐标的表格或图层；existing（现有）列填 yes / no",
            "A table with coordinates or a layer; column existing: yes / no",
        ),
        "file-exclude": ("禁建区", "No-go areas"),
        "file-exclude-help": ("多边形图层", "A layer of polygons"),
        "file-urban": ("主城区范围", "Main urban area"),
        "file-urban-help": ("多边形图层", "A layer of polygons"),
        "file-layer": (
            "图层或工作表（文件含多个时填写）",
            "Layer or sheet, where the file has several",
        ),
        "column-name": ("名称列", "Column of names"),
        "column-code": ("代码列", "Column of codes"),
        "column-county": ("区县列", "Column of counties"),
        "column-none": ("无", "none"),
        "accept-guesses": (
            "人口表中的地名不一致时，采用最接近的乡镇名",
            "Take the nearest township where a name in the table is spelt otherwise",
        ),
        "skip-unknown": (
            "略过人口表中区域以外的行",
            "Pass over rows of the table for places outside the region",
        ),
        "consent-convert": ("同意按体检结果换算坐标", "Convert the coordinates as found"),
        "consent-keep": ("不换算，保持原样", "Keep them as they are"),
        "import-more": ("导入选项", "Options"),
        "import-name": ("区域名称（可不填）", "Name of the region (optional)"),
        "import-recipe": ("预置区域（可不填）", "Ready region (optional)"),
        "import-recipe-help": (
            "数据是某个预置区域或其所在省份的：只取该区域，并采用其普查人口与主城区定义。",
            "The extract is of a ready region or of its province: only the region is taken, with "
            "its census figures and main urban area.",
        ),
        "import-cell": ("需求单元边长（米）", "Edge of a demand cell (m)"),
        "import-level": ("乡镇在 OSM 中的级别（可不填）", "OSM level of the townships (optional)"),
        "import-level-empty": ("自动判断", "found in the data"),
        "import": ("导入", "Import"),
        "import-needs": (
            "请先给出 OSM 数据或乡镇边界。",
            "Give an OSM extract or township outlines first.",
        ),
        "import-mend": (
            "有文件不能用：请更换或移除。",
            "A file cannot be used: change it or take it out.",
        ),
        "import-agree": (
            "请先决定坐标是否换算。",
            "Decide first whether the coordinates are converted.",
        ),
        "waiting-turn": ("排队等候…", "Waiting for a turn…"),
        "stop": ("停止", "Stop"),
        "check-help": (
            "上传回收点、边界等文件，看看会怎样被理解、坐标是否有偏移。不会改动任何数据。",
            "Upload sites, outlines or other places to see how they would be understood and "
            "whether they are displaced. Nothing is changed.",
        ),
        "check-file": ("待检查的文件", "File to check"),
        "check-role": ("用途", "Taken as"),
        "check-auto": ("自动判断", "told from its content"),
        "check-as-is": ("按文件原样", "as the file says"),
        "check-read": ("按体检结果换算", "as the check would convert it"),
        "check-places": ("文件中的位置", "places of the file"),
        "quality-edit": ("在 OSM 中编辑此处", "Edit OSM there"),
        "quality-csv": ("数据质量表（CSV）", "Quality sheet (CSV)"),
        "quality-html": ("数据质量表（HTML）", "Quality sheet (HTML)"),
    }
)

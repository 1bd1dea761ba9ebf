// What stands around the map: notices, the layers with their legend, full screen, credits.
(function () {
  "use strict";
  const RecycleNet = window.RecycleNet;
  const { el, fill } = RecycleNet;
  const LAYERS = "recyclenet-layers";
  const memory = {};

  // What is shown stays shown while the browser's tab lives, also when the map is mounted again.
  function remembered() {
    try {
      return Object.assign(memory, JSON.parse(sessionStorage.getItem(LAYERS)));
    } catch (error) {
      return memory;
    }
  }

  function remember(key, value) {
    memory[key] = value;
    try {
      sessionStorage.setItem(LAYERS, JSON.stringify(Object.assign(remembered(), { [key]: value })));
    } catch (error) {
      // A browser that keeps nothing still shows the map.
    }
  }

  function swatch(name, colour) {
    const node = el("i", "rn-swatch rn-swatch-" + name);
    if (colour) node.style.background = colour;
    return node;
  }

  function row(mark, text) {
    return el("div", "rn-key", mark, el("span", "", text));
  }
  Object.assign(RecycleNet, { legendSwatch: swatch, legendRow: row });

  RecycleNet.Panel = L.Control.extend({
    options: { position: "bottomright" },

    initialize: function (plan, open) {
      this.plan = plan;
      this.open = open;
      this.bands = [];
      this.boxes = {};
      this.groups = {};
      this.rows = {}; // those of what need not occur
    },

    onAdd: function () {
      const plan = this.plan;
      const words = plan.words;
      this.bands = [0, 1, 2].map(() => el("span", "", "…"));
      const colours = RecycleNet.CELL_COLOURS[plan.theme];
      const cells = this.bands.map((text, band) => el("div", "rn-key", swatch("cell", colours[band]), text));
      cells.push(row(swatch("cell", colours[3]), words["cell-unserved"]));
      cells.push(el("div", "rn-hint", words["cell-size"]));
      const body = (this.body = el("div", "rn-legend-body"));
      body.append(
        this.group("sites", true, RecycleNet.ROLES.map((role) => this.sometimes(role, words["site-" + role])).concat(this.marks())),
        this.group("candidates", false, []),
        this.group("cells", true, cells),
        this.group("townships", true, this.townships()),
        this.group("reach", false, [])
      );
      if (plan.base.providers.length) body.append(this.bases());
      const node = el("details", "rn-panel rn-legend", el("summary", "", words["legend"]), body);
      node.open = this.open;
      L.DomEvent.disableClickPropagation(node);
      L.DomEvent.disableScrollPropagation(node);
      return node;
    },

    sometimes: function (name, text) {
      this.rows[name] = row(RecycleNet.symbol(name), text);
      return this.rows[name];
    },

    marks: function () {
      const words = this.plan.words;
      const rows = ["added", "closed", "forced"].map((name) => this.sometimes(name, words["mark-" + name]));
      this.rows["no-go"] = row(swatch("no-go"), words["no-go"]);
      return rows.concat([this.rows["no-go"]]);
    },

    group: function (key, usual, rows) {
      const plan = this.plan;
      const told = remembered()[key];
      const box = el("input", "", { type: "checkbox", id: "rn-layer-" + key });
      box.checked = told === undefined ? usual : told;
      box.addEventListener("change", function () {
        plan.toggle(key, box.checked);
        remember(key, box.checked);
      });
      this.boxes[key] = box;
      plan.toggle(key, box.checked);
      const head = el("label", "rn-layer", { for: "rn-layer-" + key }, box, plan.words["layer-" + key]);
      const node = (this.groups[key] = el("div", "rn-group", head));
      rows.forEach((one) => node.appendChild(one));
      return node;
    },

    flip: function (key) {
      this.boxes[key].click();
    },

    // One of several, as radio buttons; the choice is made at once and whenever it changes.
    choice: function (name, title, options, make) {
      const told = remembered()[name];
      const first = options.some(([key]) => key === told) ? told : options[0][0];
      const node = el("div", "rn-choice", { role: "radiogroup", "aria-label": title });
      options.forEach(([key, text]) => {
        const button = el("input", "", { type: "radio", name: "rn-" + name, id: "rn-" + name + "-" + key });
        button.checked = key === first;
        button.addEventListener("change", function () {
          remember(name, key);
          make(key);
        });
        node.appendChild(el("label", "", { for: "rn-" + name + "-" + key }, button, text));
      });
      make(first);
      return node;
    },

    townships: function () {
      const plan = this.plan;
      const words = plan.words;
      const compliance = el("div", "", row(swatch("pass"), words["township-pass"]), row(swatch("fail"), words["township-fail"]));
      const coverage = el("div", "");
      RecycleNet.SHARES.forEach((from, i) => {
        const text = fill(words["share-band"], { from: from, to: RecycleNet.SHARES[i + 1] || 100 });
        coverage.appendChild(row(swatch("share", RecycleNet.SHARE_COLOURS[plan.theme][i]), text));
      });
      const options = [["compliance", words["by-compliance"]], ["coverage", words["by-coverage"]]];
      const choice = this.choice("colour", words["colour-by"], options, function (what) {
        compliance.hidden = what !== "compliance";
        coverage.hidden = what !== "coverage";
        plan.townships.colourBy(what);
      });
      return [choice, compliance, coverage];
    },

    bases: function () {
      const { base, words } = this.plan;
      const options = [["offline", words["base-offline"]]].concat(base.providers.map((one) => [one.id, one.name]));
      const choice = this.choice("base", words["layer-base"], options, (id) => base.choose(id));
      return el("div", "rn-group", el("div", "rn-layer", words["layer-base"]), choice);
    },

    show: function (state) {
      const told = new Set(state ? state.sites.map((site) => site.role) : []);
      RecycleNet.ROLES.forEach((role) => (this.rows[role].hidden = !told.has(role)));
      if (!state) return;
      const words = this.plan.words;
      this.bands.forEach((text, band) => {
        text.textContent = fill(state.unit === "min" ? words["cell-band-minutes"] : words["cell-band"], {
          from: this.plan.number(Math.round((band * state.limit) / 3)),
          to: this.plan.number(Math.round(((band + 1) * state.limit) / 3)),
        });
      });
    },

    showMarks: function (shown) {
      const there = { added: shown.added.length, closed: shown.closed.size, forced: shown.forced.size, "no-go": shown.no_go.length };
      Object.keys(there).forEach((name) => (this.rows[name].hidden = !there[name]));
    },
  });

  // Notices that must not be overlooked: how distances were measured, what is an estimate.
  RecycleNet.Notices = L.Control.extend({
    options: { position: "topleft" },
    onAdd: function () {
      this.said = {};
      this.node = el("div", "rn-panel rn-notices", { role: "note" });
      this.node.hidden = true;
      return this.node;
    },
    show: function (notices) {
      this.add("plan", notices);
    },
    // Notices of one source take the place of those before; none of them: "".
    add: function (source, notices) {
      this.said[source] = [].concat(notices).filter(Boolean);
      const texts = [].concat.apply([], Object.values(this.said));
      this.node.replaceChildren.apply(this.node, texts.map((text) => el("div", "", text)));
      this.node.hidden = !texts.length;
    },
  });

  RecycleNet.FullScreen = L.Control.extend({
    options: { position: "bottomleft" },
    initialize: function (title) {
      this.title = title;
    },
    onAdd: function (map) {
      const button = el("a", "rn-full", { href: "#", role: "button", title: this.title, "aria-label": this.title });
      L.DomEvent.disableClickPropagation(button);
      L.DomEvent.on(button, "click", function (event) {
        L.DomEvent.preventDefault(event);
        const root = document.documentElement;
        if (document.fullscreenElement) document.exitFullscreen();
        else if (root.requestFullscreen) root.requestFullscreen().catch(() => {});
      });
      return el("div", "leaflet-bar", button);
    },
  });

  // The credit that the licence asks for, with its link; everything else stays text.
  RecycleNet.credits = function (map, credits) {
    const OSM = "OpenStreetMap contributors";
    const span = el("span", "");
    credits.forEach(function (text, i) {
      if (i) span.appendChild(document.createTextNode(" · "));
      const at = text.indexOf(OSM);
      if (at < 0) {
        span.appendChild(document.createTextNode(text));
        return;
      }
      const link = el("a", "", { href: "https://www.openstreetmap.org/copyright", target: "_blank", rel: "noopener" }, OSM);
      [text.slice(0, at), link, text.slice(at + OSM.length)].forEach((part) => span.append(part));
    });
    map.attributionControl.setPrefix(false).addAttribution(span.innerHTML);
  };
})();

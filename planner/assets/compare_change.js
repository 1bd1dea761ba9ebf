// The difference of two plans on one map: cells gained and lost, sites kept, added, dropped, moved.
(function () {
  "use strict";
  const RecycleNet = window.RecycleNet;
  const { el, fill } = RecycleNet;

  // Blue and orange-red stay apart for every kind of colour vision; what does not change is grey.
  const COLOURS = {
    light: { gained: "#1d5fc4", lost: "#d9480f", both: "#98a2a8", neither: "#d3cfc6", arrow: "#6b3fa0", halo: "rgba(255,255,255,0.9)" },
    dark: { gained: "#6aa8ff", lost: "#ff8a4c", both: "#6c787e", neither: "#39434a", arrow: "#c4a3f5", halo: "rgba(10,16,20,0.85)" },
  };
  const CELLS = ["gained", "lost", "both", "neither"]; // as the legend has them, and as bands
  const SITES = ["kept", "added", "dropped", "moved"];
  const SIGNS = { kept: "", added: "+", dropped: "×", moved: "" };

  class Change {
    constructor(plan) {
      this.plan = plan; // the map's PlanMap: its scene, its numbers
      this.theme = plan.theme;
      this.colours = COLOURS[plan.theme];
      this.shown = { cells: true, sites: true, townships: true };
      const scene = plan.scene;
      this.cells = new RecycleNet.Cells(scene, plan.theme);
      this.cells.colours = CELLS.map((name) => this.colours[name]);
      this.cells.band = (i) => this.bands[i];
      const canvas = (paint, pane) => new RecycleNet.CanvasLayer(scene, paint.bind(this), { pane: "recyclenet-" + pane });
      this.flips = canvas(this.paintFlips, "townships");
      this.arrows = canvas(this.paintArrows, "reach");
      this.markers = L.layerGroup();
      this.layers = { cells: [this.cells.layer], sites: [this.arrows, this.markers], townships: [this.flips] };
      this.tip = L.tooltip({ className: "rn-tip", sticky: true, direction: "right", offset: [14, 0], opacity: 1 });
      this.legend = new Legend(this);
    }

    // before, after: states of the two plans; told: what changes from one to the other.
    take(before, after, told, words) {
      this.before = before;
      this.after = after;
      this.told = told;
      this.words = words;
      const count = before.site.length;
      this.bands = new Uint8Array(count);
      for (let i = 0; i < count; i++) {
        const was = before.site[i] >= 0, is = after.site[i] >= 0;
        this.bands[i] = was ? (is ? 2 : 1) : is ? 0 : 3;
      }
      this.cells.show({ limit: 1, site: before.site });
      this.sites = told.sites.map(([kind, a, b, metres]) => {
        const from = a < 0 ? null : before.sites[a], to = b < 0 ? null : after.sites[b];
        const site = { kind: SITES[kind], from: from, to: to, metres: metres, at: to || from };
        [from, to].forEach((one) => one && Object.assign(one, { steps: RecycleNet.toSteps(this.plan.scene, [one.lat, one.lon]) }));
        return site;
      });
      this.mark();
      this.flips.redraw();
      this.arrows.redraw();
      this.legend.show();
    }

    toggle(key, shown) {
      this.shown[key] = shown;
      if (this.there) this.layers[key].forEach((layer) => (shown ? layer.addTo(this.plan.map) : layer.remove()));
    }

    show(there) {
      const map = this.plan.map;
      if (this.there === there) return;
      this.there = there;
      Object.keys(this.layers).forEach((key) => {
        this.layers[key].forEach((layer) => (there && this.shown[key] ? layer.addTo(map) : layer.remove()));
      });
      map[there ? "on" : "off"]("mousemove click", this.inquire, this);
      map[there ? "on" : "off"]("mouseout movestart", this.forget, this);
      if (there) this.legend.addTo(map);
      else {
        this.forget();
        map.closePopup();
        this.legend.remove();
      }
    }

    mark() {
      this.markers.clearLayers();
      this.sites.forEach((site) => {
        const size = site.kind === "kept" ? 13 : 19;
        const icon = L.divIcon({
          className: "rn-site rn-change rn-change-" + site.kind,
          iconSize: [size, size],
          html: el("span", "rn-change-symbol", SIGNS[site.kind]),
        });
        const name = site.at.name || site.at.kind;
        const text = fill(this.words["site-label"], { change: this.words[site.kind], name: name });
        const marker = L.marker([site.at.lat, site.at.lon], { icon: icon, riseOnHover: true, alt: text, zIndexOffset: site.kind === "kept" ? 0 : 500 });
        marker.on("add", () => marker.getElement().setAttribute("aria-label", text));
        marker.on("click", () => this.open(site));
        marker.on("keypress", (event) => event.originalEvent.key === "Enter" && this.open(site));
        this.markers.addLayer(marker);
      });
    }

    open(site) {
      const { plan, words } = this;
      const out = el("div", "rn-facts", el("div", "rn-title", site.at.name || site.at.kind));
      out.append(el("div", "rn-tag rn-tag-" + site.kind, words[site.kind].replace(/[（(].*$/, "")));
      const add = (label, value) => out.appendChild(el("div", "rn-row", el("span", "", label), el("b", "", value)));
      if (site.kind === "moved") out.append(el("div", "rn-hint", fill(words["moved-by"], { n: plan.number(Math.round(site.metres)) })));
      add(words["kind"], site.at.kind);
      const people = (one) => (one ? this.people(one.people) : "–");
      add(words["served"], people(site.from) + " → " + people(site.to));
      L.popup({ offset: [0, -6], maxWidth: 280, autoPanPaddingTopLeft: [16, 64] })
        .setLatLng([site.at.lat, site.at.lon]).setContent(out).openOn(plan.map);
    }

    people(value) {
      return fill(this.words["people"], { n: this.plan.number(value) });
    }

    paintFlips(pen, view) {
      if (!this.told) return;
      this.told.townships.forEach((row, i) => {
        if (row.pass[0] === row.pass[1]) return;
        const path = new Path2D();
        this.plan.scene.townships[i].rings.forEach((ring) => RecycleNet.trace(path, view, ring, 0, ring.length, true));
        const colour = row.pass[1] ? this.colours.gained : this.colours.lost;
        pen.globalAlpha = 0.13;
        pen.fillStyle = colour;
        pen.fill(path, "evenodd");
        pen.globalAlpha = 1;
        pen.strokeStyle = colour;
        pen.lineWidth = 3;
        pen.setLineDash(row.pass[1] ? [] : [8, 5]);
        pen.stroke(path);
        pen.setLineDash([]);
      });
    }

    paintArrows(pen, view) {
      if (!this.sites) return;
      const place = (one) => [one.steps.x * view.scale + view.x, one.steps.y * view.scale + view.y];
      this.sites.filter((site) => site.kind === "moved").forEach((site) => {
        const [x, y] = place(site.from), [u, v] = place(site.to);
        const far = Math.hypot(u - x, v - y);
        // The arrow ends at the rim of the new place's symbol.
        const reach = Math.max(0, far - 10);
        const dx = far ? (u - x) / far : 0, dy = far ? (v - y) / far : 0;
        const tipX = x + dx * reach, tipY = y + dy * reach;
        [[this.colours.halo, 5.5], [this.colours.arrow, 2.4]].forEach(([colour, width]) => {
          pen.strokeStyle = pen.fillStyle = colour;
          pen.lineWidth = width;
          pen.lineCap = "round";
          pen.beginPath();
          pen.arc(x, y, 4, 0, 2 * Math.PI);
          pen.moveTo(x, y);
          pen.lineTo(tipX, tipY);
          if (reach > 10) {
            pen.moveTo(tipX - 8 * dx - 5 * dy, tipY - 8 * dy + 5 * dx);
            pen.lineTo(tipX, tipY);
            pen.lineTo(tipX - 8 * dx + 5 * dy, tipY - 8 * dy - 5 * dx);
          }
          pen.stroke();
        });
      });
    }

    inquire(event) {
      const { plan, words } = this;
      const at = RecycleNet.toSteps(plan.scene, event.latlng);
      const township = plan.townships.at(at.x, at.y);
      const rows = this.shown.cells ? this.cells.at(at.x, at.y) : [];
      if (township < 0 && !rows.length) {
        this.forget();
        return;
      }
      this.tip.setContent(this.account(township, rows, words)).setLatLng(event.latlng);
      if (!plan.map.hasLayer(this.tip)) this.tip.addTo(plan.map);
    }

    account(township, rows, words) {
      const { plan } = this;
      const out = el("div", "rn-facts");
      const add = (label, value) => out.appendChild(el("div", "rn-row", el("span", "", label), el("b", "", value)));
      if (township >= 0) {
        const row = this.told.townships[township];
        out.append(el("div", "rn-title", plan.scene.townships[township].name));
        if (row.pass[0] !== row.pass[1]) {
          out.append(el("div", "rn-tag rn-tag-" + (row.pass[1] ? "added" : "dropped"), words[row.pass[1] ? "now-passes" : "now-fails"]));
        }
        add(words["gained"], this.people(row.gained));
        add(words["lost"], this.people(row.lost));
        add(words["share"], plan.share(row.share[0]) + " → " + plan.share(row.share[1]));
        add(words["site-count"], row.sites[0] + " → " + row.sites[1]);
      }
      rows.forEach((i) => {
        out.append(el("div", "rn-line"));
        add(words["cell"], this.people(plan.scene.cells.people[i]));
        out.append(el("div", "", words[CELLS[this.bands[i]]]));
      });
      return out;
    }

    forget() {
      this.tip.remove();
    }
  }

  const Legend = L.Control.extend({
    options: { position: "bottomright" },
    initialize: function (change) {
      this.change = change;
      this.body = el("div", "rn-legend-body");
      this.title = el("summary", "");
      this.node = el("details", "rn-panel rn-legend rn-changes", this.title, this.body);
      this.node.open = change.plan.map.getSize().x > 760;
    },
    onAdd: function () {
      L.DomEvent.disableClickPropagation(this.node);
      L.DomEvent.disableScrollPropagation(this.node);
      return this.node;
    },
    group: function (key, rows) {
      const { change } = this;
      const box = el("input", "", { type: "checkbox", id: "rn-change-" + key });
      box.checked = change.shown[key];
      box.addEventListener("change", () => change.toggle(key, box.checked));
      const head = el("label", "rn-layer", { for: "rn-change-" + key }, box, change.words[key]);
      return [head].concat(rows).reduce((node, row) => node.appendChild(row) && node, el("div", "rn-group"));
    },
    row: function (mark, text, count) {
      return el("div", "rn-key", mark, el("span", "", text), el("b", "rn-count", count));
    },
    show: function () {
      const { change } = this;
      const { words, told, colours } = change;
      const swatch = (name) => {
        const node = el("i", "rn-swatch");
        node.style.background = colours[name];
        return node;
      };
      const cells = CELLS.map((name) => this.row(swatch(name), words[name], change.people(told.people[name])));
      const count = (kind) => change.sites.filter((site) => site.kind === kind).length;
      const sites = SITES.map((kind) => {
        const symbol = el("i", "rn-change rn-swatch rn-change-" + kind, el("span", "rn-change-symbol", SIGNS[kind]));
        return this.row(symbol, words[kind], fill(words["count"], { n: change.plan.number(count(kind)) }));
      });
      const flips = [["now-passes", true], ["now-fails", false]].map(([key, passes]) => {
        const n = told.townships.filter((row) => row.pass[0] !== row.pass[1] && row.pass[1] === passes).length;
        const node = el("i", "rn-swatch rn-flip-" + key);
        return this.row(node, words[key], fill(words["count"], { n: n }));
      });
      this.title.textContent = words["legend"];
      this.body.replaceChildren(this.group("cells", cells), this.group("sites", sites), this.group("townships", flips));
    },
  });

  RecycleNet.Change = Change;
})();

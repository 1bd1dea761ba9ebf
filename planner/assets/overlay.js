// Places and lines of a few kinds on the region's map, in place of a plan; planner/maps/overlay.py
// packs them.
(function () {
  "use strict";
  const RecycleNet = window.RecycleNet;
  const { el } = RecycleNet;
  const OF_PLANS = ["sites", "candidates", "cells", "reach"]; // rows of the legend that say nothing here

  function tip(says) {
    const out = el("div", "rn-facts");
    says.forEach((text, i) => out.appendChild(el("div", i ? "rn-row" : "rn-title", text)));
    return out;
  }

  function swatch(kind) {
    if (kind.shape === "line") return RecycleNet.legendSwatch("line", kind.colour);
    return RecycleNet.coloured(kind.shape, kind.colour);
  }

  class Overlay {
    constructor(plan) {
      this.plan = plan;
      this.layer = L.layerGroup().addTo(plan.map);
      this.legend = el("div", "rn-group");
      OF_PLANS.forEach((key) => (plan.panel.groups[key].hidden = true));
      // Without a plan townships have outlines and names, and no colours to explain.
      Array.from(plan.panel.groups.townships.children).slice(1).forEach((row) => (row.hidden = true));
      plan.panel.body.prepend(this.legend);
    }

    show(packed) {
      if (packed === this.packed) return;
      this.packed = packed;
      const told = RecycleNet.unpack(packed).header;
      const views = [told].concat(told.others);
      if (views.length === 1) {
        this.legend.replaceChildren(el("div", "rn-layer", told.title), ...this.rows(told));
        this.draw(told);
        return;
      }
      const rows = el("div");
      const options = views.map((view, i) => [String(i), view.title]);
      const choice = this.plan.panel.choice("view", told.title, options, (key) => {
        rows.replaceChildren(...this.rows(views[key]));
        this.draw(views[key]);
      });
      choice.classList.add("rn-views");
      this.legend.replaceChildren(choice, rows);
    }

    rows(view) {
      const kinds = view.kinds.map((kind) => RecycleNet.legendRow(swatch(kind), kind.label));
      return kinds.concat(view.notes.map((text) => el("div", "rn-hint", text)));
    }

    draw(view) {
      this.layer.clearLayers();
      view.lines.forEach((line) => this.add(this.line(line, view.kinds[line.kind]), line.says, { sticky: true }));
      view.marks.forEach((mark) => this.add(this.mark(mark, view.kinds[mark.kind]), mark.says, { direction: "top" }));
    }

    line(line, kind) {
      const places = line.places.map(([lon, lat]) => [lat, lon]);
      return L.polyline(places, { color: kind.colour, weight: line.width_px, opacity: 0.72, lineCap: "round" });
    }

    mark(mark, kind) {
      const icon = L.divIcon({
        className: "rn-site",
        iconSize: [mark.size_px, mark.size_px],
        html: RecycleNet.coloured(mark.shape || kind.shape, kind.colour),
      });
      return L.marker([mark.lat, mark.lon], { icon: icon, riseOnHover: true, alt: [kind.label].concat(mark.says).join(", ") });
    }

    add(layer, says, where) {
      if (says.length) layer.bindTooltip(tip(says), Object.assign({ className: "rn-tip", opacity: 1 }, where));
      this.layer.addLayer(layer);
    }
  }

  RecycleNet.overlay = function (map, packed) {
    const plan = map.recyclenet;
    plan.whenBuilt(() => {
      plan.overlay = plan.overlay || new Overlay(plan);
      plan.overlay.show(packed);
    });
  };
})();

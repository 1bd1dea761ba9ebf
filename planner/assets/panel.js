// What stands around the map: notices, the layers with their legend, full screen, credits.
(function () {
  "use strict";
  const RecycleNet = window.RecycleNet;
  const { el, fill } = RecycleNet;
  const LAYERS = "recyclenet-layers";

  function remembered() {
    try {
      return JSON.parse(sessionStorage.getItem(LAYERS)) || {};
    } catch (error) {
      return {};
    }
  }

  function swatch(name, colour) {
    const node = el("i", "rn-swatch rn-swatch-" + name);
    if (colour) node.style.background = colour;
    return node;
  }

  function group(plan, key, shown, rows) {
    const box = el("input", "", { type: "checkbox", id: "rn-layer-" + key });
    box.checked = shown;
    box.addEventListener("change", function () {
      plan.toggle(key, box.checked);
      const layers = remembered();
      layers[key] = box.checked;
      try {
        sessionStorage.setItem(LAYERS, JSON.stringify(layers));
      } catch (error) {
        // A browser that keeps nothing still shows the map.
      }
    });
    plan.toggle(key, shown);
    const head = el("label", "rn-layer", { for: "rn-layer-" + key }, box, plan.words["layer-" + key]);
    const node = el("div", "rn-group", head);
    rows.forEach((row) => node.appendChild(row));
    return node;
  }

  function row(mark, text) {
    return el("div", "rn-key", mark, el("span", "", text));
  }

  RecycleNet.Panel = L.Control.extend({
    options: { position: "bottomright" },

    initialize: function (plan, open) {
      this.plan = plan;
      this.open = open;
      this.bands = [];
    },

    onAdd: function () {
      const plan = this.plan;
      const words = plan.words;
      const memory = remembered();
      const shown = (key, usual) => (key in memory ? memory[key] : usual);
      this.bands = [0, 1, 2].map(() => el("span", "", "…"));
      const colours = RecycleNet.CELL_COLOURS[plan.theme];
      const cells = this.bands.map((text, band) => el("div", "rn-key", swatch("cell", colours[band]), text));
      cells.push(row(swatch("cell", colours[3]), words["cell-unserved"]));
      cells.push(el("div", "rn-hint", words["cell-size"]));
      const body = el(
        "div",
        "rn-legend-body",
        group(plan, "sites", shown("sites", true), [
          row(swatch("existing"), words["site-existing"]),
          row(swatch("new"), words["site-new"]),
        ]),
        group(plan, "cells", shown("cells", true), cells),
        group(plan, "townships", shown("townships", true), [
          row(swatch("pass"), words["township-pass"]),
          row(swatch("fail"), words["township-fail"]),
        ]),
        group(plan, "reach", shown("reach", false), [])
      );
      const node = el("details", "rn-panel rn-legend", el("summary", "", words["legend"]), body);
      node.open = this.open;
      L.DomEvent.disableClickPropagation(node);
      L.DomEvent.disableScrollPropagation(node);
      return node;
    },

    show: function (state) {
      if (!state) return;
      const words = this.plan.words;
      this.bands.forEach((text, band) => {
        text.textContent = fill(state.unit === "min" ? words["cell-band-minutes"] : words["cell-band"], {
          from: this.plan.number(Math.round((band * state.limit) / 3)),
          to: this.plan.number(Math.round(((band + 1) * state.limit) / 3)),
        });
      });
    },
  });

  // Notices that must not be overlooked: how distances were measured, what is an estimate.
  RecycleNet.Notices = L.Control.extend({
    options: { position: "topleft" },
    onAdd: function () {
      this.node = el("div", "rn-panel rn-notices", { role: "note" });
      this.node.hidden = true;
      return this.node;
    },
    show: function (notices) {
      this.node.replaceChildren.apply(this.node, notices.map((text) => el("div", "", text)));
      this.node.hidden = !notices.length;
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

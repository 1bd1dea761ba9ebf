// What was changed by hand, drawn: points added, closed and forced, areas kept free.
(function () {
  "use strict";
  const RecycleNet = window.RecycleNet;
  const { el, fill } = RecycleNet;
  const HATCH = "recyclenet-no-go";
  const COLOURS = { light: "#7a3b00", dark: "#ffc78a" };

  class Edits {
    constructor(plan) {
      this.plan = plan;
      this.points = []; // where marks stand, for names to keep clear of
      this.renderer = L.svg({ padding: 0.4, pane: "recyclenet-no-go" });
      this.colour = COLOURS[plan.theme];
      this.marks = L.layerGroup().addTo(plan.map);
      this.areas = L.layerGroup().addTo(plan.map);
      this.renderer.on("add", () => RecycleNet.hatch(this.renderer, HATCH, this.colour, 135), this);
    }

    show(shown) {
      const { picks, sites } = this.plan;
      this.marks.clearLayers();
      this.areas.clearLayers();
      this.points = [];
      // Rows move when an area goes: a popup must not speak of another one than it was opened for.
      const opened = this.opened;
      if (opened && JSON.stringify(shown.no_go[opened.row]) !== JSON.stringify(opened.area)) opened.popup.remove();
      shown.no_go.forEach((area, row) => this.area(area, row));
      const mark = (id, name) => {
        const point = picks.find(id);
        if (point && Number.isFinite(point.lat)) this.mark(point, name);
      };
      shown.added.forEach((point) => !shown.closed.has(point.id) && !sites.row.has(point.id) && mark(point.id, "added"));
      shown.closed.forEach((id) => mark(id, "closed"));
      shown.forced.forEach((id) => mark(id, "forced"));
    }

    mark(point, name) {
      // A ring around an open site lets the clicks through to the site.
      const ring = name === "forced" && point.open;
      const size = name === "forced" ? (point.open ? point.open.size : 14) + 14 : 18;
      const steps = RecycleNet.toSteps(this.plan.scene, [point.lat, point.lon]);
      this.points.push({ x: steps.x, y: steps.y, size: size });
      const text = fill(this.plan.words["mark-label"], {
        mark: this.plan.words["mark-" + name],
        name: point.name || point.kind,
      });
      const marker = L.marker([point.lat, point.lon], {
        interactive: !ring,
        keyboard: !ring,
        zIndexOffset: ring ? -500 : 200,
        alt: text,
        icon: L.divIcon({ className: "rn-mark", iconSize: [size, size], html: RecycleNet.symbol(name) }),
      });
      marker.on("add", () => {
        marker.getElement().setAttribute("aria-label", text);
        if (ring) marker.getElement().setAttribute("aria-hidden", "true");
      });
      marker.on("click", () => this.plan.picks.open(point.id));
      marker.on("keypress", (event) => event.originalEvent.key === "Enter" && this.plan.picks.open(point.id, true));
      this.marks.addLayer(marker);
    }

    area(area, row) {
      const shape = L.polygon(area.ring.map(([lon, lat]) => [lat, lon]), this.style());
      const open = (at) => {
        const popup = L.popup({ maxWidth: 260 }).setLatLng(at).setContent(this.facts(area, row)).openOn(this.plan.map);
        this.opened = { popup: popup, row: row, area: area };
        popup.on("remove", () => (this.opened = null));
        return popup.getElement();
      };
      shape.on("click", (event) => {
        L.DomEvent.stopPropagation(event);
        open(event.latlng);
      });
      shape.on("add", () => {
        const path = shape.getElement();
        const label = area.name || this.plan.words["no-go"];
        Object.entries({ tabindex: "0", role: "button", "aria-label": label }).forEach(([key, value]) => path.setAttribute(key, value));
        path.addEventListener("keydown", (event) => {
          if (event.key !== "Enter") return;
          event.preventDefault(); // else the key would press the button it has just reached
          const button = open(shape.getBounds().getCenter()).querySelector("button, a");
          if (button) button.focus();
        });
      });
      this.areas.addLayer(shape);
    }

    style() {
      const fillColour = "url(#" + HATCH + ")";
      return { renderer: this.renderer, color: this.colour, weight: 2, dashArray: "6 4", fillColor: fillColour, fillOpacity: 0.75 };
    }

    facts(area, row) {
      const words = this.plan.words;
      const out = el("div", "rn-facts", el("div", "rn-title", area.name || words["no-go"]), el("div", "", words["no-go-says"]));
      if (this.plan.editing) {
        const node = el("button", "rn-button rn-do-go", { type: "button" }, words["do-go"]);
        L.DomEvent.on(node, "click", (event) => {
          L.DomEvent.stop(event); // its popup gone, the map would take the click for its own
          this.plan.map.closePopup();
          this.plan.channel.send({ do: "go", row: row });
        });
        out.appendChild(el("div", "rn-buttons", node));
      }
      return out;
    }
  }

  RecycleNet.Edits = Edits;
})();

// Tools to change the plan on the map: points to add, areas to draw, undo and redo.
(function () {
  "use strict";
  const RecycleNet = window.RecycleNet;
  const { el, svg } = RecycleNet;
  const SAME_PX = 4; // clicks so near each other are one corner
  const GHOST_MS = 6000; // what was sent stays drawn until the plan shows it, or so long

  const ICONS = {
    candidates: ["M5 6h.01M12 4h.01M19 7h.01M7 13h.01M14 12h.01M20 15h.01M5 20h.01M12 19h.01M18 21h.01"],
    add: ["M12 7v10M7 12h10", "M12 2.5a9.5 9.5 0 1 0 .01 0Z"],
    existing: ["M12 7v10M7 12h10", "M3 3h18v18H3Z"],
    "no-go": ["M4 8 12 3 21 9 18 20 6 19Z", "M6 19 14 4.5M11 19.5 19 8"],
    undo: ["M8 4 3.5 8.5 8 13", "M4 8.5h9.5a6 6 0 0 1 0 12H8"],
    redo: ["M16 4 20.5 8.5 16 13", "M20 8.5h-9.5a6 6 0 0 0 0 12H16"],
  };

  function icon(name) {
    const picture = svg("svg", { viewBox: "0 0 24 24", class: "rn-icon", "aria-hidden": "true" });
    ICONS[name].forEach((d) => picture.appendChild(svg("path", { d: d })));
    return picture;
  }

  RecycleNet.Tools = L.Control.extend({
    options: { position: "topright" },

    initialize: function (plan) {
      this.plan = plan;
      this.tool = ""; // "add", "existing", "no-go"; "": none
      this.corners = [];
      this.ghosts = L.layerGroup();
    },

    onAdd: function (map) {
      const words = this.plan.words;
      const button = (name, title, press) => {
        const node = el("button", "rn-tool rn-tool-" + name, { type: "button", title: title, "aria-label": title }, icon(name));
        L.DomEvent.on(node, "click", (event) => press(event.detail === 0));
        return node;
      };
      const tool = (name, title) => button(name, title, (byKeyboard) => this.choose(this.tool === name ? "" : name, byKeyboard));
      this.buttons = {
        candidates: button("candidates", words["tool-candidates"], () => this.plan.panel.flip("candidates")),
        add: tool("add", words["tool-add"]),
        existing: tool("existing", words["tool-existing"]),
        "no-go": tool("no-go", words["tool-no-go"]),
        undo: button("undo", words["tool-undo"], () => this.plan.channel.send({ do: "undo" })),
        redo: button("redo", words["tool-redo"], () => this.plan.channel.send({ do: "redo" })),
      };
      this.hint = this.makeHint();
      const bar = el("div", "rn-panel rn-tools", { role: "toolbar", "aria-label": words["tools"] });
      Object.values(this.buttons).forEach((node) => bar.appendChild(node));
      const node = el("div", "rn-editor", bar, this.hint);
      L.DomEvent.disableClickPropagation(node);
      L.DomEvent.disableScrollPropagation(node);
      this.ghosts.addTo(map);
      map.on("click", this.place, this).on("dblclick", this.doubled, this).on("mousemove", this.follow, this);
      map.getContainer().addEventListener("keydown", (event) => this.pressed(event));
      this.show({ undo: false, redo: false });
      this.choose("");
      return node;
    },

    makeHint: function () {
      const words = this.plan.words;
      this.says = el("span", "", { role: "status" });
      this.keys = el("small", "", words["hint-keys"]);
      this.name = el("input", "rn-name", { type: "text", maxlength: "80", placeholder: words["hint-name"], "aria-label": words["hint-name"] });
      this.done = el("button", "rn-button", { type: "button" }, words["hint-done"]);
      const stop = el("button", "rn-button", { type: "button" }, words["hint-stop"]);
      L.DomEvent.on(this.done, "click", () => this.finish());
      L.DomEvent.on(stop, "click", () => this.choose(""));
      return el("div", "rn-panel rn-hint-line", this.says, this.keys, this.name, el("div", "rn-buttons", this.done, stop));
    },

    // What the page around allows, and what it has taken in.
    show: function (shown) {
      this.buttons.undo.disabled = !shown.undo;
      this.buttons.redo.disabled = !shown.redo;
      this.ghosts.clearLayers();
    },

    // A layer that the legend and a button here both switch.
    press: function (name, on) {
      if (this.buttons && this.buttons[name]) this.buttons[name].setAttribute("aria-pressed", String(on));
    },

    choose: function (tool, byKeyboard) {
      const map = this.plan.map;
      this.tool = tool;
      this.drop();
      ["add", "existing", "no-go"].forEach((name) => this.press(name, name === tool));
      map.getContainer().classList.toggle("rn-drawing", Boolean(tool));
      map.getContainer().classList.toggle("rn-by-keys", Boolean(tool && byKeyboard));
      map.doubleClickZoom[tool ? "disable" : "enable"]();
      this.hint.hidden = !tool;
      this.name.hidden = tool === "no-go";
      this.tell();
      this.plan.drawing(Boolean(tool));
      if (!tool) return;
      map.closePopup();
      this.plan.forget();
      if (byKeyboard) map.getContainer().focus();
    },

    tell: function () {
      const words = this.plan.words;
      const texts = { add: words["hint-add"], existing: words["hint-existing"], "no-go": words["hint-no-go"] };
      const more = this.tool === "no-go" && this.corners.length > 2;
      this.says.textContent = more ? words["hint-close"] : texts[this.tool] || "";
      this.keys.hidden = !this.plan.map.getContainer().classList.contains("rn-by-keys");
      this.done.hidden = this.tool !== "no-go";
      this.done.disabled = this.corners.length < 3;
    },

    place: function (event) {
      if (!this.tool) return;
      event.taken = true; // also where this very click puts the tool away
      const at = event.latlng.wrap();
      if (this.tool === "no-go") {
        // The second click of a double click is no corner; one on the first corner closes.
        const again = this.corners.findIndex((corner) => this.near(corner, at));
        if (again === 0 && this.corners.length > 2) {
          this.finish();
          return;
        }
        if (again < 0) this.corners.push(at);
        this.draw(null);
        this.tell();
        return;
      }
      const steps = RecycleNet.toSteps(this.plan.scene, at);
      const outside = this.plan.townships.at(steps.x, steps.y) < 0;
      this.says.textContent = outside ? this.plan.words["hint-outside"] : "";
      if (outside) return;
      this.tell();
      const name = this.name.value.trim();
      this.name.value = "";
      this.ghosts.addLayer(this.ghost(at));
      this.plan.channel.send({ do: "add", lon: round(at.lng), lat: round(at.lat), existing: this.tool === "existing", name: name });
    },

    near: function (one, other) {
      const map = this.plan.map;
      return map.latLngToContainerPoint(one).distanceTo(map.latLngToContainerPoint(other)) < SAME_PX;
    },

    ghost: function (at) {
      const html = RecycleNet.symbol(this.tool === "existing" ? "existing" : "added");
      const mark = L.marker(at, { interactive: false, keyboard: false, icon: L.divIcon({ className: "rn-ghost", iconSize: [18, 18], html: html }) });
      setTimeout(() => this.ghosts.removeLayer(mark), GHOST_MS);
      return mark;
    },

    doubled: function () {
      if (this.tool === "no-go") this.finish();
    },

    finish: function () {
      if (this.tool !== "no-go" || this.corners.length < 3) return;
      const ring = this.corners.map((corner) => [round(corner.lng), round(corner.lat)]);
      const ghost = L.polygon(this.corners, Object.assign(this.plan.edits.style(), { interactive: false, opacity: 0.6 }));
      this.ghosts.addLayer(ghost);
      setTimeout(() => this.ghosts.removeLayer(ghost), GHOST_MS);
      this.plan.channel.send({ do: "no-go", ring: ring });
      this.choose("");
    },

    drop: function () {
      this.corners = [];
      this.draw(null);
    },

    follow: function (event) {
      if (this.tool === "no-go" && this.corners.length) this.draw(event.latlng);
    },

    // The area so far, and a rubber band to where the pointer is.
    draw: function (at) {
      if (this.sketch) this.sketch.remove();
      this.sketch = null;
      if (!this.corners.length) return;
      const style = Object.assign(this.plan.edits.style(), { interactive: false });
      const ring = at ? this.corners.concat([at]) : this.corners;
      const dots = this.corners.map((corner) => L.circleMarker(corner, Object.assign({}, style, { radius: 4, dashArray: null, fillColor: "#ffffff", fillOpacity: 1 })));
      this.sketch = L.layerGroup([ring.length > 2 ? L.polygon(ring, style) : L.polyline(ring, Object.assign({}, style, { fill: false }))].concat(dots));
      this.sketch.addTo(this.plan.map);
    },

    pressed: function (event) {
      const onMap = event.target === this.plan.map.getContainer();
      const inText = event.target.tagName === "INPUT" && event.target.type === "text";
      if ((event.ctrlKey || event.metaKey) && !inText && /^[zy]$/i.test(event.key)) {
        event.preventDefault();
        if (this.corners.length && event.key.toLowerCase() === "z" && !event.shiftKey) this.shorten();
        else {
          const what = event.key.toLowerCase() === "y" || event.shiftKey ? "redo" : "undo";
          if (!this.buttons[what].disabled) this.plan.channel.send({ do: what });
        }
      } else if (this.tool && event.key === "Escape") {
        if (this.corners.length) {
          this.drop();
          this.tell();
        } else this.choose("");
      } else if (this.tool && onMap && (event.key === " " || (event.key === "Enter" && this.tool !== "no-go"))) {
        event.preventDefault();
        this.place({ latlng: this.plan.map.getCenter() });
      } else if (this.tool && onMap && event.key === "Enter") {
        this.finish();
      } else if (this.tool && onMap && event.key === "Backspace") {
        this.shorten();
      }
    },

    shorten: function () {
      this.corners.pop();
      this.draw(null);
      this.tell();
    },
  });

  const round = (degrees) => Math.round(degrees * 1e6) / 1e6;
})();

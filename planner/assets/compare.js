// Plans side by side: their difference on one map, two maps with a divider, or two maps beside
// each other; planner/comparing/change_map.py packs what is shown. No change of view asks the server.
(function () {
  "use strict";
  const RecycleNet = window.RecycleNet;
  const { el, fill } = RecycleNet;
  const MODES = ["difference", "swipe", "side"];
  const MODE = "recyclenet-compare-mode";
  const BESIDE_PX = 270; // for the legend

  class Compared {
    constructor(map) {
      this.map = map;
      this.plan = map.recyclenet;
      this.told = null;
      this.mode = this.remembered();
      this.setStage();
      this.plan.fit = (bounds) => this.fit(bounds);
      this.plan.whenBuilt(() => this.start());
    }

    // Before the first drawing: whoever changes the map's size or view later pays for another.
    setStage() {
      const container = this.map.getContainer();
      this.stage = el("div", "rn-compare", { "data-mode": "difference" });
      container.parentNode.insertBefore(this.stage, container);
      this.stage.appendChild(container);
      this.map.invalidateSize({ pan: false, animate: false });
      // Controls lie above both maps.
      this.above = el("div", "rn-map rn-above rn-" + this.plan.theme);
      this.above.appendChild(container.querySelector(".leaflet-control-container"));
      this.stage.appendChild(this.above);
      this.divider = new RecycleNet.Divider(this.stage);
      this.labels = [el("div", "rn-label rn-label-a"), el("div", "rn-label rn-label-b")];
      this.bar = el("div", "rn-panel rn-bar");
      this.above.append(this.labels[0], this.labels[1], this.divider.node, this.bar);
    }

    start() {
      this.change = new RecycleNet.Change(this.plan);
      if (this.packed !== undefined) this.show(this.packed);
    }

    remembered() {
      try {
        const mode = sessionStorage.getItem(MODE);
        return MODES.includes(mode) ? mode : MODES[0];
      } catch (error) {
        return MODES[0];
      }
    }

    show(packed) {
      this.packed = packed;
      if (!this.change) return;
      const told = (this.told = RecycleNet.unpack(packed).header);
      this.words = told.words;
      this.states = told.states.map(RecycleNet.readState);
      this.furnish();
      this.choose(told.shown);
    }

    // The bar: which view, and (where the page leaves it open) which pair.
    furnish() {
      const { words, told } = this;
      const group = el("div", "rn-modes", { role: "radiogroup", "aria-label": words["view"] });
      MODES.forEach((mode) => {
        const radio = el("input", "", { type: "radio", name: "rn-mode", value: mode, id: "rn-mode-" + mode });
        radio.checked = mode === this.mode;
        radio.addEventListener("change", () => this.turn(mode));
        group.append(radio, el("label", "", { for: "rn-mode-" + mode }, words[mode]));
      });
      this.bar.replaceChildren(group);
      if (told.pairs.length < 2) return;
      const select = el("select", "rn-pair", { "aria-label": words["pair-b"] });
      told.pairs.forEach((pair, row) => select.append(el("option", "", { value: String(row) }, told.letters[pair.a] + " → " + told.letters[pair.b])));
      select.value = String(told.shown);
      select.addEventListener("change", () => this.choose(Number(select.value)));
      this.bar.append(select);
    }

    choose(row) {
      const pair = (this.pair = this.told.pairs[row]);
      const names = [this.told.names[pair.a], this.told.names[pair.b]];
      this.labels.forEach((label, i) => label.replaceChildren(names[i]));
      this.divider.name(fill(this.words["divider"], { a: names[0], b: names[1] }));
      this.change.take(this.states[pair.a], this.states[pair.b], pair, this.words);
      document.dispatchEvent(new CustomEvent("recyclenet-pair", { detail: row }));
      this.turn(this.mode);
    }

    turn(mode) {
      const { map, plan, told, pair } = this;
      const at = map.getCenter(), zoom = map.getZoom();
      this.mode = mode;
      try {
        sessionStorage.setItem(MODE, mode);
      } catch (error) {
        // Nothing is kept: the next map opens with the difference.
      }
      const two = mode !== "difference";
      this.stage.dataset.mode = mode;
      if (two && !this.second) this.double();
      if (this.twins) this.twins.link(false);
      this.change.show(!two);
      this.fill(map, two ? pair.a : -1);
      if (two) this.fill(this.second, pair.b);
      if (two) this.nameBands();
      plan.notices.show(told.notices);
      this.makeRoom(mode === "side");
      plan.fitting = true; // not a move of the planner's
      map.invalidateSize({ pan: false, animate: false });
      if (plan.whole) plan.fit(plan.opening.bounds);
      plan.fitting = true;
      if (!plan.whole) map.setView(at, zoom, { animate: false });
      plan.fitting = false;
      if (!two) return;
      this.second.invalidateSize({ pan: false, animate: false });
      this.twins.link(true);
    }

    // The region stands clear of the bar, and of the legend where there is one map.
    fit(bounds) {
      const two = this.mode !== "difference";
      const wide = this.map.getSize().x > 760 && this.mode !== "side";
      this.plan.fitting = true; // not a view that the planner chose
      this.plan.fitted = this.map.getSize();
      this.map.fitBounds(bounds, {
        paddingTopLeft: [18, two ? 88 : 54],
        paddingBottomRight: [wide ? BESIDE_PX : 18, 30],
        animate: false,
      });
      this.plan.fitting = false;
    }

    // Colours are thirds of each plan's own limit: the legend says both where they differ.
    nameBands() {
      const { plan, told, pair, words } = this;
      const states = [this.states[pair.a], this.states[pair.b]];
      if (states[0].limit === states[1].limit && states[0].unit === states[1].unit) return;
      plan.panel.bands.forEach((text, band) => {
        const say = (state) => fill(plan.words[state.unit === "min" ? "cell-band-minutes" : "cell-band"], {
          from: plan.number(Math.round((band * state.limit) / 3)),
          to: plan.number(Math.round(((band + 1) * state.limit) / 3)),
        });
        text.textContent = fill(words["bands"], { a: say(states[0]), b: say(states[1]), x: told.letters[pair.a], y: told.letters[pair.b] });
      });
    }

    // Beside each other the second map would lie under the legend: it is shut meanwhile.
    makeRoom(shut) {
      const legend = this.above.querySelector(".rn-legend:not(.rn-changes)");
      if (!legend || shut === Boolean(this.shut)) return;
      if (shut) this.shut = { open: legend.open };
      else [legend.open, this.shut] = [this.shut.open, null];
      if (shut) legend.open = false;
    }

    // A plan and its edits on one map; -1: the region alone.
    fill(map, row) {
      RecycleNet.show(map, row < 0 ? "" : this.told.states[row]);
      RecycleNet.showBeside(map, row < 0 ? "" : this.told.edits[row]);
    }

    // The second map: the same region, drawn from the same shapes.
    double() {
      const node = el("div", "rn-second");
      this.stage.insertBefore(node, this.above);
      const options = this.map.options;
      const second = (this.second = L.map(node, {
        center: this.map.getCenter(),
        zoom: this.map.getZoom(),
        zoomControl: false,
        minZoom: options.minZoom,
        maxZoom: options.maxZoom,
        zoomSnap: options.zoomSnap,
        wheelPxPerZoomLevel: options.wheelPxPerZoomLevel,
      }));
      const other = (second.recyclenet = new RecycleNet.PlanMap(second, this.plan.opening));
      // One legend switches the layers of both; a second one would have the same ids.
      other.panel.addTo = function (to) {
        this.onAdd(to);
        return this;
      };
      other.build(this.plan.scene);
      other.whole = false;
      RecycleNet.alike(this.plan, other);
      this.twins = new RecycleNet.Twins(this.map, second);
    }
  }

  // What is chosen in the first map's legend holds for the second too.
  RecycleNet.alike = function (one, other) {
    const both = (mine, theirs, method) => {
      if (!mine || typeof mine[method] !== "function") return;
      const own = mine[method];
      mine[method] = function () {
        theirs[method].apply(theirs, arguments);
        return own.apply(mine, arguments);
      };
    };
    both(one, other, "toggle");
    both(one.townships, other.townships, "colourBy");
    both(one.base, other.base, "choose");
  };

  RecycleNet.compare = function (map, packed) {
    map.comparison = map.comparison || new Compared(map);
    map.comparison.show(packed);
  };
})();

// The conductor: mounts a region on a Leaflet map and shows plans on it, in place.
(function () {
  "use strict";
  const RecycleNet = window.RecycleNet;
  const { fill } = RecycleNet;
  const PANES = {
    basemap: 150, online: 170, shade: 300, cells: 350, roads: 360, reach: 370, townships: 400,
    "no-go": 410, candidates: 430, names: 450,
  };
  const NOTHING = { added: [], closed: new Set(), forced: new Set(), no_go: [], site: "", township: "", reach: null };

  class PlanMap {
    constructor(map, config) {
      this.map = map;
      this.words = config.words;
      this.theme = config.theme;
      this.numbers = new Intl.NumberFormat(config.language === "zh" ? "zh-CN" : "en-GB");
      this.kinds = config.kinds || {};
      this.editing = config.editing;
      this.channel = new RecycleNet.Channel(config.listening);
      this.base = new RecycleNet.BaseMaps(this, config.online || []);
      this.layers = {};
      this.shown = NOTHING;
      this.serial = null; // of the last picks made outside the map that were followed
      this.waiting = null; // a plan that came before the region's shapes did
      this.waitingBeside = null;
      this.built = []; // what is to be done once they are there
      Object.keys(PANES).forEach(function (name) {
        const pane = map.createPane("recyclenet-" + name);
        pane.style.zIndex = PANES[name];
        pane.style.pointerEvents = "none";
      });
      map.getContainer().classList.add("rn-map", "rn-" + config.theme);
      map.getContainer().setAttribute("aria-label", config.words["map"]);
      map.getContainer().addEventListener("keydown", (event) => event.key === "Escape" && map.closePopup());
      if (window.parent !== window) {
        // Within a page the wheel scrolls the page, until the map was clicked.
        map.scrollWheelZoom.disable();
        map.getContainer().addEventListener("mousedown", () => map.scrollWheelZoom.enable());
        map.getContainer().addEventListener("mouseleave", () => map.scrollWheelZoom.disable());
      }
      RecycleNet.credits(map, config.credits);
      const words = config.words;
      L.control.scale({ imperial: false, maxWidth: 130 }).addTo(map);
      L.control.zoom({ position: "bottomleft", zoomInTitle: words["zoom-in"], zoomOutTitle: words["zoom-out"] }).addTo(map);
      new RecycleNet.FullScreen(words["full-screen"]).addTo(map);
      this.card(document.getElementById("recyclenet-card"));
      this.notices = new RecycleNet.Notices().addTo(map);
      this.panel = new RecycleNet.Panel(this, map.getSize().x > 760);
      this.tools = config.editing ? new RecycleNet.Tools(this) : null;
      this.opening = config;
    }

    // A page of its own has a title card, written by planner/maps/page.py; here it becomes a control.
    card(node) {
      if (!node) return;
      const card = new L.Control({ position: "topleft" });
      card.onAdd = () => node;
      card.addTo(this.map);
      node.open = this.map.getSize().x > 640;
      L.DomEvent.disableClickPropagation(node);
    }

    // A map that is mounted again opens where the planner left it, a new one on the whole region.
    keepView(config) {
      const key = "recyclenet-view-" + config.key;
      let view = null;
      try {
        view = JSON.parse(sessionStorage.getItem(key));
      } catch (error) {
        view = null;
      }
      this.whole = !view; // nobody has moved the map yet: it goes on showing the whole region
      this.restored = view; // until somebody moves it, it stays where it was, whatever the height
      if (view) this.restore();
      else this.fit(config.bounds);
      this.map.on("moveend", () => {
        if (this.fitting) return;
        this.whole = false;
        this.restored = null;
        const at = this.map.getCenter();
        try {
          sessionStorage.setItem(key, JSON.stringify([at.lat, at.lng, this.map.getZoom()]));
        } catch (error) {
          // Nothing is kept: the map opens on the whole region.
        }
      });
      new ResizeObserver(() => {
        this.fitting = true;
        this.map.invalidateSize({ pan: false, animate: false });
        this.fitting = false;
        if (this.restored) this.restore();
        // Watching begins with a call for the size that is there: whatever moved since stays.
        if (this.whole && !this.map.getSize().equals(this.fitted)) this.fit(config.bounds);
      }).observe(this.map.getContainer());
    }

    restore() {
      const [lat, lng, zoom] = this.restored;
      this.fitting = true;
      this.map.setView([lat, lng], zoom, { animate: false });
      this.fitting = false;
    }

    // Bounds stand clear of the title card and of the legend, where there is room; the whole region
    // (no closest zoom told) is not a view that the planner chose.
    fit(bounds, closest) {
      const wide = this.map.getSize().x > 760;
      const beside = (name) => {
        const node = wide && this.map.getContainer().querySelector(name + "[open]");
        return node ? node.offsetWidth + 12 : 0;
      };
      this.fitting = closest === undefined;
      this.fitted = this.map.getSize();
      this.map.fitBounds(bounds, {
        paddingTopLeft: [beside(".rn-card") + 18, 18],
        paddingBottomRight: [beside(".rn-legend") + 18, 30],
        maxZoom: closest,
        animate: false,
      });
      this.fitting = false;
    }

    build(scene) {
      this.scene = scene;
      RecycleNet.basemap(scene, this.theme).addTo(this.map);
      this.cells = new RecycleNet.Cells(scene, this.theme);
      this.sites = new RecycleNet.Sites(this);
      this.candidates = new RecycleNet.Candidates(scene, this.theme);
      this.picks = new RecycleNet.Picks(this);
      this.edits = new RecycleNet.Edits(this);
      this.townships = new RecycleNet.Townships(scene, this.theme, () => this.sites.sites.concat(this.edits.points));
      this.tips = new RecycleNet.Tips(this);
      this.focus = -1;
      const lines = { light: "rgba(12,74,110,0.38)", dark: "rgba(186,230,253,0.35)" }[this.theme];
      this.reach = new RecycleNet.CanvasLayer(
        scene,
        (pen, view) => {
          if (!this.state || (this.focus < 0 && !this.reachShown)) return;
          pen.strokeStyle = lines;
          pen.lineWidth = this.focus < 0 ? 0.7 : 1.1;
          this.cells.reach(pen, view, this.sites.sites, this.focus);
        },
        { pane: "recyclenet-reach" }
      ).addTo(this.map);
      const reach = () => (this.picks.site && this.shown.site === this.picks.site ? this.shown.reach : null);
      this.roads = RecycleNet.reachLayer(scene, this.theme, reach).addTo(this.map);
      this.layers = {
        cells: this.cells.layer, townships: this.townships.layer, sites: this.sites.layer, candidates: this.candidates.layer,
      };
      this.panel.addTo(this.map);
      if (this.tools) this.tools.addTo(this.map);
      this.keepView(this.opening);
      this.map.on("mousemove", this.inquire, this);
      this.map.on("click", this.clicked, this);
      this.map.on("mouseout movestart", this.forget, this);
      this.show(this.waiting);
      this.showBeside(this.waitingBeside);
      this.built.splice(0).forEach((deed) => deed());
    }

    whenBuilt(deed) {
      if (this.scene) deed();
      else this.built.push(deed);
    }

    toggle(key, shown) {
      if (key === "reach") {
        this.reachShown = shown;
        this.reach.redraw();
        return;
      }
      const drawn = shown || (key === "candidates" && Boolean(this.tools && this.tools.tool));
      if (drawn) this.layers[key].addTo(this.map);
      else this.layers[key].remove();
      if (key === "candidates" && this.tools) this.tools.press(key, shown);
    }

    // Whoever adds a point wants to see where others could stand.
    drawing() {
      if (this.panel.boxes.candidates) this.toggle("candidates", this.panel.boxes.candidates.checked);
    }

    show(packed) {
      if (!this.scene) {
        this.waiting = packed;
        return;
      }
      if (packed === this.packed) return;
      this.packed = packed;
      this.forget();
      const state = (this.state = packed ? RecycleNet.readState(packed) : null);
      this.sites.show(state);
      this.cells.show(state);
      this.townships.show(state);
      this.panel.show(state);
      this.notices.show(state ? state.notices : []);
      this.reach.redraw();
      this.beside();
    }

    // What was changed by hand, and picks that were made outside the map.
    showBeside(packed) {
      if (!this.scene) {
        this.waitingBeside = packed;
        return;
      }
      const shown = (this.shown = packed ? RecycleNet.readShown(packed, this.scene) : NOTHING);
      this.beside();
      if (this.tools) this.tools.show(shown);
      // The first packet after a mount brings the picks back; then the map's own are the newer ones,
      // unless the serial says that somebody picked in a table.
      const first = this.serial === null;
      if (packed && (first || shown.serial !== this.serial)) {
        this.serial = shown.serial;
        this.pickTownship(this.scene.townships.findIndex((one) => one.code === shown.township), !first);
        this.picks.take(shown.site, !first);
      }
      this.roads.redraw();
    }

    beside() {
      this.edits.show(this.shown);
      this.townships.names.redraw();
      this.panel.showMarks(this.shown);
      this.candidates.hide(this.sites.sites.map((site) => site.id).concat(Array.from(this.shown.closed)));
      this.picks.refresh();
      this.picked();
    }

    pickTownship(i, follow) {
      this.townships.pick(i);
      if (i >= 0 && follow) this.fit(this.townships.bounds(i), 15);
    }

    // The cells of the picked site stand out, with lines to it.
    picked() {
      const row = this.sites.row.get(this.picks.site);
      this.focus = row === undefined ? -1 : row;
      this.cells.light(this.focus);
      this.reach.redraw();
      this.roads.redraw();
    }

    clicked(event) {
      if (event.taken || this.picks.lettingGo) return;
      const row = this.candidateAt(event);
      if (row >= 0) {
        this.forget();
        this.picks.open(this.scene.candidates.ids[row]);
        return;
      }
      this.inquire(event);
      const at = RecycleNet.toSteps(this.scene, event.latlng);
      const found = this.layers.townships._map ? this.townships.at(at.x, at.y) : -1;
      const i = found === this.townships.picked ? -1 : found; // a second click lets go
      if (i === this.townships.picked) return;
      this.townships.pick(i);
      this.channel.send({ do: "township", code: i < 0 ? "" : this.scene.townships[i].code });
    }

    candidateAt(event) {
      const at = RecycleNet.toSteps(this.scene, event.latlng);
      const steps = Math.pow(2, this.scene.zoom) / this.map.options.crs.scale(this.map.getZoom());
      return this.candidates.at(at, steps, event.originalEvent && event.originalEvent.pointerType === "touch");
    }

    number(value) {
      return this.numbers.format(value);
    }

    people(value) {
      return fill(this.words["people"], { n: this.number(value) });
    }

    share(value) {
      return value === null ? "–" : (Math.floor(value * 1000 + 1e-9) / 10).toFixed(1) + " %";
    }

    inquire(event) {
      if (this.tools && this.tools.tool) return;
      this.map.getContainer().classList.toggle("rn-over", this.candidateAt(event) >= 0);
      if (this.state) this.tips.over(event);
    }

    forget() {
      this.map.getContainer().classList.remove("rn-over");
      if (this.tips) this.tips.forget();
    }

    account(township, rows) {
      return this.tips.account(township, rows);
    }
  }

  RecycleNet.PlanMap = PlanMap; // compare.js shows two at a time

  // config.scene: {element: id of a script tag with base64} or {url}
  RecycleNet.mount = function (map, config) {
    const plan = (map.recyclenet = new PlanMap(map, config));
    if (config.scene.element) {
      plan.build(RecycleNet.readScene(document.getElementById(config.scene.element).textContent.trim()));
    } else {
      fetch(config.scene.url)
        .then((answer) => (answer.ok ? answer.arrayBuffer() : Promise.reject(new Error(answer.status))))
        .then((buffer) => plan.build(RecycleNet.readScene(new Uint8Array(buffer))))
        .catch((error) => {
          console.error(error);
          plan.notices.show([config.words["scene-missing"]]);
        });
    }
  };

  RecycleNet.show = function (map, packed) {
    map.recyclenet.show(packed);
  };

  RecycleNet.showBeside = function (map, packed) {
    map.recyclenet.showBeside(packed);
  };
})();

// The conductor: mounts a region on a Leaflet map and shows plans on it, in place.
(function () {
  "use strict";
  const RecycleNet = window.RecycleNet;
  const { el, fill } = RecycleNet;
  const PANES = { basemap: 150, cells: 350, reach: 370, townships: 400, names: 450 };

  class PlanMap {
    constructor(map, config) {
      this.map = map;
      this.words = config.words;
      this.theme = config.theme;
      this.numbers = new Intl.NumberFormat(config.language === "zh" ? "zh-CN" : "en-GB");
      this.layers = {};
      this.waiting = null; // a plan that came before the region's shapes did
      Object.keys(PANES).forEach(function (name) {
        const pane = map.createPane("recyclenet-" + name);
        pane.style.zIndex = PANES[name];
        pane.style.pointerEvents = "none";
      });
      map.getContainer().classList.add("rn-map", "rn-" + config.theme);
      map.getContainer().setAttribute("aria-label", config.words["map"]);
      map.getContainer().addEventListener("keydown", (event) => event.key === "Escape" && map.closePopup());
      RecycleNet.credits(map, config.credits);
      const words = config.words;
      L.control.scale({ imperial: false, maxWidth: 130 }).addTo(map);
      L.control.zoom({ position: "bottomleft", zoomInTitle: words["zoom-in"], zoomOutTitle: words["zoom-out"] }).addTo(map);
      new RecycleNet.FullScreen(words["full-screen"]).addTo(map);
      this.card(document.getElementById("recyclenet-card"));
      this.notices = new RecycleNet.Notices().addTo(map);
      this.panel = new RecycleNet.Panel(this, map.getSize().x > 760);
      this.opening = config;
    }

    // A page of its own has a title card, written by planner/maps.py; here it becomes a control.
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
      if (view) this.map.setView([view[0], view[1]], view[2], { animate: false });
      else this.fit(config.bounds);
      this.map.on("moveend", () => {
        if (this.fitting) return;
        this.whole = false;
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
        if (this.whole) this.fit(config.bounds);
      }).observe(this.map.getContainer());
    }

    // The region stands clear of the title card and of the legend, where there is room.
    fit(bounds) {
      const wide = this.map.getSize().x > 760;
      const beside = (name) => {
        const node = wide && this.map.getContainer().querySelector(name + "[open]");
        return node ? node.offsetWidth + 12 : 0;
      };
      this.fitting = true;
      this.map.fitBounds(bounds, {
        paddingTopLeft: [beside(".rn-card") + 18, 18],
        paddingBottomRight: [beside(".rn-legend") + 18, 30],
        animate: false,
      });
      this.fitting = false;
    }

    build(scene) {
      this.scene = scene;
      RecycleNet.basemap(scene, this.theme).addTo(this.map);
      this.cells = new RecycleNet.Cells(scene, this.theme);
      this.sites = new RecycleNet.Sites(this);
      this.townships = new RecycleNet.Townships(scene, this.theme, () => this.sites.sites);
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
      this.layers = { cells: this.cells.layer, townships: this.townships.layer, sites: this.sites.layer };
      this.panel.addTo(this.map);
      this.keepView(this.opening);
      this.map.on("mousemove click", this.inquire, this);
      this.map.on("mouseout movestart", this.forget, this);
      if (this.waiting !== null) this.show(this.waiting);
    }

    toggle(key, shown) {
      if (key === "reach") {
        this.reachShown = shown;
        this.reach.redraw();
      } else if (shown) this.layers[key].addTo(this.map);
      else this.layers[key].remove();
    }

    show(packed) {
      if (!this.scene) {
        this.waiting = packed;
        return;
      }
      this.waiting = null;
      this.forget();
      const state = (this.state = packed ? RecycleNet.readState(packed) : null);
      this.cells.show(state);
      this.sites.show(state);
      this.townships.show(state);
      this.panel.show(state);
      this.notices.show(state ? state.notices : []);
      this.reach.redraw();
    }

    light(site) {
      this.focus = site;
      this.cells.light(site);
      this.reach.redraw();
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
      if (!this.state) return;
      const at = RecycleNet.toSteps(this.scene, event.latlng);
      const township = this.layers.townships._map ? this.townships.at(at.x, at.y) : -1;
      const rows = this.layers.cells._map ? this.cells.at(at.x, at.y) : [];
      this.townships.hover(township);
      if (township < 0 && !rows.length) {
        this.forget();
        return;
      }
      if (!this.tip) this.tip = L.tooltip({ className: "rn-tip", direction: "right", offset: [14, 0], opacity: 1 });
      const half = this.map.getSize().x / 2;
      const left = event.containerPoint.x > half;
      this.tip.options.direction = left ? "left" : "right";
      this.tip.options.offset = L.point(left ? -14 : 14, 0);
      this.tip.setLatLng(event.latlng).setContent(this.account(township, rows));
      if (!this.tip._map) this.tip.addTo(this.map);
    }

    forget() {
      if (this.townships) this.townships.hover(-1);
      if (this.tip) this.tip.remove();
    }

    account(township, rows) {
      const words = this.words;
      const out = el("div", "rn-facts");
      const add = (label, value) =>
        out.appendChild(el("div", "rn-row", el("span", "", label), el("b", "", value)));
      if (township >= 0) {
        const told = this.state.townships[township];
        const tag = told.pass === false ? "fail" : "pass";
        out.appendChild(el("div", "rn-title", this.scene.townships[township].name));
        out.appendChild(el("div", "rn-tag rn-tag-" + tag, words["township-" + tag]));
        if (told.reason) out.appendChild(el("div", "rn-reason", told.reason));
        add(words["sites"], fill(words["sites-of"], { n: told.sites, required: told.required }));
        add(words["covered"], this.share(told.share) + " · " + this.people(told.covered));
        add(words["population"], this.people(told.people));
      }
      rows.forEach((i) => {
        const site = this.state.site[i] < 0 ? null : this.sites.sites[this.state.site[i]];
        out.appendChild(el("div", "rn-line"));
        add(words["cell"], this.people(this.scene.cells.people[i]));
        if (site) add(this.sites.title(site), fill(this.state.unit === "min" ? words["minutes"] : words["metres"], { n: this.number(Math.round(this.state.distance[i])) }));
        else out.appendChild(el("div", "rn-reason", this.state.reasons[this.state.reason[i]]));
      });
      return out;
    }
  }

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
})();

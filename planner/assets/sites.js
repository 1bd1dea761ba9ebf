// Open sites: existing ones square and dark, new ones round and blue, each with its facts.
(function () {
  "use strict";
  const RecycleNet = window.RecycleNet;
  const { el, fill } = RecycleNet;

  function Sites(plan) {
    this.plan = plan;
    this.markers = new Map(); // by the site's id: those that stay are not drawn anew
    this.layer = L.layerGroup();
    this.sites = [];
  }

  function sizeOf(people, most) {
    return Math.round(13 + 9 * Math.sqrt(people / Math.max(1, most)));
  }

  const look = (site, most) => [site.existing, sizeOf(site.people, most)].join();

  function symbol(site, most) {
    const size = sizeOf(site.people, most);
    const kind = site.existing ? "existing" : "new";
    return L.divIcon({
      className: "rn-site rn-site-" + kind,
      iconSize: [size, size],
      html: el("span", "rn-symbol"),
    });
  }

  Sites.prototype.show = function (state) {
    this.sites = state ? state.sites : [];
    const most = this.sites.reduce((largest, site) => Math.max(largest, site.people), 1);
    const stay = new Set();
    this.sites.forEach((site, row) => {
      const steps = RecycleNet.toSteps(this.plan.scene, [site.lat, site.lon]);
      Object.assign(site, { row: row, x: steps.x, y: steps.y });
      stay.add(site.id);
      let marker = this.markers.get(site.id);
      if (!marker) {
        marker = L.marker([site.lat, site.lon], { riseOnHover: true, icon: symbol(site, most) });
        marker.look = look(site, most);
        marker.on("click", () => this.open(marker));
        marker.on("keypress", (event) => event.originalEvent.key === "Enter" && this.open(marker));
        this.markers.set(site.id, marker);
        this.layer.addLayer(marker);
      }
      if (marker.look !== look(site, most)) {
        marker.setIcon(symbol(site, most));
        marker.look = look(site, most);
      }
      marker.site = site;
      this.name(marker);
    });
    this.markers.forEach((marker, id) => {
      if (stay.has(id)) return;
      this.layer.removeLayer(marker);
      this.markers.delete(id);
    });
    const opened = this.opened;
    if (opened && this.markers.get(opened.site.id) === opened) {
      this.popup.setContent(this.facts(opened.site));
      this.plan.light(opened.site.row);
    } else if (opened) {
      this.popup.remove();
    }
  };

  // What a screen reader says, also for markers that Leaflet draws anew.
  Sites.prototype.name = function (marker) {
    const words = this.plan.words;
    const site = marker.site;
    const text = fill(words["site-label"], {
      kind: words[site.existing ? "site-existing" : "site-new"],
      name: this.title(site),
    });
    marker.options.alt = text;
    const set = () => marker.getElement() && marker.getElement().setAttribute("aria-label", text);
    set();
    marker.off("add").on("add", set);
  };

  Sites.prototype.title = function (site) {
    return site.name || site.kind;
  };

  Sites.prototype.facts = function (site) {
    const words = this.plan.words;
    const row = (label, value) => el("div", "rn-row", el("span", "", label), el("b", "", value));
    const township = this.plan.scene.townships[site.township];
    return el(
      "div",
      "rn-facts",
      el("div", "rn-title", this.title(site)),
      el("div", "rn-tag rn-tag-" + (site.existing ? "existing" : "new"), words[site.existing ? "site-existing" : "site-new"]),
      row(words["site-kind"], site.kind),
      row(words["township"], township ? township.name : "–"),
      row(words["site-people"], this.plan.people(site.people)),
      row(words["site-id"], site.id)
    );
  };

  Sites.prototype.open = function (marker) {
    const map = this.plan.map;
    const wide = map.getSize().x > 900; // keep clear of the card on the left, the legend on the right
    this.popup = L.popup({
      offset: [0, -6],
      maxWidth: 280,
      autoPanPaddingTopLeft: [wide ? 330 : 12, 16],
      autoPanPaddingBottomRight: [wide ? 270 : 12, 40],
    });
    this.popup.setLatLng(marker.getLatLng()).setContent(this.facts(marker.site));
    this.popup.on("remove", () => {
      if (this.opened !== marker) return;
      this.opened = null;
      this.plan.light(-1);
    });
    this.popup.openOn(map);
    this.opened = marker;
    this.plan.light(marker.site.row);
  };

  RecycleNet.Sites = Sites;
})();

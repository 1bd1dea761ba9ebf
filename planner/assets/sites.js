// Open sites as markers: shape and colour say the role, size the people served.
(function () {
  "use strict";
  const RecycleNet = window.RecycleNet;
  const { el, fill } = RecycleNet;

  function Sites(plan) {
    this.plan = plan;
    this.markers = new Map(); // by the site's id: those that stay are not drawn anew
    this.layer = L.layerGroup();
    this.sites = [];
    this.row = new Map();
  }

  function sizeOf(people, most) {
    return Math.round(13 + 9 * Math.sqrt(people / Math.max(1, most)));
  }

  const look = (site) => [site.role, site.size].join();

  function symbol(site) {
    return L.divIcon({
      className: "rn-site rn-site-" + site.role,
      iconSize: [site.size, site.size],
      html: RecycleNet.symbol(site.role),
    });
  }

  Sites.prototype.show = function (state) {
    this.sites = state ? state.sites : [];
    this.row = new Map(this.sites.map((site, row) => [site.id, row]));
    const most = this.sites.reduce((largest, site) => Math.max(largest, site.people), 1);
    this.sites.forEach((site, row) => {
      const steps = RecycleNet.toSteps(this.plan.scene, [site.lat, site.lon]);
      Object.assign(site, { row: row, x: steps.x, y: steps.y, size: sizeOf(site.people, most) });
      let marker = this.markers.get(site.id);
      if (!marker) {
        marker = L.marker([site.lat, site.lon], { riseOnHover: true, icon: symbol(site) });
        marker.look = look(site);
        marker.on("click", () => this.plan.picks.open(site.id));
        marker.on("keypress", (event) => event.originalEvent.key === "Enter" && this.plan.picks.open(site.id, true));
        this.markers.set(site.id, marker);
        this.layer.addLayer(marker);
      }
      if (marker.look !== look(site)) {
        marker.setIcon(symbol(site));
        marker.look = look(site);
      }
      marker.site = site;
      this.name(marker);
    });
    this.markers.forEach((marker, id) => {
      if (this.row.has(id)) return;
      this.layer.removeLayer(marker);
      this.markers.delete(id);
    });
  };

  // What a screen reader says, also for markers that Leaflet draws anew.
  Sites.prototype.name = function (marker) {
    const words = this.plan.words;
    const site = marker.site;
    const township = this.plan.scene.townships[site.township];
    const text = fill(words["site-label"], {
      kind: words["site-" + site.role],
      name: site.name || site.kind,
      township: township ? township.name : "",
      people: this.plan.number(site.people),
    });
    marker.options.alt = text;
    const set = () => marker.getElement() && marker.getElement().setAttribute("aria-label", text);
    set();
    marker.off("add").on("add", set);
  };

  RecycleNet.Sites = Sites;
})();

// Base maps from the internet, if one is chosen; the offline one stays below, for what fails.
(function () {
  "use strict";
  const RecycleNet = window.RecycleNet;
  const A = 6378245, EE = 0.00669342162296594323; // Krassovsky 1940, as in geo/datum.py

  // WGS84 to GCJ-02 (degrees): what Chinese web maps draw.
  RecycleNet.toGcj02 = function (latlng) {
    const pi = Math.PI, sin = Math.sin;
    const x = latlng.lng - 105, y = latlng.lat - 35;
    const root = Math.sqrt(Math.abs(x));
    const ripple = 20 * sin(6 * pi * x) + 20 * sin(2 * pi * x);
    const waves = (z) => 20 * sin(z * pi) + 40 * sin((z / 3) * pi);
    const north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
      + ((ripple + waves(y) + 160 * sin((y / 12) * pi) + 320 * sin((y * pi) / 30)) * 2) / 3;
    const east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
      + ((ripple + waves(x) + 150 * sin((x / 12) * pi) + 300 * sin((x / 30) * pi)) * 2) / 3;
    const phi = (latlng.lat * pi) / 180;
    const w2 = 1 - EE * sin(phi) * sin(phi);
    const meridian = (A * (1 - EE)) / Math.pow(w2, 1.5);
    const parallel = (A / Math.sqrt(w2)) * Math.cos(phi);
    return L.latLng(latlng.lat + ((north / meridian) * 180) / pi, latlng.lng + ((east / parallel) * 180) / pi);
  };

  // Pictures drawn in GCJ-02, moved as a whole by the displacement at the middle of the view, some
  // 500 m: towards the edges of a screen it is another by two or three pixels at most.
  const Gcj02 = L.TileLayer.extend({
    _getTiledPixelBounds: function (center) {
      return L.TileLayer.prototype._getTiledPixelBounds.call(this, RecycleNet.toGcj02(L.latLng(center)));
    },
    _setZoomTransform: function (level, center, zoom) {
      L.TileLayer.prototype._setZoomTransform.call(this, level, RecycleNet.toGcj02(L.latLng(center)), zoom);
    },
    _update: function (center) {
      if (!this._map) return;
      const middle = center === undefined ? this._map.getCenter() : center;
      // Leaflet moves its pictures on zooming only; here the displacement changes on the way, too.
      if (this._tileZoom !== undefined) this._setZoomTransforms(middle, this._map.getZoom());
      L.TileLayer.prototype._update.call(this, middle);
    },
  });

  RecycleNet.BaseMaps = class {
    constructor(plan, providers) {
      this.plan = plan;
      this.providers = providers;
      this.chosen = null;
    }

    choose(id) {
      const plan = this.plan;
      const { map, words } = plan;
      if (this.chosen) {
        this.chosen.layers.forEach((layer) => layer.remove());
        map.attributionControl.removeAttribution(this.chosen.credit);
      }
      this.chosen = null;
      plan.notices.add("online", "");
      const provider = this.providers.find((one) => one.id === id);
      if (!provider) return;
      const safe = document.createElement("span");
      safe.textContent = provider.credit;
      const Layer = provider.gcj02 ? Gcj02 : L.TileLayer;
      const layers = provider.tiles.map((address) =>
        new Layer(address, {
          pane: "recyclenet-online",
          subdomains: provider.hosts,
          maxNativeZoom: provider.zoom,
          maxZoom: 19,
          referrerPolicy: "strict-origin-when-cross-origin", // OpenStreetMap wants to know who asks
          zIndex: 1,
        })
      );
      layers.forEach(function (layer) {
        layer.on("tileerror", () => plan.notices.add("online", words["online-failed"]));
        layer.on("tileload", () => plan.notices.add("online", ""));
        layer.addTo(map);
      });
      map.attributionControl.addAttribution(safe.innerHTML);
      this.chosen = { layers: layers, credit: safe.innerHTML };
    }
  };
})();

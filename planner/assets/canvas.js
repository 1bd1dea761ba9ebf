// A Leaflet layer on one canvas that covers the view and some more, redrawn after each move:
// crisp at every zoom, also between whole ones, and in one piece for print and pictures.
(function () {
  "use strict";
  const RecycleNet = window.RecycleNet;

  RecycleNet.CanvasLayer = L.Renderer.extend({
    options: { padding: 0.3 },

    initialize: function (scene, paint, options) {
      L.Renderer.prototype.initialize.call(this, options);
      this._scene = scene;
      this._paint = paint;
    },

    redraw: function () {
      if (this._map && !this._frame) {
        this._frame = L.Util.requestAnimFrame(function () {
          this._frame = null;
          if (this._map) this._update();
        }, this);
      }
      return this;
    },

    getEvents: function () {
      const events = L.Renderer.prototype.getEvents.call(this);
      events.move = this._follow;
      events.moveend = this._settle;
      events.resize = this._update;
      return events;
    },

    _initContainer: function () {
      this._container = document.createElement("canvas");
      this._container.setAttribute("aria-hidden", "true");
      this._container.style.pointerEvents = "none";
    },

    _destroyContainer: function () {
      if (this._frame) L.Util.cancelAnimFrame(this._frame);
      this._frame = null;
      L.DomUtil.remove(this._container);
      delete this._container;
    },

    _updatePaths: function () {},

    // A canvas moves with the map: it is drawn again only when the view leaves it, or is scaled.
    _follow: function () {
      if (this._map._animatingZoom || !this._bounds) return;
      const size = this._map.getSize();
      const northWest = this._map.containerPointToLayerPoint([0, 0]);
      if (!this._bounds.contains(L.bounds(northWest, northWest.add(size)))) this._update();
    },

    _settle: function () {
      if (this._zoom === this._map.getZoom()) this._follow();
      else this._update();
    },

    _update: function () {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      const size = this._bounds.getSize();
      if (!size.x || !size.y) return; // a map in a hidden tab
      const ratio = Math.min(window.devicePixelRatio || 1, 2);
      const canvas = this._container;
      L.DomUtil.setPosition(canvas, this._bounds.min);
      canvas.width = Math.round(size.x * ratio);
      canvas.height = Math.round(size.y * ratio);
      canvas.style.width = size.x + "px";
      canvas.style.height = size.y + "px";
      const pen = canvas.getContext("2d");
      const corner = this._map.getPixelOrigin().add(this._bounds.min);
      const scale = this._map.options.crs.scale(this._map.getZoom()) / Math.pow(2, this._scene.zoom);
      const origin = this._scene.origin;
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      this._paint(pen, {
        zoom: this._map.getZoom(),
        width: size.x,
        height: size.y,
        ratio: ratio,
        scale: scale, // pixels a step
        x: origin[0] * scale - corner.x, // where the scene's origin lies on the canvas
        y: origin[1] * scale - corner.y,
      });
    },
  });

  // The same shapes for a view from farther away: points and parts that would fall together on a
  // pixel are left out. Made once for each halving of the scale, and kept.
  function thinner(block, level) {
    const reach = 1.6 * Math.pow(2, level);
    const { offsets, xy, area } = block;
    const count = offsets.length - 1;
    const into = new Int32Array(xy.length);
    const ends = [0];
    let end = 0;
    for (let part = 0; part < count; part++) {
      const first = 2 * offsets[part], last = 2 * offsets[part + 1] - 2;
      const start = end;
      let west = xy[first], east = west, north = xy[first + 1], south = north;
      for (let i = first; i <= last; i += 2) {
        const x = xy[i], y = xy[i + 1];
        if (x < west) west = x; else if (x > east) east = x;
        if (y < north) north = y; else if (y > south) south = y;
        const near = end > start && Math.abs(x - into[end - 2]) + Math.abs(y - into[end - 1]) < reach;
        if (near && i < last) continue;
        into[end++] = x;
        into[end++] = y;
      }
      const size = Math.max(east - west, south - north);
      if (area && size < 2 * reach) end = start;
      else ends.push(end / 2);
    }
    const thin = { kind: block.kind, area: area, offsets: Int32Array.from(ends), xy: into.slice(0, end) };
    thin.group = block.group;
    thin.boxes = RecycleNet.boxes(thin);
    return thin;
  }

  RecycleNet.detail = function (block, view) {
    const level = Math.floor(Math.log2(1 / view.scale));
    if (level < 1) return block;
    block.levels = block.levels || {};
    return (block.levels[level] = block.levels[level] || thinner(block, level));
  };

  // Add a run of steps to a path. A ring ends where it began: closePath measures the whole path
  // each time that it is called, and a base map has ten thousand rings.
  RecycleNet.trace = function (path, view, xy, from, to, close) {
    const scale = view.scale, left = view.x, top = view.y;
    path.moveTo(xy[from] * scale + left, xy[from + 1] * scale + top);
    for (let i = from + 2; i < to; i += 2) path.lineTo(xy[i] * scale + left, xy[i + 1] * scale + top);
    if (close) path.lineTo(xy[from] * scale + left, xy[from + 1] * scale + top);
  };
})();

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

    // While the map is dragged farther than the canvas reaches, draw what comes into view.
    _follow: function () {
      if (this._map._animatingZoom || !this._bounds) return;
      const size = this._map.getSize();
      const northWest = this._map.containerPointToLayerPoint([0, 0]);
      if (!this._bounds.contains(L.bounds(northWest, northWest.add(size)))) this._update();
    },

    _update: function () {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      const size = this._bounds.getSize();
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

  // Add a run of steps to the path, leaving out points that fall on the pixel before them.
  RecycleNet.trace = function (pen, view, xy, from, to, close) {
    let lastX = xy[from] * view.scale + view.x;
    let lastY = xy[from + 1] * view.scale + view.y;
    pen.moveTo(lastX, lastY);
    const end = to - 2;
    for (let i = from + 2; i < to; i += 2) {
      const x = xy[i] * view.scale + view.x;
      const y = xy[i + 1] * view.scale + view.y;
      if (i < end && Math.abs(x - lastX) + Math.abs(y - lastY) < 1) continue;
      pen.lineTo(x, y);
      lastX = x;
      lastY = y;
    }
    if (close) pen.closePath();
  };
})();

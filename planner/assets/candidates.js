// Candidate sites: small dots on canvas, thousands of them; off until somebody wants them.
(function () {
  "use strict";
  const RecycleNet = window.RecycleNet;
  const COLOURS = {
    light: { dot: "#4a3f78", ring: "#ffffff" },
    dark: { dot: "#c3b8f2", ring: "#14191b" },
  };
  const NEAR_PX = { mouse: 8, touch: 16 };

  function Candidates(scene, theme) {
    this.rows = scene.candidates;
    this.colours = COLOURS[theme];
    this.hidden = new Set(); // rows that stand on the map as something else
    this.row = new Map(this.rows.ids.map((id, i) => [id, i]));
    this.layer = new RecycleNet.CanvasLayer(scene, this.paint.bind(this), { pane: "recyclenet-candidates" });
  }

  Candidates.prototype.hide = function (ids) {
    this.hidden = new Set(ids.map((id) => this.row.get(id)));
    this.layer.redraw();
  };

  Candidates.prototype.paint = function (pen, view) {
    const { x, y } = this.rows;
    const size = Math.max(1.7, Math.min(4.5, 1.7 + 0.55 * (view.zoom - 11)));
    const path = new Path2D();
    for (let i = 0; i < x.length; i++) {
      const px = x[i] * view.scale + view.x, py = y[i] * view.scale + view.y;
      if (px < -5 || py < -5 || px > view.width + 5 || py > view.height + 5 || this.hidden.has(i)) continue;
      path.moveTo(px + size, py);
      path.arc(px, py, size, 0, 2 * Math.PI);
    }
    pen.fillStyle = this.colours.dot;
    pen.strokeStyle = this.colours.ring;
    pen.lineWidth = view.zoom < 12 ? 0.8 : 1.3;
    pen.stroke(path);
    pen.fill(path);
  };

  // The row nearest to a place (in steps), -1 where none is near enough to be meant.
  Candidates.prototype.at = function (at, stepsPerPixel, touch) {
    if (!this.layer._map) return -1;
    const { x, y } = this.rows;
    let found = -1;
    let least = (touch ? NEAR_PX.touch : NEAR_PX.mouse) * stepsPerPixel;
    for (let i = 0; i < x.length; i++) {
      const away = Math.hypot(x[i] - at.x, y[i] - at.y);
      if (away >= least || this.hidden.has(i)) continue;
      found = i;
      least = away;
    }
    return found;
  };

  RecycleNet.Candidates = Candidates;
})();

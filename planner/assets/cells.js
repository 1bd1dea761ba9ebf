// Demand cells: a square each, the larger the more people, coloured by how far their site is.
(function () {
  "use strict";
  const RecycleNet = window.RecycleNet;

  RecycleNet.CELL_COLOURS = {
    light: ["#0b6a6f", "#2f9c95", "#8ac9bf", "#e06a32"],
    dark: ["#c9f2e6", "#5cc4b4", "#1f8a83", "#ff8a4c"],
  };
  const UNSERVED = 3;

  function sizes(cells) {
    const sorted = Array.from(cells.people).sort((a, b) => a - b);
    const many = sorted[Math.floor(0.95 * (sorted.length - 1))] || 1;
    return Float32Array.from(cells.people, (people) => Math.max(0.3, Math.min(1, Math.sqrt(people / many))));
  }

  function quad(pen, view, corners, at, share) {
    const s = view.scale, x = corners, k = 8 * at;
    const mx = (x[k] + x[k + 2] + x[k + 4] + x[k + 6]) / 4;
    const my = (x[k + 1] + x[k + 3] + x[k + 5] + x[k + 7]) / 4;
    for (let i = 0; i < 8; i += 2) {
      const px = (mx + (x[k + i] - mx) * share) * s + view.x;
      const py = (my + (x[k + i + 1] - my) * share) * s + view.y;
      if (i) pen.lineTo(px, py);
      else pen.moveTo(px, py);
    }
    pen.closePath();
  }

  function Cells(scene, theme) {
    this.cells = scene.cells;
    this.share = sizes(scene.cells);
    this.colours = RecycleNet.CELL_COLOURS[theme];
    this.state = null;
    this.focus = -1; // the site whose cells stand out, -1: none
    this.layer = new RecycleNet.CanvasLayer(scene, this.paint.bind(this), { pane: "recyclenet-cells" });
  }

  Cells.prototype.show = function (state) {
    this.state = state;
    this.radius = state ? state.limit : 1;
    this.layer.redraw();
  };

  Cells.prototype.light = function (site) {
    this.focus = site;
    this.layer.redraw();
  };

  Cells.prototype.band = function (i) {
    if (this.state.site[i] < 0) return UNSERVED;
    return Math.min(2, Math.floor((3 * this.state.distance[i]) / this.radius));
  };

  Cells.prototype.paint = function (pen, view) {
    if (!this.state) return;
    const { cells, share, state, focus } = this;
    const corners = cells.corners;
    const bands = [[], [], [], []];
    const pale = [[], [], [], []];
    for (let i = 0; i < cells.count; i++) {
      const x = corners[8 * i] * view.scale + view.x;
      const y = corners[8 * i + 1] * view.scale + view.y;
      if (x < -60 || y < -60 || x > view.width + 60 || y > view.height + 60) continue;
      const into = focus >= 0 && state.site[i] !== focus ? pale : bands;
      into[this.band(i)].push(i);
    }
    const pixels = Math.abs(cells.count ? corners[2] - corners[0] : 0) * view.scale;
    const least = pixels ? 1.4 / pixels : 1; // a cell is never too small to be seen
    const draw = (i) => {
      const size = Math.max(least, share[i]) * 0.94;
      if (pixels < 12) {
        // Too small for the turn of the grid to show: upright squares draw ten times as fast.
        const side = size * pixels;
        const x = ((corners[8 * i] + corners[8 * i + 4]) / 2) * view.scale + view.x;
        const y = ((corners[8 * i + 1] + corners[8 * i + 5]) / 2) * view.scale + view.y;
        pen.fillRect(x - side / 2, y - side / 2, side, side);
      } else {
        pen.beginPath();
        quad(pen, view, corners, i, size);
        pen.fill();
      }
    };
    // Streets show through as one comes close enough to look for them.
    const strong = Math.max(0.45, Math.min(0.82, 0.82 - 0.12 * (view.zoom - 12)));
    [[pale, 0.14], [bands, strong]].forEach(([groups, alpha]) => {
      pen.globalAlpha = alpha;
      groups.forEach((rows, band) => {
        pen.fillStyle = this.colours[band];
        rows.forEach(draw);
      });
    });
    pen.globalAlpha = 1;
  };

  // Lines from cells to the sites that serve them (sites in steps from the origin).
  Cells.prototype.reach = function (pen, view, sites, only) {
    const { cells, state } = this;
    pen.beginPath();
    for (let i = 0; i < cells.count; i++) {
      const site = state.site[i];
      if (site < 0 || (only >= 0 && site !== only)) continue;
      const k = 8 * i;
      pen.moveTo(
        ((cells.corners[k] + cells.corners[k + 4]) / 2) * view.scale + view.x,
        ((cells.corners[k + 1] + cells.corners[k + 5]) / 2) * view.scale + view.y
      );
      pen.lineTo(sites[site].x * view.scale + view.x, sites[site].y * view.scale + view.y);
    }
    pen.stroke();
  };

  // Rows of the cell at a place (in steps from the origin); none is an empty list.
  Cells.prototype.at = function (x, y) {
    if (!this.cells.count) return [];
    const [ix, iy] = this.cells.lattice.find(x, y);
    return this.cells.rows.get(ix + "," + iy) || [];
  };

  RecycleNet.Cells = Cells;
})();

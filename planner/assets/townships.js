// Townships: borders, coloured by compliance (those that fall short hatched) or by the share of
// people covered, and their names where they fit.
(function () {
  "use strict";
  const RecycleNet = window.RecycleNet;
  const COLOURS = {
    light: { border: "#5b6770", fail: "#a3195b", pick: "#1d5fc4", text: "#29343a", halo: "rgba(255,255,255,0.88)" },
    dark: { border: "#77858b", fail: "#f06ba8", pick: "#7db4ff", text: "#e3eaec", halo: "rgba(14,19,21,0.85)" },
  };
  // Shares of people covered, in percent from below; one hue by lightness: told apart by everybody.
  RecycleNet.SHARES = [0, 50, 70, 85, 95];
  RecycleNet.SHARE_COLOURS = {
    light: ["#efedf5", "#cbc7e3", "#a39bcd", "#7a6db3", "#4b3f92"],
    dark: ["#2c2a3c", "#453f68", "#655c98", "#9088c6", "#cbc6f0"],
  };
  const FONT = "'Noto Sans CJK SC','Noto Sans SC','Microsoft YaHei','PingFang SC',sans-serif";
  // Where a name may stand, best first: halves of its width to the right, pixels up.
  const PLACES = [[0, 0], [0, -16], [0, 16], [0, -30], [0, 30], [0.5, 0], [-0.5, 0], [1, 0], [-1, 0], [0.5, 18], [-0.5, 18], [0.5, -18], [-0.5, -18], [0, 46], [0, -46]];
  const HATCH = "recyclenet-hatch";

  function Townships(scene, theme, sites) {
    this.scene = scene;
    this.sites = sites; // asked where they stand, so that names keep clear of them
    this.colours = COLOURS[theme];
    this.state = null;
    this.hovered = -1;
    this.picked = -1;
    this.byShare = false;
    this.shares = RecycleNet.SHARE_COLOURS[theme];
    const renderer = L.svg({ padding: 0.4, pane: "recyclenet-townships" });
    this.shapes = scene.townships.map(function (township) {
      const rings = township.rings.map(function (ring) {
        const latlngs = [];
        for (let i = 0; i < ring.length; i += 2) {
          latlngs.push(RecycleNet.toLatLng(scene, ring[i], ring[i + 1]));
        }
        return latlngs;
      });
      return L.polygon(rings, { renderer: renderer, interactive: false, fillRule: "evenodd", smoothFactor: 0.8 });
    });
    this.boxes = scene.townships.map(function (township) {
      const box = L.bounds([]);
      township.rings.forEach(function (ring) {
        for (let i = 0; i < ring.length; i += 2) box.extend([ring[i], ring[i + 1]]);
      });
      return box;
    });
    this.names = new RecycleNet.CanvasLayer(scene, this.paintNames.bind(this), { pane: "recyclenet-names" });
    this.shade = new RecycleNet.CanvasLayer(scene, this.paintShares.bind(this), { pane: "recyclenet-shade" });
    this.layer = L.layerGroup(this.shapes.concat([this.shade, this.names]));
    renderer.on("add", () => RecycleNet.hatch(renderer, HATCH, this.colours.fail, 45), this);
  }

  // Stripes of our own colour: a shape's fill can name a pattern of the same drawing.
  RecycleNet.hatch = function (renderer, id, colour, angle) {
    const root = renderer._container;
    if (!root || root.querySelector("#" + id)) return;
    const { svg } = RecycleNet;
    const stripe = svg("rect", { width: 1.6, height: 8, fill: colour });
    const turn = "rotate(" + angle + ")";
    const pattern = svg("pattern", { id: id, width: 8, height: 8, patternUnits: "userSpaceOnUse", patternTransform: turn }, stripe);
    root.insertBefore(svg("defs", {}, pattern), root.firstChild);
  };

  Townships.prototype.colourBy = function (what) {
    this.byShare = what === "coverage";
    this.show(this.state);
  };

  Townships.prototype.paintShares = function (pen, view) {
    if (!this.byShare || !this.state) return;
    pen.globalAlpha = 0.72;
    this.scene.townships.forEach((township, i) => {
      const share = this.state.townships[i].share;
      if (share === null) return;
      const path = new Path2D();
      township.rings.forEach((ring) => RecycleNet.trace(path, view, ring, 0, ring.length, true));
      const reached = RecycleNet.SHARES.filter((from) => 100 * share >= from).length;
      pen.fillStyle = this.shares[Math.max(0, reached - 1)];
      pen.fill(path);
    });
    pen.globalAlpha = 1;
  };

  Townships.prototype.show = function (state) {
    this.state = state;
    this.shapes.forEach((shape, i) => this.style(i));
    // What falls short lies on top, so that a passing neighbour does not cut its border in half.
    this.shapes.forEach((shape, i) => {
      if (shape._map && this.fails(i)) shape.bringToFront();
    });
    this.raise();
    this.shade.redraw();
    this.names.redraw();
  };

  Townships.prototype.pick = function (i) {
    const before = this.picked;
    this.picked = i;
    [before, i].forEach((k) => k >= 0 && this.style(k));
    this.raise();
  };

  Townships.prototype.raise = function () {
    const shape = this.shapes[this.picked];
    if (shape && shape._map) shape.bringToFront();
  };

  Townships.prototype.bounds = function (i) {
    return this.shapes[i].getBounds();
  };

  Townships.prototype.fails = function (i) {
    return Boolean(this.state) && this.state.townships[i].pass === false;
  };

  Townships.prototype.style = function (i) {
    const fails = this.fails(i), picked = i === this.picked, striped = fails && !this.byShare;
    const border = fails ? this.colours.fail : this.colours.border;
    this.shapes[i].setStyle({
      color: picked ? this.colours.pick : border,
      weight: picked ? 4.5 : (fails ? 2.4 : 1.1) + (i === this.hovered ? 1.2 : 0),
      opacity: fails || picked ? 0.95 : 0.75,
      fillColor: striped ? "url(#" + HATCH + ")" : this.colours.border,
      fillOpacity: striped ? 0.5 : i === this.hovered ? 0.06 : 0,
    });
  };

  Townships.prototype.hover = function (i) {
    if (i === this.hovered) return;
    const before = this.hovered;
    this.hovered = i;
    [before, i].forEach((k) => k >= 0 && this.style(k));
  };

  // The township at a place (in steps from the origin), -1 for none; in an overlap the smaller.
  Townships.prototype.at = function (x, y) {
    let found = -1;
    let least = Infinity;
    this.boxes.forEach((box, i) => {
      const size = box.getSize();
      if (size.x * size.y >= least || !box.contains(L.point(x, y))) return;
      let inside = false;
      this.scene.townships[i].rings.forEach(function (ring) {
        for (let k = 0, j = ring.length - 2; k < ring.length; j = k, k += 2) {
          if (ring[k + 1] > y === ring[j + 1] > y) continue;
          const cut = ((ring[j] - ring[k]) * (y - ring[k + 1])) / (ring[j + 1] - ring[k + 1]) + ring[k];
          if (x < cut) inside = !inside;
        }
      });
      if (inside) {
        found = i;
        least = size.x * size.y;
      }
    });
    return found;
  };

  Townships.prototype.paintNames = function (pen, view) {
    const state = this.state;
    const order = this.scene.townships.map((township, i) => i);
    // Those that fall short first, then the largest in people.
    const rank = (i) => (state ? (this.fails(i) ? 1e12 : 0) + state.townships[i].people : 0);
    order.sort((a, b) => rank(b) - rank(a) || a - b);
    const place = (x, y) => [x * view.scale + view.x, y * view.scale + view.y];
    const symbols = this.sites().map((site) => {
      const [x, y] = place(site.x, site.y);
      const half = site.size / 2 + 1;
      return [x - half, y - half, x + half, y + half];
    });
    const names = [];
    const free = (box, taken) =>
      !taken.some((t) => box[0] < t[2] && box[2] > t[0] && box[1] < t[3] && box[3] > t[1]);
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    const size = view.zoom < 11 ? 11 : view.zoom < 13 ? 12 : 13;
    order.forEach((i) => {
      const township = this.scene.townships[i];
      const [x, y] = place(township.label[0], township.label[1]);
      if (x < 0 || y < 0 || x > view.width || y > view.height) return;
      const fails = this.fails(i);
      const share = this.byShare && state && state.townships[i].share;
      const figure = typeof share === "number" ? " " + Math.floor(100 * share + 1e-7) + " %" : "";
      const text = (fails ? "✕ " : "") + township.name.slice(0, 40) + figure;
      pen.font = (fails ? "600 " : "500 ") + size + "px " + FONT;
      const half = pen.measureText(text).width / 2 + 3;
      const boxes = PLACES.map(([right, up]) => {
        const mx = x + right * (half + 4), my = y - up;
        return [mx - half, my - size * 0.7, mx + half, my + size * 0.7];
      });
      const clear = boxes.filter((box) => free(box, names));
      const hidden = (box) => symbols.filter((symbol) => !free(box, [symbol])).length;
      const box = clear.find((one) => free(one, symbols)) || clear.sort((a, b) => hidden(a) - hidden(b))[0];
      if (!box) return;
      names.push(box);
      const centre = (box[0] + box[2]) / 2, middle = (box[1] + box[3]) / 2;
      pen.lineWidth = 3.5;
      pen.strokeStyle = this.colours.halo;
      pen.strokeText(text, centre, middle);
      pen.fillStyle = fails ? this.colours.fail : this.colours.text;
      pen.fillText(text, centre, middle);
    });
  };

  RecycleNet.Townships = Townships;
})();

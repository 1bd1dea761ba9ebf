// Townships: borders, those that fall short hatched, and their names where they fit.
(function () {
  "use strict";
  const RecycleNet = window.RecycleNet;
  const COLOURS = {
    light: { border: "#5b6770", fail: "#a3195b", text: "#29343a", halo: "rgba(255,255,255,0.88)" },
    dark: { border: "#77858b", fail: "#f06ba8", text: "#e3eaec", halo: "rgba(14,19,21,0.85)" },
  };
  const FONT = "'Noto Sans CJK SC','Noto Sans SC','Microsoft YaHei','PingFang SC',sans-serif";
  const HATCH = "recyclenet-hatch";

  function Townships(scene, theme, sites) {
    this.scene = scene;
    this.sites = sites; // asked where they stand, so that names keep clear of them
    this.colours = COLOURS[theme];
    this.state = null;
    this.hovered = -1;
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
    this.layer = L.layerGroup(this.shapes.concat([this.names]));
    renderer.on("add", () => this.hatch(renderer), this);
  }

  // Stripes of our own colour: a shape's fill can name a pattern of the same drawing.
  Townships.prototype.hatch = function (renderer) {
    const root = renderer._container;
    if (!root || root.querySelector("#" + HATCH)) return;
    const svg = (name) => document.createElementNS("http://www.w3.org/2000/svg", name);
    const pattern = svg("pattern");
    const set = (node, values) => Object.keys(values).forEach((key) => node.setAttribute(key, values[key]));
    set(pattern, { id: HATCH, width: 8, height: 8, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
    const stripe = svg("rect");
    set(stripe, { width: 1.6, height: 8, fill: this.colours.fail });
    pattern.appendChild(stripe);
    const defs = svg("defs");
    defs.appendChild(pattern);
    root.insertBefore(defs, root.firstChild);
  };

  Townships.prototype.show = function (state) {
    this.state = state;
    this.shapes.forEach((shape, i) => this.style(i));
    // What falls short lies on top, so that a passing neighbour does not cut its border in half.
    this.shapes.forEach((shape, i) => {
      if (shape._map && this.fails(i)) shape.bringToFront();
    });
    this.names.redraw();
  };

  Townships.prototype.fails = function (i) {
    return Boolean(this.state) && this.state.townships[i].pass === false;
  };

  Townships.prototype.style = function (i) {
    const fails = this.fails(i);
    this.shapes[i].setStyle({
      color: fails ? this.colours.fail : this.colours.border,
      weight: (fails ? 2.4 : 1.1) + (i === this.hovered ? 1.2 : 0),
      opacity: fails ? 0.95 : 0.75,
      fillColor: fails ? "url(#" + HATCH + ")" : this.colours.border,
      fillOpacity: fails ? 0.5 : i === this.hovered ? 0.06 : 0,
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
      return [x - 9, y - 9, x + 9, y + 9];
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
      const text = (fails ? "✕ " : "") + township.name.slice(0, 40);
      pen.font = (fails ? "600 " : "500 ") + size + "px " + FONT;
      const half = pen.measureText(text).width / 2 + 3;
      const boxes = [0, -16, 16, -30, 30].map((up) => [x - half, y - up - size * 0.7, x + half, y - up + size * 0.7]);
      const clear = boxes.filter((box) => free(box, names));
      const box = clear.find((one) => free(one, symbols)) || clear[0];
      if (!box) return;
      names.push(box);
      const middle = (box[1] + box[3]) / 2;
      pen.lineWidth = 3.5;
      pen.strokeStyle = this.colours.halo;
      pen.strokeText(text, x, middle);
      pen.fillStyle = fails ? this.colours.fail : this.colours.text;
      pen.fillText(text, x, middle);
    });
  };

  RecycleNet.Townships = Townships;
})();

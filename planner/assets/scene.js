// Reads what planner/maps/scene.py packs: the base map, townships, demand cells and candidates
// of a region, in whole Web Mercator steps from an origin.
(function () {
  "use strict";
  const RecycleNet = window.RecycleNet;
  const GROUP = 32; // parts that share a bounding box to be culled by

  const readParts = (RecycleNet.readParts = function (count, numbers, from) {
    const lengths = numbers.take(count);
    const offsets = new Int32Array(count + 1);
    for (let i = 0; i < count; i++) offsets[i + 1] = offsets[i] + lengths[i];
    const xy = new Int32Array(2 * offsets[count]);
    let [x, y] = from || [0, 0];
    for (let i = 0; i < xy.length; i += 2) {
      xy[i] = x += numbers.next();
      xy[i + 1] = y += numbers.next();
    }
    return { offsets: offsets, xy: xy };
  });

  RecycleNet.boxes = function (parts) {
    const count = parts.offsets.length - 1;
    const groups = Math.ceil(count / GROUP);
    const out = new Int32Array(4 * groups);
    for (let group = 0; group < groups; group++) {
      const from = parts.offsets[group * GROUP];
      const to = parts.offsets[Math.min(count, (group + 1) * GROUP)];
      let west = Infinity, north = Infinity, east = -Infinity, south = -Infinity;
      for (let i = 2 * from; i < 2 * to; i += 2) {
        if (parts.xy[i] < west) west = parts.xy[i];
        if (parts.xy[i] > east) east = parts.xy[i];
        if (parts.xy[i + 1] < north) north = parts.xy[i + 1];
        if (parts.xy[i + 1] > south) south = parts.xy[i + 1];
      }
      out.set([west, north, east, south], 4 * group);
    }
    return out;
  };

  // The corners of the grid of cells as a polynomial, and back by Newton's method.
  class Lattice {
    constructor(told) {
      Object.assign(this, told);
    }
    at(ix, iy) {
      const u = (ix - this.middle[0]) / this.half;
      const v = (iy - this.middle[1]) / this.half;
      let x = 0, y = 0, k = 0;
      for (let i = 0, ui = 1; i <= this.degree; i++, ui *= u) {
        for (let j = 0, term = ui; i + j <= this.degree; j++, term *= v, k++) {
          x += this.x[k] * term;
          y += this.y[k] * term;
        }
      }
      return [x, y];
    }
    find(x, y) {
      let ix = this.middle[0];
      let iy = this.middle[1];
      for (let round = 0; round < 8; round++) {
        const here = this.at(ix, iy);
        const east = this.at(ix + 1, iy);
        const north = this.at(ix, iy + 1);
        const a = east[0] - here[0], b = north[0] - here[0];
        const c = east[1] - here[1], d = north[1] - here[1];
        const dx = x - here[0], dy = y - here[1];
        const size = a * d - b * c;
        if (!size) break;
        ix += (dx * d - dy * b) / size;
        iy += (dy * a - dx * c) / size;
      }
      return [Math.floor(ix), Math.floor(iy)];
    }
  }

  function readCells(told, numbers) {
    const n = told.count;
    const cells = { count: n, ix: numbers.running(n), iy: numbers.running(n) };
    cells.people = numbers.take(n);
    cells.township = numbers.running(n);
    cells.urban = numbers.take(n);
    const lattice = (cells.lattice = new Lattice(told.lattice));
    cells.corners = new Float32Array(8 * n);
    cells.rows = new Map(); // a cell cut by a border has several rows
    const shift = numbers.take(2 * n); // hundredths of a cell, 0 but for the pieces of a cut cell
    for (let i = 0; i < n; i++) {
      const key = cells.ix[i] + "," + cells.iy[i];
      if (cells.rows.has(key)) cells.rows.get(key).push(i);
      else cells.rows.set(key, [i]);
      const x = cells.ix[i] + shift[2 * i] / 100, y = cells.iy[i] + shift[2 * i + 1] / 100;
      cells.corners.set(lattice.at(x, y), 8 * i);
      cells.corners.set(lattice.at(x + 1, y), 8 * i + 2);
      cells.corners.set(lattice.at(x + 1, y + 1), 8 * i + 4);
      cells.corners.set(lattice.at(x, y + 1), 8 * i + 6);
    }
    return cells;
  }

  function readCandidates(told, numbers) {
    const n = told.ids.length;
    const rows = Object.assign({}, told, { kind: numbers.take(n), existing: numbers.take(n) });
    rows.township = numbers.running(n);
    rows.x = numbers.running(n);
    rows.y = numbers.running(n);
    return rows;
  }

  RecycleNet.readScene = function (packed) {
    const { header, numbers } = RecycleNet.unpack(packed);
    const blocks = header.blocks.map(function (told) {
      const parts = readParts(told.parts, numbers);
      return Object.assign(parts, { kind: told.kind, area: told.area, group: GROUP, boxes: RecycleNet.boxes(parts) });
    });
    const count = header.townships.reduce((sum, township) => sum + township.parts, 0);
    const borders = readParts(count, numbers);
    let first = 0;
    const townships = header.townships.map(function (told) {
      const rings = [];
      for (let part = first; part < first + told.parts; part++) {
        rings.push(borders.xy.subarray(2 * borders.offsets[part], 2 * borders.offsets[part + 1]));
      }
      first += told.parts;
      return { code: told.code, name: told.name, label: told.label, rings: rings };
    });
    return {
      zoom: header.zoom,
      origin: header.origin,
      bounds: header.bounds,
      blocks: blocks,
      townships: townships,
      cells: readCells(header.cells, numbers),
      candidates: readCandidates(header.candidates, numbers),
    };
  };
})();

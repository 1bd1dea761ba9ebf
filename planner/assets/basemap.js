// The base map: land, water, woods, built-up areas and roads, in two palettes that leave the
// strong colours to the plan.
(function () {
  "use strict";
  const RecycleNet = window.RecycleNet;

  const COLOURS = {
    light: {
      outside: "#e9e8e3", land: "#f8f7f3", veil: "rgba(233,232,227,0.62)",
      farmland: "#f6f3e8", residential: "#ebe7e0", commercial: "#ece3dc", industrial: "#e5e3e6",
      green: "#e5edd9", wood: "#d9e6cf", wetland: "#d9e7e2", sand: "#f1e8cf", protected: "#8fb08a",
      water: "#b9d3df", coast: "#8fb3c4", rail: "#a9a6a1",
      casing: "#cbc5b9", minor: "#ffffff", middle: "#fffdf6", major: "#fbeecb", motorway: "#f5dba5",
      majorCasing: "#cdb98d", path: "#c3b9a6",
    },
    dark: {
      outside: "#111618", land: "#20282b", veil: "rgba(17,22,24,0.6)",
      farmland: "#222926", residential: "#2a3134", commercial: "#262828", industrial: "#24262b",
      green: "#233029", wood: "#1f3228", wetland: "#1a2a2b", sand: "#2a2820", protected: "#3c5a47",
      water: "#17384a", coast: "#2b5264", rail: "#4b5154",
      casing: "#14191b", minor: "#363e41", middle: "#3f484b", major: "#4d5148", motorway: "#5d5a47",
      majorCasing: "#181c1c", path: "#3a4143",
    },
  };

  // Areas from the bottom up; a kind that stands nowhere here is not drawn.
  const AREAS = [
    "farmland", "protected", "green", "grass", "park", "meadow", "recreation", "wood", "forest",
    "wetland", "sand", "beach", "residential", "commercial", "retail", "industrial", "water",
  ];
  const SAME = {
    grass: "green", park: "green", meadow: "green", recreation: "green", forest: "wood",
    beach: "sand", retail: "commercial", river: "river", canal: "river", stream: "stream",
    unclassified: "minor", residential: "minor", living_street: "minor", road: "minor",
    track: "path", footway: "path", cycleway: "path", bridleway: "path", steps: "path",
    pedestrian: "path", corridor: "path", railway: "rail",
    motorway_link: "motorway", trunk_link: "trunk", primary_link: "primary",
    secondary_link: "secondary", tertiary_link: "tertiary",
  };
  // Lines from the bottom up: from which zoom, colour, widths at zooms, casing.
  const LINES = {
    coastline: { from: 0, colour: "coast", width: [[8, 0.8], [14, 1.6]] },
    stream: { from: 13.5, colour: "water", width: [[13, 0.6], [17, 2]] },
    river: { from: 9, colour: "water", width: [[9, 0.8], [13, 2], [17, 6]] },
    rail: { from: 10, colour: "rail", width: [[10, 0.7], [14, 1.4], [18, 2.4]] },
    path: { from: 14, colour: "path", width: [[14, 0.7], [18, 1.8]], dash: [3, 2.5] },
    service: { from: 14, colour: "minor", casing: "casing", width: [[14, 0.8], [16, 2.5], [18, 6]] },
    minor: { from: 11.5, colour: "minor", casing: "casing", width: [[11.5, 0.5], [13, 1.1], [15, 3.4], [18, 10]] },
    tertiary: { from: 9.5, colour: "minor", casing: "casing", width: [[9.5, 0.6], [12, 1.5], [15, 4.6], [18, 12]] },
    secondary: { from: 8.5, colour: "middle", casing: "majorCasing", width: [[8.5, 0.6], [11, 1.6], [15, 5.4], [18, 14]] },
    primary: { from: 7, colour: "major", casing: "majorCasing", width: [[7, 0.7], [11, 2.1], [15, 6.2], [18, 15]] },
    trunk: { from: 6, colour: "major", casing: "majorCasing", width: [[6, 0.8], [11, 2.4], [15, 6.8], [18, 16]] },
    motorway: { from: 5, colour: "motorway", casing: "majorCasing", width: [[5, 1], [11, 2.8], [15, 7.4], [18, 17]] },
  };

  function widthAt(stops, zoom) {
    if (zoom <= stops[0][0]) return stops[0][1];
    for (let i = 1; i < stops.length; i++) {
      if (zoom <= stops[i][0]) {
        const share = (zoom - stops[i - 1][0]) / (stops[i][0] - stops[i - 1][0]);
        return stops[i - 1][1] * Math.pow(stops[i][1] / stops[i - 1][1], share);
      }
    }
    return stops[stops.length - 1][1];
  }

  function pathOf(view, whole) {
    const west = -view.x / view.scale, north = -view.y / view.scale;
    const east = west + view.width / view.scale, south = north + view.height / view.scale;
    const block = RecycleNet.detail(whole, view);
    const count = block.offsets.length - 1;
    const box = block.boxes;
    const path = new Path2D();
    for (let group = 0; 4 * group < box.length; group++) {
      if (box[4 * group] > east || box[4 * group + 1] > south) continue;
      if (box[4 * group + 2] < west || box[4 * group + 3] < north) continue;
      const last = Math.min(count, (group + 1) * block.group);
      for (let part = group * block.group; part < last; part++) {
        RecycleNet.trace(path, view, block.xy, 2 * block.offsets[part], 2 * block.offsets[part + 1], block.area);
      }
    }
    return path;
  }

  function landPath(view, scene) {
    const path = new Path2D();
    scene.townships.forEach(function (township) {
      township.rings.forEach((ring) => RecycleNet.trace(path, view, ring, 0, ring.length, true));
    });
    return path;
  }

  function drawAreas(pen, view, blocks, colours) {
    AREAS.forEach(function (kind) {
      blocks.forEach(function (block) {
        if (!block.area || block.kind !== kind) return;
        const colour = colours[SAME[kind] || kind];
        const path = pathOf(view, block);
        if (kind === "protected") {
          pen.strokeStyle = colour;
          pen.lineWidth = 1;
          pen.setLineDash([5, 3]);
          pen.stroke(path);
          pen.setLineDash([]);
        } else {
          pen.fillStyle = colour;
          pen.fill(path);
        }
      });
    });
  }

  function drawLines(pen, view, blocks, colours) {
    pen.lineJoin = pen.lineCap = "round";
    const order = Object.keys(LINES).filter((kind) => view.zoom >= LINES[kind].from);
    const roads = order.map(function (kind) {
      const mine = blocks.filter((block) => !block.area && (SAME[block.kind] || block.kind) === kind);
      const width = widthAt(LINES[kind].width, view.zoom);
      return { style: LINES[kind], width: width, paths: mine.map((block) => pathOf(view, block)) };
    });
    const stroke = function (road, colour, width) {
      pen.strokeStyle = colours[colour];
      pen.lineWidth = width;
      pen.setLineDash(road.style.dash || []);
      road.paths.forEach((path) => pen.stroke(path));
    };
    const cased = (road) => road.style.casing && road.width >= 1.2;
    roads.filter(cased).forEach((road) => {
      stroke(road, road.style.casing, road.width + Math.min(2, 0.9 + road.width / 6));
    });
    // A thin road has no room for a casing: it is drawn in the casing's colour.
    roads.forEach((road) => stroke(road, cased(road) ? road.style.colour : road.style.casing || road.style.colour, road.width));
    pen.setLineDash([]);
  }

  // What lies outside the region steps back.
  function veil(pen, view, land, colours, spare) {
    spare.width = Math.round(view.width * view.ratio);
    spare.height = Math.round(view.height * view.ratio);
    const brush = spare.getContext("2d");
    brush.setTransform(view.ratio, 0, 0, view.ratio, 0, 0);
    brush.fillStyle = colours.veil;
    brush.fillRect(0, 0, view.width, view.height);
    brush.globalCompositeOperation = "destination-out";
    brush.fillStyle = "#000";
    brush.fill(land);
    pen.drawImage(spare, 0, 0, view.width, view.height);
  }

  RecycleNet.basemap = function (scene, theme) {
    const colours = COLOURS[theme];
    const spare = document.createElement("canvas");
    return new RecycleNet.CanvasLayer(
      scene,
      function (pen, view) {
        pen.fillStyle = colours.outside;
        pen.fillRect(0, 0, view.width, view.height);
        pen.fillStyle = colours.land;
        const land = landPath(view, scene);
        pen.fill(land);
        drawAreas(pen, view, scene.blocks, colours);
        drawLines(pen, view, scene.blocks, colours);
        veil(pen, view, land, colours, spare);
      },
      { pane: "recyclenet-basemap" }
    );
  };
})();

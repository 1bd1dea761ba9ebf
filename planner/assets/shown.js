// Reads what planner/maps/shown.py packs: edits, picks, the reach of the picked site.
(function () {
  "use strict";
  const RecycleNet = window.RecycleNet;

  RecycleNet.readShown = function (packed, scene) {
    const { header, numbers } = RecycleNet.unpack(packed);
    const told = header.reach;
    if (told) {
      const from = [told.origin[0] - scene.origin[0], told.origin[1] - scene.origin[1]];
      header.reach = Object.assign(RecycleNet.readParts(told.parts, numbers, from), { area: told.area });
    }
    header.closed = new Set(header.closed);
    header.forced = new Set(header.forced);
    header.added.forEach((point) => Object.assign(point, RecycleNet.toSteps(scene, [point.lat, point.lon])));
    return header;
  };

  const COLOURS = {
    light: { line: "#1d5fc4", casing: "rgba(255,255,255,0.9)", area: "rgba(29,95,196,0.12)" },
    dark: { line: "#7db4ff", casing: "rgba(10,16,20,0.85)", area: "rgba(125,180,255,0.16)" },
  };

  // Roads within reach of the picked site, above the base map's own.
  RecycleNet.reachLayer = function (scene, theme, reach) {
    const colours = COLOURS[theme];
    return new RecycleNet.CanvasLayer(
      scene,
      function (pen, view) {
        const told = reach();
        if (!told) return;
        const path = new Path2D();
        for (let part = 0; part + 1 < told.offsets.length; part++) {
          RecycleNet.trace(path, view, told.xy, 2 * told.offsets[part], 2 * told.offsets[part + 1], told.area);
        }
        pen.lineJoin = pen.lineCap = "round";
        if (told.area) {
          pen.fillStyle = colours.area;
          pen.fill(path);
        }
        // From afar the streets of a town lie side by side: thin lines, and no casings.
        const width = Math.max(0.7, Math.min(4.5, 0.7 + 0.55 * (view.zoom - 11)));
        const casing = view.zoom < 13 ? 0 : 2;
        [[colours.casing, width + casing], [colours.line, width]].forEach(function ([colour, wide]) {
          pen.strokeStyle = colour;
          pen.lineWidth = wide;
          pen.stroke(path);
        });
      },
      { pane: "recyclenet-roads" }
    );
  };
})();

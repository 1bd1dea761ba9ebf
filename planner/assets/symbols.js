// Symbols of sites by their role, in shape and colour: on the map and in the legend the same.
(function () {
  "use strict";
  const RecycleNet = window.RecycleNet;
  RecycleNet.ROLES = ["existing", "new", "hosted", "mobile"];

  // An SVG element with attributes and children.
  const svg = (RecycleNet.svg = function (tag, attributes) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    Object.keys(attributes || {}).forEach((key) => node.setAttribute(key, attributes[key]));
    for (let i = 2; i < arguments.length; i++) node.appendChild(arguments[i]);
    return node;
  });

  const SHAPES = {
    existing: () => svg("rect", { x: 3, y: 3, width: 18, height: 18, rx: 3 }),
    new: () => svg("circle", { cx: 12, cy: 12, r: 9.5 }),
    hosted: () => svg("path", { d: "M12 1 23 12 12 23 1 12Z" }),
    mobile: () => svg("path", { d: "M12 2 22.5 21H1.5Z" }),
    candidate: () => svg("circle", { cx: 12, cy: 12, r: 6 }),
    closed: () => svg("path", { d: "M5 5 19 19M19 5 5 19" }),
    forced: () => svg("circle", { cx: 12, cy: 12, r: 9.5 }),
    added: () => svg("path", { d: "M12 4V20M4 12H20" }),
  };

  RecycleNet.symbol = function (name) {
    const picture = svg("svg", { viewBox: "0 0 24 24", class: "rn-symbol rn-symbol-" + name, "aria-hidden": "true" });
    if (name === "closed" || name === "added") picture.appendChild(svg("circle", { cx: 12, cy: 12, r: 11, class: "rn-plate" }));
    picture.appendChild(SHAPES[name]());
    return picture;
  };

  // A shape in a colour that no role has.
  const NAMED = { circle: "new", square: "existing", diamond: "hosted", triangle: "mobile" };
  RecycleNet.coloured = function (shape, colour) {
    const picture = svg("svg", { viewBox: "0 0 24 24", class: "rn-symbol", "aria-hidden": "true" }, SHAPES[NAMED[shape]]());
    picture.style.fill = colour;
    return picture;
  };
})();

// Reads what planner/maps/state.py packs: what one plan says about the rows of a scene.
(function () {
  "use strict";
  const RecycleNet = window.RecycleNet;
  const STEPS = 17; // the Leaflet zoom whose pixels are the scene's steps

  // A place (latitude, longitude) in steps from the scene's origin, and back.
  RecycleNet.toSteps = function (scene, latlng) {
    const point = L.CRS.EPSG3857.latLngToPoint(L.latLng(latlng), STEPS);
    return { x: point.x - scene.origin[0], y: point.y - scene.origin[1] };
  };
  RecycleNet.toLatLng = function (scene, x, y) {
    return L.CRS.EPSG3857.pointToLatLng(L.point(x + scene.origin[0], y + scene.origin[1]), STEPS);
  };

  RecycleNet.readState = function (packed) {
    const { header, numbers } = RecycleNet.unpack(packed);
    const state = Object.assign({}, header);
    state.site = numbers.running(header.count);
    state.distance = Float32Array.from(numbers.take(header.count), (steps) => steps * header.step);
    state.reason = numbers.take(header.count);
    return state;
  };

  // "{n} m" with its values filled in; values stay text, whatever they hold.
  RecycleNet.fill = function (sentence, values) {
    return sentence.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));
  };

  // An element with a class, attributes and children; strings become text, never markup.
  RecycleNet.el = function (tag, name) {
    const node = document.createElement(tag);
    if (name) node.className = name;
    for (let i = 2; i < arguments.length; i++) {
      const child = arguments[i];
      if (child instanceof Node) node.appendChild(child);
      else if (child !== null && typeof child === "object") {
        Object.keys(child).forEach((key) => node.setAttribute(key, child[key]));
      } else if (child !== null && child !== undefined && child !== "") {
        node.appendChild(document.createTextNode(String(child)));
      }
    }
    return node;
  };
})();

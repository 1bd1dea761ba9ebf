// What a map tells of the place under the pointer: its township, and the people who live there.
(function () {
  "use strict";
  const RecycleNet = window.RecycleNet;
  const { el, fill } = RecycleNet;

  RecycleNet.Tips = class {
    constructor(plan) {
      this.plan = plan;
      this.tip = null;
    }

    over(event) {
      const { map, scene, layers, townships, cells } = this.plan;
      const at = RecycleNet.toSteps(scene, event.latlng);
      const township = layers.townships._map ? townships.at(at.x, at.y) : -1;
      const rows = layers.cells._map ? cells.at(at.x, at.y) : [];
      townships.hover(township);
      if (township < 0 && !rows.length) {
        this.forget();
        return;
      }
      if (!this.tip) this.tip = L.tooltip({ className: "rn-tip", opacity: 1 });
      const left = event.containerPoint.x > map.getSize().x / 2;
      this.tip.options.direction = left ? "left" : "right";
      this.tip.options.offset = L.point(left ? -14 : 14, 0);
      this.tip.setLatLng(event.latlng).setContent(this.account(township, rows));
      if (!this.tip._map) this.tip.addTo(map);
    }

    forget() {
      this.plan.townships.hover(-1);
      if (this.tip) this.tip.remove();
    }

    way(length) {
      const { words, state } = this.plan;
      const sentence = state.unit === "min" ? words["minutes"] : words["metres"];
      return fill(sentence, { n: this.plan.number(Math.round(length)) });
    }

    account(township, rows) {
      const { plan } = this;
      const { words, state, scene } = plan;
      const out = el("div", "rn-facts");
      const add = (label, value) => out.appendChild(el("div", "rn-row", el("span", "", label), el("b", "", value)));
      if (township >= 0) {
        const told = state.townships[township];
        const tag = told.pass === false ? "fail" : "pass";
        out.appendChild(el("div", "rn-title", scene.townships[township].name));
        out.appendChild(el("div", "rn-tag rn-tag-" + tag, words["township-" + tag]));
        if (told.reason) out.appendChild(el("div", "rn-reason", told.reason));
        add(words["sites"], fill(words["sites-of"], { n: told.sites, required: told.required }));
        add(words["covered"], plan.share(told.share) + " · " + plan.people(told.covered));
        add(words["population"], plan.people(told.people));
        if (told.worst !== null) add(words["worst"], this.way(told.worst));
      }
      rows.forEach((i) => {
        const site = state.site[i] < 0 ? null : plan.sites.sites[state.site[i]];
        out.appendChild(el("div", "rn-line"));
        add(words["cell"], plan.people(scene.cells.people[i]));
        if (site) add(site.name || site.kind, this.way(state.distance[i]));
        else out.appendChild(el("div", "rn-reason", state.reasons[state.reason[i]]));
      });
      return out;
    }
  };
})();

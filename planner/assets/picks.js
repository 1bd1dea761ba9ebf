// The picked point: an open site, a candidate or one added by hand, its facts and what can be done.
(function () {
  "use strict";
  const RecycleNet = window.RecycleNet;
  const { el } = RecycleNet;

  class Picks {
    constructor(plan) {
      this.plan = plan;
      this.site = ""; // id of the picked point
      this.lettingGo = false; // a click on the map has just closed the popup: it means no more
    }

    // Everything known of a point under an id, null for one that is nowhere.
    find(id) {
      const { scene, sites, candidates, shown, townships } = this.plan;
      const open = sites.row.has(id) ? sites.sites[sites.row.get(id)] : null;
      const own = shown.added.find((point) => point.id === id);
      const row = candidates.row.get(id);
      const point = { id: id, open: open, added: Boolean(own), closed: shown.closed.has(id), forced: shown.forced.has(id) };
      if (own) {
        const kind = this.plan.kinds[own.kind] || own.kind;
        const township = townships.at(own.x, own.y);
        Object.assign(point, { lat: own.lat, lon: own.lon, name: own.name, kind: kind, existing: own.existing, township: township });
      } else if (row !== undefined) {
        const rows = scene.candidates;
        const at = RecycleNet.toLatLng(scene, rows.x[row], rows.y[row]);
        const kind = rows.kinds[rows.kind[row]];
        Object.assign(point, { lat: at.lat, lon: at.lng, name: rows.names[row], kind: this.plan.kinds[kind] || kind });
        Object.assign(point, { existing: Boolean(rows.existing[row]), township: rows.township[row] });
      }
      if (open) Object.assign(point, { lat: open.lat, lon: open.lon, name: open.name, kind: open.kind, existing: open.existing, township: open.township });
      return open || own || row !== undefined ? point : null;
    }

    facts(point) {
      const words = this.plan.words;
      const township = this.plan.scene.townships[point.township];
      const out = el("div", "rn-facts", el("div", "rn-title", point.name || point.kind));
      const tag = (name, text) => out.appendChild(el("div", "rn-tag rn-tag-" + name, text));
      const row = (label, value) => out.appendChild(el("div", "rn-row", el("span", "", label), el("b", "", value)));
      if (point.open) tag(point.open.role, words["site-" + point.open.role]);
      else if (point.existing) tag("candidate", words["not-open"]);
      else tag("candidate", words["candidate"]);
      if (point.added) tag("edit", words["mark-added"]);
      if (point.closed) tag("edit", words["mark-closed"]);
      if (point.forced) tag("edit", words["mark-forced"]);
      row(words["site-kind"], point.kind);
      row(words["township"], township ? township.name : "–");
      if (point.open) {
        row(words["site-people"], this.plan.people(point.open.people));
        row(words["site-lost"], this.plan.people(point.open.lost));
      }
      row(words["site-id"], point.id);
      if (this.plan.editing) out.appendChild(this.buttons(point));
      return out;
    }

    buttons(point) {
      const words = this.plan.words;
      const out = el("div", "rn-buttons");
      const button = (what, text) => {
        const node = el("button", "rn-button rn-do-" + what, { type: "button" }, text);
        L.DomEvent.on(node, "click", (event) => {
          L.DomEvent.stop(event);
          this.plan.channel.send({ do: what, id: point.id });
        });
        out.appendChild(node);
      };
      if (point.closed || point.forced) button("free", words["do-free"]);
      if (!point.forced && !(point.existing && point.open)) button("force", words["do-force"]);
      if (!point.closed) button("close", words["do-close"]);
      if (point.added) button("remove", words["do-remove"]);
      return out;
    }

    // By hand, or (quiet) because the page around says so.
    open(id, byKeyboard, quiet, follow) {
      const point = this.find(id);
      if (!point) return;
      const map = this.plan.map;
      const wide = map.getSize().x > 900; // keep clear of the card on the left, the legend on the right
      const popup = L.popup({
        offset: [0, -6],
        maxWidth: 280,
        autoPanPaddingTopLeft: [wide ? 330 : 12, 56],
        autoPanPaddingBottomRight: [wide ? 270 : 12, 40],
      });
      const from = document.activeElement;
      popup.setLatLng([point.lat, point.lon]).setContent(this.facts(point));
      popup.on("remove", () => this.closed(popup, byKeyboard ? from : null));
      if (follow && !map.getBounds().pad(-0.1).contains([point.lat, point.lon])) {
        map.setView([point.lat, point.lon], Math.max(map.getZoom(), 13), { animate: false });
      }
      if (this.popup) this.popup.remove();
      this.site = id;
      this.plan.townships.pick(-1);
      popup.openOn(map);
      this.popup = popup;
      if (byKeyboard) {
        const first = popup.getElement().querySelector("button, a");
        if (first) first.focus();
      }
      this.plan.picked();
      if (!quiet) this.plan.channel.send({ do: "site", id: id });
    }

    closed(popup, from) {
      if (this.popup !== popup) return;
      this.popup = null;
      const before = this.site;
      this.site = "";
      this.plan.picked();
      if (from && from.isConnected) from.focus();
      if (this.quiet) return;
      this.lettingGo = true;
      setTimeout(() => {
        this.lettingGo = false;
        if (before && !this.site) this.plan.channel.send({ do: "site", id: "" });
      }, 0);
    }

    // A pick that came from outside the map.
    take(id, follow) {
      if (id === this.site) return;
      this.quiet = true;
      if (this.popup) this.popup.remove();
      this.quiet = false;
      if (id) this.open(id, false, true, follow);
    }

    // After a new plan, or new edits: the pick stays for as long as its point is there.
    refresh() {
      if (!this.site || !this.popup) return;
      const point = this.find(this.site);
      if (!point) {
        this.popup.remove();
        return;
      }
      const inside = this.popup.getElement() && this.popup.getElement().contains(document.activeElement);
      this.popup.options.autoPan = false; // the view is the planner's
      this.popup.setContent(this.facts(point));
      const first = inside && this.popup.getElement().querySelector(".rn-button");
      if (first) first.focus();
      this.plan.picked();
    }
  }

  RecycleNet.Picks = Picks;
})();

// Two maps that move as one, and the divider between them.
(function () {
  "use strict";
  const RecycleNet = window.RecycleNet;
  const { el } = RecycleNet;
  const STEP = { ArrowLeft: -2, ArrowDown: -2, ArrowRight: 2, ArrowUp: 2, PageUp: 10, PageDown: -10 };

  // Centre and zoom of one map become the other's in the same frame: a pan shifts whole pixels, a
  // zoom is animated by both at once, a pinch scales both. Whichever is moved by hand leads.
  class Twins {
    constructor(one, other) {
      this.pair = [one, other];
      this.busy = false;
      this.linked = false;
      [[one, other], [other, one]].forEach(([from, to]) => {
        from.on("move", (event) => this.lead(() => this.follow(from, to, event.pinch)));
        from.on("moveend", () => this.lead(() => this.settle(from, to)));
        from.on("zoomanim", (event) => this.lead(() => this.zoom(to, event)));
        from.on("resize", () => this.lead(() => L.Util.requestAnimFrame(() => this.align())));
      });
    }

    lead(move) {
      if (this.busy || !this.linked) return;
      this.busy = true;
      try {
        move();
      } finally {
        this.busy = false;
      }
    }

    link(linked) {
      this.linked = linked;
      if (linked) this.align();
    }

    // The second takes the view of the first.
    align() {
      this.lead(() => {
        const [one, other] = this.pair;
        if (one._animatingZoom) return;
        other.setView(one.getCenter(), one.getZoom(), { animate: false });
        this.follow(one, other);
      });
    }

    follow(from, to, pinch) {
      if (from._animatingZoom || to._animatingZoom) return;
      const zoom = from.getZoom();
      if (to.getZoom() !== zoom) {
        if (pinch) {
          if (!this.pinched) to._moveStart(true, true);
          this.pinched = true;
          to._move(from.getCenter(), zoom, { pinch: true, round: false });
        } else {
          to.setView(from.getCenter(), zoom, { animate: false });
        }
        return;
      }
      const apart = to.project(from.getCenter(), zoom).subtract(to.project(to.getCenter(), zoom)).round();
      if (!apart.x && !apart.y) return;
      to._rawPanBy(apart);
      to.fire("move");
    }

    settle(from, to) {
      if (from._animatingZoom || to._animatingZoom) return;
      this.follow(from, to);
      if (this.pinched) to._moveEnd(true);
      else to.fire("moveend");
      this.pinched = false;
    }

    zoom(to, event) {
      to._stop();
      to._moveStart(true, false);
      to._animateZoom(event.center, event.zoom, true, event.noUpdate);
    }
  }

  // A bar that is dragged, or moved by arrow keys; tells the stage its place as --rn-split.
  class Divider {
    constructor(stage) {
      this.stage = stage;
      this.node = el("div", "rn-divider", {
        role: "slider", tabindex: "0", "aria-orientation": "horizontal", "aria-valuemin": "0", "aria-valuemax": "100",
      }, el("span", "rn-grip", { "aria-hidden": "true" }));
      const node = this.node;
      node.addEventListener("pointerdown", (event) => {
        if (event.button) return;
        event.preventDefault();
        node.focus();
        node.setPointerCapture(event.pointerId);
      });
      node.addEventListener("pointermove", (event) => {
        if (!node.hasPointerCapture(event.pointerId)) return;
        const box = stage.getBoundingClientRect();
        this.move((100 * (event.clientX - box.left)) / box.width);
      });
      node.addEventListener("keydown", (event) => {
        const far = event.shiftKey ? 5 : 1;
        if (event.key === "Home") this.move(0);
        else if (event.key === "End") this.move(100);
        else if (event.key in STEP) this.move(this.at + far * STEP[event.key]);
        else return;
        event.preventDefault();
        event.stopPropagation();
      });
      this.move(50);
    }

    move(percent) {
      this.at = Math.min(100, Math.max(0, percent));
      this.stage.style.setProperty("--rn-split", this.at.toFixed(2) + "%");
      this.node.setAttribute("aria-valuenow", String(Math.round(this.at)));
    }

    name(text) {
      this.node.setAttribute("aria-label", text);
      this.node.title = text;
    }
  }

  RecycleNet.Twins = Twins;
  RecycleNet.Divider = Divider;
})();

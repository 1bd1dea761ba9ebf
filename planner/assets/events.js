// What a planner does on the map, told to the page around it: the way Streamlit's components speak.
(function () {
  "use strict";
  const RecycleNet = window.RecycleNet;
  // Streamlit keeps only a component's latest value: told too fast, one would swallow another.
  const PAUSE_MS = 160;

  RecycleNet.Channel = class {
    constructor(open) {
      this.open = open; // a page of its own tells nobody
      this.queue = [];
      this.number = 0;
      this.told = -Infinity;
    }

    send(what) {
      if (!this.open) return;
      // Numbers rise through mounts as well, so that the page can tell an event it has seen.
      this.number = Math.max(this.number + 1, Date.now());
      this.queue.push(Object.assign({ n: this.number }, what));
      if (this.queue.length === 1) this.pump();
    }

    pump() {
      const wait = this.told + PAUSE_MS - performance.now();
      if (wait > 0) {
        setTimeout(() => this.pump(), wait);
        return;
      }
      this.told = performance.now();
      const value = this.queue.shift();
      const message = { isStreamlitMessage: true, type: "streamlit:setComponentValue", value: value, dataType: "json" };
      window.parent.postMessage(message, "*");
      if (this.queue.length) this.pump();
    }
  };
})();

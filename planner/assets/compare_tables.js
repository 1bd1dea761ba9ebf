// The tables under a comparison's map: those of the pair that is shown, sorted and filtered.
(function () {
  "use strict";

  // The map may choose its pair while the page below it is still on its way.
  let pair = 0;

  function choose() {
    document.querySelectorAll("[data-pair]").forEach((node) => (node.hidden = Number(node.dataset.pair) !== pair));
  }

  document.addEventListener("recyclenet-pair", (event) => {
    pair = event.detail;
    choose();
  });

  function valueOf(row, column) {
    const cell = row.cells[column];
    return "value" in cell.dataset ? Number(cell.dataset.value) : cell.textContent;
  }

  // Numbers before text, what is missing last, whichever way round.
  function order(column, down) {
    return (one, other) => {
      const a = valueOf(one, column), b = valueOf(other, column);
      if (a === "–" || b === "–") return (a === "–") - (b === "–");
      const up = typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), document.documentElement.lang);
      return down ? -up : up;
    };
  }

  function sort(table, head, column) {
    const down = head.getAttribute("aria-sort") !== "descending";
    table.querySelectorAll("th").forEach((one) => one.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const body = table.tBodies[0];
    Array.from(body.rows).sort(order(column, down)).forEach((row) => body.appendChild(row));
  }

  function filter(section) {
    const text = section.querySelector("input[type=search]").value.trim().toLowerCase();
    const changed = section.querySelector("input[type=checkbox]").checked;
    Array.from(section.querySelector("tbody").rows).forEach((row) => {
      const wanted = !text || row.textContent.toLowerCase().includes(text);
      row.hidden = !wanted || (changed && !("changed" in row.dataset));
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    choose();
    document.querySelectorAll(".rn-tables table").forEach((table) => {
      table.querySelectorAll("th").forEach((head, column) => {
        const button = head.querySelector("button");
        if (button) button.addEventListener("click", () => sort(table, head, column));
      });
    });
    document.querySelectorAll(".rn-filter").forEach((bar) => {
      bar.addEventListener("input", () => filter(bar.parentNode));
    });
  });
})();

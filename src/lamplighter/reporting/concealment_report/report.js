"use strict";
(function () {
  const tools = document.getElementById("tools");
  const terms = Array.from(document.querySelectorAll(".terms > li"));
  if (tools && terms.length) {
    const find = document.getElementById("find");
    const kinds = Array.from(tools.querySelectorAll("input[name=kind]"));
    const sort = document.getElementById("sort");
    const shown = document.getElementById("shown");
    const list = terms[0].parentElement;
    const words = new Map(terms.map((one) => [one, one.textContent.toLowerCase()]));
    const rank = (a, b) => a.dataset.rank - b.dataset.rank;
    const orders = {
      rank: rank,
      removed: (a, b) => b.dataset.removed - a.dataset.removed || rank(a, b),
      rate: (a, b) => b.dataset.rate - a.dataset.rate || rank(a, b),
      term: (a, b) => a.dataset.term.localeCompare(b.dataset.term) || rank(a, b),
    };
    const filter = () => {
      const wanted = find.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
      const on = new Set(kinds.filter((one) => one.checked).map((one) => one.value));
      let count = 0;
      for (const one of terms) {
        const fits = on.has(one.dataset.kind) && wanted.every((word) => words.get(one).includes(word));
        one.hidden = !fits;
        count += fits ? 1 : 0;
      }
      shown.textContent = count + " of " + terms.length;
    };
    tools.addEventListener("submit", (event) => event.preventDefault());
    find.addEventListener("input", filter);
    kinds.forEach((one) => one.addEventListener("change", filter));
    sort.addEventListener("change", () => list.append(...terms.slice().sort(orders[sort.value])));
    tools.hidden = false;
    filter();
  }

  const hover = document.getElementById("hover");
  document.addEventListener("pointerover", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const tipped = target && target.closest("[data-tip]");
    hover.hidden = !tipped;
    if (tipped) hover.textContent = tipped.dataset.tip;
  });
  document.addEventListener("pointermove", (event) => {
    if (hover.hidden) return;
    const x = Math.min(event.clientX + 12, innerWidth - hover.offsetWidth - 8);
    const above = event.clientY + 18 + hover.offsetHeight > innerHeight;
    hover.style.left = Math.max(x, 4) + "px";
    hover.style.top = (above ? event.clientY - hover.offsetHeight - 10 : event.clientY + 18) + "px";
  });

  function reveal() {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    const fold = target && target.closest("details");
    if (fold) {
      fold.open = true;
      target.scrollIntoView();
    }
  }
  addEventListener("hashchange", reveal);
  reveal();

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = Array.from(document.querySelectorAll("details:not([open])"));
    opened.forEach((one) => (one.open = true));
  });
  addEventListener("afterprint", () => opened.forEach((one) => (one.open = false)));
})();

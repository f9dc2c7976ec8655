"use strict";
(function () {
  const box = document.getElementById("leads");
  const leads = Array.from(box.querySelectorAll(":scope > article.lead"));
  const tools = document.getElementById("tools");
  const find = document.getElementById("find");
  const sort = document.getElementById("sort");
  const shown = document.getElementById("shown");
  const none = document.getElementById("none");
  const bands = Array.from(tools.querySelectorAll("input[name=band]"));
  const words = new Map();
  const text = (lead) => {
    if (!words.has(lead)) words.set(lead, lead.textContent.toLowerCase());
    return words.get(lead);
  };
  const rank = (a, b) => a.dataset.rank - b.dataset.rank;
  const orders = {
    rank: rank,
    score: (a, b) => b.dataset.score - a.dataset.score || rank(a, b),
    size: (a, b) => b.dataset.size - a.dataset.size || rank(a, b),
    recent: (a, b) =>
      a.dataset.recent === b.dataset.recent ? rank(a, b) : a.dataset.recent < b.dataset.recent ? 1 : -1,
  };
  function filter() {
    const wanted = find.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const off = new Set(bands.filter((one) => !one.checked).map((one) => one.value));
    let count = 0;
    for (const lead of leads) {
      const fits = !off.has(lead.dataset.band) && (!wanted.length || wanted.every((word) => text(lead).includes(word)));
      lead.hidden = !fits;
      count += fits ? 1 : 0;
    }
    shown.textContent = count + " of " + leads.length;
    none.hidden = count > 0 || leads.length === 0;
  }
  function order() {
    box.append(...leads.slice().sort(orders[sort.value]));
  }
  tools.addEventListener("submit", (event) => event.preventDefault());
  find.addEventListener("input", filter);
  bands.forEach((one) => one.addEventListener("change", filter));
  sort.addEventListener("change", order);
  tools.hidden = leads.length === 0;
  filter();
  order();

  const hover = document.getElementById("hover");
  let lit = [];
  document.addEventListener("pointerover", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const tipped = target && target.closest("[data-tip]");
    hover.hidden = !tipped;
    if (tipped) {
      tipped.removeAttribute("title");
      hover.textContent = tipped.dataset.tip;
    }
    lit.forEach((one) => one.classList.remove("lit"));
    const slot = target && target.closest("[data-slot]");
    lit = slot
      ? Array.from(slot.closest(".template").querySelectorAll("[data-slot]")).filter((one) => one.dataset.slot === slot.dataset.slot)
      : [];
    lit.forEach((one) => one.classList.add("lit"));
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

"use strict";
(function () {
  const id = (name) => document.getElementById(name);
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));

  // Filter and sort.
  const box = id("leads");
  const leads = all(":scope > article.lead", box);
  const others = all("#others tbody tr");
  const bands = all("input[name=band]", id("tools"));
  const kinds = new Map();
  for (const lead of leads)
    for (const name of new Set(lead.dataset.reasons.split("|").filter(Boolean)))
      kinds.set(name, (kinds.get(name) || 0) + 1);
  for (const [name, count] of Array.from(kinds).sort((a, b) => (a[0] < b[0] ? -1 : 1)))
    id("reason").append(new Option(name.replace(/[-_]+/g, " ") + " (" + count + ")", name));

  const words = new WeakMap();
  const text = (node) => {
    if (!words.has(node)) words.set(node, node.textContent.toLowerCase());
    return words.get(node);
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
    const wanted = id("find").value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const off = new Set(bands.filter((one) => !one.checked).map((one) => one.value));
    const reason = id("reason").value;
    const fits = (node) => !off.has(node.dataset.band) && wanted.every((word) => text(node).includes(word));
    let count = 0;
    for (const lead of leads) {
      lead.hidden = !(fits(lead) && (!reason || lead.dataset.reasons.split("|").includes(reason)));
      count += lead.hidden ? 0 : 1;
    }
    // The others' reasons are not on the page.
    for (const row of others) row.hidden = Boolean(reason) || !fits(row);
    if (id("others")) id("others").hidden = others.every((row) => row.hidden);
    id("shown").textContent = count + " of " + leads.length;
    id("none").hidden = count > 0 || leads.length === 0;
  }
  id("tools").addEventListener("submit", (event) => event.preventDefault());
  id("find").addEventListener("input", filter);
  id("reason").addEventListener("change", filter);
  bands.forEach((one) => one.addEventListener("change", filter));
  id("sort").addEventListener("change", () => box.append(...leads.slice().sort(orders[id("sort").value])));
  id("fold").addEventListener("click", () => {
    const open = id("fold").getAttribute("aria-pressed") !== "true";
    all("details.card", box).forEach((one) => (one.open = open));
    id("fold").setAttribute("aria-pressed", String(open));
    id("fold").textContent = open ? "Fold all" : "Open all";
  });
  id("tools").hidden = leads.length === 0;
  filter();

  // Hover: what a cell of a strip holds, what a mark means, which slot is which.
  const hover = id("hover");
  const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  const cells = new WeakMap();
  function cell(plot, x) {
    const facts = plot.dataset;
    if (!cells.has(plot)) cells.set(plot, new Map(facts.cells.split(" ").map((one) => one.split(":").map(Number))));
    const frame = plot.getBoundingClientRect();
    const at = Math.floor(((x - frame.left) / frame.width) * facts.buckets);
    const count = cells.get(plot).get(at);
    if (!count) return "";
    const when = new Date(facts.start + "T00:00:00Z");
    when.setUTCDate(when.getUTCDate() + at * facts.step);
    const day = when.getUTCDate() + " " + months[when.getUTCMonth()] + " " + when.getUTCFullYear();
    const days = facts.step > 1 ? facts.step + " days from " + day : day;
    return facts.place + ", " + days + ": " + count + (count === 1 ? " listing" : " listings");
  }
  function tip(target, x) {
    const plot = target.closest(".plot");
    if (plot) return cell(plot, x);
    const held = target.closest("[data-tip], [title]");
    if (!held) {
      const titled = target.querySelector(":scope > title");
      return titled && target.matches("rect, circle, path") ? titled.textContent : "";
    }
    if (held.title && !held.dataset.tip) {
      // Ours in place of the browser's, which comes late and not on touch.
      held.dataset.tip = held.title;
      held.removeAttribute("title");
    }
    return held.dataset.tip || "";
  }
  let lit = [];
  function point(event) {
    const target = event.target instanceof Element ? event.target : null;
    const said = target ? tip(target, event.clientX) : "";
    hover.hidden = !said;
    if (said) {
      hover.textContent = said;
      const x = Math.min(event.clientX + 12, innerWidth - hover.offsetWidth - 8);
      const below = event.clientY + 20 + hover.offsetHeight < innerHeight;
      hover.style.left = Math.max(x, 4) + "px";
      hover.style.top = (below ? event.clientY + 18 : event.clientY - hover.offsetHeight - 10) + "px";
    }
    const slot = target && target.closest("[data-slot]");
    if (slot === lit.by) return;
    lit.forEach((one) => one.classList.remove("lit"));
    lit = slot
      ? all("[data-slot]", slot.closest(".template")).filter((one) => one.dataset.slot === slot.dataset.slot)
      : [];
    lit.by = slot;
    lit.forEach((one) => one.classList.add("lit"));
  }
  document.addEventListener("pointerover", point);
  document.addEventListener("pointermove", point);
  document.addEventListener("pointerleave", () => (hover.hidden = true));
  addEventListener("scroll", () => (hover.hidden = true), { passive: true });

  // A link to a listing opens what it is folded into; paper shows everything.
  function reveal() {
    const target = location.hash && id(location.hash.slice(1));
    if (!target) return;
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    target.scrollIntoView();
  }
  addEventListener("hashchange", reveal);
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("a[href^='#']");
    if (link && link.hash === location.hash) reveal();
  });
  reveal();
  // Paper: what the filter left, in full; without a filter the first leads, without samples and links.
  const most = 20;
  let opened = [];
  addEventListener("beforeprint", () => {
    const ordered = all(":scope > article.lead", box).filter((lead) => !lead.hidden);
    const brief = ordered.length === leads.length && leads.length > most;
    document.body.classList.toggle("brief", brief);
    leads.forEach((lead) => lead.classList.toggle("left-out", brief && ordered.indexOf(lead) >= most));
    opened = brief
      ? all("details.card:not([open])", box).filter((one) => !one.closest(".left-out"))
      : all("details:not([open])");
    opened.forEach((one) => (one.open = true));
  });
  addEventListener("afterprint", () => opened.forEach((one) => (one.open = false)));
})();

"use strict";
// Keys, hovering words, covers of media. Every page works without it.
(function () {
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const one = (selector, root) => (root || document).querySelector(selector);

  // --- Keys: an element with data-key is pressed or focused.
  const typing = (node) => node && node.matches("input:not([type=radio]):not([type=checkbox]), textarea, select");
  let went = "";
  let label = null;
  const rows = all("#queue > li:not(.none), #listings .sample");
  let at = -1;
  function move(step) {
    if (!rows.length) return;
    if (rows[at]) rows[at].classList.remove("at");
    at = Math.min(Math.max(at + step, 0), rows.length - 1);
    rows[at].classList.add("at");
    rows[at].scrollIntoView({ block: "nearest" });
    const link = one("h2 a", rows[at]);
    (link || rows[at]).focus({ preventScroll: true });
  }
  function use(node) {
    if (node.matches("summary")) {
      node.parentElement.open = true;
      const first = one("input, select", node.parentElement);
      if (first && first.type !== "hidden") first.focus();
      else all("input:not([type=hidden])", node.parentElement).slice(0, 1).forEach((field) => field.focus());
    } else if (node.matches("button, a")) node.click();
    else {
      node.focus();
      node.scrollIntoView({ block: "nearest" });
    }
  }
  function cheat(link) {
    let sheet = one("dialog.cheat");
    if (sheet) return sheet.open ? sheet.close() : sheet.showModal();
    fetch(link.href, { headers: { "X-Quiet": "1" } })
      .then((answer) => answer.text())
      .then((text) => {
        const page = new DOMParser().parseFromString(text, "text/html");
        sheet = document.createElement("dialog");
        sheet.className = "cheat";
        sheet.setAttribute("aria-label", "Keys");
        const shut = document.createElement("button");
        shut.textContent = "Close";
        shut.addEventListener("click", () => sheet.close());
        sheet.append(page.getElementById("sheet"), shut);
        document.body.append(sheet);
        sheet.showModal();
      });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const send = one("[data-submit]");
      if (send) send.click();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || one("dialog[open]")) return;
    if (event.key === "Escape") {
      label = null;
      if (document.activeElement) document.activeElement.blur();
      return;
    }
    if (typing(event.target)) return;
    if (went === "g") {
      went = "";
      const to = { q: "/queue/", s: "/search/", c: "/cases/", a: "/audit/" }[event.key];
      if (to) location.href = to;
      return;
    }
    if (event.key === "g") return void (went = "g");
    if (/^[0-5]$/.test(event.key) && one("#decision")) {
      event.preventDefault();
      if (label) {
        const value = event.key === "0" ? "" : event.key;
        const field = all("input", label).find((each) => each.value === value);
        if (field) field.checked = true;
        if (field) field.focus();
        label = null;
      } else if (event.key !== "0") {
        label = one(".label[data-label='" + event.key + "']");
        if (label) (one("input:checked", label) || one("input", label)).focus();
      }
      return;
    }
    if (event.key === "j") return move(1);
    if (event.key === "k") return move(-1);
    if (event.key === "o" && rows[at]) {
      const button = one(".medium button", rows[at]);
      if (button) button.click();
      return;
    }
    const node = all("[data-key]").find((each) => each.dataset.key === event.key);
    if (!node) return;
    event.preventDefault();
    if ("cheat" in node.dataset) cheat(node);
    else use(node);
  });
  all("[data-cheat]").forEach((link) =>
    link.addEventListener("click", (event) => {
      event.preventDefault();
      cheat(link);
    })
  );

  // --- Words on hover: cells of a strip, marks, flags.
  const hover = document.getElementById("hover");
  const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  function cell(plot, x) {
    const facts = plot.dataset;
    const frame = plot.getBoundingClientRect();
    const bucket = Math.floor(((x - frame.left) / frame.width) * facts.buckets);
    const held = facts.cells.split(" ").map((each) => each.split(":").map(Number)).find((each) => each[0] === bucket);
    if (!held) return null;
    const when = new Date(facts.start + "T00:00:00Z");
    when.setUTCDate(when.getUTCDate() + bucket * facts.step);
    const day = when.getUTCDate() + " " + months[when.getUTCMonth()] + " " + when.getUTCFullYear();
    const span = facts.step > 1 ? facts.step + " days from " + day : day;
    return (facts.place || facts.template) + ", " + span + ": " + held[1] + (held[1] === 1 ? " listing" : " listings");
  }
  function tip(target, x) {
    const plot = target.closest(".plot");
    if (plot) return cell(plot, x);
    const held = target.closest("[data-tip]");
    return held ? held.dataset.tip : "";
  }
  let lit = [];
  document.addEventListener("pointermove", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const said = target && tip(target, event.clientX);
    hover.hidden = !said;
    if (said) {
      hover.textContent = said;
      hover.style.left = Math.max(Math.min(event.clientX + 12, innerWidth - hover.offsetWidth - 8), 4) + "px";
      const below = event.clientY + 20 + hover.offsetHeight < innerHeight;
      hover.style.top = (below ? event.clientY + 18 : event.clientY - hover.offsetHeight - 10) + "px";
    }
    const slot = target && target.closest("[data-slot]");
    lit.forEach((each) => each.classList.remove("lit"));
    lit = slot ? all("[data-slot]", slot.closest(".template")).filter((each) => each.dataset.slot === slot.dataset.slot) : [];
    lit.forEach((each) => each.classList.add("lit"));
  });

  // --- Charts select together: a row of a strip (a place, a template) or a place on the map picks
  // what belongs to it, everywhere; picked again, it lets go.
  const plots = all(".plot[data-place], .plot[data-template]");
  const towns = all(".map .town");
  const listings = one("#listings h4");
  let picked = "";
  function pick(axis, value) {
    picked = picked === axis + value ? "" : axis + value;
    const off = (node, held) => node.classList.toggle("dim", Boolean(picked) && !held);
    plots.forEach((plot) => {
      const held = Boolean(picked) && plot.dataset[axis] === value;
      plot.closest(".line").classList.toggle("pick", held);
      plot.setAttribute("aria-pressed", String(held));
    });
    all("#listings .sample").forEach((each) => off(each, each.dataset[axis] === value));
    all(".legs li").forEach((each) => off(each, axis !== "place" || one("b", each).textContent.includes(value)));
    towns.forEach((each) => {
      const held = Boolean(picked) && axis === "place" && each.dataset.tip === value;
      each.classList.toggle("picked", held);
      each.setAttribute("aria-pressed", String(held));
    });
    all(".only", listings).forEach((each) => each.remove());
    if (picked && axis === "place") {
      const link = document.createElement("a");
      link.className = "only small";
      link.href = "?place=" + encodeURIComponent(value) + "#listings";
      link.textContent = " all of " + value;
      listings.append(link);
    }
  }
  function pickable(node, axis, value) {
    node.setAttribute("tabindex", "0");
    node.setAttribute("role", "button");
    node.setAttribute("aria-pressed", "false");
    node.setAttribute("aria-label", "Pick what belongs to " + value);
    node.addEventListener("click", () => pick(axis, value));
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      pick(axis, value);
    });
  }
  if (listings) {
    plots.forEach((plot) => {
      const axis = "place" in plot.dataset ? "place" : "template";
      pickable(plot, axis, plot.dataset[axis]);
    });
    towns.forEach((town) => pickable(town, "place", town.dataset.tip));
    if (towns.length) towns[0].closest("svg").setAttribute("role", "group"); // an image holds no buttons
  }

  // --- Media: open for ten seconds, and covered again when the window is left.
  const SECONDS = 10;
  function cover(figure) {
    const shown = one(".view", figure);
    if (!shown) return;
    shown.classList.remove("open");
    shown.classList.add("cover");
    if (shown.pause) shown.pause();
    const button = one("button", figure);
    button.textContent = "Uncover for " + SECONDS + " seconds";
    button.setAttribute("aria-pressed", "false");
  }
  function reveal(figure) {
    const shown = one(".view", figure);
    shown.classList.add("open");
    shown.classList.remove("cover");
    const button = one("button", figure);
    button.textContent = "Cover";
    button.setAttribute("aria-pressed", "true");
    clearTimeout(figure.timer);
    figure.timer = setTimeout(() => cover(figure), SECONDS * 1000);
  }
  all(".medium").forEach((figure) => {
    const button = one("button", figure);
    button.addEventListener("click", (event) => {
      event.preventDefault();
      if (!one(".view", figure)) {
        const made = document.createElement(figure.dataset.kind === "video" ? "video" : "img");
        made.className = "view cover " + figure.dataset.cover;
        made.alt = "Medium of a listing, covered";
        if (figure.dataset.kind === "video") {
          made.muted = true;
          made.controls = true;
        }
        made.addEventListener("error", () => {
          made.remove();
          button.disabled = true;
          button.textContent = "Cannot be shown safely";
        });
        made.src = figure.dataset.src;
        figure.prepend(made);
        cover(figure);
        return;
      }
      if (button.getAttribute("aria-pressed") === "true") cover(figure);
      else {
        // Whether a person saw it is told to others: no record, no sight.
        fetch(figure.dataset.src + "?uncovered=1")
          .then((answer) => (answer.ok ? reveal(figure) : null))
          .catch(() => {});
      }
    });
  });
  const coverAll = () => all(".medium").forEach(cover);
  addEventListener("blur", coverAll);
  document.addEventListener("visibilitychange", () => document.hidden && coverAll());

  // --- What is being made in the background.
  all("[data-again]").forEach((each) => setTimeout(() => location.reload(), each.dataset.again * 1000));

  // --- Who else is here, and how long since the last break.
  const viewers = document.getElementById("viewers");
  if (viewers)
    setInterval(() => {
      if (document.hidden) return;
      fetch(viewers.dataset.url, { headers: { "X-Quiet": "1" } })
        .then((answer) => (answer.ok ? answer.json() : { viewers: [] }))
        .then((seen) => (viewers.textContent = seen.viewers.length ? "Looking: " + seen.viewers.join(", ") : ""))
        .catch(() => {});
    }, 30000);
  const exposure = one(".exposure");
  if (exposure) {
    const began = Date.now() - exposure.dataset.minutes * 60000;
    setInterval(() => {
      const minutes = Math.floor((Date.now() - began) / 60000);
      one("b", exposure).textContent = minutes;
      exposure.classList.toggle("due", minutes >= exposure.dataset.after);
    }, 20000);
  }
})();

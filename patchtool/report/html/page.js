"use strict";
(() => {
  const all = (selector, scope = document) => [...scope.querySelectorAll(selector)];
  const one = (selector, scope = document) => scope.querySelector(selector);
  document.documentElement.classList.add("live");

  // Filters. An item is hidden when it fails one; a patch also when none of its findings is left.
  const form = one("#filter");
  const items = all("[data-item]");
  const links = new Map(all(".index a").map((link) => [link.hash.slice(1), link.parentElement]));
  const texts = new Map();
  const textOf = (item) => {
    if (!texts.has(item)) texts.set(item, item.textContent.toLowerCase());
    return texts.get(item);
  };
  const chosen = (name) => (form.elements[name] ? form.elements[name].value : "");
  const boxes = all("input[name=severity]", form);

  const fits = (item, want) => {
    const data = item.dataset;
    if (want.patch && data.patch !== undefined && data.patch !== want.patch) return false;
    if (data.item === "finding") {
      if (want.patch && data.patch !== want.patch) return false;
      if (!want.severities.has(data.severity)) return false;
      if (want.rule && data.rule !== want.rule) return false;
    }
    return !want.text || textOf(item).includes(want.text);
  };

  const filter = () => {
    const want = {
      severities: new Set(boxes.filter((box) => box.checked).map((box) => box.value)),
      rule: chosen("rule"), patch: chosen("patch"), archs: chosen("archs"),
      text: form.elements.text.value.trim().toLowerCase(),
    };
    const picky = Boolean(want.rule) || boxes.some((box) => !box.checked);
    for (const item of items) item.hidden = !fits(item, want);
    for (const patch of items.filter((item) => item.dataset.item === "patch")) {
      const found = all("[data-item=finding]", patch);
      const left = found.some((item) => !item.hidden);
      if (picky && !left) patch.hidden = true;
      else if (want.text && left && (!want.patch || want.patch === patch.dataset.patch)) patch.hidden = false;
    }
    for (const row of all("tr[data-archs]")) {
      row.hidden = Boolean(want.archs) && !row.dataset.archs.split(" ").includes(want.archs);
    }
    for (const body of all("tbody[data-item=row]")) {
      const rows = all("tr[data-archs]", body);
      if (rows.length && rows.every((row) => row.hidden)) body.hidden = true;
    }
    for (const table of all("table.grid")) {
      const bodies = all("tbody[data-item]", table);
      table.hidden = bodies.length > 0 && bodies.every((body) => body.hidden);
    }
    for (const row of all("tr.beside")) row.hidden = all("[data-item]", row).every((item) => item.hidden);
    for (const [name, entry] of links) {
      const item = document.getElementById(name);
      entry.hidden = item !== null && item.hidden;
    }
    say();
  };
  const say = () => {
    const parts = [["finding", "findings"], ["trace", "traces"], ["patch", "patches"], ["row", "rows"]].map(([kind, noun]) => {
      const these = items.filter((item) => item.dataset.item === kind);
      const shown = these.filter((item) => !item.hidden && !item.parentElement.closest("[hidden]"));
      return these.length ? `${shown.length} of ${these.length} ${noun}` : "";
    });
    one("#shown").textContent = parts.filter(Boolean).join(", ");
  };
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());

  // What a link or a key leads to is opened first.
  const reveal = (item) => {
    for (let at = item; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  };
  const follow = () => {
    const item = location.hash ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
    if (!item) return;
    reveal(item);
    item.scrollIntoView({ block: item.offsetHeight > innerHeight ? "start" : "nearest" });
    if (item.classList.contains("finding")) item.focus({ preventScroll: true });
  };
  addEventListener("hashchange", follow);

  // Traces: the steps up to the one at hand are lit, its code stands beside.
  const traces = all(".trace").map((box) => {
    const rows = all("tr.step", box);
    const trace = { box, rows, at: rows.length - 1 };
    const slider = one("input[name=step]", box);
    trace.go = (step, { follow: moving = true } = {}) => {
      trace.at = Math.max(0, Math.min(rows.length - 1, step));
      rows.forEach((row, n) => {
        row.classList.toggle("later", n > trace.at);
        row.classList.toggle("now", n === trace.at);
        if (n === trace.at) row.setAttribute("aria-current", "step");
        else row.removeAttribute("aria-current");
      });
      slider.value = String(trace.at + 1);
      one("output", box).textContent = `step ${trace.at + 1} of ${rows.length}`;
      show(trace);
      if (moving) rows[trace.at].scrollIntoView({ block: "nearest" });
    };
    slider.addEventListener("input", () => trace.go(Number(slider.value) - 1));
    all("button[data-act]", box).forEach((button) => button.addEventListener("click", () => {
      trace.go({ first: 0, back: trace.at - 1, on: trace.at + 1, last: rows.length - 1 }[button.dataset.act]);
    }));
    rows.forEach((row, n) => row.addEventListener("click", (event) => {
      if (!event.target.closest("a")) trace.go(n);
    }));
    return trace;
  });
  const show = (trace) => {
    const pane = one(".pane", trace.box);
    const row = trace.rows[trace.at];
    const parts = [line(`${trace.at + 1}. ${one(".action", row).textContent}`)];
    let step = trace.at;
    if (!row.dataset.code) {
      while (step >= 0 && !trace.rows[step].dataset.code) step -= 1;
      const why = one(".act code", row) ? "Its code is not in this page." : "No line of the tree's code.";
      parts.push(line(step < 0 ? why : `${why} Meanwhile, since step ${step + 1}:`, "soft"));
    }
    const figure = step < 0 ? null : document.getElementById(trace.rows[step].dataset.code);
    const copy = figure && figure.cloneNode(true);
    if (copy) {
      copy.removeAttribute("id");
      parts.push(copy);
    }
    pane.replaceChildren(...parts);
    const here = one(".here", pane);
    if (here) pane.scrollTop = here.offsetTop - pane.clientHeight / 2;
  };
  const line = (text, style = "") => {
    const made = document.createElement("p");
    made.textContent = text;
    made.className = style;
    return made;
  };
  for (const trace of traces) trace.go(0, { follow: false });
  const inView = (box) => {
    const { top, bottom } = box.getBoundingClientRect();
    return Math.min(bottom, innerHeight) - Math.max(top, 0);
  };
  const atHand = () => {
    const focused = document.activeElement && document.activeElement.closest(".trace");
    const open = traces.filter(({ box }) => box.open && !box.hidden);
    const held = open.find(({ box }) => box === focused);
    if (held) return held;
    const seen = open.filter(({ box }) => inView(box) > 0);
    return seen.sort((a, b) => inView(b.box) - inView(a.box))[0];
  };

  // Keys.
  let current = null;
  const walk = (by) => {
    const kind = items.some((item) => item.dataset.item === "finding") ? ".finding" : ".trace";
    const stops = all(kind).filter((item) => !item.closest("[hidden]"));
    if (!stops.length) return;
    const at = stops.indexOf(current);
    current = stops[Math.max(0, Math.min(stops.length - 1, at < 0 && by < 0 ? 0 : at + by))];
    reveal(current);
    const aim = kind === ".trace" ? one("summary", current) : current;
    aim.focus({ preventScroll: true });
    current.scrollIntoView({ block: kind === ".trace" ? "start" : "center" });
  };
  document.addEventListener("focusin", (event) => {
    const stop = event.target.closest(".finding, .trace");
    if (stop) current = stop;
  });
  const help = one("#help");
  one("#keys").addEventListener("click", () => help.showModal());
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || help.open) return;
    const field = event.target.closest("input, select, textarea");
    if (field) {
      if (event.key === "Escape") field.blur();
      return;
    }
    const trace = atHand();
    const acts = {
      j: () => walk(1), k: () => walk(-1),
      "/": () => form.elements.text.focus(), "?": () => help.showModal(),
    };
    if (trace) Object.assign(acts, {
      ArrowRight: () => trace.go(trace.at + 1), ArrowLeft: () => trace.go(trace.at - 1),
      Home: () => trace.go(0), End: () => trace.go(trace.rows.length - 1),
    });
    if (!Object.hasOwn(acts, event.key)) return;
    event.preventDefault();
    acts[event.key]();
  });

  // On paper everything is open.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details:not([open])");
    for (const part of closed) part.open = true;
  });
  addEventListener("afterprint", () => {
    for (const part of closed) part.open = false;
  });

  say();
  follow();
})();

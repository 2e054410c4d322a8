// Makes better what works without it: a date slider that reloads one block, a race that shows itself anew,
// suggestions while a name is typed, and all details opened on paper. Nothing here decides anything; what it shows, the server wrote.
"use strict";

(() => {
  const DAY_MS = 86400000;
  const day = (date) => Math.round(Date.parse(date + "T00:00:00Z") / DAY_MS);
  const date = (day) => new Date(day * DAY_MS).toISOString().slice(0, 10);
  let asking = null;
  let pressed = false;
  addEventListener("pointerdown", () => { pressed = true; });
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => { pressed = false; });

  // Puts the same block of another page in place of this one; a newer question ends an older one.
  // A block with buttons in it is left alone while one is being pressed, or the press would be lost.
  async function swap(address, id) {
    if (asking) asking.abort();
    const own = (asking = new AbortController());
    try {
      const answer = await fetch(address, { signal: own.signal, credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(id);
      const old = document.getElementById(id);
      if (!fresh || !old || own.signal.aborted) return;
      if (pressed && old.querySelector("button")) return;
      const held = old.contains(document.activeElement) ? document.activeElement : null;
      const form = held && held.form && held.form.getAttribute("action");
      const open = [...old.querySelectorAll("details")].map((one) => one.open);
      fresh.querySelectorAll("details").forEach((one, at) => { one.open = one.open || Boolean(open[at]); });
      old.replaceWith(fresh);
      const again = form && [...fresh.querySelectorAll("form")].find((one) => one.getAttribute("action") === form);
      if (again) again.querySelector("button").focus({ preventScroll: true });
      say(fresh);
      return fresh;
    } catch (error) {
      // Cut off, or the server is away: what is shown stays, and the form still works.
      if (error.name !== "AbortError") return;
    }
  }

  // Tells whoever listens to the page what has changed, in few words.
  function say(block) {
    const said = document.querySelector("[data-said]");
    const words = [block.querySelector("h2"), block.querySelector(".badge")];
    if (said) said.textContent = words.map((one) => (one ? one.textContent.trim() : "")).join(": ");
  }

  function slider(form) {
    const block = document.querySelector("[data-live]");
    const field = form.querySelector("input[name=at]");
    const place = form.querySelector("[data-slider-place]");
    if (!block || !field || !place) return;
    const first = day(form.dataset.earliest);
    const last = day(form.dataset.latest);
    if (!(first < last)) return;
    const range = document.createElement("input");
    range.type = "range";
    range.min = first;
    range.max = last;
    range.value = field.value ? day(field.value) : last;
    range.setAttribute("aria-label", "As of");
    range.setAttribute("aria-valuetext", field.value || form.dataset.latest);
    const words = document.createElement("p");
    words.className = "slider-words small";
    const spans = [form.dataset.earliest, field.value || form.dataset.latest, form.dataset.latest].map((text) => {
      const span = document.createElement("span");
      span.textContent = text;
      return words.appendChild(span);
    });
    place.append(range, words);

    let due = false;
    const show = () => {
      due = false;
      // What the form would not send is not sent here either.
      if (!form.checkValidity()) return;
      const query = new URLSearchParams();
      for (const [name, value] of new FormData(form)) if (value) query.set(name, value);
      const address = form.getAttribute("action") + "?" + query;
      history.replaceState(null, "", address);
      swap(address, block.id);
    };
    const moved = () => {
      const text = date(Number(range.value));
      field.value = text;
      spans[1].textContent = text;
      range.setAttribute("aria-valuetext", text);
      form.querySelectorAll(".quick [aria-current]").forEach((one) => one.removeAttribute("aria-current"));
      if (!due) {
        due = true;
        requestAnimationFrame(show);
      }
    };
    range.addEventListener("input", moved);
    field.addEventListener("change", () => {
      if (!field.value) return;
      range.value = day(field.value);
      moved();
    });
  }

  function again(block) {
    const wait = Number(block.dataset.again);
    if (!wait) return;
    setTimeout(async () => {
      const fresh = document.hidden ? null : await swap(location.href, block.id);
      again(fresh || block);
    }, wait);
  }

  // Fills the list of a field with what the server suggests for what is typed, once typing pauses.
  function suggestions(field) {
    const PAUSE_MS = 150;
    const LETTERS_MIN = 2;
    const list = field.list;
    if (!list) return;
    const own = [...list.children];
    let pause = null;
    let last = null;
    const ask = async () => {
      const typed = field.value.trim();
      if (last) last.abort();
      // A beginning of an IMEI is not asked for: more digits than a type allocation code has.
      const digits = typed.replace(/[ .\/-]/g, "").match(/\d{9}/);
      if (typed.length < LETTERS_MIN || digits) return list.replaceChildren(...own);
      const mine = (last = new AbortController());
      try {
        const query = new URLSearchParams({ typed });
        const answer = await fetch(field.dataset.suggestions + "?" + query, { signal: mine.signal });
        if (!answer.ok) return;
        const found = await answer.json();
        list.replaceChildren(...found.map((one) => {
          const option = document.createElement("option");
          option.value = one.ask;
          if (!one.has_bands) option.label = one.ask + " (its bands are not known)";
          return option;
        }));
      } catch {
        // Cut off by the next letter, or the server is away: the list stays, and the form still works.
      }
    };
    field.addEventListener("input", () => {
      clearTimeout(pause);
      pause = setTimeout(ask, PAUSE_MS);
    });
  }

  // Paper shows everything; afterwards the page is as it was.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("main details:not([open])")];
    for (const one of opened) one.open = true;
  });
  addEventListener("afterprint", () => { for (const one of opened) one.open = false; });

  for (const form of document.querySelectorAll("form[data-slider]")) {
    // The check of a phone has nothing to move before it has an answer.
    const hasAnswer = document.querySelector("[data-live] .badge");
    if (hasAnswer) slider(form);
  }
  document.querySelectorAll("[data-again]").forEach(again);
  document.querySelectorAll("[data-suggestions]").forEach(suggestions);
})();

// Makes better what works without it: a date slider that reloads one block, and a race that shows itself
// anew. Nothing here decides anything; what it shows, the server wrote.
"use strict";

(() => {
  const DAY_MS = 86400000;
  const day = (date) => Math.round(Date.parse(date + "T00:00:00Z") / DAY_MS);
  const date = (day) => new Date(day * DAY_MS).toISOString().slice(0, 10);
  let asking = null;

  // Puts the same block of another page in place of this one; gives up for a newer question.
  async function swap(address, id) {
    if (asking) asking.abort();
    const own = (asking = new AbortController());
    try {
      const answer = await fetch(address, { signal: own.signal, credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(id);
      const old = document.getElementById(id);
      if (!fresh || !old || own.signal.aborted) return;
      const held = document.activeElement && old.contains(document.activeElement) ? document.activeElement : null;
      const open = [...old.querySelectorAll("details")].map((one) => one.open);
      fresh.querySelectorAll("details").forEach((one, at) => { one.open = one.open || Boolean(open[at]); });
      old.replaceWith(fresh);
      if (held && held.isConnected) held.focus({ preventScroll: true });
      return fresh;
    } catch (error) {
      if (error.name !== "AbortError") return;
    }
  }

  function slider(form) {
    const block = document.querySelector("[data-live]");
    const field = form.querySelector("input[name=at]");
    if (!block || !field) return;
    const first = day(form.dataset.earliest);
    const last = day(form.dataset.latest);
    if (!(first < last)) return;
    const range = document.createElement("input");
    range.type = "range";
    range.min = first;
    range.max = last;
    range.value = field.value ? day(field.value.slice(0, 10)) : last;
    range.setAttribute("aria-label", "As of");
    const words = document.createElement("p");
    words.className = "slider-words small";
    const ends = [form.dataset.earliest, field.value || form.dataset.latest, form.dataset.latest];
    const spans = ends.map((text) => {
      const span = document.createElement("span");
      span.textContent = text;
      return words.appendChild(span);
    });
    form.querySelector("[data-slider-place]").append(range, words);

    let due = false;
    const show = () => {
      due = false;
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
      if (document.hidden) return again(block);
      const fresh = await swap(location.href, block.id);
      again(fresh || block);
    }, wait);
  }

  // On the page that checks a phone the slider stands only once there is an answer to move.
  const hasAnswer = (form) => form.action.endsWith("/check") ? Boolean(document.querySelector("[data-live] .fit")) : true;
  document.querySelectorAll("form[data-slider]").forEach((form) => { if (hasAnswer(form)) slider(form); });
  document.querySelectorAll("[data-again]").forEach(again);
})();

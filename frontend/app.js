// The little that a page gains from a script of ours. Everything works without it.

document.documentElement.classList.add("scripted");

// Filters apply at once.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-auto-submit]");
  if (form) form.requestSubmit();
});

// The second click of a double click sends nothing: the first one's answer is on its way.
const ONCE_MS = 2000;
const sent = new WeakSet();
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (sent.has(form)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  sent.add(form);
  setTimeout(() => sent.delete(form), ONCE_MS);
}, true);

// What is shown to be copied can be copied; the live region says that it was.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copy]");
  if (!button) return;
  const field = document.querySelector(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    document.getElementById("live").textContent = button.dataset.copied;
  } catch {
    field.focus();
  }
});

// One open menu at a time; Escape closes it and gives the focus back.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.pop[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.pop[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// After a swap the focus goes where the fragment says, and the live region says what changed.
document.addEventListener("htmx:afterSwap", (event) => {
  const place = event.detail.target;
  // A page that comes back out of the browser's history names no place.
  if (!place) return;
  const focus = place.matches("[data-focus]") ? place : place.querySelector("[data-focus]");
  if (focus) {
    if (!focus.hasAttribute("tabindex")) focus.setAttribute("tabindex", "-1");
    focus.focus();
  }
  const told = place.querySelector("[data-announce]") || place.closest("[data-announce]");
  if (told) document.getElementById("live").textContent = told.dataset.announce;
});

// A refusal comes with its own words, in the fragment or as a page for the whole body.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status === 422 || xhr.getResponseHeader("HX-Retarget")) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
document.addEventListener("htmx:sendError", () => {
  const live = document.getElementById("live");
  live.textContent = live.dataset.offline;
});

// A summary of errors takes the focus, so that it is read first.
const errors = document.querySelector("[data-form-errors]");
if (errors) errors.focus();

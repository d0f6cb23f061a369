// The calendar of hours: draw, move and stretch blocks with mouse, pen and finger.
// What is drawn is sent as the forms send it; whoever has no script has the forms themselves.
import "./hours.css";

const HOUR_REM = 2.75;
const SNAP = 15;
const FINE = 5;
const DAY = 1440;
const HOLD_MS = 400;
const SLOP = 8;

const week = document.querySelector("[data-hours]");
const since = Number(week.dataset.since);
const until = Number(week.dataset.until);
const tracks = [...week.querySelectorAll(".hours-track")];
let drag = null;
let wasDragged = false;

// --- Setting out -----------------------------------------------------------------------------

const percent = (minute) => `${((minute - since) / (until - since)) * 100}%`;

function place(node, start, end) {
  const first = Math.max(start, since);
  node.style.top = percent(first);
  node.style.height = `${((Math.min(end, until) - first) / (until - since)) * 100}%`;
}

function setOut() {
  week.style.setProperty("--hour", `${HOUR_REM}rem`);
  for (const track of tracks) {
    track.style.height = `${((until - since) / 60) * HOUR_REM}rem`;
    for (const node of track.querySelectorAll(".hours-segment")) setOutOne(node);
  }
  const clock = week.querySelector(".hours-clock");
  week.classList.add("is-drawn");
  clock.style.paddingTop = `${tracks[0].offsetTop - clock.offsetTop}px`;
  // Today, or in another week the first day on which there is anything.
  const some = week.querySelector(".hours-segment");
  const goal = week.querySelector(".is-today") || (some && some.closest(".hours-day"));
  const frame = week.querySelector(".hours-frame");
  if (goal) frame.scrollLeft = goal.offsetLeft - clock.offsetWidth;
}

function setOutOne(node) {
  const { start, end, lane, lanes } = node.dataset;
  place(node, Number(start), Number(end));
  const over = node.matches(".is-meeting, .is-taken");
  const width = 100 / Number(lanes);
  node.style.insetInlineStart = over ? "var(--strip)" : `calc(${width * Number(lane)}% + 2px)`;
  node.style.width = over ? "calc(100% - var(--strip) - 3px)" : `calc(${width}% - 4px)`;
  node.classList.toggle("is-under", !over && Number(lanes) === 1 && liesUnder(node));
  node.classList.toggle("is-tight", Number(end) - Number(start) < 45);
  if (!node.dataset.block) return;
  node.querySelector("a").draggable = false;
  const crosses = Number(node.dataset.blockEnd) > DAY;
  const tail = node.classList.contains("is-tail");
  if (!tail) node.append(grip("start"));
  if (tail || !crosses) node.append(grip("end"));
}

// Whether a meeting covers some of it.
function liesUnder(node) {
  const start = Number(node.dataset.start);
  const end = Number(node.dataset.end);
  const over = [...node.parentElement.querySelectorAll(".is-meeting, .is-taken")];
  return over.some((one) => Number(one.dataset.start) < end && start < Number(one.dataset.end));
}

function grip(edge) {
  const node = document.createElement("span");
  node.className = "hours-grip";
  node.dataset.edge = edge;
  return node;
}

// --- Where the pointer is --------------------------------------------------------------------

function minuteAt(track, y) {
  const box = track.getBoundingClientRect();
  return since + ((y - box.top) / box.height) * (until - since);
}

function trackAt(x, fallback) {
  return (
    tracks.find((track) => {
      const box = track.getBoundingClientRect();
      return x >= box.left && x < box.right;
    }) || fallback
  );
}

const snapped = (minute, step) => Math.round(minute / step) * step;
const between = (value, low, high) => Math.min(Math.max(value, low), high);

// --- What a drag means: weekday or date, start and end in minutes ------------------------------

function measured(event) {
  const step = event.shiftKey ? FINE : SNAP;
  const track = trackAt(event.clientX, drag.track);
  const at = minuteAt(drag.kind === "move" ? track : drag.track, event.clientY);
  if (drag.kind === "draw") return drawn(at, step);
  return drag.kind === "move" ? moved(track, at, step) : stretched(at, step);
}

function drawn(at, step) {
  const from = between(snapped(Math.min(drag.at, at), step), since, until - step);
  const to = between(snapped(Math.max(drag.at, at), step), from + step, until);
  return { track: drag.track, start: from, end: to };
}

function moved(track, at, step) {
  const length = drag.end - drag.start;
  const start = between(snapped(drag.start + at - drag.at, step), 0, DAY - step);
  // The part after midnight belongs to the block of the day before.
  const days = Number(track.dataset.day) - Number(drag.track.dataset.day);
  return { track, start, end: start + length, days };
}

function stretched(at, step) {
  const minute = snapped(drag.shift + at, step);
  if (drag.edge === "start") {
    const start = between(minute, Math.max(0, drag.end - DAY), Math.min(drag.end, DAY) - step);
    return { track: drag.track, start, end: drag.end, days: 0 };
  }
  const end = between(minute, drag.start + step, drag.start + DAY);
  return { track: drag.track, start: drag.start, end, days: 0 };
}

// --- Showing it --------------------------------------------------------------------------------

function clockOf(minute) {
  const hour = Math.floor(minute / 60) % 24;
  const rest = String(minute % 60).padStart(2, "0");
  if (week.dataset.cycle === "24") return `${hour}:${rest}`;
  return `${hour % 12 || 12}:${rest} ${hour < 12 ? week.dataset.am : week.dataset.pm}`;
}

function show(found) {
  if (!drag.ghost) {
    drag.ghost = document.createElement("div");
    drag.ghost.className = "hours-ghost figures";
    week.classList.add("is-dragging");
  }
  const shift = drag.kind === "stretch" ? drag.shift : 0;
  found.track.append(drag.ghost);
  place(drag.ghost, found.start - shift, found.end - shift);
  drag.ghost.textContent = `${clockOf(found.start)}–${clockOf(found.end)}`;
}

function stop() {
  if (!drag) return;
  clearTimeout(drag.timer);
  if (drag.ghost) drag.ghost.remove();
  week.classList.remove("is-dragging");
  drag = null;
}

// --- Sending it as the forms do ----------------------------------------------------------------

const typed = (minute) =>
  `${String(Math.floor(minute / 60) % 24).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

function send(path, values) {
  const form = week.querySelector("[data-sends]");
  form.action = `${week.dataset.root}${path}${week.dataset.query}#week`;
  for (const [name, value] of values) {
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = name;
    input.value = value;
    form.append(input);
  }
  form.requestSubmit();
}

function times(start, end) {
  const values = [["start", typed(start)], ["end", typed(end)]];
  if (end > DAY) values.push(["next_day", "on"]);
  return values;
}

function finish(found) {
  if (drag.kind === "draw") return sendDrawn(found);
  const node = drag.node.dataset;
  const day = (Number(node.weekday) + found.days + 7) % 7;
  const kept = Object.entries(JSON.parse(node.edit)).flatMap(([name, value]) =>
    [value].flat().map((one) => [name, one]),
  );
  // A dated change goes to the day onto which it is dropped, a weekly block to its weekday.
  const { date } = found.days ? found.track.dataset : drag.track.dataset;
  const when = node.path.startsWith("changes/") ? ["first", dated(date)] : ["weekday", day];
  send(node.path, [when, ...times(found.start, found.end), ...kept]);
}

// The part after midnight stands on the day after its own.
function dated(day) {
  const date = new Date(`${day}T12:00:00Z`);
  date.setUTCDate(date.getUTCDate() - drag.shift / DAY);
  return date.toISOString().slice(0, 10);
}

function sendDrawn(found) {
  const kind = week.querySelector("[data-draws]").value;
  const { date, weekday } = found.track.dataset;
  if (kind === "block") {
    send("blocks/new/", [["weekday", weekday], ...times(found.start, found.end)]);
  } else {
    send("changes/new/", [["kind", kind], ["first", date], ...times(found.start, found.end)]);
  }
}

// --- Pointers ----------------------------------------------------------------------------------

function begin(event) {
  const track = event.target.closest(".hours-track");
  const node = event.target.closest(".hours-segment");
  if ("fixed" in week.dataset || !track || event.button !== 0 || (node && !node.dataset.block)) return;
  const edge = event.target.closest(".hours-grip");
  const touch = event.pointerType === "touch";
  const tail = node && node.classList.contains("is-tail");
  drag = {
    kind: edge ? "stretch" : node ? "move" : "draw",
    edge: edge && edge.dataset.edge,
    track,
    node,
    shift: tail ? DAY : 0,
    start: node ? Number(node.dataset.blockStart) : 0,
    end: node ? Number(node.dataset.blockEnd) : 0,
    at: minuteAt(track, event.clientY),
    x: event.clientX,
    y: event.clientY,
    // A finger that has not rested scrolls the page.
    active: !touch || Boolean(edge),
    moved: false,
  };
  if (drag.active) return;
  const { shiftKey, clientX, clientY } = event;
  drag.timer = setTimeout(() => {
    drag.active = true;
    if (navigator.vibrate) navigator.vibrate(10);
    show(measured({ shiftKey, clientX, clientY }));
  }, HOLD_MS);
}

function go(event) {
  if (!drag) return;
  const far = Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > SLOP;
  if (!drag.active) {
    if (far) stop();
    return;
  }
  drag.moved ||= far;
  if (drag.moved) show(measured(event));
}

function end(event) {
  if (!drag) return;
  // A finger that has rested draws a quarter of an hour, which can be stretched then.
  const counts = drag.active && (drag.moved || (drag.ghost && drag.kind === "draw"));
  if (counts) {
    wasDragged = true;
    setTimeout(() => (wasDragged = false), 0);
    finish(measured(event));
  }
  stop();
}

setOut();
week.addEventListener("pointerdown", begin);
document.addEventListener("pointermove", go);
document.addEventListener("pointerup", end);
document.addEventListener("pointercancel", stop);
// Once a finger draws, the page stands still.
document.addEventListener(
  "touchmove",
  (event) => {
    if (drag && drag.active) event.preventDefault();
  },
  { passive: false },
);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") stop();
});
// A block that was dragged is not opened as well.
week.addEventListener(
  "click",
  (event) => {
    if (!wasDragged) return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);
week.addEventListener("contextmenu", (event) => {
  if (drag) event.preventDefault();
});

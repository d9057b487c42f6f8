/* The list of contacts works without this file. With it: filters, and whether each is open now.
   What is chosen stands in the address and nowhere else. */

const form = document.querySelector("[data-remit-filter]");

/** Date, weekday (1 is Monday) and time of day in a time zone. */
function clock(zone, now) {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone, weekday: "short", year: "numeric", month: "2-digit", day: "2-digit",
    hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  }).formatToParts(now);
  const part = (type) => parts.find((one) => one.type === type).value;
  const days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
  return {
    date: `${part("year")}-${part("month")}-${part("day")}`,
    weekday: days.indexOf(part("weekday")) + 1,
    time: `${part("hour")}:${part("minute")}`,
  };
}

/** true, false, or null where the hours are not known. A dated exception goes before the hours. */
function isOpen(contact, now) {
  if (!contact.dataset.zone) return contact.dataset.always ? true : null;
  const at = clock(contact.dataset.zone, now);
  const within = (hours) => hours.opens <= at.time && at.time < hours.closes;
  const exception = JSON.parse(contact.dataset.exceptions).find((one) => one.date === at.date);
  if (exception) return Boolean(exception.opens) && within(exception);
  if (contact.dataset.always) return true;
  const hours = JSON.parse(contact.dataset.hours);
  if (!hours.length) return null;
  return hours.some(
    (one) => one.days.includes(at.weekday) && one.from <= at.date && at.date <= one.to && within(one),
  );
}

function start() {
  const contacts = [...document.querySelectorAll("[data-areas]")];
  const status = form.querySelector("[data-remit-count]");
  const has = (list, value) => !value || list.split(" ").includes(value);

  for (const contact of contacts) {
    const open = isOpen(contact, new Date());
    if (open === null) continue;
    const badge = document.createElement("span");
    badge.className = `remit-badge ${open ? "remit-badge--in-force" : "remit-badge--past"}`;
    badge.textContent = open ? form.dataset.open : form.dataset.closed;
    contact.querySelector("h3").append(" ", badge);
  }

  function show() {
    const chosen = new FormData(form);
    const words = (chosen.get("words") || "").toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const now = new Date();
    let shown = 0;
    for (const contact of contacts) {
      const text = contact.textContent.toLocaleLowerCase();
      contact.hidden = !(
        words.every((word) => text.includes(word)) &&
        has(contact.dataset.audiences, chosen.get("audience")) &&
        has(contact.dataset.areas, chosen.get("area")) &&
        has(contact.dataset.spoken, chosen.get("language")) &&
        (!chosen.get("open") || isOpen(contact, now))
      );
      if (!contact.hidden) shown += 1;
    }
    for (const group of document.querySelectorAll("[data-remit-group]")) {
      group.hidden = !group.querySelector("[data-areas]:not([hidden])");
    }
    status.textContent = form.dataset.count.replace("{n}", shown);
    const address = new URLSearchParams([...chosen].filter(([, value]) => value));
    history.replaceState(null, "", `${location.pathname}${address.size ? `?${address}` : ""}${location.hash}`);
  }

  const asked = new URLSearchParams(location.search);
  for (const field of form.elements) {
    if (!field.name || !asked.has(field.name)) continue;
    if (field.type === "checkbox") field.checked = true;
    else field.value = asked.get(field.name);
  }
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  show();
}

if (form) start();

/* Leaving a page at once. Without this file the exits are plain links. */

const PRESSES = 3;
const PATIENCE = 5000;

const root = document.documentElement;
const bar = document.querySelector("[data-remit-exits]");
const link = bar.querySelector("[data-remit-exit]");
const status = bar.querySelector("[role=status]");
const title = document.title;
let veil;

/* The page goes first, at once; the way to the other site may be slow. This page's place in the
   tab's history is taken by the other site, so Back does not show it again. */
function leave() {
  stopCounting("");
  root.classList.add("remit-leaving");
  document.title = new URL(link.href).hostname;
  if (!veil) {
    veil = document.createElement("div");
    veil.className = "remit-veil";
    veil.setAttribute("role", "alert");
    document.body.append(veil);
    veil.textContent = bar.dataset.leaving;
  }
  location.replace(link.href);
}

/* Shown again, from the browser's memory: the page is usable. */
function restore() {
  stopCounting("");
  root.classList.remove("remit-leaving");
  veil?.remove();
  veil = undefined;
  document.title = title;
}

/* Shift alone, three times. Pressed with anything else it is writing, a shortcut or a click. */

let count = 0;
let alone = false;
let timer;

function stopCounting(words) {
  clearTimeout(timer);
  if (count && status.textContent !== words) status.textContent = words;
  count = 0;
}

function pressed() {
  clearTimeout(timer);
  count += 1;
  if (count >= PRESSES) {
    leave();
    return;
  }
  status.textContent = count === 1 ? bar.dataset.two : bar.dataset.one;
  timer = setTimeout(() => stopCounting(bar.dataset.over), PATIENCE);
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Shift") {
    if (!event.repeat) alone = !(event.ctrlKey || event.altKey || event.metaKey);
    return;
  }
  alone = false;
  stopCounting("");
});
document.addEventListener("pointerdown", () => {
  alone = false;
});
document.addEventListener("keyup", (event) => {
  if (event.key === "Shift" && alone) pressed();
});

/* With a key held, a click on the exit would open a second window and leave the page where it is. */
for (const one of document.querySelectorAll("[data-remit-exit]")) {
  one.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
}

/* A jump within the page, or to it in another language, takes the page's place too: otherwise the
   page stood twice in the history, and Back would show it after all. */
document.addEventListener("click", (event) => {
  const jump = event.target.closest?.('a[href^="#"], .remit-languages a');
  if (!jump || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  location.replace(jump.href);
});

addEventListener("pageshow", restore);

/* The site works without this file. With it: search, colour choice, print, tidy tables. */

const root = document.documentElement;

/* Colour: automatic, light, dark. The choice is the one thing ever stored. */

function startColour(button) {
  const order = ["automatic", "light", "dark"];
  const current = () => root.dataset.colour || "automatic";
  const show = () => {
    const name = `${button.dataset.label}: ${button.dataset[current()]}`;
    button.querySelector("span").textContent = name;
    button.title = name;
  };
  button.addEventListener("click", () => {
    const next = order[(order.indexOf(current()) + 1) % order.length];
    if (next === "automatic") delete root.dataset.colour;
    else root.dataset.colour = next;
    try {
      if (next === "automatic") localStorage.removeItem("remit-colour");
      else localStorage.setItem("remit-colour", next);
    } catch {
      /* storage is closed: the choice lasts for this page */
    }
    show();
  });
  show();
}

/* Search over Pagefind, loaded when first asked for. Its language follows <html lang>. */

const PAGE_SIZE = 10;
let pagefind;

/** A language's pages are in one bundle or in several, which are searched as one. */
async function openBundles(folder) {
  /* short pages of links would win over the page they lead to */
  const choices = { excerptLength: 24, ranking: { pageLength: 0.1, termFrequency: 0.6 } };
  const bundle = (number) => new URL(`${root.lang}/${number}/`, folder);
  const [api, counts] = await Promise.all([
    import(new URL("pagefind.js", bundle(0))),
    fetch(new URL("bundles.json", folder), { cache: "no-cache" }).then((answer) => answer.json()),
  ]);
  await api.options(choices);
  await api.init();
  const others = Array.from({ length: counts[root.lang] - 1 }, (_, at) => bundle(at + 1).pathname);
  await Promise.all(others.map((path) => api.mergeIndex(path, choices)));
  return api;
}

function loadPagefind() {
  pagefind ??= openBundles(new URL("../../pagefind/", import.meta.url));
  pagefind.catch(() => (pagefind = undefined));
  return pagefind;
}

/** Pagefind marks hits with <mark> in escaped text; rebuilt as nodes, so text never becomes markup. */
function excerptNodes(html) {
  const parser = new DOMParser();
  const decode = (text) => {
    /* a letter in front, since the parser drops leading spaces */
    const page = parser.parseFromString(`x${text.replaceAll("<", "&lt;")}`, "text/html");
    return page.body.textContent.slice(1);
  };
  return html.split(/(<mark>.*?<\/mark>)/s).map((part) => {
    const hit = part.match(/^<mark>(.*)<\/mark>$/s);
    if (!hit) return document.createTextNode(decode(part));
    const mark = document.createElement("mark");
    mark.textContent = decode(hit[1]);
    return mark;
  });
}

function resultItem(found) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = found.url;
  link.textContent = found.meta.title || found.url;
  const heading = document.createElement("p");
  heading.className = "remit-search__title";
  heading.append(link);
  if (found.meta.kind) {
    const kind = document.createElement("span");
    kind.className = "remit-search__kind";
    kind.textContent = found.meta.kind;
    heading.prepend(kind);
  }
  const excerpt = document.createElement("p");
  excerpt.append(...excerptNodes(found.excerpt || ""));
  item.append(heading, excerpt);
  return item;
}

/* The dialog is of no use without scripts, so it stands here and not in every page. */

function made(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function searchDialog(opener) {
  const words = opener.dataset;
  const title = opener.textContent.trim();
  const button = { class: "remit-tool", type: "button" };
  const exit = document.querySelector(".remit-exit__link")?.cloneNode(true);
  const dialog = made("dialog", { class: "remit-search", "aria-labelledby": "remit-search-title" },
    made("div", { class: "remit-search__head" },
      made("h2", { id: "remit-search-title" }, title),
      ...(exit ? [exit] : []),
      made("button", { ...button, "data-remit-close": "" }, made("span", {}, words.close))),
    made("div", { role: "search" },
      made("label", { class: "remit-hidden", for: "remit-search-input" }, words.what),
      made("input", {
        id: "remit-search-input", type: "search", placeholder: words.what, autocomplete: "off",
        autocapitalize: "none", spellcheck: "false", enterkeyhint: "search",
      })),
    made("p", { class: "remit-search__status", role: "status" }),
    made("ol", { class: "remit-search__results" }),
    made("button", { ...button, class: "remit-tool remit-search__more", hidden: "" }, words.more));
  document.body.append(dialog);
  return dialog;
}

function startSearch(openers) {
  const words = openers[0].dataset;
  const dialog = searchDialog(openers[0]);
  const input = dialog.querySelector("input");
  const status = dialog.querySelector("[role=status]");
  const list = dialog.querySelector("ol");
  const more = dialog.querySelector(".remit-search__more");
  let asked = 0;
  let rest = [];

  const countText = (count) => {
    const text = words.results;
    return /\{\w*\}/.test(text) ? text.replace(/\{\w*\}/, count) : `${count} ${text}`;
  };
  const clear = () => {
    list.replaceChildren();
    rest = [];
    more.hidden = true;
  };
  const showNext = async (ticket, size) => {
    const data = await Promise.all(rest.slice(0, size).map((result) => result.data()));
    if (ticket !== asked) return undefined;
    rest = rest.slice(size);
    const items = data.map(resultItem);
    list.append(...items);
    more.hidden = rest.length === 0;
    return items[0];
  };
  const search = async () => {
    const ticket = ++asked;
    const query = input.value.trim();
    if (!query) {
      clear();
      status.textContent = "";
      return;
    }
    try {
      const api = await loadPagefind();
      const answer = await api.debouncedSearch(query, {}, 200);
      if (!answer || ticket !== asked) return;
      clear();
      rest = answer.results;
      status.textContent = rest.length ? countText(rest.length) : words.none;
      await showNext(ticket, PAGE_SIZE);
    } catch {
      if (ticket !== asked) return;
      clear();
      status.textContent = words.error;
    }
  };
  const open = () => {
    if (dialog.open) return;
    dialog.showModal();
    input.focus();
    input.select();
    loadPagefind().catch(() => (status.textContent = words.error));
  };

  input.addEventListener("input", search);
  more.addEventListener("click", async () => (await showNext(asked, PAGE_SIZE))?.querySelector("a").focus());
  dialog.querySelector("[data-remit-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
    else if (event.target.closest("a")) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => {
    const links = [...list.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    let next;
    if (event.target === input && event.key === "Escape") {
      event.preventDefault(); /* a search field would only empty itself first */
      dialog.close();
    } else if (event.target === input && (event.key === "Enter" || event.key === "ArrowDown")) next = links[0];
    else if (at >= 0 && event.key === "ArrowDown") next = links[at + 1];
    else if (at >= 0 && event.key === "ArrowUp") next = links[at - 1] || input;
    if (next) {
      event.preventDefault();
      next.focus();
    }
  });
  for (const button of openers) button.addEventListener("click", open);
  document.addEventListener("keydown", (event) => {
    /* A key of its own would catch what voice control types (WCAG 2.1.4). */
    if (event.key !== "/" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    open();
  });
}

/* A table is a stop for the keyboard only while it scrolls; then it bears its heading's name. */

function headingBefore(target) {
  const headings = [...document.querySelectorAll("main :is(h1, h2, h3)")];
  return headings.filter((one) => one.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_FOLLOWING).pop();
}

function startTables(tables) {
  if (!tables.length || !("ResizeObserver" in window)) return;
  const watch = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) {
        target.tabIndex = 0;
        target.setAttribute("role", "region");
        target.setAttribute("aria-label", headingBefore(target)?.textContent.trim() || document.title);
      } else if (document.activeElement !== target) {
        for (const name of ["tabindex", "role", "aria-label"]) target.removeAttribute(name);
      }
    }
  });
  for (const table of tables) watch.observe(table);
}

function startPrint(buttons, dates) {
  for (const button of buttons) button.addEventListener("click", () => window.print());
  const today = () => {
    for (const place of dates) {
      place.textContent = new Intl.DateTimeFormat(root.lang, { dateStyle: "long" }).format(new Date());
    }
  };
  window.addEventListener("beforeprint", today);
}

function startMenu(menu) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

/* Esc closes a word's meaning without moving the pointer or the focus (WCAG 1.4.13). */

function startTerms(terms) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const term of terms) {
      if (term.matches(":hover, :focus-within")) term.dataset.closed = "";
    }
  });
  for (const term of terms) {
    for (const end of ["pointerleave", "focusout"]) {
      term.addEventListener(end, () => delete term.dataset.closed);
    }
  }
}

/* A link to each point of a mandate's text, to copy; it would weigh a fifth of the page. */

function startPermalinks(document_) {
  for (const block of document_.querySelectorAll(":is(p, li, th, td)[id]")) {
    const link = document.createElement("a");
    link.className = "remit-permalink";
    link.href = `#${block.id}`;
    link.textContent = "#";
    link.setAttribute("aria-label", document_.dataset.permalink);
    block.append(" ", link);
  }
}

const each = (selector) => [...document.querySelectorAll(selector)];

each("[data-remit-colour]").forEach(startColour);
const openers = each("[data-remit-search]");
if (openers.length) startSearch(openers);
each(".remit-menu").forEach(startMenu);
each("[data-permalink]").forEach(startPermalinks);
startTables(each(".remit-table"));
const directories = each("[data-remit-directory]");
if (directories.length) import("./remit-directory.js").then((made) => directories.forEach(made.startDirectory));
if (each("[data-remit-filter]").length) import("./remit-filter.js");
startPrint(each("[data-remit-print]"), each("[data-remit-today]"));
startTerms(each(".remit-term"));

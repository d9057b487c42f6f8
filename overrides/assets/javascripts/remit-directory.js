/* A table of members that can be sorted and searched. Without this file it is a plain table. */

const letters = new Intl.Collator(document.documentElement.lang, { numeric: true });
let offered = 0;
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function made(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

export function startDirectory(place) {
  const words = place.dataset;
  const frame = place.querySelector(".remit-table");
  const head = [...place.querySelectorAll("thead th")];
  const body = place.querySelector("tbody");
  const rows = [...body.rows];
  if (rows.length < 2) return;
  const names = head.map((cell) => cell.textContent.trim());
  const value = (row, column) => row.cells[column].dataset.sort ?? row.cells[column].textContent.trim();
  let order = { column: 0, falling: false };

  const status = made("p", { className: "remit-directory__status" });
  status.setAttribute("role", "status");
  const say = (text) => (status.textContent = text);
  const direction = () => (order.falling ? words.falling : words.rising);

  const sort = (column, falling) => {
    order = { column, falling };
    const turn = falling ? -1 : 1;
    rows.sort((one, other) => turn * letters.compare(value(one, column), value(other, column)));
    body.append(...rows);
    head.forEach((cell, index) => {
      if (index === column) cell.setAttribute("aria-sort", falling ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    });
    chosen.value = `${column} ${falling}`;
    say(fill(words.sorted, { column: names[column], direction: direction() }));
  };

  head.forEach((cell, column) => {
    const button = made("button", { type: "button", textContent: names[column] });
    button.addEventListener("click", () => sort(column, order.column === column && !order.falling));
    cell.replaceChildren(made("span", { textContent: names[column] }), button);
  });

  /* On a phone the headings are not seen: a list to choose from takes the buttons' place. */
  const chosen = made("select");
  names.forEach((name, column) => {
    for (const falling of [false, true]) {
      const text = `${name}, ${falling ? words.falling : words.rising}`;
      chosen.append(made("option", { value: `${column} ${falling}`, textContent: text }));
    }
  });
  chosen.addEventListener("change", () => {
    const [column, falling] = chosen.value.split(" ");
    sort(Number(column), falling === "true");
  });

  const find = made("input", { type: "search", autocomplete: "off", spellcheck: false });
  const choices = head.flatMap((cell, column) => {
    const values = [...new Set(rows.map((row) => value(row, column)))].sort(letters.compare);
    if (!("choice" in cell.dataset) || values.length < 2) return [];
    const select = made("select", {}, made("option", { value: "", textContent: words.all }));
    select.append(...values.map((text) => made("option", { value: text, textContent: text })));
    return [{ column, select }];
  });
  const show = () => {
    const wanted = find.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const text = row.textContent.toLocaleLowerCase();
      const fits =
        wanted.every((word) => text.includes(word)) &&
        choices.every(({ column, select }) => !select.value || value(row, column) === select.value);
      row.hidden = !fits;
      count += fits;
    }
    say(fill(words.shown, { n: count, all: rows.length }));
  };
  find.addEventListener("input", show);
  for (const { select } of choices) select.addEventListener("change", show);

  const tools = made("div", { className: "remit-directory__tools" });
  const offer = (text, control, style = "") => {
    control.id = `directory-${++offered}`;
    tools.append(made("div", { className: style }, made("label", { htmlFor: control.id, textContent: text }), control));
  };
  offer(words.find, find);
  for (const { column, select } of choices) offer(names[column], select);
  offer(words.sort, chosen, "remit-directory__sort");
  frame.before(tools, status);
}

// Every text of the page: texts.vi.json, which the server puts into the page.
export const texts = JSON.parse(document.getElementById("texts").textContent);

/** The text with {name} replaced by the value of that name. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

// One message as elements. Data only ever becomes text nodes and attributes, never markup.

import { fill, texts } from "./texts.js";

const LEADS_ON = /~(confirm|done)$/; // controls that end a question well
const TICKED = /^✓ /; // as a question that takes several answers marks them
const LONGEST_SHORT = 6; // characters: points, or a word; six of them stand in a row
const PICTURES = new Set(["image/jpeg", "image/png", "image/webp", "image/gif"]);
const ADDRESS = /(https?:\/\/[^\s<>"“”]+[^\s<>"“”.,;:!?)])/;

/** An element with attributes (`on…` are listeners; false, null and "" are left out) and children. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null && (value !== "" || name === "alt")) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child != null && child !== ""));
  return made;
}

/** Bytes in words: "1,2 MB". */
export function fileSize(bytes) {
  if (bytes < 1024 * 1024) return `${Math.max(1, Math.round(bytes / 1024))} KB`;
  return `${(bytes / 1024 / 1024).toLocaleString("vi", { maximumFractionDigits: 1 })} MB`;
}

/** The day of a time as dd/mm/yyyy. */
export function day(at) {
  const time = new Date(at);
  return [two(time.getDate()), two(time.getMonth() + 1), time.getFullYear()].join("/");
}

/** What Khéo says. `onTap(option)` is called for its buttons until it is retired. */
export function said(message, onTap) {
  const { number, kind, title, text = "", options = [], controls = [], files = [], progress } = message;
  const bubble = element("article", { class: `bubble bot ${kind}`, "data-number": number, tabindex: -1 });
  bubble.append(element("span", { class: "unseen" }, texts.from_bot));
  if (progress) bubble.append(steps(...progress));
  if (title) bubble.append(element("h2", {}, title));
  if (text) bubble.append(element("p", { class: "text" }, ...lines(text)));
  if (files.length) bubble.append(fileList(files));
  if (options.length) bubble.append(optionList(options, onTap));
  if (controls.length) bubble.append(controlBar(controls, onTap));
  bubble.append(clock(message.at));
  return bubble;
}

/** What the person said, on its way or taken. `state` is a line below it, `ways` are buttons. */
export function mine({ id, text, files = [], at }, state = null, ways = []) {
  return element(
    "article",
    { class: "bubble me", "data-id": id },
    element("span", { class: "unseen" }, texts.from_me),
    text ? element("p", { class: "text" }, text) : null,
    files.length ? fileList(files) : null,
    element("p", { class: "foot" }, state, clock(at)),
    ways.length ? element("div", { class: "controls" }, ...ways) : null,
  );
}

/** Turn the buttons of a bubble into plain text, hints kept, the chosen one marked; or drop them where asked anew. */
export function retire(bubble, settled, askedAnew) {
  bubble.querySelector(".controls")?.remove();
  const list = bubble.querySelector(".options");
  if (!list) return;
  if (askedAnew) {
    list.remove();
    return;
  }
  list.classList.add("past");
  for (const button of list.querySelectorAll("button")) {
    const label = button.querySelector(".label").textContent;
    const isChosen = button.classList.contains("chosen") || label === settled;
    button.closest("li").classList.toggle("chosen", isChosen);
    const note = isChosen ? element("span", { class: "unseen" }, ` (${texts.chosen})`) : null;
    const number = button.querySelector(".number")?.textContent;
    const hint = button.querySelector(".aside")?.textContent;
    button.replaceWith(element("span", {}, number && `${number}. `, label, hint && `: ${hint}`, note));
  }
}

function steps(step, of) {
  const words = fill(texts.step, { step, of });
  return element(
    "div",
    { class: "steps" },
    element("span", {}, words),
    element("progress", { max: of, value: step, "aria-label": words }),
  );
}

/** Options stand one below the other; only short ones without a number, such as points, beside each other. */
function optionList(options, onTap) {
  const isShort = options.every(({ number, label, hint }) => !number && !hint && label.length <= LONGEST_SHORT);
  const made = options.map((option) => element("li", {}, optionButton(option, onTap)));
  const kind = isShort ? "options short" : "options";
  return element("ul", { class: kind, role: "list", "aria-label": texts.options }, ...made);
}

function optionButton(option, onTap) {
  const { number, label, hint, tap } = option;
  return element(
    "button",
    { type: "button", class: TICKED.test(label) ? "option ticked" : "option", "data-tap": tap, onclick: () => onTap(option) },
    number ? element("span", { class: "number" }, String(number)) : null,
    element(
      "span",
      { class: "words" },
      element("span", { class: "label" }, label),
      hint ? element("span", { class: "aside" }, hint) : null,
    ),
  );
}

function controlBar(controls, onTap) {
  const made = controls.map((option) => element("button", controlAttributes(option, onTap), option.label));
  return element("div", { class: "controls", role: "group", "aria-label": texts.controls }, ...made);
}

function controlAttributes(option, onTap) {
  const kind = LEADS_ON.test(option.tap) ? "primary" : "";
  return { type: "button", class: kind, "data-tap": option.tap, onclick: () => onTap(option) };
}

function fileList(files) {
  return element("ul", { class: "files", role: "list" }, ...files.map((file) => element("li", {}, oneFile(file))));
}

function oneFile({ sha256, name, media_type, size }) {
  const words = [element("span", { class: "name" }, name), element("span", { class: "size" }, fileSize(size))];
  if (!sha256) return element("span", { class: "file" }, ...words); // still on its way
  const href = `/f/${sha256}/${encodeURIComponent(name)}`;
  if (!PICTURES.has(media_type)) return element("a", { class: "file", href, download: name }, ...words);
  const picture = element("img", { src: href, alt: name, loading: "lazy", width: 160, height: 120 });
  const label = fill(texts.open_file, { name });
  return element("a", { class: "picture", href, target: "_blank", rel: "noopener", "aria-label": label }, picture);
}

/** Each line is a block, so that lines stand apart more than the rows of a long one do. */
function lines(text) {
  return text.split("\n").map((line) => {
    const kind = line.startsWith("• ") ? "line point" : "line";
    return element("span", { class: kind }, ...withLinks(line));
  });
}

function withLinks(text) {
  return text.split(ADDRESS).map((part, index) => {
    const link = { href: part, target: "_blank", rel: "noopener noreferrer" };
    return index % 2 ? element("a", link, part) : part;
  });
}

function clock(at) {
  if (!at) return null;
  const time = new Date(at);
  return element("time", { datetime: at }, `${two(time.getHours())}:${two(time.getMinutes())}`);
}

function two(number) {
  return String(number).padStart(2, "0");
}

// The page on which files are sent by a link: choose, watch them go up one after the other, and say that it is all.

import { element, fileSize } from "./bubble.js";
import { FileInPieces, fileId, pause } from "./pieces.js";
import { fill, texts } from "./texts.js";

const MOST_BYTES = 20 * 1024 * 1024; // as in bot/intake.py
const MOST_FILES = 30; // as in movement/upload_links.py
const PAUSE = 3000; // milliseconds between tries to say that it is all

const here = location.pathname.replace(/\/$/, "");
const list = document.getElementById("files");
const status = document.getElementById("status");
const done = document.getElementById("done");
const caption = document.getElementById("caption");

let entries = [];
let running = null;
let isLost = false;
let isFinishing = false;
let isOver = false;

for (const [button, input] of [["camera", "photo"], ["choose", "several"]]) {
  const field = document.getElementById(input);
  document.getElementById(button).addEventListener("click", () => field.click());
  field.addEventListener("change", () => {
    add(field.files);
    field.value = ""; // so that the same photo can be chosen again after it was removed
  });
}
done.addEventListener("click", finish);
addEventListener("beforeunload", (event) => {
  if (!isOver && entries.some(isUnderWay)) event.preventDefault();
});
for (const kept of JSON.parse(document.getElementById("kept").textContent)) show({ ...kept, kept });
tell();

function isUnderWay(entry) {
  return !entry.kept && !entry.error;
}

function add(files) {
  const known = new Set(entries.map(({ id }) => id));
  const chosen = Array.from(files, (file) => ({ id: fileId(file), file, name: file.name, size: file.size }));
  const fresh = chosen.filter(({ id }) => !known.has(id));
  const room = MOST_FILES - entries.filter(({ error }) => !error).length;
  for (const entry of fresh.slice(0, room)) {
    if (entry.size > MOST_BYTES) entry.error = texts.upload_too_large;
    if (entry.file.type.startsWith("image/")) entry.preview = URL.createObjectURL(entry.file);
    show(entry);
  }
  tell(fresh.length > room ? fill(texts.upload_most, { most: MOST_FILES }) : "");
  next();
}

function show(entry) {
  entries.push(entry);
  entry.bar = element("progress", { max: 1, value: 0, "aria-label": entry.name });
  entry.chip = element("li", { class: "chip" });
  list.append(entry.chip);
  draw(entry);
}

function draw(entry) {
  const kind = element("span", { class: "kind", "aria-hidden": "true" }, extension(entry.name));
  const onerror = ({ target }) => target.replaceWith(kind); // such as HEIC, which few browsers show
  const size = { width: 44, height: 44, loading: "lazy", decoding: "async" };
  const picture = entry.preview ? element("img", { src: entry.preview, alt: "", onerror, ...size }) : kind;
  const remove = { type: "button", class: "remove", "aria-label": fill(texts.remove_file, entry) };
  entry.chip.replaceChildren(
    picture,
    element("span", { class: "about" }, element("span", { class: "name" }, entry.name), state(entry)),
    element("button", { ...remove, onclick: () => discard(entry) }, "×"),
  );
  list.hidden = !entries.length;
}

function state(entry) {
  if (entry.error) return element("span", { class: "error" }, entry.error);
  if (entry.kept) return element("span", { class: "size" }, `${fileSize(entry.size)} · ${texts.uploaded}`);
  return entry === running ? entry.bar : element("span", { class: "size" }, `${fileSize(entry.size)} · ${texts.waiting}`);
}

async function next() {
  const entry = entries.find(isUnderWay);
  if (!entry || running || isOver) return;
  running = entry;
  draw(entry);
  tell();
  entry.sending = new FileInPieces(`${here}/${entry.id}`, entry.file, {
    onProgress(part) {
      entry.bar.value = part;
      entry.bar.textContent = fill(texts.upload_progress, { percent: Math.round(part * 100) });
    },
    onLost(now) {
      if (isLost === now) return;
      isLost = now;
      tell();
    },
  });
  const outcome = await entry.sending.send();
  running = null;
  if (outcome?.over) return end(texts.over, texts.go_back_over, true);
  if (outcome?.kept) Object.assign(entry, { kept: outcome.kept, size: outcome.kept.size });
  else if (outcome) entry.error = outcome.error || texts.upload_refused;
  if (outcome) draw(entry);
  tell();
  next();
}

function discard(entry) {
  entries = entries.filter((other) => other !== entry);
  entry.sending?.stop();
  if (entry.preview) URL.revokeObjectURL(entry.preview);
  entry.chip.remove();
  list.hidden = !entries.length;
  if (!entry.error) post("DELETE", `${here}/${entry.id}`, "application/octet-stream").catch(() => {});
  document.getElementById("choose").focus();
  tell();
}

/** Say how things stand; `notice` goes before all else. */
function tell(notice = "") {
  const kept = entries.filter((entry) => entry.kept).length;
  const isBusy = entries.some(isUnderWay);
  const hasFailed = entries.some(({ error }) => error);
  const number = entries.filter((entry) => !entry.error).indexOf(running) + 1;
  const of = entries.filter((entry) => !entry.error).length;
  const words = [
    isFinishing && !isLost ? texts.status_finishing : "",
    isLost ? texts.status_lost : "",
    isBusy && running ? fill(texts.status_sending, { number, of }) : "",
    hasFailed ? texts.status_failed : "",
    kept ? fill(texts.status_ready, { many: kept }) : "",
  ].find(Boolean);
  const said = notice || words || "";
  if (status.textContent !== said) status.textContent = said;
  status.classList.toggle("lost", isLost && !notice);
  done.setAttribute("aria-disabled", String(!kept || isBusy || isFinishing));
}

async function finish() {
  if (isFinishing) return;
  if (entries.some(isUnderWay)) return tell(texts.wait);
  const many = entries.filter((entry) => entry.kept).length;
  if (!many) return tell(texts.nothing_yet);
  isFinishing = true;
  while (true) {
    tell();
    const answer = await post("POST", `${here}/done`, "application/json", { caption: caption.value }).catch(() => null);
    isLost = !answer;
    if (answer?.ok) return end(fill(texts.sent, { many }), texts.go_back);
    if (answer?.status === 410) return end(texts.over, texts.go_back_over, true);
    if (answer && answer.status < 500 && answer.status !== 429) break;
    tell();
    await pause(PAUSE);
  }
  isFinishing = false;
  tell(texts.upload_refused);
}

function post(method, address, type, body = null) {
  const headers = { "Content-Type": type };
  return fetch(address, { method, headers, body: body && JSON.stringify(body), cache: "no-store" });
}

/** Put what there is to say in the place of everything. */
function end(title, words, isWrong = false) {
  isOver = true;
  document.getElementById("work").hidden = true;
  const finished = document.getElementById("finished");
  finished.querySelector("h2").textContent = title;
  finished.querySelector("p").textContent = words;
  finished.classList.toggle("over", isWrong);
  finished.hidden = false;
  finished.focus();
}

function extension(name) {
  return name.includes(".") ? name.split(".").pop().slice(0, 4).toUpperCase() : "?";
}

// Files on their way up: one at a time, each a chip with its progress, its error and a way to remove it.

import { element, fileSize } from "./bubble.js";
import { fill, texts } from "./texts.js";

const MOST_BYTES = 20 * 1024 * 1024; // as in bot/channels/web.py
const MOST_FILES = 20;

export class Uploads {
  #list;
  #home;
  #entries = [];
  #running = null;
  #hooks;

  /** `list` holds the chips; the focus goes `home` when its chip goes. `onChange()`, `onNotice(words)`. */
  constructor(list, home, hooks) {
    this.#list = list;
    this.#home = home;
    this.#hooks = hooks;
  }

  get uploaded() {
    return this.#entries.filter((entry) => entry.kept).map((entry) => entry.kept);
  }

  get isBusy() {
    return this.#entries.some((entry) => !entry.kept && !entry.error);
  }

  get hasFailed() {
    return this.#entries.some((entry) => entry.error);
  }

  /** Whether any of those that failed may succeed the second time. */
  get mayRetry() {
    return this.#entries.some((entry) => entry.error && !entry.isFinal);
  }

  /** Take files to upload. */
  add(files) {
    const room = MOST_FILES - this.#entries.length;
    const taken = Array.from(files).slice(0, room);
    for (const file of taken) this.#chip({ file, name: file.name, size: file.size, media_type: file.type });
    this.#hooks.onChange();
    if (files.length > room) this.#hooks.onNotice(fill(texts.upload_most, { most: MOST_FILES }));
    this.#next();
  }

  /** Show again what was uploaded before a reload. */
  restore(kept) {
    for (const file of kept) this.#chip({ ...file, kept: file });
  }

  /** Forget them all: they are part of a message now. */
  clear() {
    for (const entry of [...this.#entries]) this.#remove(entry);
  }

  #chip(entry) {
    this.#entries.push(entry);
    entry.chip = element("li", { class: "chip" });
    if (entry.file && entry.media_type.startsWith("image/")) entry.preview = URL.createObjectURL(entry.file);
    if (entry.file && entry.size > MOST_BYTES) Object.assign(entry, { error: texts.upload_too_large, isFinal: true });
    entry.bar = element("progress", { max: 1, value: 0, "aria-label": entry.name });
    this.#list.append(entry.chip);
    this.#draw(entry);
  }

  #draw(entry) {
    const again = entry.error && !entry.isFinal;
    const picture = entry.preview
      ? element("img", { src: entry.preview, alt: "" })
      : element("span", { class: "kind", "aria-hidden": "true" }, extension(entry.name));
    const state = entry.error
      ? element("span", { class: "error" }, entry.error)
      : entry.kept
        ? element("span", { class: "size" }, `${fileSize(entry.size)} · ${texts.uploaded}`)
        : entry.bar;
    const retry = { type: "button", class: "again", "aria-label": fill(texts.retry_file, entry) };
    const remove = { type: "button", class: "remove", "aria-label": fill(texts.remove_file, entry) };
    entry.chip.replaceChildren(
      picture,
      element("span", { class: "about" }, element("span", { class: "name" }, entry.name), state),
      ...(again ? [element("button", { ...retry, onclick: () => this.#retry(entry) }, texts.retry)] : []),
      element("button", { ...remove, onclick: () => this.#discard(entry) }, "×"),
    );
    this.#list.hidden = !this.#entries.length;
  }

  #discard(entry) {
    this.#remove(entry);
    this.#home.focus();
  }

  #retry(entry) {
    entry.error = "";
    this.#draw(entry);
    entry.chip.querySelector(".remove").focus();
    this.#hooks.onChange();
    this.#next();
  }

  #remove(entry) {
    this.#entries = this.#entries.filter((other) => other !== entry);
    if (this.#running === entry) {
      this.#running = null;
      entry.request.abort();
    }
    if (entry.preview) URL.revokeObjectURL(entry.preview);
    entry.chip.remove();
    this.#list.hidden = !this.#entries.length;
    this.#hooks.onChange();
    this.#next();
  }

  async #next() {
    const entry = this.#entries.find((other) => !other.kept && !other.error);
    if (!entry || this.#running) return;
    this.#running = entry;
    const outcome = await send(entry);
    if (this.#running !== entry) return; // it was removed meanwhile
    this.#running = null;
    Object.assign(entry, outcome);
    this.#draw(entry);
    this.#hooks.onChange();
    this.#next();
  }
}

/** Upload one file: `{kept}`, or `{error, isFinal}`. Unlike fetch this tells how much of it has gone up. */
function send(entry) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    entry.request = request;
    request.open("POST", `/chat/upload?name=${encodeURIComponent(entry.name)}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => {
      entry.bar.value = total ? loaded / total : 0;
      entry.bar.textContent = fill(texts.upload_progress, { percent: Math.round(entry.bar.value * 100) });
    };
    request.onload = () => resolve(outcome(request));
    request.onerror = request.onabort = () => resolve({ error: texts.upload_lost });
    request.send(entry.file);
  });
}

function outcome({ status, response }) {
  if (status === 200) return { kept: response };
  if (status === 401) return { error: texts.signed_out, isFinal: true };
  if (status === 429) return { error: texts.upload_busy };
  return response?.error ? { error: response.error, isFinal: status < 500 } : { error: texts.upload_lost };
}

function extension(name) {
  return name.includes(".") ? name.split(".").pop().slice(0, 4).toUpperCase() : "?";
}

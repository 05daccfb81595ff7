// What the person is writing: the growing field, the files beside it, and the draft that a reload keeps.

import { keep, recall } from "./keep.js";
import { texts } from "./texts.js";
import { Uploads } from "./upload.js";

const MOST_LINES = 5;
const NOTICE_SHOWN = 6000; // milliseconds
const finePointer = matchMedia("(pointer: fine)");

export class Composer {
  #text = document.getElementById("text");
  #hint = document.getElementById("hint");
  #send = document.getElementById("send");
  #uploads;
  #onSend;
  #timer = 0;

  /** `onSend({text, files})` is called with whatever is ready to go. */
  constructor(onSend) {
    const attach = document.getElementById("attach");
    this.#onSend = onSend;
    this.#uploads = new Uploads(document.getElementById("chips"), attach, {
      onChange: () => this.#changed(),
      onNotice: (words) => this.notice(words),
    });
    this.#listen(document.getElementById("composer"), attach, document.getElementById("files"));
    const draft = recall("draft") ?? {};
    this.#text.value = draft.text ?? "";
    this.#uploads.restore(draft.files ?? []);
    this.#changed();
  }

  /** Fit the field to what the question expects. */
  expect(kind) {
    this.#text.placeholder = texts[`write_${kind}`] ?? texts.write;
    this.#text.inputMode = kind === "number" ? "decimal" : "text";
    document.getElementById("attach").classList.toggle("wanted", kind === "files");
    this.#grow();
  }

  /** Say something in passing. */
  notice(words) {
    clearTimeout(this.#timer);
    this.#say(words);
    this.#timer = setTimeout(() => this.#changed(), NOTICE_SHOWN);
  }

  /** Where there is a keyboard, put the cursor into the field; a phone would cover half the page. */
  focusWithoutKeyboard() {
    if (finePointer.matches) this.#text.focus();
    return finePointer.matches;
  }

  /** Put a message back to be changed and sent again. */
  restore({ text = "", files = [] }) {
    this.#text.value = [text, this.#text.value].filter(Boolean).join("\n");
    this.#uploads.restore(files);
    this.#changed();
    this.#text.focus();
  }

  #listen(form, attach, picker) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    form.addEventListener("dragover", (event) => event.preventDefault());
    form.addEventListener("drop", (event) => {
      event.preventDefault();
      this.#uploads.add(event.dataTransfer.files);
    });
    attach.addEventListener("click", () => picker.click());
    picker.addEventListener("change", () => {
      this.#uploads.add(picker.files);
      picker.value = ""; // so that the same file can be chosen again
    });
    this.#text.addEventListener("input", () => this.#changed());
    this.#text.addEventListener("keydown", (event) => this.#key(event));
    this.#text.addEventListener("paste", (event) => {
      if (!event.clipboardData.files.length) return;
      event.preventDefault();
      this.#uploads.add(event.clipboardData.files);
    });
  }

  #key(event) {
    // isComposing: Enter ends a syllable in a Vietnamese input method.
    const sends = event.key === "Enter" && !event.shiftKey && !event.isComposing && finePointer.matches;
    if (!sends) return;
    event.preventDefault();
    this.#submit();
  }

  #submit() {
    const text = this.#text.value.trim();
    const files = this.#uploads.uploaded;
    if (this.#uploads.isBusy || this.#uploads.hasFailed || !(text || files.length)) return;
    this.#onSend({ text, files });
    this.#text.value = "";
    this.#uploads.clear();
    this.#changed();
  }

  #changed() {
    const { isBusy, hasFailed, mayRetry, uploaded } = this.#uploads;
    const text = this.#text.value;
    const failed = mayRetry ? texts.upload_failed : texts.upload_refused;
    this.#say((hasFailed && failed) || (isBusy && texts.uploading) || "");
    const isReady = !isBusy && !hasFailed && (text.trim() || uploaded.length);
    this.#send.setAttribute("aria-disabled", String(!isReady));
    this.#grow();
    keep("draft", text || uploaded.length ? { text, files: uploaded } : null);
  }

  #say(words) {
    if (this.#hint.textContent !== words) this.#hint.textContent = words; // or it would be read out again
  }

  #grow() {
    const style = getComputedStyle(this.#text);
    const most = parseFloat(style.lineHeight) * MOST_LINES + parseFloat(style.paddingTop) * 2;
    this.#text.style.height = "auto";
    this.#text.style.height = `${Math.min(this.#text.scrollHeight + 2, most)}px`;
  }
}

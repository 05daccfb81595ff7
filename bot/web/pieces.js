// One file on its way up in pieces. After any trouble the server is asked how far it has come, and it goes on there.

const FIRST = 256 * 1024; // bytes
const LEAST = 64 * 1024;
const MOST = 2 * 1024 * 1024;
const QUICK = 1500; // milliseconds: a piece that took less was too small for this line
const PATIENCE = 60_000; // milliseconds for one piece, or one question
const LONGEST_PAUSE = 15_000; // milliseconds between tries

/** A trouble that passes: the line is down, or the server is busy. */
class Passing extends Error {}

export class FileInPieces {
  #address;
  #file;
  #hooks;
  #piece = FIRST;
  #request = null;
  #stopped = false;

  /** `onProgress(part)` of what has come, from 0 to 1; `onLost(isLost)` when the line goes and comes back. */
  constructor(address, file, hooks) {
    this.#address = `${address}?name=${encodeURIComponent(file.name)}&size=${file.size}`;
    this.#file = file;
    this.#hooks = hooks;
  }

  /** Send it, however long that takes: `{kept}`, `{error}`, `{over}`, or null where it was stopped. */
  async send() {
    let offset = null;
    let failures = 0;
    while (!this.#stopped) {
      try {
        const outcome = offset === null ? await this.#ask() : await this.#sendFrom(offset);
        this.#hooks.onLost(false);
        if (!("offset" in outcome)) return outcome;
        offset = outcome.offset;
        failures = 0;
        this.#hooks.onProgress(this.#file.size ? offset / this.#file.size : 1);
      } catch (trouble) {
        if (!(trouble instanceof Passing)) throw trouble;
        if (this.#stopped) break;
        offset = null; // how much of the piece arrived is known to the server alone
        this.#piece = Math.max(LEAST, this.#piece / 2);
        this.#hooks.onLost(true);
        await pause(Math.min(1000 * 2 ** failures++, LONGEST_PAUSE));
      }
    }
    return null;
  }

  /** Give it up. */
  stop() {
    this.#stopped = true;
    this.#request?.abort();
  }

  async #ask() {
    const { status, header } = await this.#ended("HEAD", null);
    if (status === 410) return { over: true };
    if (header("Upload-Complete") === "?1") return { kept: { name: this.#file.name, size: this.#file.size } };
    return { offset: Number(header("Upload-Offset")) };
  }

  async #sendFrom(offset) {
    const began = Date.now();
    const piece = this.#file.slice(offset, offset + this.#piece);
    const { status, header, body } = await this.#ended("PATCH", piece, offset);
    if (status === 410) return { over: true };
    if (status >= 400 && status !== 409) return { error: body?.error ?? "" };
    if (header("Upload-Offset") === null) return { kept: body };
    if (Date.now() - began < QUICK) this.#piece = Math.min(MOST, this.#piece * 2);
    return { offset: Number(header("Upload-Offset")) };
  }

  /** The answer to one request; throws Passing where there is none worth having. */
  #ended(method, piece, offset = 0) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest(); // unlike fetch it tells how much of a piece has gone up
      this.#request = request;
      request.open(method, this.#address);
      request.timeout = PATIENCE;
      request.responseType = "json";
      if (piece) {
        request.setRequestHeader("Content-Type", "application/offset+octet-stream");
        request.setRequestHeader("Upload-Offset", offset);
        request.upload.onprogress = ({ loaded }) => this.#hooks.onProgress((offset + loaded) / (this.#file.size || 1));
      }
      request.onload = () => {
        const { status, response } = request;
        if (status === 429 || status >= 500 || status === 408) reject(new Passing());
        else resolve({ status, body: response, header: (name) => request.getResponseHeader(name) });
      };
      request.onerror = request.ontimeout = request.onabort = () => reject(new Passing());
      request.send(piece);
    });
  }
}

/** A number that tells this file from others, the same when it is chosen again after a reload. */
export function fileId({ name, size, lastModified }) {
  const text = `${name}/${size}/${lastModified}`;
  return [0x811c9dc5, 0x01234567].map((seed) => hash(text, seed)).join("");
}

/** Wait so long, or until the browser says that the line is back. */
export function pause(milliseconds) {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener("online", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    addEventListener("online", end);
  });
}

/** FNV-1a, 32 bits, in hexadecimal. */
function hash(text, seed) {
  let value = seed;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return (value >>> 0).toString(16).padStart(8, "0");
}

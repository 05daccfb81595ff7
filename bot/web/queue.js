// Messages on their way out: sent strictly one after another, kept until the server has them.

import { keep, recall, uuid } from "./keep.js";
import { texts } from "./texts.js";

const LONGEST_WAIT = 30_000; // for an answer
const LONGEST_PAUSE = 20_000;
const MOST_FAILURES = 5; // of the server itself with one message, before the person is told

export class Queue {
  #items = recall("queue") ?? [];
  #busy = false;
  #wake = () => {};
  #onChange;

  /** `onChange(item, state)`, state being "sending", "waiting", "sent" or "refused". */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  get isEmpty() {
    return !this.#items.length;
  }

  /** Show what an earlier page could not send, and go on sending it. */
  resume() {
    for (const item of this.#items) this.#onChange(item, item.refused ? "refused" : "sending");
    this.#run();
  }

  /** Send this after everything before it: `{text?, tap?, tapped?, files?, label?}`. */
  add(message) {
    const item = { ...message, id: uuid(), at: new Date().toISOString(), failures: 0 };
    this.#items.push(item);
    this.#save();
    this.#onChange(item, "sending");
    this.#run();
  }

  /** Forget a message that was refused. */
  drop(id) {
    this.#items = this.#items.filter((item) => item.id !== id);
    this.#save();
  }

  /** Try again now: the connection is back. */
  nudge() {
    this.#wake();
  }

  async #run() {
    if (this.#busy) return;
    this.#busy = true;
    for (let item = this.#next(); item; item = this.#next()) await this.#send(item);
    this.#busy = false;
  }

  #next() {
    return this.#items.find((item) => !item.refused);
  }

  async #send(item) {
    const { taken, refused } = await post(item);
    if (taken) {
      this.drop(item.id);
      this.#onChange(item, "sent");
    } else if (refused) {
      item.refused = refused;
      this.#save();
      this.#onChange(item, "refused");
    } else {
      item.failures += 1;
      this.#onChange(item, "waiting");
      await this.#pause(Math.min(LONGEST_PAUSE, 1000 * 2 ** (item.failures - 1)));
    }
  }

  #pause(milliseconds) {
    return new Promise((resolve) => {
      this.#wake = resolve;
      setTimeout(resolve, milliseconds);
    });
  }

  #save() {
    keep("queue", this.#items.length ? this.#items : null);
  }
}

/** `{taken}`, `{refused: why}`, or neither: to be tried again with the same id, which does nothing twice. */
async function post(item) {
  const files = (item.files ?? []).map(({ token }) => ({ token }));
  const { id, text = "", tap = "", tapped = "" } = item;
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), LONGEST_WAIT);
  try {
    const response = await fetch("/chat/message", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ id, text, tap, tapped, files }),
      signal: limit.signal,
    });
    if (response.ok) return { taken: true };
    if (response.status === 401) return { refused: texts.signed_out };
    const hopeless = response.status === 500 && item.failures + 1 >= MOST_FAILURES;
    if (!hopeless && (response.status >= 500 || response.status === 429)) return {};
    return { refused: (await response.json().catch(() => ({}))).error ?? texts.not_taken };
  } catch {
    return {};
  } finally {
    clearTimeout(timer);
  }
}

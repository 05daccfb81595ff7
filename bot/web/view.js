// The log: which bubble stands where, which question is open, and where the log is scrolled to.

import { day, element, mine, retire, said } from "./bubble.js";
import { texts } from "./texts.js";

const NEAR_THE_END = 80; // pixels
const MARGIN = 12;
const GREETING = /^\/start\b/; // sent by the page itself, so nothing the person said

export class Log {
  #log = document.getElementById("log");
  #messages = document.getElementById("messages");
  #outgoing = document.getElementById("outgoing");
  #newer = document.getElementById("newer");
  #isReady = false;
  #follows = true;
  #day = "";
  #kept = null; // where the log stood at a tap: {place, below}, in pixels below the top of the question
  #labels = new Map(); // what was on the button that sends this: an echo only has the tap
  #hooks;

  /** `onTap(message, option)`, `onRewrite(item)`, `onDiscard(item)`. */
  constructor(hooks) {
    this.#hooks = hooks;
    this.#log.addEventListener("scroll", () => this.#look(), { passive: true });
    this.#newer.addEventListener("click", () => this.#toEnd());
    new ResizeObserver(() => this.#follows && this.#toEnd()).observe(this.#log);
  }

  get isEmpty() {
    return !this.#messages.children.length && !this.#outgoing.children.length;
  }

  /** Everything that was there is shown: from now on, what comes is new and is read out. */
  ready() {
    if (this.#isReady) return;
    this.#isReady = true;
    this.#log.setAttribute("aria-busy", "false");
    this.#toEnd();
  }

  /** Show one message of the stream and return its bubble, or null. */
  show(message) {
    const bubble = message.kind === "echo" ? this.#echo(message) : this.#said(message);
    if (!bubble) return null;
    this.#divide(message.at);
    this.#messages.append(bubble);
    if (!this.#isReady) return bubble;
    if (message.amends && message.place && this.#kept?.place === message.place) this.#keepPlace(bubble);
    else if (this.#follows) this.#toEnd();
    else if (message.kind !== "echo") this.#newer.hidden = false;
    return bubble;
  }

  /** Show a message on its way out, as far as it has come. */
  showOutgoing(item, state) {
    const old = this.#find(underway(item.id));
    if (state === "sent" && !old) return; // its echo was quicker
    if (!GREETING.test(item.text ?? "") || state === "refused") {
      const bubble = this.#underway(item, state);
      if (old) old.replaceWith(bubble);
      else this.#outgoing.append(bubble);
      if (state === "sent") this.#messages.append(bubble);
    }
    if (state === "refused") this.#release(item);
    if (state === "sending") this.#toEnd();
  }

  /** Take a message on its way out off the page. */
  remove(item) {
    this.#find(underway(item.id))?.remove();
  }

  /** Whether the focus has nowhere better to be than in the log. */
  get mayTakeFocus() {
    const at = document.activeElement;
    return !at || at === document.body || this.#log.contains(at);
  }

  #said(message) {
    if (message.kind === "answer") this.#retireAll(message);
    for (const { tap, label } of [...(message.options ?? []), ...(message.controls ?? [])]) this.#labels.set(tap, label);
    const bubble = said(message, (option) => this.#tap(message, option));
    bubble.classList.toggle("open", Boolean(message.options?.length || message.controls?.length));
    bubble.dataset.place = message.place ?? "";
    return bubble;
  }

  #echo({ id, text = "", tap = "", files, at }) {
    this.remove({ id });
    const shown = this.#labels.get(tap) ?? commandName(text);
    if (GREETING.test(text) || !(shown || files?.length)) return null;
    return mine({ id, text: shown, files, at });
  }

  #retireAll({ settled, settled_place: settledPlace, place, amends }) {
    for (const bubble of this.#messages.querySelectorAll(".open, .answered")) {
      const isSettled = settledPlace && bubble.dataset.place === settledPlace;
      const isAskedAnew = Boolean(place) && bubble.dataset.place === place;
      if (amends && bubble.classList.contains("answer")) bubble.remove();
      else retire(bubble, isSettled ? settled : "", isAskedAnew);
      bubble.classList.remove("open", "answered");
    }
  }

  #tap(message, option) {
    const bubble = this.#find(`[data-number="${message.number}"]`);
    if (!bubble.classList.contains("open")) return;
    bubble.classList.remove("open");
    bubble.classList.add("answered");
    this.#kept = option.number ? { place: message.place, below: this.#log.scrollTop - bubble.offsetTop } : null;
    for (const button of bubble.querySelectorAll("button")) {
      button.setAttribute("aria-disabled", "true");
      button.classList.toggle("chosen", button.dataset.tap === option.tap);
    }
    this.#hooks.onTap(message, option);
  }

  #release(item) {
    const bubble = item.tapped && this.#find(`[data-number="${item.tapped}"]`);
    if (!bubble) return;
    bubble.classList.replace("answered", "open");
    for (const button of bubble.querySelectorAll("button")) {
      button.removeAttribute("aria-disabled");
      button.classList.remove("chosen");
    }
  }

  #underway(item, state) {
    const words = { sending: texts.sending, waiting: texts.waiting, sent: texts.sent, refused: item.refused };
    const line = element("span", { class: `state ${state}` }, words[state]);
    const shown = { id: item.id, text: item.label || commandName(item.text ?? ""), files: item.files, at: item.at };
    const rewrite = { type: "button", onclick: () => this.#hooks.onRewrite(item) };
    const discard = { type: "button", onclick: () => this.#hooks.onDiscard(item) };
    const ways = [
      ...(item.tap ? [] : [element("button", rewrite, texts.rewrite)]),
      element("button", discard, texts.discard),
    ];
    const bubble = mine(shown, line, state === "refused" ? ways : []);
    bubble.classList.add("underway");
    return bubble;
  }

  #divide(at) {
    if (!at || day(at) === this.#day) return;
    this.#day = day(at);
    this.#messages.append(element("p", { class: "day" }, this.#day));
  }

  #find(selector) {
    return this.#log.querySelector(selector);
  }

  #look() {
    this.#follows = this.#log.scrollTop > this.#end() - NEAR_THE_END;
    if (this.#follows) this.#newer.hidden = true;
  }

  #toEnd() {
    this.#log.scrollTop = this.#end();
    this.#follows = true;
    this.#newer.hidden = true;
  }

  /** A question that only changed a little, such as a tick, stays where the eye was. */
  #keepPlace(bubble) {
    this.#log.scrollTop = bubble.offsetTop + this.#kept.below;
    this.#look();
  }

  /** Where the last message is in view: wholly, or from its beginning if it is taller than the log. */
  #end() {
    const last = this.#outgoing.lastElementChild ?? this.#messages.lastElementChild;
    const bottom = this.#log.scrollHeight - this.#log.clientHeight;
    return Math.max(0, last ? Math.min(bottom, last.offsetTop - MARGIN) : bottom);
  }
}

/** How to find a message on its way out; its echo has the same id. */
function underway(id) {
  return `.underway[data-id="${id}"]`;
}

/** The name of a command the page offers, or the text itself. */
function commandName(text) {
  return (/^\/[a-z]+$/.test(text) && texts[`command_${text.slice(1)}`]) || text;
}

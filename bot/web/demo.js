// The bar of the demo: which day it is there and, for whoever may, buttons that move it on.

import { fill, texts } from "./texts.js";

export class DemoBar {
  #line = document.getElementById("day");
  #steps = document.getElementById("steps");
  #day = "";
  #isMoving = false;

  constructor() {
    for (const button of this.#steps.children) {
      button.addEventListener("click", () => this.#step(Number(button.dataset.days)));
    }
  }

  /** Show the day, as the server says it. */
  show({ day, shown, may_step }) {
    this.#day = day;
    document.getElementById("demo").hidden = false;
    this.#steps.hidden = !may_step;
    this.#say(fill(texts.demo_day, { day: shown }));
  }

  /** Move from the day that is shown: two taps at once, also on two pages, move it once. */
  async #step(days) {
    if (this.#isMoving) return;
    this.#busy(true);
    try {
      const headers = { "Content-Type": "application/json" };
      const body = JSON.stringify({ day: this.#day, days });
      const answer = await fetch("/chat/day", { method: "POST", headers, body });
      if (!answer.ok) throw new Error(answer.status);
      this.show(await answer.json());
    } catch {
      this.#say(texts.not_moved);
    } finally {
      this.#busy(false);
    }
  }

  #busy(isMoving) {
    this.#isMoving = isMoving;
    for (const button of this.#steps.children) button.setAttribute("aria-disabled", String(isMoving));
  }

  #say(words) {
    if (this.#line.textContent !== words) this.#line.textContent = words; // or it would be read out again
  }
}

// The page: joins the stream, the log, the composer and the queue of messages on their way out.

import { element } from "./bubble.js";
import { Composer } from "./composer.js";
import { DemoBar } from "./demo.js";
import { Queue } from "./queue.js";
import { listen } from "./stream.js";
import { texts } from "./texts.js";
import { Log } from "./view.js";

const COMMANDS = ["dangky", "minhchung", "tucham", "trangthai", "hanchot", "trogiup"];

const log = new Log({
  onTap: ({ number }, { tap, label }) => {
    leadsFocus = true;
    queue.add({ tap, tapped: String(number), label });
  },
  onRewrite: (item) => {
    discard(item);
    composer.restore(item);
  },
  onDiscard: discard,
});
const queue = new Queue((item, state) => log.showOutgoing(item, state));
const composer = new Composer((message) => queue.add(message));
const bar = new DemoBar();
let isReady = false;
let leadsFocus = false; // the button in focus goes with the next answer, so the focus must go somewhere

function discard(item) {
  queue.drop(item.id);
  log.remove(item);
}

function show(message) {
  const bubble = log.show(message);
  if (message.kind !== "answer") return;
  composer.expect(message.expects ?? "");
  if (!isReady) return;
  if (message.notice) composer.notice(message.notice);
  if (!leadsFocus || !log.mayTakeFocus) return;
  leadsFocus = false;
  if (message.options?.length || !composer.focusWithoutKeyboard()) bubble.focus({ preventScroll: true });
}

function ready() {
  log.ready();
  queue.nudge();
  if (isReady) return;
  isReady = true;
  const [, code] = location.hash.match(/^#ma=([A-Za-z0-9_-]{1,60})$/) ?? [];
  if (code) {
    history.replaceState(null, "", "/");
    queue.add({ text: `/start ${code}` });
  } else if (log.isEmpty && queue.isEmpty) {
    queue.add({ text: "/start" });
  }
  composer.focusWithoutKeyboard();
}

function tell(state) {
  const line = document.getElementById("state");
  line.textContent = texts[state];
  line.dataset.state = state;
}

function makeMenu() {
  const menu = document.getElementById("menu");
  const button = document.getElementById("menu-button");
  const list = document.getElementById("commands");
  const open = (isOpen) => {
    list.hidden = !isOpen;
    button.setAttribute("aria-expanded", String(isOpen));
  };
  const choose = (command) => {
    open(false);
    document.getElementById("log").focus({ preventScroll: true });
    leadsFocus = true;
    queue.add({ text: `/${command}` });
  };
  for (const command of COMMANDS) {
    const name = element("span", {}, texts[`command_${command}`]);
    const typed = element("span", { class: "aside" }, `/${command}`);
    list.append(element("li", {}, element("button", { type: "button", onclick: () => choose(command) }, name, typed)));
  }
  button.addEventListener("click", () => open(list.hidden));
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || list.hidden) return;
    open(false);
    button.focus();
  });
  menu.addEventListener("focusout", (event) => menu.contains(event.relatedTarget) || open(false));
  document.addEventListener("pointerdown", (event) => menu.contains(event.target) || open(false));
}

makeMenu();
queue.resume();
listen({ onMessage: show, onReady: ready, onState: tell, onDay: (day) => bar.show(day) });
navigator.serviceWorker?.register("/sw.js").catch(() => {}); // without it the page only cannot open offline

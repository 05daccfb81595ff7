// The stream of messages from the server: opens, notices silence, comes back and goes on where it was.

const LONGEST_SILENCE = 45_000; // the server beats every 15 s
const LONGEST_PAUSE = 30_000;

/** Listen for ever. `onMessage(message)`, `onReady()` after all that is there, `onState("connected" | "lost")`,
 *  and in the demo `onDay(day)`. */
export function listen({ onMessage, onReady, onState, onDay }) {
  let source = null;
  let last = 0;
  let failures = 0;
  let heard = Date.now();
  let timer = 0;

  function open() {
    clearTimeout(timer);
    source?.close();
    heard = Date.now();
    source = new EventSource(last ? `/chat/events?after=${last}` : "/chat/events");
    source.addEventListener("message", take);
    source.addEventListener("ready", ready);
    source.addEventListener("beat", hear);
    source.addEventListener("day", (event) => onDay(JSON.parse(event.data)));
    source.addEventListener("error", lose);
  }

  function hear() {
    heard = Date.now();
    failures = 0;
  }

  function take(event) {
    hear();
    const number = Number(event.lastEventId);
    if (number <= last) return;
    last = number;
    onMessage({ ...JSON.parse(event.data), number });
  }

  function ready() {
    hear();
    onState("connected");
    onReady();
  }

  function lose() {
    onState("lost");
    if (source.readyState === EventSource.CLOSED) later(); // otherwise the browser comes back by itself
  }

  function later() {
    failures += 1;
    clearTimeout(timer);
    timer = setTimeout(open, Math.min(LONGEST_PAUSE, 1000 * 2 ** (failures - 1)) * (0.75 + Math.random() / 2));
  }

  function lookAgain() {
    const silent = Date.now() - heard > LONGEST_SILENCE;
    if (silent || source.readyState === EventSource.CLOSED) {
      if (silent) onState("lost");
      open();
    }
  }

  open();
  setInterval(lookAgain, LONGEST_SILENCE);
  addEventListener("online", open);
  addEventListener("offline", () => onState("lost"));
  document.addEventListener("visibilitychange", () => document.hidden || lookAgain());
}

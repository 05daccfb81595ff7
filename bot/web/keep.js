// What must survive a reload: messages not yet taken, and the draft. The chat itself is on the server.

/** What was kept under this key, or null. */
export function recall(key) {
  try {
    return JSON.parse(localStorage.getItem(`kheo.${key}`));
  } catch {
    return null; // storage is closed to us, or holds nonsense: as if nothing had been kept
  }
}

/** Keep a value; null forgets it. */
export function keep(key, value) {
  try {
    if (value === null) localStorage.removeItem(`kheo.${key}`);
    else localStorage.setItem(`kheo.${key}`, JSON.stringify(value));
  } catch {
    // A full or closed storage only means that a reload forgets.
  }
}

/** A random UUID. `crypto.randomUUID` is missing on plain http, where many try the page first. */
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

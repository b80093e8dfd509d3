/** Keeps what is being typed in the browser until it has been sent. A browser that refuses storage loses nothing else. */

const OURS = "huiyin.";
/** Said to people in words: see `write.keeping` and `desk.keeping`. */
const KEPT_MS = 14 * 86_400_000;

function parsed(text) {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}

/** `store` is localStorage or sessionStorage, asked for lazily: some browsers throw on the mere access. */
export function draft(store, name) {
  const key = OURS + name;
  const attempt = (action) => {
    try {
      return action(store());
    } catch {
      return null;
    }
  };
  return {
    read: () => attempt((storage) => parsed(storage.getItem(key))),
    write: (value) => attempt((storage) => storage.setItem(key, JSON.stringify(value))),
    clear: () => attempt((storage) => storage.removeItem(key)),
  };
}

/** Drops what these pages keep in `store`: all of it, or what begins with `prefix`. */
export function forget(store, prefix = "") {
  each(store, prefix, (name) => draft(store, name).clear());
}

/** Drops what nobody has touched for two weeks, by its `at`. What has none is of an earlier version: its time begins now. */
export function dropOld(now = Date.now()) {
  each(lasting, "", (name) => {
    const kept = draft(lasting, name);
    const value = kept.read();
    if (value === null || value.at <= now - KEPT_MS) kept.clear();
    else if (!(value.at <= now)) kept.write({ ...value, at: now });
  });
}

function each(store, prefix, action) {
  try {
    const names = Object.keys(store()).filter((key) => key.startsWith(OURS + prefix)).map((key) => key.slice(OURS.length));
    names.forEach(action);
  } catch {
    // Nothing can have been kept where storage is refused.
  }
}

/** Calls `listener(value)` whenever another tab of this browser keeps something else under `name`: null when it dropped it. */
export function onOtherTab(name, listener) {
  window.addEventListener("storage", ({ key, newValue }) => {
    if (key === OURS + name || key === null) listener(parsed(newValue));
  });
}

export const lasting = () => window.localStorage;
export const forThisTab = () => window.sessionStorage;

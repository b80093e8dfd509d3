/** Keeps what is being typed in the browser until it has been sent. A browser that refuses storage loses nothing else. */

/** `store` is localStorage or sessionStorage, asked for lazily: some browsers throw on the mere access. */
export function draft(store, name) {
  const key = `huiyin.${name}`;
  const attempt = (action) => {
    try {
      return action(store());
    } catch {
      return null;
    }
  };
  return {
    read: () => attempt((storage) => JSON.parse(storage.getItem(key) ?? "null")),
    write: (value) => attempt((storage) => storage.setItem(key, JSON.stringify(value))),
    clear: () => attempt((storage) => storage.removeItem(key)),
  };
}

/** Drops everything these pages keep in `store`. */
export function forget(store) {
  try {
    const storage = store();
    Object.keys(storage).filter((key) => key.startsWith("huiyin.")).forEach((key) => storage.removeItem(key));
  } catch {
    // Nothing can have been kept where storage is refused.
  }
}

export const lasting = () => window.localStorage;
export const forThisTab = () => window.sessionStorage;

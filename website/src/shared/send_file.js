/** Sends a file's bytes to the place for uploads, which tells how far it got: `fetch` could not. */

import { ApiError } from "./api.js";

const SILENCE_MS = 60_000;

const formOf = (fields, content) => {
  const form = new FormData();
  Object.entries(fields).forEach(([name, value]) => form.append(name, value));
  form.append("file", content, "file");
  return form;
};

/**
 * Sends `content` to the place that was offered; `progress` is told how much of it (0 to 1) is on its way. Fails with an
 * ApiError: `timeout` when nothing moved for a minute.
 */
export function sendFile({ url, fields }, content, { progress, signal }) {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    let [timer, silent] = [0, false];
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => { silent = true; request.abort(); }, SILENCE_MS);
    };
    const lost = () => fail(new ApiError(silent ? "timeout" : navigator.onLine === false ? "offline" : "network"));
    request.upload.addEventListener("progress", (event) => {
      wait();
      if (event.lengthComputable) progress(event.loaded / event.total);
    });
    request.addEventListener("error", lost);
    request.addEventListener("abort", lost);
    request.addEventListener("load", () => {
      if (request.status >= 200 && request.status < 300) done();
      else fail(new ApiError("problem", { status: request.status }));
    });
    request.addEventListener("loadend", () => clearTimeout(timer));
    signal.addEventListener("abort", () => request.abort());
    request.open("POST", url);
    wait();
    request.send(formOf(fields, content));
  });
}

/** The only caller of the API. Every failure is an `ApiError`, so that pages can say plainly what happened. */

import { config } from "./config.js";
import { language } from "./i18n.js";

const TIMEOUT_MS = 30_000;

/**
 * `kind` is `offline`, `timeout` or `network` when no answer came (the server may have acted all the same), and
 * `problem` when it answered; then `status`, `title`, `detail`, `errors` and `retryAfter` (seconds) are its words.
 */
export class ApiError extends Error {
  constructor(kind, { status = 0, problem = {}, retryAfter = null } = {}) {
    super(problem.title ?? kind);
    this.kind = kind;
    this.status = status;
    this.type = problem.type ?? "";
    this.title = problem.title ?? "";
    this.detail = problem.detail ?? "";
    this.errors = Array.isArray(problem.errors) ? problem.errors : [];
    this.retryAfter = retryAfter;
  }

  /** Nobody can tell whether the server acted: the same request may be sent again with the same key. */
  get uncertain() {
    return this.kind !== "problem" || this.status >= 500;
  }
}

async function send(method, url, { headers = {}, body, page = false } = {}) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
  const options = { method, headers: { Accept: "application/json", "Accept-Language": language, ...headers } };
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  try {
    const response = await fetch(url, { ...options, signal: abort.signal, cache: "no-store", credentials: "omit" });
    return page && response.ok ? await response.text() : await read(response);
  } catch (error) {
    if (error instanceof ApiError) throw error;
    if (abort.signal.aborted) throw new ApiError("timeout");
    throw new ApiError(navigator.onLine === false ? "offline" : "network");
  } finally {
    clearTimeout(timer);
  }
}

async function read(response) {
  const text = await response.text();
  let data = null;
  try {
    data = text ? JSON.parse(text) : {};
  } catch {
    data = null;
  }
  if (response.ok && data !== null) return data;
  const retryAfter = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  const details = { problem: data ?? {}, retryAfter: Number.isNaN(retryAfter) ? null : retryAfter };
  throw new ApiError("problem", { ...details, status: response.ok ? 502 : response.status });
}

const call = (method, path, options) => send(method, config.apiBase + path, options);
const part = encodeURIComponent;
const bearer = (token) => ({ Authorization: `Bearer ${token}` });

export const getHealth = () => call("GET", "/health");
export const getRulebook = () => call("GET", "/rulebook");
export const getUnits = () => call("GET", "/units");
/** Nothing has been published there yet. A bucket that keeps its list of files to itself answers 403 for it. */
export const isAbsent = (error) => error.status === 404 || error.status === 403;
export const getPublished = (name) => send("GET", `${config.dataBase}/${name}`);

export const postLetter = (letter, key) =>
  call("POST", "/letters", { body: letter, headers: { "Idempotency-Key": key } });

/** The words that the public would read of `{subject, body, writer}`. Keeps nothing. */
export const postPreview = (letter) => call("POST", "/previews", { body: letter });

export const getChallenge = () => call("GET", "/challenge");

/** Announces a file `{name, type, size}`; the answer says where it goes. */
export const postUpload = (file) => call("POST", "/uploads", { body: file });

export const getLetter = (trackingCode, queryCode) =>
  call("GET", `/letters/${part(trackingCode)}`, { headers: { "Query-Code": queryCode } });

export const postWriterMove = (trackingCode, queryCode, move, body, { version, key }) =>
  call("POST", `/letters/${part(trackingCode)}/moves/${part(move)}`, {
    body, headers: { "Query-Code": queryCode, "If-Match": String(version), "Idempotency-Key": key },
  });

export const getDesk = (token) => call("GET", "/desk", { headers: bearer(token) });

export const getDeskLetter = (token, trackingCode) =>
  call("GET", `/desk/letters/${part(trackingCode)}`, { headers: bearer(token) });

export const postDeskMove = (token, trackingCode, move, body, { version, key }) =>
  call("POST", `/desk/letters/${part(trackingCode)}/moves/${part(move)}`, {
    body, headers: { ...bearer(token), "If-Match": String(version), "Idempotency-Key": key },
  });

export const postDeskCode = (token, trackingCode, move) =>
  call("POST", `/desk/letters/${part(trackingCode)}/codes`, { body: { move }, headers: bearer(token) });

export const postDeputy = (token, deputy) => call("POST", "/desk/deputy", { body: deputy, headers: bearer(token) });
export const deleteDeputy = (token) => call("DELETE", "/desk/deputy", { headers: bearer(token) });

export const postMessageSeen = (token, id) =>
  call("POST", `/desk/messages/${part(id)}/seen`, { body: {}, headers: bearer(token) });

export const getForms = (token, trackingCode) =>
  call("GET", `/desk/letters/${part(trackingCode)}/forms`, { headers: bearer(token) });

/** A printable page, as HTML text: a form of a letter, or the register of a month. */
export const getForm = (token, trackingCode, form, nth) =>
  call("GET", `/desk/letters/${part(trackingCode)}/forms/${part(form)}/${part(nth)}`, { headers: bearer(token), page: true });

/** A page of an office's letters of a month ("2026-11"), open or finished. */
export const getArchive = (token, month, after) =>
  call("GET", `/desk/archive?month=${part(month)}${after ? `&after=${part(after)}` : ""}`, { headers: bearer(token) });

export const getMonthRegister = (token, month, after) =>
  call("GET", `/desk/archive/register?month=${part(month)}${after ? `&after=${part(after)}` : ""}`, { headers: bearer(token), page: true });

export const getDeskReports = (token) => call("GET", "/desk/reports", { headers: bearer(token) });

/** A letter that came by telephone, on paper or by another site, written down by a clerk. */
export const postDeskLetter = (token, letter, key) =>
  call("POST", "/desk/letters", { body: letter, headers: { ...bearer(token), "Idempotency-Key": key } });

export const postDeskLink = (email) => call("POST", "/desk/links", { body: { email } });

/** Sends one file to where the API says. Photographs go smaller, and without the place where they were taken. */

import { ApiError, postUpload } from "../shared/api.js";
import { sendFile } from "../shared/send_file.js";
import { t } from "../shared/i18n.js";
import { smaller } from "./shrink.js";
import { sizeText } from "./size.js";

/** A file that will never be taken, in words. */
class Refused extends ApiError {
  constructor(words) {
    super("problem", { status: 422 });
    this.refused = words;
  }
}

const extensionOf = (name) => (/\.([^.]+)$/.exec(name)?.[1] ?? "").toLowerCase();

function typeOf(name, limits) {
  const type = limits.types.find(({ extensions }) => extensions.includes(extensionOf(name)))?.type;
  if (!type) throw new Refused(t("files.bad_type", { types: limits.types.flatMap(({ extensions }) => extensions).join(t("common.list")) }));
  return type;
}

/**
 * `on(state)`, `progress(0 to 1)` and `resized(bytes)` are told how it goes. Answers `{id, kept}`; `kept` says that a picture
 * could not be read here and went as it was. Throws an ApiError; one with `refused` will not get better.
 */
export async function upload(file, name, { limits, signal, on, progress, resized }) {
  const type = typeOf(name, limits);
  if (file.size === 0) throw new Refused(t("files.empty"));
  const picture = type.startsWith("image/") ? await smaller(file) : null;
  const content = picture ?? file;
  if (content.size > limits.max_bytes) throw new Refused(t("files.too_large", { size: sizeText(limits.max_bytes) }));
  if (signal.aborted) return null;
  resized(content.size);
  const sentAs = picture ? { name: name.replace(/\.[^.]+$/, ".jpg"), type: picture.type } : { name, type };
  on("uploading");
  const offer = await asked({ ...sentAs, size: content.size });
  if (signal.aborted) return null;
  await sendFile(offer, content, { progress, signal });
  return { id: offer.id, kept: type.startsWith("image/") && !picture };
}

async function asked(described) {
  try {
    return await postUpload(described);
  } catch (error) {
    if (error.status !== 422) throw error;
    throw new Refused(error.errors?.[0]?.message ?? error.detail);
  }
}

/** How large a file is, in words. */

const MEGABYTE = 1_048_576;

export function sizeText(bytes) {
  return bytes >= MEGABYTE ? `${Math.round((bytes / MEGABYTE) * 10) / 10} MB` : `${Math.max(1, Math.round(bytes / 1024))} KB`;
}

/** A QR code as SVG: square modules, black on white, in any size. */

import { generate } from "lean-qr";
import { toSvg } from "lean-qr/extras/svg";

/** `label` is what is read out in its place. */
export function qrCode(text, label) {
  const image = toSvg(generate(text), document, { on: "#000", off: "#fff", pad: 4 });
  image.setAttribute("class", "qr");
  image.setAttribute("role", "img");
  image.setAttribute("aria-label", label);
  return image;
}

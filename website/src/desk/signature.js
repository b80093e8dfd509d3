/**
 * A signature by hand: drawn with finger, pen or mouse, or a picture of one on paper. Read as a PNG or JPEG data address.
 * With the keyboard alone, the picture or the exception beside it is the way.
 */

import { fill, h } from "../shared/dom.js";
import { t } from "../shared/i18n.js";

const WIDTH = 600;
const HEIGHT = 220;
const INK = 3;
const MAX_BYTES = 100_000;

const bytesOf = (address) => Math.floor((address.length - address.indexOf(",") - 1) * 0.75);

/** A file as a picture no wider than the pad, as JPEG where PNG would be too large. */
async function pictureOf(file) {
  const image = await createImageBitmap(file);
  const scale = Math.min(1, WIDTH / image.width, (2 * HEIGHT) / image.height);
  const canvas = h("canvas", { width: Math.round(image.width * scale), height: Math.round(image.height * scale) });
  const paper = canvas.getContext("2d");
  paper.fillStyle = "#fff";
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.drawImage(image, 0, 0, canvas.width, canvas.height);
  const png = canvas.toDataURL("image/png");
  return bytesOf(png) <= MAX_BYTES ? png : canvas.toDataURL("image/jpeg", 0.7);
}

function pad(changed) {
  const canvas = h("canvas", { width: WIDTH, height: HEIGHT, class: "pad", role: "img", "aria-label": t("signature.pad") });
  const paper = canvas.getContext("2d");
  let drawing = false;
  let marks = 0;
  const clear = () => { paper.fillStyle = "#fff"; paper.fillRect(0, 0, WIDTH, HEIGHT); marks = 0; };
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * WIDTH, ((event.clientY - box.top) / box.height) * HEIGHT];
  };
  canvas.addEventListener("pointerdown", (event) => {
    drawing = true;
    canvas.setPointerCapture(event.pointerId);
    paper.beginPath();
    paper.moveTo(...at(event));
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    paper.lineTo(...at(event));
    paper.lineWidth = INK;
    paper.lineCap = "round";
    paper.strokeStyle = "#111";
    paper.stroke();
    marks += 1;
  });
  const end = () => { if (drawing) { drawing = false; changed(marks > 4 ? canvas.toDataURL("image/png") : ""); } };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
  clear();
  return { canvas, clear };
}

/** The field's control: `{element, read, write, showError, target}` like those of `fields.js`. */
export function signatureField(field, id) {
  let value = "";
  const shown = h("div", { class: "signature-shown", "aria-live": "polite" });
  const error = h("p", { class: "field-error", id: `${id}-error`, hidden: true });
  const set = (address) => { value = address; fill(shown, address ? h("img", { src: address, alt: t("signature.yours") }) : null); };
  const drawn = pad((address) => { value = address; fill(shown); });
  const upload = h("input", { type: "file", id, class: "visually-hidden", accept: "image/png,image/jpeg", "aria-describedby": `${id}-help ${id}-error` });
  const showError = (message) => { fill(error, message); error.hidden = !message; element.classList.toggle("invalid", Boolean(message)); };
  upload.addEventListener("change", async () => {
    const [file] = upload.files;
    if (!file) return;
    try {
      drawn.clear();
      set(await pictureOf(file));
      showError("");
    } catch {
      showError(t("signature.not_a_picture"));
    }
    element.dispatchEvent(new Event("input", { bubbles: true }));
  });
  const again = h("button", { type: "button", class: "link", on: { click: () => { drawn.clear(); upload.value = ""; set(""); } } }, t("signature.clear"));
  const element = h("fieldset", { class: "field signature", tabindex: "-1" },
    h("legend", null, field.title, field.required ? null : h("span", { class: "optional" }, t("common.optional"))),
    h("p", { class: "help", id: `${id}-help` }, field.help || t("signature.help")), error, drawn.canvas, shown,
    h("p", null, again), upload, h("label", { for: id, class: "button secondary" }, t("signature.upload")));
  return { element, showError, read: () => value, write: (address) => set(address ?? ""), target: element };
}

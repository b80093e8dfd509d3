/**
 * A photograph drawn anew: no longer than 2560 pixels on a side, as JPEG. What a camera writes beside the picture (where and when
 * it was taken, by which device) does not come along.
 */

const LONGEST = 2560;
const QUALITY = 0.85;

async function decoded(file) {
  if (window.createImageBitmap) {
    try {
      return await createImageBitmap(file, { imageOrientation: "from-image" });
    } catch {
      // Some browsers know this option, or this kind of picture, in an <img> only.
    }
  }
  const image = new Image();
  const address = URL.createObjectURL(file);
  try {
    image.src = address;
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** Browsers set against fingerprints give back noise for what was drawn. */
function drawsTrue() {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 4;
  const paper = canvas.getContext("2d");
  paper.fillStyle = "#c83214";
  paper.fillRect(0, 0, 4, 4);
  return paper.getImageData(0, 0, 4, 4).data.every((value, index) => value === [200, 50, 20, 255][index % 4]);
}

/** The picture as a JPEG, or null where this browser cannot read or draw it. */
export async function smaller(file) {
  const image = await decoded(file).catch(() => null);
  if (!image || !drawsTrue()) return null;
  const width = image.naturalWidth ?? image.width;
  const height = image.naturalHeight ?? image.height;
  const scale = Math.min(1, LONGEST / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const paper = canvas.getContext("2d");
  paper.fillStyle = "#fff";
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close?.();
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
}

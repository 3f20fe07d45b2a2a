// Files that come from a person and go to one.

/** A Blob's bytes, as they are sent to the server; "" if the browser can no longer read it, of which the server says what to do. */
function base64(blob) {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => resolve("");
    reader.readAsDataURL(blob);
  });
}

/** Whether a file is larger than the server takes one; it would not even answer. */
const tooLarge = ({ size }) => size > data.photo_bytes;
const tooLargeWords = () => t("file_too_large", { megabytes: Math.round(data.photo_bytes / 2 ** 20) });

/** A picture of at most so many pixels a side, as a Blob. */
function reduced(picture, edge, type = "image/jpeg") {
  const scale = Math.min(1, edge / Math.max(picture.width, picture.height));
  const canvas = make("canvas", { width: Math.max(1, Math.round(scale * picture.width)), height: Math.max(1, Math.round(scale * picture.height)) });
  const brush = canvas.getContext("2d");
  brush.imageSmoothingQuality = "high";
  if (type === "image/jpeg") {  // what is clear is white, as the server takes it
    brush.fillStyle = "white";
    brush.fillRect(0, 0, canvas.width, canvas.height);
  }
  brush.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, type, 0.94));
}

/** Give the person a file. file: a Blob, or a data URI. */
async function download({ name, file }) {
  const url = URL.createObjectURL(typeof file === "string" ? await (await fetch(file)).blob() : file);
  make("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

/** Whether this browser can hand pictures to other apps, as phones do. */
const canShare = () => navigator.canShare?.({ files: [new File([], "avatar.png", { type: "image/png" })] }) ?? false;

/** Offer a file to other apps. False if the browser would not; a person who chose none of them did decide. file: a data URI. */
async function shared({ name, file }) {
  const blob = await (await fetch(file)).blob();
  try {
    await navigator.share({ files: [new File([blob], name, { type: blob.type })] });
    return true;
  } catch (error) { return error.name === "AbortError"; }
}

const weightsUri = (file) => `data:application/octet-stream;base64,${file}`;

/** What the file of something that was learned is called. */
const weightsName = (name, otherwise) => `${name.replace(/[^\p{L}\p{N}-]+/gu, "-") || otherwise}.safetensors`;

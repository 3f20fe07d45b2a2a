// Files that come from a person and go to one.
const LARGE_BYTES = 1.5 * 2 ** 20;  // what is larger, and larger than the server looks at, is reduced before it is sent

/** A Blob's bytes, as they are sent to the server; "" if the browser can no longer read it, of which the server says what to do. */
function base64(blob) {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => resolve("");
    reader.readAsDataURL(blob);
  });
}

/** A photo as it is sent: a JPEG without what its camera wrote beside the picture, the place too, and a large picture reduced, which is as much as the server looks at. What a model made
    may carry an avatar's code, and travels whole; so does, with `clear`, what may be clear in places. picture: its ImageBitmap, or null. */
async function lighter(blob, picture, clear = false) {
  const { edge } = data.limits, large = blob.size > LARGE_BYTES && picture && Math.max(picture.width, picture.height) > edge;
  const anew = picture && (await isJpeg(blob) || large && !clear) && !(await blob.text()).includes("AIGC");
  if (!anew) return blob;
  return await reduced(picture, large ? edge : Infinity) ?? reduced(picture, edge);  // some browsers draw no canvas of more than 16 megapixels
}

async function isJpeg(blob) {
  const [first, second] = new Uint8Array(await blob.slice(0, 2).arrayBuffer());
  return first === 0xff && second === 0xd8;
}

/** A picture's bytes as base64 gives them, of a JPEG no more than the picture. */
async function bareBase64(file) {
  const picture = await createImageBitmap(file).catch(() => null);
  try { return await base64(await lighter(file, picture, true).catch(() => file)); } finally { picture?.close(); }
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
  return new Promise((resolve) => canvas.toBlob(resolve, type, 0.95));
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

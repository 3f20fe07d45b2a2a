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

/** A file as it is sent: a JPEG without what stands beside its picture, such as the place where it was taken; its pixels stay as they are. What a model made may carry an avatar's
    code, and travels whole. Rejects what can no longer be read. */
async function bare(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return bytes[0] === 0xff && bytes[1] === 0xd8 && !(await saysMade(blob)) ? new Blob(bareJpeg(bytes), { type: "image/jpeg" }) : blob;
}

const saysMade = async (blob) => (await blob.text()).includes("AIGC");

const bareBase64 = (blob) => seenByAll(blob).then(bare).then(base64, () => "");

/** Whether a picture is of a kind that the server does not read, but perhaps the browser: Safari all of these. */
const isRare = ({ type }) => /^image\/(hei[cf]|avif|jxl|tiff)/.test(type);

/** Such a picture as a JPEG; any other, or where that cannot be made, as it is. */
async function seenByAll(blob) {
  const picture = READS_BACK && isRare(blob) && await createImageBitmap(blob).catch(() => null);
  return picture ? reduced(picture, data.limits.edge) : blob;
}

/** The parts of a JPEG that its picture is decoded from, as the server keeps them too, and which way is up: no other EXIF, no comment, nothing behind its end. */
function bareJpeg(bytes) {
  const kept = [bytes.subarray(0, 2)];
  for (let at = 2, scans = false; ;) {
    let marker = bytes.indexOf(0xff, at), kind = bytes[marker + 1];
    while (marker >= 0 && (kind === 0xff || scans && (kind === 0 || kind >= 0xd0 && kind <= 0xd7))) {  // a scan's own
      marker = bytes.indexOf(0xff, marker + 1);
      kind = bytes[marker + 1];
    }
    const here = marker < 0 ? bytes.length : marker;
    if (scans) kept.push(bytes.subarray(at, here));
    if (kind === 0xd9 && marker >= 0) return [...kept, Uint8Array.of(0xff, 0xd9)];
    if (here + 4 > bytes.length) return kept;  // cut short
    at = here + 2 + (bytes[here + 2] << 8 | bytes[here + 3]);
    const segment = bytes.subarray(here, at), beside = kind === 0xfe || kind >= 0xe1 && kind <= 0xef && kind !== 0xee;  // 0xee says what its colours are
    if (!beside) kept.push(segment);
    else if (kind === 0xe1 && String.fromCharCode(...segment.subarray(4, 10)) === "Exif\0\0") kept.push(upright(segment));
    scans ||= kind === 0xda;
  }
}

/** A segment of EXIF that says no more than another: which way is up. */
function upright(exif) {
  const view = new DataView(exif.buffer, exif.byteOffset, exif.byteLength);
  let way = 1;
  try {
    const little = view.getUint16(10) === 0x4949, first = 10 + view.getUint32(14, little);
    for (let k = view.getUint16(first, little), entry = first + 2; k > 0; k -= 1, entry += 12) if (view.getUint16(entry, little) === 0x112) way = view.getUint16(entry + 8, little);
  } catch { /* it ends too early */ }
  return Uint8Array.of(0xff, 0xe1, 0, 34, ...[..."Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0"].map((letter) => letter.charCodeAt(0)), way, 0, 0, 0, 0, 0, 0, 0);
}

/** Whether a file is larger than the server takes one; it would not even answer. */
const tooLarge = ({ size }) => size > data.photo_bytes;
const tooLargeWords = () => t("file_too_large", { megabytes: Math.round(data.photo_bytes / 2 ** 20) });

/** Whether what is drawn on a canvas can be read back. Browsers that hide who one is answer noise: Tor's and LibreWolf nothing else, but Brave and Safari's private
    windows so little that nobody sees it. */
const READS_BACK = (() => {
  const brush = make("canvas", { width: 16, height: 16 }).getContext("2d"), colour = [128, 64, 32, 255];
  brush.fillStyle = "#804020";
  brush.fillRect(0, 0, 16, 16);
  return brush.getImageData(0, 0, 16, 16).data.every((value, place) => Math.abs(value - colour[place % 4]) < 16);
})();

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

/** Whether the page stands in another app's own browser, such as WeChat's or Instagram's, which takes no downloads. Android calls them "wv"; on iOS they are not Safari. */
const IN_APP = /; wv\)|MicroMessenger|\bQQ\/|Weibo|DingTalk|AlipayClient|Instagram|FBA[NV]|\bLine\/|^(?=.*iP(hone|ad|od))(?!.*Safari\/)/.test(navigator.userAgent);

/** Give the person a file: false where only a picture can be had, by holding it. file: a Blob, or a data URI. */
async function download({ name, file }) {
  if (IN_APP && name.endsWith(".safetensors")) return tell(() => t("own_elsewhere"), "error");
  if (IN_APP) return toHold(file);
  const url = URL.createObjectURL(typeof file === "string" ? await (await fetch(file)).blob() : file);
  make("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);  // iOS asks first
  return true;
}

/** Show a picture large, for a finger to hold until the app offers to save it. */
function toHold(file) {
  if (/^data:image/.test(file)) {
    part("hold-picture").src = file;
    part("hold").showModal();
  } else tell(() => t("save_elsewhere"), "error");
  return false;
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

// A camera in a <video>: asked for once, and off as soon as nobody looks.
/** Show what the camera sees in a <video>. False when there is none to use; null when it was closed, or is still asked for. */
async function startCamera(video) {
  if (video.asked) return null;
  video.asked = true;
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user", width: { ideal: 1280 } }, audio: false });
    if (!video.asked) {
      endStream(stream);
      return null;
    }
    endStream(video.srcObject);
    video.muted = true;
    video.srcObject = stream;
    await video.play();
    return true;
  } catch {
    const wanted = video.asked;
    stopCamera(video);
    return wanted ? false : null;
  } finally {
    video.asked = false;
  }
}

/** Where the browser lets no page look through the camera, outside https and localhost, the phone's own camera brings a picture, or a chooser of files does. */
function askForPicture(take) {
  lens.onchange = () => {
    const [file] = lens.files;
    lens.value = "";
    if (file) take(file);
  };
  lens.click();
}

const lens = make("input", { type: "file", accept: "image/*", capture: "user" });  // kept: a browser forgets one that nobody holds

function stopCamera(video) {
  video.asked = false;
  endStream(video.srcObject);
  video.srcObject = null;
}

/** Whether a picture can be taken here; else the phone's own camera does. */
const seesCamera = () => Boolean(navigator.mediaDevices) && READS_BACK;

/** A stream that is not ended keeps the camera's light on. */
const endStream = (stream) => stream?.getTracks().forEach((track) => track.stop());

/** What a <video> shows just now, as a Blob. */
function snapshot(video, type) {
  const canvas = make("canvas", { width: video.videoWidth, height: video.videoHeight });
  canvas.getContext("2d").drawImage(video, 0, 0);
  return new Promise((resolve) => canvas.toBlob(resolve, type, 0.95));
}

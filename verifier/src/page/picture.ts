import decodeQR from "qr/decode.js";

/** Larger pictures are made smaller: a code that fills a paper is still read, and a phone's photo takes no second. */
const SIDE_MAX = 1600;
const READING_MAX_MS = 2_000;

/** The text of the QR code in a picture; null when there is none to be read. */
export function readPixels(image: ImageData, timeLimit = READING_MAX_MS): string | null {
  try {
    return decodeQR(image, { timeLimit, effort: 8 });
  } catch {
    return null;
  }
}

/** Draws a picture or a camera's image and reads it, at its own size and then smaller. */
export async function readPicture(file: Blob): Promise<string | null> {
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (bitmap === null) return null;
  const side = Math.max(bitmap.width, bitmap.height);
  for (const size of [Math.min(side, SIDE_MAX), Math.min(side, SIDE_MAX / 2), Math.min(side, SIDE_MAX * 2)]) {
    const text = readPixels(pixels(bitmap, bitmap.width * (size / side), bitmap.height * (size / side)));
    if (text !== null) return text;
  }
  return null;
}

export function pixels(source: CanvasImageSource, width: number, height: number): ImageData {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.max(1, Math.round(width)), Math.max(1, Math.round(height))];
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  // What is transparent counts as paper.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/** Looks through the camera until a code is found, or the signal ends it; null when the camera did not open. */
export async function readCamera(video: HTMLVideoElement, signal: AbortSignal): Promise<string | null> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).catch(() => null);
  if (stream === null) return null;
  try {
    video.srcObject = stream;
    await video.play();
    while (!signal.aborted) {
      const scale = Math.min(1, 960 / Math.max(video.videoWidth, video.videoHeight, 1));
      const text = video.videoWidth === 0 ? null
        : readPixels(pixels(video, video.videoWidth * scale, video.videoHeight * scale), 120);
      if (text !== null) return text;
      await new Promise((next) => setTimeout(next, 150));
    }
    return null;
  } finally {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  }
}

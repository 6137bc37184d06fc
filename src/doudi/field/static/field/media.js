// Photos, voice and signatures: made small on the phone, without what the camera writes beside the picture.

const LIMIT = 400 * 1024;
const LONGEST_MS = 60_000;

const hex = (buffer) => [...new Uint8Array(buffer)].map((b) => b.toString(16).padStart(2, "0")).join("");
export const digest = async (bytes) => hex(await crypto.subtle.digest("SHA-256", bytes));

const drawn = (source, longest) => {
  const scale = Math.min(1, longest / Math.max(source.width, source.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(source.width * scale));
  canvas.height = Math.max(1, Math.round(source.height * scale));
  canvas.getContext("2d").drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
};
const blobOf = (canvas, type, quality) => new Promise((resolve) => canvas.toBlob(resolve, type, quality));

/** A photo as JPEG of at most 400 KB, and a small picture of it. */
export const photo = async (file) => {
  const source = await createImageBitmap(file);
  for (const [longest, quality] of [[1600, 0.8], [1600, 0.6], [1280, 0.6], [1024, 0.5], [800, 0.4]]) {
    const blob = await blobOf(drawn(source, longest), "image/jpeg", quality);
    if (blob && blob.size <= LIMIT) {
      const thumb = drawn(source, 152).toDataURL("image/jpeg", 0.6);
      source.close();
      return { bytes: new Uint8Array(await blob.arrayBuffer()), thumb };
    }
  }
  throw new Error("照片太大，请重新拍");
};

/** Where we are, if the phone knows within a few seconds; a visit does not wait for satellites. */
export const whereabouts = () => new Promise((resolve) => {
  if (!navigator.geolocation) { resolve(null); return; }
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => resolve({ lat: coords.latitude, lon: coords.longitude, accuracy: Math.round(coords.accuracy) }),
    () => resolve(null), { timeout: 8_000, maximumAge: 120_000, enableHighAccuracy: true });
});

export const canRecord = () => Boolean(navigator.mediaDevices?.getUserMedia && globalThis.MediaRecorder);

/** Start a voice note; `stop()` gives its bytes. A minute at most. */
export const recording = async () => {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const type = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"].find((t) => MediaRecorder.isTypeSupported(t));
  const recorder = new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: 24_000 });
  const parts = [], began = Date.now();
  recorder.ondataavailable = (event) => parts.push(event.data);
  const ended = new Promise((resolve) => { recorder.onstop = resolve; });
  recorder.start();
  const timer = setTimeout(() => recorder.state === "recording" && recorder.stop(), LONGEST_MS);
  return {
    ended,
    async stop() {
      clearTimeout(timer);
      if (recorder.state === "recording") recorder.stop();
      await ended;
      stream.getTracks().forEach((track) => track.stop());
      return { bytes: new Uint8Array(await new Blob(parts).arrayBuffer()), seconds: Math.round((Date.now() - began) / 1000) };
    },
  };
};

/** A pad to sign on. `onink(dataUrl)` after every stroke, "" when cleared. */
export const pad = (canvas, onink) => {
  canvas.width = 600;
  canvas.height = 300;
  const pen = canvas.getContext("2d");
  Object.assign(pen, { lineWidth: 4, lineCap: "round", lineJoin: "round", strokeStyle: "#17212c" });
  let last = null;
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height];
  };
  const stroke = (event) => {
    const point = at(event);
    pen.beginPath();
    pen.moveTo(...(last ?? point));
    pen.lineTo(point[0] + 0.1, point[1]);
    pen.stroke();
    last = point;
  };
  const lift = () => { if (last) { last = null; onink(canvas.toDataURL("image/png")); } };
  canvas.addEventListener("pointerdown", (event) => { canvas.setPointerCapture(event.pointerId); stroke(event); });
  canvas.addEventListener("pointermove", (event) => { if (last) stroke(event); });
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  return () => { pen.clearRect(0, 0, canvas.width, canvas.height); onink(""); };
};

export const bytesOf = (dataUrl) => Uint8Array.from(atob(dataUrl.slice(dataUrl.indexOf(",") + 1)), (c) => c.charCodeAt(0));

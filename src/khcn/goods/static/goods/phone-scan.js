// Reads the code of a label with the camera, where the browser can; elsewhere it is typed.
const PAUSE = 200; // milliseconds between two looks

// GTIN and lot of a Digital Link (AI 01 and 10), whatever the host; null for anything else.
export function readCode(text) {
  const found = /\/01\/(\d{8,14})\/10\/([^/?#]+)/.exec(text);
  if (!found) return null;
  try {
    return { gtin: found[1].padStart(14, "0"), lot: decodeURIComponent(found[2]) };
  } catch {
    return null;
  }
}
// Whether a code names the lot of such a path: as an address, or as the data of a DataMatrix, where one number follows the other.
export function names(text, path) {
  const [read, wanted] = [readCode(text), readCode(path)];
  if (read) return read.gtin === wanted.gtin && read.lot === wanted.lot;
  const data = text.replace(/[()\s]/g, "");
  return data.includes(`01${wanted.gtin}`) && data.includes(`10${wanted.lot}`);
}
// The number of a package (AI 00): in an address, as the data of a bar code, or as people type it; null for anything else.
export function readPackage(text) {
  const found = /\/00\/(\d{18})(?!\d)/.exec(text) ?? /^(?:00)?(\d{18})$/.exec(text.replace(/[().\s-]/g, ""));
  return found ? found[1] : null;
}
// The `text` of a code, "" where the person stopped; or `why` there is none: the name of a sentence.
export async function scan(video, part) {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return { why: "noCamera" };
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch (fault) {
    return { why: fault.name === "NotAllowedError" || fault.name === "SecurityError" ? "cameraDenied" : "noCamera" };
  }
  const detector = new BarcodeDetector({ formats: ["qr_code", "data_matrix"] });
  let stopped = false;
  part.querySelector("button").onclick = () => { stopped = true; };
  part.hidden = false;
  video.srcObject = stream;
  try {
    await video.play();
    while (!stopped) {
      const [code] = await detector.detect(video);
      if (code) return { text: code.rawValue };
      await new Promise((resolve) => { setTimeout(resolve, PAUSE); });
    }
    return { text: "" };
  } catch {
    return { why: "noCamera" };
  } finally {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
    part.hidden = true;
  }
}

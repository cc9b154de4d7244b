// Runs in a thread of its own: reads a PDF or an Office document into text, and tells that or why it cannot.
import { parentPort, workerData } from "node:worker_threads";
import { Unreadable } from "./documents/unreadable.mjs";

const { bytes, mostCharacters } = workerData;
const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;

async function read() {
  try {
    const document = isZip
      ? await (await import("./documents/office.mjs")).readOffice(bytes, mostCharacters)
      : await (await import("./documents/pdf.mjs")).readPdf(bytes, mostCharacters);
    return document.text.trim() === "" ? { why: "noText" } : document;
  } catch (error) {
    return { why: error instanceof Unreadable ? error.why : "broken" };
  }
}

parentPort.postMessage(await read());

// Keeps a parser from taking memory that the limits of its thread do not count: that of large arrays of bytes.
import process from "node:process";
import { parentPort } from "node:worker_threads";

const LARGEST_ARRAY_BYTES = 128 * 1024 * 1024;

/** Ends the thread, with the reason, when something in it wants an array of more than `largest` bytes. */
export function limitArrays(largest = LARGEST_ARRAY_BYTES) {
  const Original = globalThis.Uint8Array;
  globalThis.Uint8Array = new Proxy(Original, {
    construct(target, parameters, constructed) {
      if (typeof parameters[0] === "number" && parameters[0] > largest) {
        parentPort?.postMessage({ why: "tooHeavy" });
        process.exit(); // of the thread alone; an exception would be caught by the parser, which would go on
      }
      return Reflect.construct(target, parameters, constructed === globalThis.Uint8Array ? target : constructed);
    },
  });
}

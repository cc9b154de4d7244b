// Makes the identifiers of the simulated cloud: random ones for what happens, stable ones for what exists.
import { createHash, randomBytes, randomInt } from "node:crypto";

export function randomId(prefix = ""): string {
  return prefix + randomBytes(16).toString("hex");
}

/** The same parts give the same id, so that a person or a chat survives a restart of the cloud. */
export function stableId(prefix: string, ...parts: string[]): string {
  return prefix + createHash("sha256").update(parts.join("\u0000")).digest("hex").slice(0, 32);
}

export function randomDigits(length: number): string {
  return Array.from({ length }, (_, index) => randomInt(index === 0 ? 1 : 0, 10)).join("");
}

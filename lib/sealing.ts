// Encrypts what must not be read from the database: AES-256-GCM, each value bound to the place where it is kept.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { AppError } from "@/lib/errors";

const VERSION = "v1";
const IV_BYTES = 12; // what NIST SP 800-38D recommends for GCM
const TAG_BYTES = 16;

export type Sealer = {
  /** `place` names the row and column, such as `bots/<id>/app-secret`; the value opens nowhere else. */
  seal(plain: string, place: string): string;
  /** Throws when the key is another one or the value was moved or changed. */
  unseal(sealed: string, place: string): string;
};

/** Derives a key for one purpose from the master key. */
export function deriveKey(masterKey: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", masterKey, "larkspur", purpose, 32));
}

export function createSealer(masterKey: string): Sealer {
  const key = deriveKey(masterKey, "sealing");
  return {
    seal(plain, place) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(place));
      const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
      return `${VERSION}.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString("base64url")}`;
    },
    unseal(sealed, place) {
      const [version, encoded = ""] = sealed.split(".");
      const bytes = Buffer.from(encoded, "base64url");
      if (version !== VERSION || bytes.length < IV_BYTES + TAG_BYTES) throw new AppError("internal", "sealBroken");
      try {
        const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, IV_BYTES));
        decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
        const body = bytes.subarray(IV_BYTES + TAG_BYTES);
        return Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8");
      } catch (cause) {
        throw new AppError("internal", "sealBroken", { cause });
      }
    },
  };
}

// Encrypts what must not be read from the database: AES-256-GCM, each value bound to the place where it is kept.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, scryptSync } from "node:crypto";
import { AppError } from "@/lib/errors";

const VERSION = "v1";
/** Under a short master key, which could otherwise be guessed at leisure by who has something that it made. */
const SLOW_VERSION = "v2";
const SHORT_KEY = 32; // characters, of which one that is made by a machine has more
const SLOWNESS = { N: 2 ** 16, r: 8, p: 1, maxmem: 2 ** 27 }; // 64 MiB and some 150 ms, once
const IV_BYTES = 12; // what NIST SP 800-38D recommends for GCM
const TAG_BYTES = 16;

export type Sealer = {
  /** `place` names the row and column, such as `bots/<id>/app-secret`; the value opens nowhere else. */
  seal(plain: string, place: string): string;
  /** Throws when the key is another one or the value was moved or changed. */
  unseal(sealed: string, place: string): string;
};

/** Derives a key for one purpose from the master key; from a short one slowly, so that guessing it is slow, too. */
export function deriveKey(masterKey: string, purpose: string): Buffer {
  return quickKey(isShort(masterKey) ? stretched(masterKey) : masterKey, purpose);
}

const isShort = (masterKey: string) => masterKey.length < SHORT_KEY;

const quickKey = (masterKey: string, purpose: string): Buffer =>
  Buffer.from(hkdfSync("sha256", masterKey, "larkspur", purpose, 32));

const known = new Map<string, string>();

function stretched(masterKey: string): string {
  const key = known.get(masterKey) ?? scryptSync(masterKey, "larkspur", 32, SLOWNESS).toString("base64");
  known.set(masterKey, key);
  return key;
}

export function createSealer(masterKey: string): Sealer {
  const newest = isShort(masterKey) ? SLOW_VERSION : VERSION;
  // What was sealed by earlier versions of Larkspur opens, too.
  const keys = new Map([
    [VERSION, quickKey(masterKey, "sealing")],
    [newest, deriveKey(masterKey, "sealing")],
  ]);
  const newestKey = deriveKey(masterKey, "sealing");
  return {
    seal(plain, place) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv("aes-256-gcm", newestKey, iv).setAAD(Buffer.from(place));
      const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
      return `${newest}.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString("base64url")}`;
    },
    unseal(sealed, place) {
      const [version = "", encoded = ""] = sealed.split(".");
      const key = keys.get(version);
      const bytes = Buffer.from(encoded, "base64url");
      if (!key || bytes.length < IV_BYTES + TAG_BYTES) throw new AppError("internal", "sealBroken");
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

// Turns passwords into hashes that say how they were made, and checks passwords against them.
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { Semaphore } from "@/lib/async";
import { tooManyRequests } from "@/lib/errors";

// OWASP's Password Storage Cheat Sheet: as strong as N=2^17, p=1, with a quarter of the memory (32 MiB).
const COST = { log2N: 15, blockSize: 8, parallelism: 3 };
const SALT_BYTES = 16;
const KEY_BYTES = 32;

// A hash occupies one of libuv's four threads and 32 MiB: a flood of sign-ins must leave some for everything else.
const AT_ONCE = 2;
const WAITING_LIMIT = 200;

const FORMAT = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

type Cost = typeof COST;

/** A PHC string such as `$scrypt$ln=15,r=8,p=3$<salt>$<key>`. `onBehalfOf`: who waits in turn with others. */
export async function hashPassword(password: string, onBehalfOf = ""): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password, salt, COST, onBehalfOf);
  const { log2N, blockSize, parallelism } = COST;
  return `$scrypt$ln=${log2N},r=${blockSize},p=${parallelism}$${unpadded(salt)}$${unpadded(key)}`;
}

/** Takes as long for a person who does not exist (`hash` undefined) as for one who does. */
export async function verifyPassword(hash: string | undefined, password: string, onBehalfOf = ""): Promise<boolean> {
  const [, log2N, blockSize, parallelism, salt, expected] = FORMAT.exec(hash ?? "") ?? [];
  if (!salt || !expected) {
    await derive(password, Buffer.alloc(SALT_BYTES), COST, onBehalfOf);
    return false;
  }
  const cost = { log2N: Number(log2N), blockSize: Number(blockSize), parallelism: Number(parallelism) };
  const wanted = Buffer.from(expected, "base64");
  const key = await derive(password, Buffer.from(salt, "base64"), cost, onBehalfOf, wanted.length);
  return timingSafeEqual(key, wanted);
}

const unpadded = (bytes: Buffer) => bytes.toString("base64").replace(/=+$/, "");

const turns = new Semaphore({ atOnce: AT_ONCE });

async function derive(password: string, salt: Buffer, cost: Cost, key: string, length = KEY_BYTES): Promise<Buffer> {
  if (turns.waiting >= WAITING_LIMIT) throw tooManyRequests(5);
  const N = 2 ** cost.log2N;
  const r = cost.blockSize;
  // Node refuses to use more than 32 MiB unless it is told; the algorithm needs 128·N·r and a little.
  const options: ScryptOptions = { N, r, p: cost.parallelism, maxmem: 2 * 128 * N * r };
  // Normalised, so that "é" typed on two keyboards is one password.
  return turns.run(() => scrypted(password.normalize("NFKC"), salt, length, options), { key });
}

const scrypted = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

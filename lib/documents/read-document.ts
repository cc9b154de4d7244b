// Reads a file that somebody sent into text: within limits of time, memory and length, and in a thread of its own where it takes a parser.
import path from "node:path";
import { Worker } from "node:worker_threads";
import { Semaphore } from "@/lib/async";
import { readPlainText } from "@/lib/documents/plain-text";
import { sniff } from "@/lib/documents/sniff";
import type { Reason } from "@/lib/errors";

export const MOST_CHARACTERS = 50_000;
const LIMIT_MS = 20_000;
const AT_ONCE = 2;
const AT_ONCE_PER_BOT = 1; // whatever one bot is sent, the others' files are read
const LOOK_MS = 50;
const HEAP_MB = 256;
/** What parsers take outside of the heap is only seen in the process as a whole. */
const MOST_GROWTH_BYTES = 700 * 1024 * 1024;

export type ReadDocument = {
  /** Markdown, with headings and tables, where the document has any. */
  text: string;
  isCut: boolean;
  /** Some characters could not be read; "�" stands for them. */
  isDamaged?: boolean;
  pages?: number;
  /** At which character each page begins, of those that were read. */
  pageStarts?: number[];
};
export type DocumentResult = { ok: true; document: ReadDocument } | { ok: false; reason: Reason };

type Options = {
  signal?: AbortSignal;
  /** For whom it is read: the files of one bot do not keep those of another waiting. */
  botId?: string;
  limitMs?: number;
};

/** Never throws for what is in the file, only the signal's reason; `name` is for the words of the reason alone. */
export async function readDocument(bytes: Uint8Array, name: string, options: Options = {}): Promise<DocumentResult> {
  const { kind } = sniff(bytes);
  switch (kind) {
    case "pdf":
    case "zip":
      return parsed(bytes, name, options);
    case "image":
      return no("imageAsFile", name);
    case "oldOffice":
    case "encryptedOffice":
    case "rtf":
      return no(kind === "encryptedOffice" ? "encrypted" : "oldFormat", name);
    case "other": {
      const plain = bytes.byteLength === 0 ? undefined : readPlainText(bytes);
      return plain ? within(plain, name) : no(bytes.byteLength === 0 ? "empty" : "notText", name);
    }
  }
}

const no = (why: string, name: string): DocumentResult => ({
  ok: false,
  reason: { code: `reading.${why}`, params: { name } },
});

function within({ text, isCut, ...more }: ReadDocument, name: string): DocumentResult {
  const tidy = text.replace(/\r\n?/g, "\n").trim();
  if (tidy === "") return no("empty", name);
  const isLong = tidy.length > MOST_CHARACTERS;
  const kept = isLong ? tidy.slice(0, MOST_CHARACTERS).replace(/[\ud800-\udbff]$/, "") : tidy;
  return { ok: true, document: { ...more, text: kept, isCut: isCut || isLong } };
}

const turns = new Semaphore({ atOnce: AT_ONCE, atOncePerKey: AT_ONCE_PER_BOT });

async function parsed(bytes: Uint8Array, name: string, options: Options): Promise<DocumentResult> {
  const told = await turns.run(() => inThread(bytes, options), { key: options.botId, signal: options.signal });
  return "why" in told ? no(told.why, name) : within(told, name);
}

type Told = ReadDocument | { why: string };

// The path is put together at run time: the parsers are no part of the bundle, and are only loaded in the thread.
const script = () => path.join(/* turbopackIgnore: true */ process.cwd(), "scripts", "read-document.mjs");

function inThread(bytes: Uint8Array, { signal, limitMs = LIMIT_MS }: Options): Promise<Told> {
  const copy = new Uint8Array(bytes);
  const worker = new Worker(/* turbopackIgnore: true */ script(), {
    workerData: { bytes: copy, mostCharacters: MOST_CHARACTERS },
    transferList: [copy.buffer],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
    env: {},
    stdin: false,
    stdout: true,
    stderr: true,
  });
  return watched(worker, limitMs, signal).finally(() => void worker.terminate());
}

/** What the thread tells, or why it is not waited for any longer. */
async function watched(worker: Worker, limitMs: number, signal: AbortSignal | undefined): Promise<Told> {
  const before = process.memoryUsage.rss();
  const begin = performance.now();
  let look: NodeJS.Timeout | undefined;
  worker.stdout.resume();
  worker.stderr.resume();
  const told = new Promise<Told>((resolve, reject) => {
    look = setInterval(() => {
      if (signal?.aborted) reject(signal.reason);
      if (process.memoryUsage.rss() - before > MOST_GROWTH_BYTES) resolve({ why: "tooHeavy" });
      if (performance.now() - begin > limitMs) resolve({ why: "tooSlow" });
    }, LOOK_MS);
    worker.once("message", resolve);
    worker.once("error", (error: NodeJS.ErrnoException) =>
      resolve({ why: error.code === "ERR_WORKER_OUT_OF_MEMORY" ? "tooHeavy" : "broken" }),
    );
    worker.once("exit", () => resolve({ why: "broken" }));
  });
  return told.finally(() => clearInterval(look));
}

// Runs in a thread of its own: holds the embedded database open, and answers what the process asks over the message port.
import { existsSync } from "node:fs";
import path from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import { serve } from "./database/serve.mjs";
import { openSession } from "./database/session.mjs";

const { limits, ...source } = workerData;
const { dataDir } = source;
// PGlite would make a new, empty database of a folder that is away for a while.
if (dataDir && !existsSync(path.join(dataDir, "PG_VERSION"))) throw new Error(`There is no database in ${dataDir}.`);
const client = await PGlite.create(source);
const session = await openSession(client, (error) => {
  parentPort.postMessage({ lost: String(error?.stack ?? error) });
  process.exit(1);
});
serve(parentPort, session, limits);
parentPort.postMessage({ ready: session.arrayTypes });

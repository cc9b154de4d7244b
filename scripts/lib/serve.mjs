// Serves the built application (or, in development, the sources) with the runtime in this very process.
import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { displayAddress, explainListenError } from "./address.mjs";
import { whenAborted } from "./ending.mjs";
import { receive } from "./front.mjs";
import { outliveMishaps } from "./mishaps.mjs";
import { CommandError, complain, root, say } from "./project.mjs";
import { whenRuntimeExists } from "./runtime-seam.mjs";

const STOP_LIMIT_MS = 20_000;
const DRAIN_LIMIT_MS = 5_000;
const CLOSING_MS = 500; // for the server itself, once the runtime has stopped
const RUNTIME_LIMIT_MS = 60_000;
const REQUEST_LIMIT_MS = 60_000; // for a whole request to arrive: a megabyte takes seconds, a trickle holds memory
const BUGS = [TypeError, ReferenceError, RangeError, SyntaxError];
const KEEP_ALIVE_MS = 65_000; // longer than the 60 s of common load balancers, which else reuse a closing connection

/** Returns when the process should end and everything is closed. Nothing listens before the runtime is ready. */
export async function serve({ dev, address, ending }) {
  setEnvironment(dev, address);
  const runtimeExists = whenRuntimeExists();
  const { default: next } = await import("next");
  const requests = createRequestTracker();
  let runtime;
  outliveMishaps((error, message) => logOf(runtime)(error, message));
  const server = createServer((request, response) => {
    requests.track(response);
    if (receive(request, response, { dev })) return;
    handle(request, response).catch((error) => {
      logOf(runtime)(error, "a request was cut off");
      response.destroy();
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.headersTimeout = KEEP_ALIVE_MS + 1_000;
  server.requestTimeout = REQUEST_LIMIT_MS;
  const hostname = address.host === "0.0.0.0" || address.host === "::" ? "localhost" : address.host;
  // Next.js takes over the upgrades of the server that it is given. In production it has none, and would leave the
  // sockets of unknown ones open for ever: so there it gets a server that never listens.
  const httpServer = dev ? server : createServer();
  const app = next({ dev, dir: root, hostname, port: address.port, httpServer });
  const handle = app.getRequestHandler();

  runtime = await startRuntime(app, runtimeExists, ending);
  if (!ending.aborted) {
    await listen(server, address).catch(async (error) => {
      await within(STOP_LIMIT_MS, runtime.stop());
      throw explainListenError(error, address);
    });
    await announce(runtime, address);
    await whenAborted(ending);
  }
  await stop({ app, runtime, server, requests });
}

function setEnvironment(dev, address) {
  process.env.NODE_ENV = dev ? "development" : "production";
  process.env.NEXT_TELEMETRY_DISABLED = "1";
  // Next.js's own handler would cut our clean-up short and never end while an event stream is open.
  process.env.NEXT_MANUAL_SIG_HANDLE = "1";
  process.env.PORT = String(address.port);
}

async function startRuntime(app, runtimeExists, ending) {
  await quietly(() => app.prepare());
  const runtime = await within(RUNTIME_LIMIT_MS, runtimeExists);
  if (!runtime) throw new CommandError("Larkspur did not start: its runtime could not be loaded (see above).");
  try {
    await Promise.race([runtime.ready, whenAborted(ending)]);
  } catch (error) {
    await within(STOP_LIMIT_MS, runtime.stop()).catch(() => undefined);
    // A mistake of ours needs its place; everything else is a line for people.
    throw BUGS.some((kind) => error instanceof kind) ? error : new CommandError(error.message);
  }
  return runtime;
}

const logOf = (runtime) => (err, message) =>
  runtime?.logger ? runtime.logger.error({ err }, message) : complain(`${message}: ${err?.stack ?? err}`);

// Next.js tells how long it took to read its settings, in the middle of our log; its errors go another way.
async function quietly(work) {
  const { log } = console;
  console.log = () => undefined;
  try {
    await work();
  } finally {
    console.log = log;
  }
}

const listen = (server, { host, port }) =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });

async function announce(runtime, address) {
  const lines = await runtime.announcement(displayAddress(address));
  say(`Larkspur is ready on ${displayAddress(address)}`);
  for (const line of lines) say(line);
}

async function stop({ app, runtime, server, requests }) {
  const deadline = Date.now() + STOP_LIMIT_MS;
  server.close();
  server.closeIdleConnections();
  await requests.drain(DRAIN_LIMIT_MS);
  const leftMs = deadline - Date.now();
  await within(leftMs, runtime.stop(leftMs - CLOSING_MS));
  server.closeAllConnections();
  await within(deadline - Date.now(), app.close());
}

/** The promise's value, or undefined when it takes longer. */
async function within(ms, promise) {
  const limit = new AbortController();
  const timer = pause(Math.max(0, ms), undefined, { signal: limit.signal }).catch(() => undefined);
  try {
    return await Promise.race([promise, timer]);
  } finally {
    limit.abort();
  }
}

/** Knows the answers that are being written; event streams do not end by themselves and are not waited for. */
function createRequestTracker() {
  const open = new Set();
  const isEndless = (response) => String(response.getHeader("content-type")).startsWith("text/event-stream");
  return {
    track(response) {
      open.add(response);
      response.once("close", () => open.delete(response));
    },
    async drain(limitMs) {
      const deadline = Date.now() + limitMs;
      while (Date.now() < deadline && [...open].some((response) => !isEndless(response))) await pause(10);
    },
  };
}

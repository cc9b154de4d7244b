// Shares the one session between two lanes: intake, worker and connections go first, the console is not forgotten.
import { receiveMessageOnPort } from "node:worker_threads";
import { Lanes } from "./lanes.mjs";

/** For how long a transaction may hold the session: asking for nothing, and of the console's in all while others wait. */
const LIMITS = { idleMs: 10_000, consoleMs: 10_000 };

const refusal = (code, message) => ({ refused: { code, message } });
const takenAway = () =>
  refusal("25P03", "The transaction held the embedded database for too long and was rolled back.");

export function serve(port, session, limits = {}) {
  const { idleMs, consoleMs } = { ...LIMITS, ...limits };
  const lanes = new Lanes();
  const transactions = new Map();
  let leased;
  let idle;
  let onEnd;

  const reply = (id, answer) => {
    if (answer instanceof Uint8Array) port.postMessage({ id, bytes: answer }, [answer.buffer]);
    else port.postMessage({ id, ...answer });
  };

  const run = ({ id, text, params }) => {
    try {
      reply(id, params ? session.run(text, params) : session.runPlain(text));
    } catch (error) {
      // A parameter that has no form in SQL.
      reply(id, refusal(undefined, error.message));
    }
  };

  const take = (requests) => {
    for (const request of requests) {
      if (request.close) onEnd = request.close;
      else if (request.transaction === undefined) lanes.add(request.lane, { request });
      else takeOfTransaction(request);
    }
  };

  const takeOfTransaction = (request) => {
    const { id, lane, transaction, begins } = request;
    if (begins) {
      const entry = { lane, transaction, waiting: [request] };
      transactions.set(transaction, entry);
      lanes.add(lane, entry);
    } else {
      const entry = transactions.get(transaction);
      if (entry) entry.waiting.push(request);
      else reply(id, takenAway());
    }
  };

  const begin = (entry) => {
    session.runPlain("begin");
    leased = entry;
    entry.startedAt = performance.now();
  };

  const release = () => {
    transactions.delete(leased.transaction);
    lanes.used(leased.lane, performance.now() - leased.startedAt);
    for (const { id } of leased.waiting) reply(id, takenAway());
    leased = undefined;
  };

  const takeAway = () => {
    session.runPlain("rollback");
    release();
  };

  const isOverdue = ({ lane, startedAt }) =>
    lane === "console" && !lanes.isEmpty && performance.now() - startedAt > consoleMs;

  /** False when there is nothing to do. */
  const step = () => {
    if (leased) {
      const request = leased.waiting.shift();
      if (!request) return false;
      if (!request.ends && isOverdue(leased)) {
        reply(request.id, takenAway());
        takeAway();
      } else {
        run(request);
        if (request.ends) release();
      }
      return true;
    }
    const entry = lanes.next();
    if (!entry) return false;
    if (entry.waiting) begin(entry);
    else lanes.measured(entry.request.lane, () => run(entry.request));
    return true;
  };

  const work = () => {
    clearTimeout(idle);
    while (step()) {
      // What came meanwhile takes part in whose turn it is.
      for (let more = receiveMessageOnPort(port); more; more = receiveMessageOnPort(port)) take(more.message);
    }
    if (leased) {
      idle = setTimeout(() => {
        takeAway();
        work();
      }, idleMs);
    } else if (onEnd) {
      port.close();
      void session.close().then(() => process.exit(0));
    }
  };

  port.on("message", (requests) => {
    take(requests);
    work();
  });
}

// The one session of the embedded database: runs statements, and gives what the database answers in PostgreSQL's own form.
import { protocol } from "@electric-sql/pglite";

const { serialize } = protocol;

const LONGJMP = 100; // PGlite's way to tell an ordinary error
const KEPT_STATEMENTS = 100;
const ERROR = "E".charCodeAt(0);
const PARAMETERS = "t".charCodeAt(0);
const END = Buffer.concat([serialize.describe({ type: "P" }), serialize.execute({}), serialize.sync()]);

/** `onLost` must not return: whatever the engine did is unknown, and PGlite would call it again and again. */
export async function openSession(client, onLost) {
  const { Module: engine } = client;
  const step = engine._PostgresMainLoopOnce;
  engine._PostgresMainLoopOnce = () => {
    try {
      step();
    } catch (error) {
      if (error?.status !== LONGJMP) onLost(error);
      throw error;
    }
  };
  const { rows: arrayTypes } = await client.query(
    "select oid::int as array, typelem::int as element from pg_type where typcategory = 'A' and typelem <> 0",
  );
  const send = sender(client, onLost);
  const prepared = preparer(send);
  return {
    arrayTypes,
    /** Several statements, none with parameters. */
    runPlain: (text) => send(serialize.query(text)),
    run(text, params) {
      const { statement, types, refusal } = prepared(text);
      if (refusal) return refusal;
      const values = params.map((value, index) => textOf(value, client.serializers[types[index]]));
      return send(Buffer.concat([serialize.bind({ statement, values }), END]));
    },
    close: () => client.close(),
  };
}

// PGlite's `query` reads the answer in six parts and into objects; this is a third of its time. What its file system
// does at the end of a statement is nothing, both in a folder and in memory.
function sender(client, onLost) {
  return (message) => {
    const parts = [];
    const onRawData = (part) => parts.push(Buffer.from(part)); // a copy: it is the engine's memory
    client.execProtocolRawStream(message, { syncToFs: false, onRawData }).catch(onLost);
    return joined(parts);
  };
}

/** In memory of its own, which can be handed over; Node.js's small buffers share theirs. */
function joined(parts) {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Statements that come again are read and planned once. */
function preparer(send) {
  const kept = new Map();
  let count = 0;
  return (text) => {
    const known = kept.get(text);
    if (known) {
      kept.delete(text);
      kept.set(text, known);
      return known;
    }
    count += 1;
    const statement = `s${count}`;
    const parts = [serialize.parse({ name: statement, text }), serialize.describe({ type: "S", name: statement })];
    const answer = send(Buffer.concat([...parts, serialize.sync()]));
    const types = typesIn(answer);
    if (!types) return { refusal: answer };
    kept.set(text, { statement, types });
    if (kept.size > KEPT_STATEMENTS) {
      const [oldest, { statement: name }] = kept.entries().next().value;
      kept.delete(oldest);
      send(Buffer.concat([serialize.close({ type: "S", name }), serialize.sync()]));
    }
    return { statement, types };
  };
}

/** The types of the parameters; undefined where the statement was refused. */
function typesIn(answer) {
  const view = new DataView(answer.buffer, answer.byteOffset, answer.byteLength);
  for (let at = 0; at < view.byteLength; at += 1 + view.getUint32(at + 1)) {
    const kind = view.getUint8(at);
    if (kind === ERROR) return undefined;
    if (kind === PARAMETERS)
      return Array.from({ length: view.getUint16(at + 5) }, (_, n) => view.getUint32(at + 7 + 4 * n));
  }
  return undefined;
}

const textOf = (value, serializer) => {
  if (value === null || value === undefined) return null;
  return serializer ? serializer(value) : value.toString();
};

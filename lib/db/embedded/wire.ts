// Reads what PostgreSQL answers, in its own form (protocol 3, text format), into rows and errors.
import { types } from "@electric-sql/pglite";

type Parser = (text: string, type?: number) => unknown;
/** By type; PostgreSQL's number of it. */
export type Parsers = Record<number, Parser>;

type Field = { name: string; dataTypeID: number };
/** As PGlite's own `Results`. */
export type Result = {
  rows: unknown[];
  fields: Field[];
  command?: string;
  rowCount?: number;
  affectedRows: number;
};

export type ReadOptions = { rowMode?: "array" | "object"; parsers?: Parsers };

/** What is known of a type's arrays is known of the database alone. */
export type ArrayType = { array: number; element: number };

const plain: Parser = (text) => text;

/** PGlite's own parsers, and those of arrays. */
export function parsersWith(arrayTypes: ArrayType[]): Parsers {
  const own = types.parsers as Parsers;
  const arrays = arrayTypes.map(({ array, element }): [number, Parser] => [
    array,
    (text) => types.arrayParser(text, own[element] ?? plain, array),
  ]);
  return { ...own, ...Object.fromEntries(arrays) };
}

/** What the database refused, with the fields of its message: `code`, `detail`, `constraint` and others. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
  declare code: string;
}

// https://www.postgresql.org/docs/current/protocol-error-fields.html
const ERROR_FIELDS: Record<string, string> = {
  S: "severity",
  C: "code",
  D: "detail",
  H: "hint",
  P: "position",
  p: "internalPosition",
  q: "internalQuery",
  W: "where",
  s: "schema",
  t: "table",
  c: "column",
  d: "dataType",
  n: "constraint",
  F: "file",
  L: "line",
  R: "routine",
};

const COUNTED = /^(INSERT|UPDATE|DELETE|COPY|MERGE)\b/;

export type Answer = {
  results: Result[];
  error?: DatabaseError;
  notifications: { channel: string; payload: string }[];
};

/** Everything that came for one request. */
export function readAnswer(bytes: Uint8Array, parsers: Parsers, options: ReadOptions = {}): Answer {
  const reader = new Reader(bytes);
  const answer: Answer = { results: [], notifications: [] };
  let affectedRows = 0;
  let fields: Field[] = [];
  let rows: unknown[] = [];
  let parsersOfRow: Parser[] = [];
  while (!reader.isAtEnd) {
    const { kind, end } = reader.next();
    switch (kind) {
      case "T":
        fields = reader.fields();
        parsersOfRow = fields.map(({ dataTypeID: type }) => options.parsers?.[type] ?? parsers[type] ?? plain);
        break;
      case "D":
        rows.push(
          options.rowMode === "array" ? reader.list(parsersOfRow, fields) : reader.object(parsersOfRow, fields),
        );
        break;
      case "C": {
        const tag = reader.text();
        const count = Number.parseInt(tag.slice(tag.lastIndexOf(" ") + 1), 10);
        if (COUNTED.test(tag)) affectedRows += count;
        const rowCount = Number.isNaN(count) ? {} : { rowCount: count };
        answer.results.push({ rows, fields, command: tag.split(" ", 1)[0] ?? "", affectedRows, ...rowCount });
        fields = [];
        rows = [];
        break;
      }
      case "E":
        answer.error ??= reader.error();
        break;
      case "A":
        answer.notifications.push(reader.notification());
        break;
    }
    reader.goTo(end);
  }
  if (answer.results.length === 0) answer.results.push({ rows: [], fields: [], affectedRows: 0 });
  return answer;
}

class Reader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#buffer.length;
  }

  /** The next message: its kind, and where it ends. */
  next(): { kind: string; end: number } {
    const kind = String.fromCharCode(this.#buffer[this.#at] ?? 0);
    const end = this.#at + 1 + this.#buffer.readUInt32BE(this.#at + 1);
    this.#at += 5;
    return { kind, end };
  }

  goTo(at: number): void {
    this.#at = at;
  }

  /** Up to its zero. */
  text(): string {
    const end = this.#buffer.indexOf(0, this.#at);
    const text = this.#buffer.toString("utf8", this.#at, end);
    this.#at = end + 1;
    return text;
  }

  fields(): Field[] {
    const count = this.#uint16();
    return Array.from({ length: count }, () => {
      const name = this.text();
      const dataTypeID = this.#buffer.readUInt32BE(this.#at + 6);
      this.#at += 18;
      return { name, dataTypeID };
    });
  }

  list(parsers: Parser[], fields: Field[]): unknown[] {
    const count = this.#uint16();
    const values = new Array<unknown>(count);
    for (let index = 0; index < count; index += 1) values[index] = this.#value(parsers[index], fields[index]);
    return values;
  }

  object(parsers: Parser[], fields: Field[]): Record<string, unknown> {
    const count = this.#uint16();
    const row: Record<string, unknown> = {};
    for (let index = 0; index < count; index += 1) {
      row[fields[index]?.name ?? ""] = this.#value(parsers[index], fields[index]);
    }
    return row;
  }

  error(): DatabaseError {
    const said: Record<string, string> = {};
    let message = "";
    for (let kind = this.#kind(); kind !== "\0"; kind = this.#kind()) {
      const text = this.text();
      const name = ERROR_FIELDS[kind];
      if (name) said[name] = text;
      else if (kind === "M") message = text;
    }
    return Object.assign(new DatabaseError(message), said);
  }

  notification(): { channel: string; payload: string } {
    this.#at += 4;
    return { channel: this.text(), payload: this.text() };
  }

  #kind(): string {
    const kind = String.fromCharCode(this.#buffer[this.#at] ?? 0);
    this.#at += 1;
    return kind;
  }

  #uint16(): number {
    const value = this.#buffer.readUInt16BE(this.#at);
    this.#at += 2;
    return value;
  }

  #value(parser: Parser = plain, field?: Field): unknown {
    const length = this.#buffer.readInt32BE(this.#at);
    this.#at += 4;
    if (length < 0) return null;
    const text = this.#buffer.toString("utf8", this.#at, this.#at + length);
    this.#at += length;
    return parser(text, field?.dataTypeID);
  }
}

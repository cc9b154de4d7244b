// Strikes what is kept secret out of every text that comes back from outside: others repeat keys in their errors.
import type { Reason } from "@/lib/errors";

const HIDDEN = "[hidden]";
const SHORTEST = 6; // less is part of any text, and no secret
const SHORTEST_BEGINNING = 6; // what is left of one where a text was cut

/** Undefined parts are not kept: a bot, a model or an address mostly has no more than one secret. */
export class KeptSecret {
  /** The longest first: one form may be part of another. */
  readonly #forms: string[];

  constructor(...secrets: (string | null | undefined)[]) {
    const forms = secrets.flatMap((secret) => formsOf(secret ?? "")).filter((form) => form.length >= SHORTEST);
    this.#forms = [...new Set(forms)].toSorted((a, b) => b.length - a.length);
  }

  get longest(): number {
    return this.#forms[0]?.length ?? 0;
  }

  /** Also the beginning of a secret at the very end, which a cut has left there. */
  strikeOut(text: string): string {
    const struck = this.strikeOutWhole(text);
    const begins = this.beginningAt(struck);
    return begins < 0 ? struck : `${struck.slice(0, begins)}${HIDDEN}`;
  }

  strikeOutWhole(text: string): string {
    let struck = text;
    for (const form of this.#forms) if (struck.includes(form)) struck = struck.replaceAll(form, HIDDEN);
    return struck;
  }

  /** Where the text ends with the beginning of a secret, an ellipsis aside; -1: nowhere. */
  beginningAt(text: string): number {
    const end = text.endsWith("…") ? text.length - 1 : text.length;
    let earliest = -1;
    for (const form of this.#forms) {
      for (let length = Math.min(form.length - 1, end); length >= SHORTEST_BEGINNING; length -= 1) {
        const from = end - length;
        if (!text.startsWith(form.slice(0, length), from)) continue;
        if (earliest < 0 || from < earliest) earliest = from;
        break;
      }
    }
    return earliest;
  }

  reasonWithout({ code, params }: Reason): Reason {
    if (!params) return { code };
    const struck = Object.entries(params).map(([key, value]) => [key, this.#param(value)] as const);
    return { code, params: Object.fromEntries(struck) };
  }

  /** What an error came from, unless that, or what it came from itself, says the secret: causes are logged. */
  causeWithout(cause: unknown, depth = 0): unknown {
    if (cause === undefined || cause === null || depth > 6) return undefined;
    const { message, stack, cause: inner } = cause as { message?: unknown; stack?: unknown; cause?: unknown };
    const words = cause instanceof Error ? `${message}${stack}` : String(cause);
    if (this.strikeOutWhole(words) !== words) return undefined;
    const isHarmless = inner === undefined || this.causeWithout(inner, depth + 1) !== undefined;
    return isHarmless ? cause : undefined;
  }

  #param(value: string | number): string | number {
    return typeof value === "string" ? this.strikeOut(value) : value;
  }
}

/** As it was entered, and as servers repeat it: in JSON, in an address, in HTML, in base64, of a signing secret its key. */
function formsOf(secret: string): string[] {
  const plain = secret.trim();
  if (plain.length < SHORTEST) return [];
  const html = plain.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
  return [
    plain,
    JSON.stringify(plain).slice(1, -1),
    encodeURIComponent(plain),
    html,
    Buffer.from(plain).toString("base64"),
    ...(plain.startsWith("whsec_") ? [plain.slice("whsec_".length)] : []),
  ];
}

/** What an address may hold that opens it: the values of its query, and its user and password. */
export function secretsIn(address: string): string[] {
  if (!URL.canParse(address)) return [];
  const { searchParams, username, password } = new URL(address);
  const values = [...searchParams.values()].filter((value) => value.length >= 8);
  return [...values, username && password, password].filter((part) => part !== "");
}

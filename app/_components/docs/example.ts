// Writes the call of an endpoint for a shell, with values that the endpoint accepts.
import type { ApiOperation, Schema } from "@/app/_components/docs/reading";

/** Where the reader's own values are filled in later: `⟦baseUrl⟧`, or `⟦bots⟧` for the ID of one of their bots. */
const place = (name: string): string => `⟦${name}⟧`;

/** Fills in what is known. The other places keep a name that says what belongs there, such as EVENT_ID. */
export const fillPlaces = (text: string, known: Record<string, string>): string =>
  text.replace(/⟦(\w+)⟧/g, (_, name: string) => known[name] ?? `${upper(name.replace(/s$/, ""))}_ID`);

const upper = (name: string): string => name.replace(/[A-Z]/g, "_$&").toUpperCase();

/** Fields that name something of the reader's, and the word of its place. */
const OWN_IDS: Record<string, string> = { bot: "bots", botId: "bots", modelId: "models", userId: "users" };
const LONGEST_LINE = 72;

export function curlOf(operation: ApiOperation): string {
  const { method, isOpen, body, bodyType, answers } = operation;
  const [answer] = answers;
  const isStream = answer?.contentType === "text/event-stream";
  const lines = [`curl${method === "GET" ? "" : ` -X ${method}`}${isStream ? " -N" : ""} ${quoted(urlOf(operation))}`];
  if (!isOpen) lines.push('-H "Authorization: Bearer $LARKSPUR_TOKEN"');
  if (body) {
    lines.push(`-H ${quoted(`Content-Type: ${bodyType}`)}`);
    lines.push(/[/+]json$/.test(bodyType ?? "") ? `-d ${quoted(bodyOf(operation))}` : "--data-binary @file");
  }
  if (answer?.contentType === "application/octet-stream") lines.push("--output file");
  return lines.join(" \\\n  ");
}

function bodyOf({ example = {} }: ApiOperation): string {
  const ownIds = (key: string, value: unknown) => (OWN_IDS[key] ? place(OWN_IDS[key]) : value);
  const line = JSON.stringify(example, ownIds);
  return line.length <= LONGEST_LINE ? line : JSON.stringify(example, ownIds, 2).replaceAll("\n", "\n  ");
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function urlOf({ path, parameters }: ApiOperation): string {
  const address = path
    .replace(/(\w+)\/\{id\}/g, (_, before: string) => `${before}/${place(before)}`)
    .replace(/\{(\w+)\}/g, (_, name: string) => upper(name));
  const query = parameters
    .filter((parameter) => parameter.in === "query" && parameter.required)
    .map(
      ({ name, schema }) => `${name}=${OWN_IDS[name] ? place(OWN_IDS[name]) : encodeURIComponent(sampleOf(schema))}`,
    );
  return `${place("baseUrl")}${address}${query.length > 0 ? `?${query.join("&")}` : ""}`;
}

const sampleOf = ({ examples, enum: choices, default: usual }: Schema = {}): string =>
  String(examples?.[0] ?? usual ?? choices?.[0] ?? "");

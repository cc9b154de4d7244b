// Examples for the reference page: a call that can be pasted into a shell, with values that look like real ones.
import { type ApiOperation, refName, type Schema } from "@/app/_components/docs/reading";

/** What stands for the token in a call until one is typed: a variable of the shell. */
export const TOKEN_VARIABLE = "$LARKSPUR_TOKEN";

/** By the name of a field, where its type says too little. */
const BY_NAME: Record<string, unknown> = {
  name: "IT Service",
  email: "lin@example.com",
  password: "a-long-password",
  appId: "cli_a1b2c3d4e5f60718",
  appSecret: "your-app-secret",
  domain: "feishu",
  baseUrl: "https://api.openai.com/v1",
  model: "gpt-4.1",
  apiKey: "sk-your-key",
  text: "Hello!",
  receiveId: "oc_5ad11d72b830411d72b836c20",
  target: "https://example.com/alerts",
  token: "from-the-setup-link",
  proxy: "http://proxy.example.com:8080",
  botId: "<botId>",
};
/** What a call needs although the schema does not say so. */
const ALSO: Record<string, string[]> = {
  createBot: ["appId", "appSecret"],
  sendMessage: ["text"],
  writeSandboxMessage: ["text"],
};
const DEEPEST = 4;

/** `ids`: real ids for the places of a path, by the word before them. */
export function curlOf(
  operation: ApiOperation,
  baseUrl: string,
  schemas: Record<string, Schema>,
  ids: Record<string, string>,
): string {
  const parts = ["curl"];
  if (operation.method !== "GET") parts.push("-X", operation.method);
  parts.push(`'${baseUrl}${pathOf(operation.path, ids)}'`);
  if (!operation.isOpen) parts.push(`\\\n  -H "Authorization: Bearer ${TOKEN_VARIABLE}"`);
  if (operation.body) {
    const body = JSON.stringify(bodyOf(operation, schemas, ids)).replaceAll("'", "'\\''");
    parts.push(`\\\n  -H 'Content-Type: application/json'`, `\\\n  -d '${body}'`);
  }
  return parts.join(" ");
}

/** A body that the call takes. */
export function bodyOf({ operationId, body }: ApiOperation, schemas: Record<string, Schema>, ids = {}): object {
  const example = exampleOf(body ?? {}, schemas) as Record<string, unknown>;
  for (const name of ALSO[operationId] ?? []) example[name] = BY_NAME[name];
  if ("botId" in example && "bots" in ids) example.botId = ids.bots;
  return example;
}

const pathOf = (path: string, ids: Record<string, string>): string =>
  path.replace(/(\w+)\/\{(\w+)\}/g, (_, before: string, name: string) => `${before}/${ids[before] ?? `<${name}>`}`);

/** A value that the schema takes: of an object the required fields, or its first ones. */
function exampleOf(schema: Schema, schemas: Record<string, Schema>, depth = 0): unknown {
  const name = refName(schema);
  if (name) return depth > DEEPEST ? {} : exampleOf(schemas[name] ?? {}, schemas, depth + 1);
  const choice = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].find(({ type }) => type !== "null");
  if (choice) return exampleOf(choice, schemas, depth);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => exampleOf(part, schemas, depth)));
  if (!schema.properties) return plainExample(schema, schemas, depth);
  const keys = schema.required?.length ? schema.required : Object.keys(schema.properties).slice(0, 1);
  return Object.fromEntries(
    keys.map((key) => {
      const field = schema.properties?.[key] ?? {};
      const isText = field.type === "string" || [...(field.anyOf ?? [])].some(({ type }) => type === "string");
      const isFree = isText && !field.enum && field.const === undefined;
      return [key, isFree && key in BY_NAME ? BY_NAME[key] : exampleOf(field, schemas, depth + 1)];
    }),
  );
}

function plainExample(schema: Schema, schemas: Record<string, Schema>, depth: number): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  const type = Array.isArray(schema.type) ? schema.type.find((one) => one !== "null") : schema.type;
  if (type === "boolean") return true;
  if (type === "integer" || type === "number") return Math.max(schema.minimum ?? 1, 1);
  if (type === "array") return schema.items && depth < DEEPEST ? [exampleOf(schema.items, schemas, depth + 1)] : [];
  if (type === "object") return {};
  return schema.format === "date-time" ? "2026-01-31T08:00:00Z" : "text";
}

import { getTranslations } from "next-intl/server";
import { refName, type Schema } from "@/app/_components/docs/reading";

/** The fields of an object; of anything else, its type. */
export async function SchemaTable({ schema }: { schema: Schema }) {
  const t = await getTranslations("ui.docs");
  const fields = Object.entries(schema.properties ?? {});
  if (fields.length === 0) {
    return (
      <p className="text-small">
        <TypeOf schema={schema} />
      </p>
    );
  }
  return (
    <dl className="overflow-hidden rounded-control border text-small">
      {fields.map(([name, field]) => (
        <div
          key={name}
          className="grid gap-x-4 border-b px-3 py-1.5 last:border-b-0 wide:grid-cols-[12.5rem_minmax(0,1fr)]"
        >
          <dt className="font-mono wrap-anywhere">
            {name}
            {schema.required?.includes(name) && (
              <span className="text-bad" title={t("required")}>
                *<span className="sr-only"> {t("required")}</span>
              </span>
            )}
          </dt>
          <dd className="text-ink-2 wrap-anywhere">
            <TypeOf schema={field} />
            {field.description && <span className="text-ink-3"> {field.description}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A type in one line, with links to what has a name of its own. */
export function TypeOf({ schema }: { schema: Schema }) {
  const name = refName(schema);
  if (name) {
    return (
      <a href={`#schema-${name}`} className="font-mono text-accent-ink hover:underline">
        {name}
      </a>
    );
  }
  const choices = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (choices) {
    return choices.map((choice, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the choices have no other name, and never move.
      <span key={index}>
        {index > 0 && <span className="text-ink-3"> {schema.allOf ? "&" : "|"} </span>}
        <TypeOf schema={choice} />
      </span>
    ));
  }
  if (schema.items) {
    return (
      <span>
        <TypeOf schema={schema.items} />
        <span className="font-mono">[]</span>
      </span>
    );
  }
  if (schema.properties) {
    return (
      <span className="font-mono">
        {"{ "}
        {Object.entries(schema.properties).map(([key, field], index) => (
          <span key={key}>
            {index > 0 && ", "}
            {key}
            {schema.required?.includes(key) ? "" : "?"}: <TypeOf schema={field} />
          </span>
        ))}
        {" }"}
      </span>
    );
  }
  return <span className="font-mono">{plainType(schema)}</span>;
}

function plainType(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const type = Array.isArray(schema.type) ? schema.type.join(" | ") : (schema.type ?? "any");
  const limits = [
    schema.format,
    schema.pattern,
    range(schema.minimum, schema.maximum),
    range(schema.minLength, schema.maxLength),
  ].filter(Boolean);
  const given = schema.default === undefined ? "" : ` = ${JSON.stringify(schema.default)}`;
  return `${type}${limits.length > 0 ? ` (${limits.join(", ")})` : ""}${given}`;
}

function range(least: number | undefined, most: number | undefined): string {
  if (least === undefined && most === undefined) return "";
  // JSON Schema names the largest integer that a number holds where there is no limit.
  if (most !== undefined && most >= Number.MAX_SAFE_INTEGER)
    return least === undefined || least <= -most ? "" : `≥ ${least}`;
  return `${least ?? ""}…${most ?? ""}`;
}

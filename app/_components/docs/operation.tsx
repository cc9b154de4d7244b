import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { type ApiOperation, curlOf } from "@/app/_components/docs/reading";
import { SchemaTable, TypeOf } from "@/app/_components/docs/schema-table";
import { CopyBox } from "@/app/_components/parts/copy";

/** One call: what it is, folded open to its input, its answers and a line for the shell. */
export async function Operation({ operation, baseUrl }: { operation: ApiOperation; baseUrl: string }) {
  const t = await getTranslations("ui.docs");
  return (
    <details id={operation.operationId} className="group border-b first-of-type:border-t">
      <summary className="grid grid-cols-[4rem_minmax(0,1fr)] items-baseline gap-x-3 gap-y-0.5 py-2.5 hover:bg-hover wide:grid-cols-[4rem_minmax(0,1fr)_minmax(0,1fr)]">
        <span className="font-mono text-small font-semibold text-accent-ink">{operation.method}</span>
        <code className="font-mono text-table wrap-anywhere">{operation.path}</code>
        <span className="text-table text-ink-2 max-wide:col-start-2">{operation.summary}</span>
      </summary>
      <div className="grid gap-4 pt-1 pb-6 wide:pl-[76px]">
        {operation.parameters.length > 0 && (
          <Part title={t("parameters")}>
            <dl className="rounded-control border text-small">
              {operation.parameters.map((parameter) => (
                <div
                  key={`${parameter.in} ${parameter.name}`}
                  className="grid gap-x-4 border-b px-3 py-1.5 last:border-b-0 wide:grid-cols-[12.5rem_minmax(0,1fr)]"
                >
                  <dt className="font-mono">
                    {parameter.name} <span className="text-ink-3">{parameter.in}</span>
                  </dt>
                  <dd className="text-ink-2">
                    {parameter.schema && <TypeOf schema={parameter.schema} />}{" "}
                    <span className="text-ink-3">{parameter.description ?? parameter.schema?.description}</span>
                  </dd>
                </div>
              ))}
            </dl>
          </Part>
        )}
        {operation.body && (
          <Part title={t("body")}>
            <SchemaTable schema={operation.body} />
          </Part>
        )}
        <Part title={t("answers")}>
          <ul className="grid gap-1 text-small">
            {operation.answers.map(({ status, description, schema, contentType }) => (
              <li key={status} className="grid grid-cols-[2.75rem_minmax(0,1fr)] gap-x-3">
                <code className="font-mono font-semibold">{status}</code>
                <span className="text-ink-2 wrap-anywhere">
                  {description}
                  {status.startsWith("2") && schema && (
                    <>
                      {" "}
                      · <TypeOf schema={schema} />
                    </>
                  )}
                  {contentType && !contentType.includes("json") && <span className="text-ink-3"> {contentType}</span>}
                </span>
              </li>
            ))}
          </ul>
        </Part>
        <Part title={t("inShell")}>
          <CopyBox value={curlOf(operation, baseUrl)} label="curl" />
        </Part>
      </div>
    </details>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="grid gap-1">
      <h3 className="text-small font-medium text-ink-3">{title}</h3>
      {children}
    </div>
  );
}

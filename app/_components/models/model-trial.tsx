"use client";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { Button } from "@/app/_components/parts/button";
import { Failure } from "@/app/_components/parts/failure";
import { Shape } from "@/app/_components/parts/shape";
import { call } from "@/app/_components/requests/call";
import { useRequest } from "@/app/_components/requests/use-request";
import type { Model, ModelTest } from "@/lib/models/schemas";

/** The buttons of a model, and below them what a trial of it said. */
export function ModelTrial({ model, children }: { model: Model; children?: ReactNode }) {
  const t = useTranslations("ui.models");
  const router = useRouter();
  const { pending, failure, run } = useRequest();
  const [result, setResult] = useState<ModelTest | null>(null);
  const test = () => {
    setResult(null);
    return run(async () => {
      setResult(await call<ModelTest>("POST", `/api/models/${model.id}/test`));
      router.refresh();
    });
  };
  return (
    <div className="grid gap-1.5" aria-live="polite">
      <span className="inline-flex flex-wrap gap-2 wide:justify-end">
        <Button size="small" busy={pending} aria-label={t("testThing", { name: model.name })} onClick={test}>
          {t("test")}
        </Button>
        {children}
      </span>
      <Failure of={failure} />
      {result && (
        <p
          className={`flex items-start gap-1.5 text-left text-small text-pretty wide:justify-end ${result.ok ? "text-ok" : "text-bad"}`}
        >
          <Shape of={result.ok ? "tick" : "triangle"} className="mt-1 size-3" />
          <span className="min-w-0 wrap-anywhere">
            {result.ok
              ? t("answered", { words: result.firstWords ?? "", first: result.firstTokenMs ?? result.ms })
              : result.problem}
          </span>
        </p>
      )}
    </div>
  );
}

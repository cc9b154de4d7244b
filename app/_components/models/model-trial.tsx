"use client";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Failure } from "@/app/_components/parts/failure";
import { Shape } from "@/app/_components/parts/shape";
import { call, RequestFailure } from "@/app/_components/requests/call";
import type { Model, ModelTest } from "@/lib/models/schemas";

type Trial = ModelTest | RequestFailure | "running";

/** Tests models, and keeps what each test said until the model is changed. */
export function useModelTrials() {
  const router = useRouter();
  const [trials, setTrials] = useState<ReadonlyMap<string, Trial>>(new Map());
  const note = (id: string, trial: Trial) => setTrials((before) => new Map(before).set(id, trial));
  const test = async ({ id }: Model) => {
    note(id, "running");
    try {
      note(id, await call<ModelTest>("POST", `/api/models/${id}/test`));
      router.refresh();
    } catch (error) {
      if (!(error instanceof RequestFailure)) throw error;
      note(id, error);
    }
  };
  return { trials, test, forget: () => setTrials(new Map()) };
}

/** What a test of a model said. */
export function ModelTrial({ trial }: { trial: Exclude<Trial, "running"> }) {
  const t = useTranslations("ui.models");
  if (trial instanceof RequestFailure) return <Failure of={trial} />;
  return (
    <p role="status" className={`flex items-start gap-1.5 text-small text-pretty ${trial.ok ? "text-ok" : "text-bad"}`}>
      <Shape of={trial.ok ? "tick" : "triangle"} className="mt-1 size-3" />
      <span className="min-w-0 wrap-anywhere">
        {trial.ok
          ? t("answered", { words: trial.firstWords ?? "", first: trial.firstTokenMs ?? trial.ms })
          : trial.problem}
      </span>
    </p>
  );
}

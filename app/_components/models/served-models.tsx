"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/app/_components/parts/button";
import { Failure } from "@/app/_components/parts/failure";
import { call } from "@/app/_components/requests/call";
import { useRequest } from "@/app/_components/requests/use-request";
import type { ServedModels as Served } from "@/lib/models/schemas";

type ServedModelsProps = { modelId: string | undefined; onLoaded: (models: string[]) => void };

/** Asks the server of the form around it what models it has. */
export function ServedModels({ modelId, onLoaded }: ServedModelsProps) {
  const t = useTranslations("ui.models");
  const { pending, failure, run } = useRequest();
  const [served, setServed] = useState<Served | null>(null);
  const load = (form: HTMLFormElement | null) => {
    setServed(null);
    const typed = new FormData(form ?? undefined);
    const apiKey = typed.get("apiKey");
    const body = { baseUrl: typed.get("baseUrl"), ...(apiKey ? { apiKey } : {}), ...(modelId ? { modelId } : {}) };
    void run(async () => {
      const answer = await call<Served>("POST", "/api/models/served", body);
      setServed(answer);
      onLoaded(answer.models);
    });
  };
  return (
    <div className="grid justify-items-start gap-1.5" aria-live="polite">
      <Button size="small" busy={pending} onClick={(event) => load(event.currentTarget.closest("form"))}>
        {t("load")}
      </Button>
      {served && (
        <p className={`text-small text-pretty wrap-anywhere ${served.problem ? "text-bad" : "text-ink-2"}`}>
          {served.problem ?? t("loaded", { count: served.models.length })}
        </p>
      )}
      <Failure of={failure} />
    </div>
  );
}

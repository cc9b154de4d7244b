"use client";
import { useCallback, useState } from "react";
import { call } from "@/app/_components/requests/call";
import { useRequest } from "@/app/_components/requests/use-request";
import type { Check } from "@/lib/doctor/telling";

type Report = { ok: boolean; checks: Check[] };

/** What the doctor last found, and asking again. */
export function useDoctor(botId: string) {
  const { pending, failure, run } = useRequest();
  const [report, setReport] = useState<(Report & { at: string }) | null>(null);
  const look = useCallback(
    () =>
      run(async () => {
        const answer = await call<Report>("POST", `/api/feishu/bots/${botId}/check`);
        setReport({ ...answer, at: new Date().toISOString() });
      }),
    [botId, run],
  );
  return { report, pending, failure, look };
}
export type Doctoring = ReturnType<typeof useDoctor>;

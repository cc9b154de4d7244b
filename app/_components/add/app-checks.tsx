"use client";
import { CheckRow } from "@/app/_components/bot/check-row";
import type { Check } from "@/lib/doctor/telling";

/** What Feishu said to the credentials that were typed. */
export function AppChecks({ checks }: { checks: Check[] }) {
  return (
    <ul className="border-t" aria-live="polite">
      {checks.map((check) => (
        <CheckRow key={check.id} check={check} />
      ))}
    </ul>
  );
}

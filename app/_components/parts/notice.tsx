import type { ReactNode } from "react";

const TONES = {
  bad: "bg-bad-soft",
  warn: "bg-warn-soft",
  ok: "bg-ok-soft",
  info: "bg-accent-soft",
} as const;

type NoticeProps = { tone: keyof typeof TONES; children: ReactNode; action?: ReactNode; alert?: boolean };

/** What happened and what to do next, with the button that does it. `alert` interrupts a screen reader. */
export function Notice({ tone, children, action, alert = false }: NoticeProps) {
  return (
    <div
      role={alert ? "alert" : undefined}
      className={`flex flex-wrap items-center gap-x-4 gap-y-2 rounded-control px-3 py-2 text-table ${TONES[tone]}`}
    >
      <div className="min-w-0 flex-1 basis-56 text-pretty wrap-anywhere">{children}</div>
      {action && <div className="flex gap-2">{action}</div>}
    </div>
  );
}

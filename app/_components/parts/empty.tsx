import type { ReactNode } from "react";

/** What a page shows that has nothing to show yet: the one next step. */
export function Empty({ title, children, action }: { title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <div className="grid justify-items-start gap-3 rounded-card border border-dashed border-line-strong px-6 py-10 max-wide:px-4">
      <h2>{title}</h2>
      <div className="max-w-[60ch] text-pretty text-ink-2">{children}</div>
      {action && <div className="mt-1 flex flex-wrap gap-2">{action}</div>}
    </div>
  );
}

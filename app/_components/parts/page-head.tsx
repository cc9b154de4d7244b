import type { ReactNode } from "react";

type PageHeadProps = { title: ReactNode; sub?: ReactNode; action?: ReactNode };

/** Every page begins with its answer: one sentence of truth, and below it what to know besides. */
export function PageHead({ title, sub, action }: PageHeadProps) {
  return (
    <header className="mb-6 flex flex-wrap items-start gap-x-6 gap-y-3 pt-4">
      <div className="min-w-0 flex-1 basis-72">
        <h1 className="max-w-[44ch] text-hero wrap-anywhere max-wide:text-title">{title}</h1>
        {sub && <div className="mt-1 max-w-[72ch] text-pretty text-ink-2">{sub}</div>}
      </div>
      {action && <div className="flex gap-2 pt-0.5">{action}</div>}
    </header>
  );
}

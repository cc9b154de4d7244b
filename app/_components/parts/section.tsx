import type { ReactNode } from "react";

type SectionProps = { title: string; hint?: ReactNode; action?: ReactNode; id?: string; children: ReactNode };

/** A titled part of a page. */
export function Section({ title, hint, action, id, children }: SectionProps) {
  return (
    <section id={id} aria-label={title}>
      <div className="mb-2 flex flex-wrap items-baseline gap-x-3">
        <h2>{title}</h2>
        {hint && <div className="text-table text-ink-3">{hint}</div>}
        {action && <div className="ml-auto">{action}</div>}
      </div>
      {children}
    </section>
  );
}

import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { RowSkeletons } from "@/app/_components/parts/row-skeletons";

/** A page that is on its way, in the shape of what comes: its sentence, and what stands below it. */
export async function PageSkeleton({ rows, children }: { rows: number; children?: ReactNode }) {
  const t = await getTranslations("ui.common");
  return (
    <div>
      <p role="status" className="sr-only">
        {t("loading")}
      </p>
      <div aria-hidden="true" className="mb-6 flex animate-breathe items-start gap-6 pt-4">
        <div className="grid flex-1 gap-2.5">
          <span className="h-6 w-[min(24rem,80%)] rounded-small bg-line" />
          <span className="h-3.5 w-[min(16rem,55%)] rounded-small bg-line" />
        </div>
        <span className="h-8.5 w-28 rounded-control bg-line max-wide:hidden" />
      </div>
      {children}
      <RowSkeletons rows={rows} />
    </div>
  );
}

/** A search field and its filters. */
export function ToolbarSkeleton() {
  return (
    <div aria-hidden="true" className="mb-3 flex animate-breathe gap-3">
      <span className="h-8.5 w-full rounded-control bg-line wide:w-72" />
      <span className="h-8.5 w-64 rounded-control bg-line max-wide:hidden" />
    </div>
  );
}

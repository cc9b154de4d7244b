import { PageSkeleton } from "@/app/_components/parts/page-skeleton";

const FIGURES = ["up", "today", "median", "waiting"];

export default function Loading() {
  return (
    <PageSkeleton rows={8}>
      <div aria-hidden="true" className="mb-9 grid animate-breathe grid-cols-2 border-y wide:grid-cols-4">
        {FIGURES.map((name) => (
          <div key={name} className="grid gap-2 px-5 py-4 first:pl-0">
            <span className="h-6 w-16 rounded-small bg-line" />
            <span className="h-3 w-28 rounded-small bg-line" />
          </div>
        ))}
      </div>
    </PageSkeleton>
  );
}

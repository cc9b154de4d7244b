import { PageSkeleton, ToolbarSkeleton } from "@/app/_components/parts/page-skeleton";

export default function Loading() {
  return (
    <PageSkeleton rows={12}>
      <ToolbarSkeleton />
    </PageSkeleton>
  );
}
